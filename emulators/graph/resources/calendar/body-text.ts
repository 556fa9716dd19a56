import type { EventContent } from '../../store/event-state.ts';

type ItemBody = EventContent['body'];

const PREVIEW_LENGTH = 255;
const HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>';
const ENTITIES: Record<string, string> = {
  amp: '&',
  gt: '>',
  lt: '<',
  nbsp: ' ',
  quot: '"',
  '#39': "'",
};

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Exchange keeps a complete document, whatever was sent. */
function documentOf({ contentType, content }: ItemBody): string {
  if (/<html/i.test(content) && contentType === 'html') return content;
  const inner = contentType === 'html' ? content : escapeHtml(content).replaceAll(/\r?\n/g, '<br>\r\n');
  return `${HEAD}<body>${inner}</body></html>`;
}

function plainText({ contentType, content }: ItemBody): string {
  if (contentType === 'text') return content;
  return content
    .replaceAll(/<(head|style|script)\b[\s\S]*?<\/\1>/gi, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<br\s*\/?> ?|<\/(p|div|tr|li|h[1-6])> ?/gi, '\r\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity)
    .trim();
}

/** A body as it is answered: HTML, unless text is preferred (documentation: outlook.body-content-type). */
export function wireBody(body: ItemBody, preferred: 'html' | 'text' | undefined): ItemBody {
  if (preferred === 'text') return { contentType: 'text', content: plainText(body) };
  return { contentType: 'html', content: body.content === '' ? '' : documentOf(body) };
}

export const bodyPreview = (body: ItemBody) => plainText(body).slice(0, PREVIEW_LENGTH);
