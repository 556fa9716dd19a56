import type { Body } from './appointment.ts';
import { textOfHtml } from './body.ts';
import { htmlOfLine, htmlOfText } from './html-of-text.ts';
import { normalText } from './plain-text.ts';

/**
 * A body with another text. While the text is the same its HTML is never rewritten (CAL-6): it knows fonts, pictures and
 * the way into an online meeting, of which the text knows nothing. Where other words stand in one place only those of
 * the HTML are replaced, for the same reason; it is made anew where that cannot be done.
 */
export function mergedBody(before: Body, newText: string): Body {
  const textBefore = normalText(before.text);
  const text = normalText(newText);
  if (text === textBefore) return before;
  if (before.html === null) return { text, html: null };
  return { text, html: editedHtml(before.html, edit(textBefore, text), text) ?? htmlOfText(text) };
}

/** What is said in place of what. */
interface Edit {
  readonly old: string;
  readonly replacement: string;
}

/** The one place, of whole words, in which two texts differ. */
function edit(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same++;
  let sameAtEnd = 0;
  while (sameAtEnd < shorter - same && before.at(-1 - sameAtEnd) === after.at(-1 - sameAtEnd)) sameAtEnd++;
  const start = Math.max(before.lastIndexOf(' ', same - 1), before.lastIndexOf('\n', same - 1)) + 1;
  const rest = before.slice(before.length - sameAtEnd);
  const wordEnd = rest.search(/[ \n]|$/);
  return {
    old: before.slice(start, before.length - sameAtEnd + wordEnd),
    replacement: after.slice(start, after.length - sameAtEnd + wordEnd),
  };
}

/** Of a word that stands everywhere, not every place is tried. */
const MOST_TRIES = 20;

/** The HTML with the edit at the first place that gives the right text: others are in tags, or in other sentences. */
function editedHtml(html: string, { old, replacement }: Edit, text: string): string | undefined {
  const sought = htmlOfLine(old);
  const added = replacement.split('\n').map(htmlOfLine).join('<br>');
  let at = sought === '' ? -1 : html.indexOf(sought);
  for (let tries = 0; at >= 0 && tries < MOST_TRIES; tries++) {
    const edited = html.slice(0, at) + added + html.slice(at + sought.length);
    if (textOfHtml(edited) === text) return edited;
    at = html.indexOf(sought, at + 1);
  }
  return undefined;
}
