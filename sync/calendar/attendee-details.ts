import type { Body } from './appointment.ts';
import { textOfHtml } from './body.ts';
import { htmlOfText } from './html-of-text.ts';
import { mergedBody } from './merged-body.ts';
import { normalText } from './plain-text.ts';

/** The lines between which a body in the mailbox tells who takes part in the CRM (POL-14). */
const FIRST_LINE = '──── Attendees in the CRM ────';
const LAST_LINE = '──── End of attendees ────';

/** What people wrote, and what stands between the lines; null where there is nothing of the kind. */
export interface SplitBody {
  readonly text: string | null;
  readonly details: string | null;
}

/** Of two blocks, as a copied text may have them, both are taken out and the last one counts. */
export function splitAttendeeDetails(text: string): SplitBody {
  const people: string[] = [];
  let details: string[] | null = null;
  let isInside = false;
  for (const line of normalText(text).split('\n')) {
    const mark = line.trim();
    if (mark === FIRST_LINE) {
      isInside = true;
      details = [];
    } else if (isInside && mark === LAST_LINE) isInside = false;
    else if (isInside) details!.push(line);
    else people.push(line);
  }
  return { text: filled(people), details: details && filled(details) };
}

/**
 * The body with these details at its end in place of those that it had, null for none. Its HTML stays as it is
 * otherwise (CAL-6).
 */
export function withAttendeeDetails(body: Body | null, details: string | null): Body | null {
  const before = splitAttendeeDetails(body?.text ?? '');
  if (before.details === null && details === null) return body;
  const bare = withoutBlock(body, before.text);
  return details === null ? bare : withBlock(bare, details);
}

function withBlock(bare: Body | null, details: string): Body {
  const block = [FIRST_LINE, normalText(details), LAST_LINE].join('\n');
  const text = bare === null ? block : `${bare.text}\n\n${block}`;
  const html = bare === null ? '' : (bare.html ?? htmlOfText(bare.text));
  const blockHtml = `${bare === null ? '' : '<div><br></div>\n'}${htmlOfText(block)}`;
  const end = html.search(/<\/body>/i);
  const whole = end < 0 ? `${html}${blockHtml}` : `${html.slice(0, end)}${blockHtml}${html.slice(end)}`;
  return { text, html: whole };
}

/** The lines as Outlook keeps them, with the empty one before. */
const BLOCK = new RegExp(
  `(?:<div[^>]*>\\s*<br[^>]*>\\s*</div>\\s*)?<div[^>]*>${FIRST_LINE}</div>[^]*?${LAST_LINE}</div>`,
  'g',
);

/** Where the editor has rewritten the block beyond recognition, the text decides. */
function withoutBlock(body: Body | null, text: string | null): Body | null {
  if (body === null || text === null) return null;
  if (body.html === null) return { text, html: null };
  const html = body.html.replaceAll(BLOCK, '');
  return textOfHtml(html) === text ? { text, html } : mergedBody(body, text);
}

function filled(lines: readonly string[]): string | null {
  return normalText(lines.join('\n')) || null;
}
