import type { ItemBody, OnlineMeetingInfo } from '@microsoft/microsoft-graph-types';

/** How Teams marks the part of a body that tells how to join. */
const teamsMark = /\bme-email-text\b/;

/**
 * The new body with the part that tells how to join, if it has lost it: without that part the event is no online
 * meeting any more (documentation: event update, body of online meetings).
 */
export function withJoinBlock(
  body: ItemBody,
  current: ItemBody | null | undefined,
  meeting: OnlineMeetingInfo | null | undefined,
): ItemBody {
  const content = body.content ?? '';
  const forms = meeting?.joinUrl ? [meeting.joinUrl, escaped(meeting.joinUrl)] : [];
  const [plain, asAttribute] = forms;
  if (plain === undefined || forms.some(form => content.includes(form))) return body;
  if (body.contentType !== 'html') return { ...body, content: `${content}\n\n${plain}` };
  const block = joinBlockOf(current?.content ?? '', forms);
  return {
    ...body,
    content: beforeEnd(content, block ?? `<div><a href="${asAttribute}">${asAttribute}</a></div>`),
  };
}

/** The <div> that Teams marks around the link, or the nearest one around it. */
function joinBlockOf(html: string, links: readonly string[]): string | null {
  const link = Math.max(...links.map(each => html.indexOf(each)));
  if (link < 0) return null;
  const open: { readonly from: number; readonly isMarked: boolean }[] = [];
  let nearest: string | null = null;
  for (const tag of html.matchAll(/<(\/?)div\b[^<>]*>/gi)) {
    const to = tag.index + tag[0].length;
    if (tag[1] === '') {
      open.push({ from: tag.index, isMarked: teamsMark.test(tag[0]) });
      continue;
    }
    const closed = open.pop();
    if (closed === undefined || link < closed.from || link >= to) continue;
    if (closed.isMarked) return html.slice(closed.from, to);
    nearest ??= html.slice(closed.from, to);
  }
  return nearest;
}

function beforeEnd(html: string, block: string): string {
  const end = html.search(/<\/body>/i);
  return end < 0 ? `${html}${block}` : `${html.slice(0, end)}${block}${html.slice(end)}`;
}

function escaped(url: string): string {
  return url.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
