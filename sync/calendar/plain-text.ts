/**
 * The form in which texts are compared and kept: lines by `\n`; no blanks at the ends of lines and of the whole; tabs
 * and no-break spaces as spaces, since HTML has no use for the one and Outlook writes the other for every second space;
 * nothing that systems refuse to keep (control characters, halves of a surrogate pair).
 */
export function normalText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
    .replaceAll('\u00a0', ' ')
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .trim();
}
