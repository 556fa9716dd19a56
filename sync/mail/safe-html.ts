import sanitize, { type Attributes, type IOptions, type Tag } from 'sanitize-html';
import { cutHeld, heldLength } from './text.ts';

/** A hostile body may not cost more: what is longer is cut, tags that stand deeper are left out, their words kept. */
const LONGEST_INPUT = 500_000;
const DEEPEST = 100;
/** The parser's time grows with the square of how many elements are open. */
const MOST_TAGS = 60_000;
/** What the ends of all open elements take at most: `</blockquote>` each. */
const LONGEST_ENDING = DEEPEST * '</blockquote>'.length;
/** Whoever styles one element with more wants to cost time. */
const LONGEST_STYLE = 2_000;

// biome-ignore format: one kind per line
const TAGS = [
  'p', 'div', 'span', 'br', 'hr', 'blockquote', 'pre', 'code', 'center', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
  'b', 'strong', 'i', 'em', 'u', 's', 'strike', 'del', 'ins', 'sub', 'sup', 'small', 'a',
  'ul', 'ol', 'li', 'dl', 'dt', 'dd',
  'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td',
];

/** Elements whose words nobody is meant to read. */
const UNREAD = ['script', 'style', 'title', 'textarea', 'option', 'xmp', 'iframe', 'noembed', 'noframes'];

const LEFT_OR_RIGHT = ['left', 'right', 'center', 'justify'];
const SMALL_LENGTH = /^\d{1,2}(\.\d{1,3})?(px|pt)$/;

/** What makes letters bold, lists lists and quotes indented. Nothing that hides, covers, moves or loads anything. */
const STYLES = {
  'font-weight': [/^(bold|bolder|[5-9]00)$/],
  'font-style': [/^(italic|oblique)$/],
  'text-decoration': [/^(underline|line-through)$/],
  'text-align': [/^(left|right|center|justify|start|end)$/],
  'vertical-align': [/^(sub|super)$/],
  'white-space': [/^pre(-wrap|-line)?$/],
  'list-style-type': [/^[a-z-]{1,30}$/],
  'margin-left': [SMALL_LENGTH],
  'padding-left': [SMALL_LENGTH],
};

const OPTIONS: IOptions = {
  allowedTags: TAGS,
  nonTextTags: UNREAD,
  allowedAttributes: {
    '*': ['style', 'dir'],
    a: ['href', 'rel'],
    ol: ['start', { name: 'type', multiple: false, values: ['1', 'a', 'A', 'i', 'I'] }],
    td: ['colspan', 'rowspan', { name: 'align', multiple: false, values: LEFT_OR_RIGHT }],
    th: ['colspan', 'rowspan', { name: 'align', multiple: false, values: LEFT_OR_RIGHT }],
    table: [{ name: 'border', multiple: false, values: ['0', '1'] }],
  },
  allowedStyles: { '*': STYLES },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  nestingLimit: DEEPEST,
  transformTags: { img: pictureByWords, a: safeLink, '*': boundedStyle },
};

/**
 * HTML of strangers made safe to show (MAIL-4): no scripts, forms, frames or styles that hide; pictures are named by
 * their words, so that showing it fetches nothing. At most so long, and well-formed also where it was cut.
 */
export function safeHtml(html: string, maxLength: number): string {
  const safe = sanitize(bounded(html), OPTIONS).trim();
  if (heldLength(safe) <= maxLength) return safe;
  return sanitize(cutBetweenTags(cutHeld(safe, Math.max(0, maxLength - LONGEST_ENDING))), OPTIONS);
}

/** Whether all of it is looked at: its words are lost otherwise. */
export function isReadWhole(html: string): boolean {
  return html.length <= LONGEST_INPUT && bounded(html).length === wellFormed(html).length;
}

const wellFormed = (html: string) => html.toWellFormed().replaceAll('\0', '');

function bounded(html: string): string {
  const start = wellFormed(html.slice(0, LONGEST_INPUT));
  let end = -1;
  for (let tags = 0; tags <= MOST_TAGS; tags++) {
    end = start.indexOf('<', end + 1);
    if (end < 0) return start;
  }
  return start.slice(0, end);
}

/** Never inside a tag or a character reference: what sanitize writes has `<` and `&` for nothing else. */
function cutBetweenTags(cut: string): string {
  const whole = cut.lastIndexOf('<') > cut.lastIndexOf('>') ? cut.slice(0, cut.lastIndexOf('<')) : cut;
  return whole.replace(/&[#\w]{0,31}$/, '');
}

/** No picture of a message can be shown without its sender hearing of it. */
function pictureByWords(tagName: string, { alt }: Attributes): Tag {
  const words = alt?.trim();
  return words ? { tagName: 'span', attribs: {}, text: `[${words}]` } : { tagName, attribs: {} };
}

const LINK = /^(https?:\/\/|mailto:|tel:)/i;

/** An address without a host would mean the CRM's own pages. */
function safeLink(tagName: string, { href, style }: Attributes): Tag {
  const target = href?.replaceAll(/[\p{Cc}\s]+/gu, '') ?? '';
  const attribs: Attributes = LINK.test(target) ? { href: target, rel: 'noopener noreferrer nofollow' } : {};
  return { tagName, attribs: style === undefined ? attribs : { ...attribs, style } };
}

function boundedStyle(tagName: string, attribs: Attributes): Tag {
  if ((attribs.style ?? '').length <= LONGEST_STYLE) return { tagName, attribs };
  const { style: _, ...others } = attribs;
  return { tagName, attribs: others };
}
