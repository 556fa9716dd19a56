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

const UNSHOWN = ['head', 'style', 'script'];

/** Leaves out the elements of one name; one that never ends stays, and its end is looked for once only. */
function withoutElements(html: string, name: string): string {
  const opening = new RegExp(`<${name}\\b`, 'gi');
  const closing = new RegExp(`</${name}>`, 'gi');
  const kept: string[] = [];
  let from = 0;
  for (let start = opening.exec(html); start; start = opening.exec(html)) {
    closing.lastIndex = start.index;
    if (!closing.test(html)) break;
    kept.push(html.slice(from, start.index));
    from = opening.lastIndex = closing.lastIndex;
  }
  return kept.join('') + html.slice(from);
}

function plainText({ contentType, content }: ItemBody): string {
  if (contentType === 'text') return content;
  return UNSHOWN.reduce(withoutElements, content)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<br\s*\/?> ?|<\/(p|div|tr|li|h[1-6])> ?/gi, '\r\n')
    .replaceAll(/<[^<>]*>/g, '')
    .replaceAll(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity)
    .trim();
}

/** A body as it is answered: HTML, unless text is preferred (documentation: outlook.body-content-type). */
export function wireBody(body: ItemBody, preferred: 'html' | 'text' | undefined): ItemBody {
  if (preferred === 'text') return { contentType: 'text', content: plainText(body) };
  return { contentType: 'html', content: body.content === '' ? '' : documentOf(body) };
}

export const bodyPreview = (body: ItemBody) => plainText(body).slice(0, PREVIEW_LENGTH);
