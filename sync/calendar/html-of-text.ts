import { normalText } from './plain-text.ts';

/** The HTML of a text, from which `textOfHtml` makes the same text again: lines, lists, links and indents (CAL-6). */
export function htmlOfText(text: string): string {
  const open: Item[] = [];
  const html: string[] = [];
  for (const line of normalText(text).split('\n')) {
    const item = itemIn(line, open);
    html.push(item ? itemHtml(item, open) : `${closing(open, 0)}<div>${htmlOfLine(line) || '<br>'}</div>`);
  }
  return html.join('\n') + closing(open, 0);
}

/** The item of a list that a line is. */
interface Item {
  readonly list: 'ul' | 'ol';
  readonly number: number;
  readonly depth: number;
  /** How far the items of a list in it are indented: to where its own words begin. */
  readonly inset: number;
  readonly words: string;
}

/** Deeper ones are lines with an indent: what nobody reads may not cost depth. */
const MOST_DEPTH = 8;
const ITEM = /^( *)((?:-|(0|[1-9]\d{0,8})\.) )(\S.*)$/;

/** `open`: the items, each in a list of the one before it, that a line may go on. */
function itemIn(line: string, open: readonly Item[]): Item | undefined {
  const [, indent = '', mark = '', number, words] = ITEM.exec(line) ?? [];
  if (words === undefined) return undefined;
  const depth = indent === '' ? 0 : open.findIndex(({ inset }) => inset === indent.length) + 1;
  if ((indent !== '' && depth === 0) || depth > MOST_DEPTH) return undefined;
  const inset = indent.length + mark.length;
  return { list: number === undefined ? 'ul' : 'ol', number: Number(number ?? 0), depth, inset, words };
}

/** Opens a list where the item does not go on the one that is open at its depth. */
function itemHtml(item: Item, open: Item[]): string {
  const before = open[item.depth];
  const goesOn = before?.list === item.list && (item.list === 'ul' || item.number === before.number + 1);
  const closed = closing(open, goesOn ? item.depth + 1 : item.depth);
  open[item.depth] = item;
  const opened = item.list === 'ul' ? '<ul>' : `<ol start="${item.number}">`;
  return `${closed}${goesOn ? '</li>' : opened}<li>${htmlOfLine(item.words)}`;
}

/** Closes the lists from a depth on. */
const closing = (open: Item[], depth: number): string =>
  open
    .splice(depth)
    .reverse()
    .map(({ list }) => `</li></${list}>`)
    .join('');

/** Punctuation after an address belongs to the sentence. */
const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?'()[\]])/;

/** What stands in a line of HTML. */
export const htmlOfLine = (line: string): string =>
  line
    .split(LINK)
    .map((part, index) => (index % 2 === 0 ? spaced(escaped(part)) : link(escaped(part))))
    .join('');

const link = (address: string) => `<a href="${address}">${address}</a>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** HTML keeps one space between words; others have to be no-break spaces. */
const spaced = (text: string) => text.replaceAll(/(?<=^| ) /g, '&nbsp;');
