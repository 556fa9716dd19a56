/**
 * Text of strangers, for fields of one line: halves of surrogate pairs, control characters and what turns the direction
 * of the words after it are gone; runs of white space, line breaks among them, are one space.
 */
export function cleanLine(text: string): string {
  return text
    .slice(0, LONGEST_LINE)
    .toWellFormed()
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

/** Longer lines serve nobody: no system keeps more of a subject or name. */
const LONGEST_LINE = 10_000;

/** More than any CRM takes of a text. */
export const LONGEST_TEXT = 500_000;

/** Text of strangers, for fields of many lines: as it was written, without what systems refuse to keep. */
export function cleanText(text: string): string {
  return text
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const LONGEST_GRAPHEME = 64;

/** At most so many UTF-16 units; what people see as one character is kept or left out as a whole. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const start = Math.max(0, maxLength - LONGEST_GRAPHEME);
  const near = text.slice(start, maxLength + LONGEST_GRAPHEME);
  const boundary = graphemes.segment(near).containing(maxLength - start)?.index ?? 0;
  const end = boundary > 0 ? start + boundary : maxLength;
  return text.slice(0, end).replace(/[\ud800-\udbff]$/, '');
}

/** Line breaks are kept as two characters each (Salesforce Help, Custom Field Types: Text Area). */
export const heldLength = (text: string) => text.length + text.split('\n').length - 1;

/** As `cutText`, by the length that a CRM counts. */
export function cutHeld(text: string, maxLength: number): string {
  let held = 0;
  for (let end = 0; end < text.length; end++) {
    held += text[end] === '\n' ? 2 : 1;
    if (held > maxLength) return cutText(text, end);
  }
  return text;
}
