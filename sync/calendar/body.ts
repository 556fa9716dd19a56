import { compile, type DomNode, type FormatCallback } from 'html-to-text';
import { normalText } from './plain-text.ts';

/** A hostile body may not cost more: what is longer is cut, and what is deeper, left out. */
const LONGEST = 500_000;
const DEEPEST = 500;

/**
 * The text of an HTML body: paragraphs and cells as lines, lists with marks, links with their targets; no scripts,
 * styles and pictures. It is normal text, and so is that of `htmlOfText` (CAL-6).
 */
export const textOfHtml = (html: string): string => normalText(convert(html.slice(0, LONGEST)));

const NBSP = '\u00a0';

/** A break at the end of a block only gives the line a height; between other things it begins a new one. */
const lineBreak: FormatCallback = (element, _walk, builder) => {
  if (isLast(placed(element))) builder.addInline(NBSP);
  else builder.addLineBreak();
};

const INLINE = new Set(['a', 'b', 'em', 'font', 'i', 's', 'small', 'span', 'strike', 'strong', 'u']);

/** What the parser knows of a node beyond what the types of html-to-text tell. */
interface Placed {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly next: Placed | null;
  readonly parent: Placed | null;
}

const placed = (node: DomNode) => node as unknown as Placed;

function isLast(node: Placed): boolean {
  let next = node.next;
  while (next && isBlank(next)) next = next.next;
  if (next) return false;
  return !INLINE.has(node.parent?.name ?? '') || isLast(node.parent!);
}

const isBlank = ({ type, data = '' }: Placed) =>
  type === 'comment' || (type === 'text' && /^[ \t\r\n\f]*$/.test(data));

/**
 * Marked as people write lists, so that `htmlOfText` knows them: `- ` or `1. `, each list deeper than the words around
 * it. Outlook writes a list in a list also beside its items, without a mark of its own.
 */
const list: FormatCallback = (element, walk, builder) => {
  let number = Number.parseInt(element.attribs?.start ?? '1', 10) || 0;
  const nextMark = () => (element.name === 'ol' ? `${number++}. ` : '- ');
  builder.openList({ ...{ maxPrefixLength: 2, prefixAlign: 'left' }, leadingLineBreaks: 1 });
  for (const item of element.children.filter((child: DomNode) => !isBlank(placed(child)))) {
    builder.openListItem({ prefix: item.name === 'li' ? nextMark() : '' });
    walk([item], builder);
    builder.closeListItem();
  }
  builder.closeList({ trailingLineBreaks: 1 });
};

const LINE = { format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } };
const PARAGRAPH = { format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } };
const each = (selectors: readonly string[], told: object) =>
  selectors.map(selector => ({ selector, ...told }));

const convert = compile({
  wordwrap: false,
  whitespaceCharacters: ' \t\r\n\f',
  limits: { maxDepth: DEEPEST, ellipsis: '…' },
  formatters: { lineBreak, list },
  selectors: [
    ...each(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote'], PARAGRAPH),
    // Outlook's own paragraphs have no margins: an empty line is an empty paragraph.
    ...each(['p.MsoNormal', 'p.MsoPlainText', 'p.MsoListParagraph'], LINE),
    ...each(['table', 'tr', 'td', 'th', 'caption', 'dt', 'dd', 'address', 'center', 'fieldset'], LINE),
    ...each(['ul', 'ol'], { format: 'list' }),
    ...each(['head', 'title', 'script', 'style', 'img', 'template'], { format: 'skip' }),
    { selector: 'br', format: 'lineBreak' },
    {
      selector: 'a',
      format: 'anchor',
      options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'], pathRewrite: harmless },
    },
  ],
});

/** Programs and files in place of an address are no targets. */
function harmless(target: string): string {
  return /^\s*(javascript|vbscript|data):/i.test(target) ? '' : target;
}
