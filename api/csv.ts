/**
 * One line of CSV (RFC 4180). A spreadsheet runs what begins like a formula, so such a text gets an apostrophe in
 * front, which spreadsheets take for "this is text" (OWASP ASVS 1.2.10).
 */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n\0]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text;
}
