/** Enough to recognise what one knows already, not enough to learn it: `j•••@c•••.com`, `J••• D•••` (OPS-2). */
export function maskText(text: string): string {
  return text
    .split(/(\s+)/)
    .map(word => (word.includes('@') ? maskAddress(word) : maskWord(word)))
    .join('');
}

function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  const ending = dot > 0 ? domain.slice(dot) : '';
  return `${maskWord(address.slice(0, at))}@${maskWord(dot > 0 ? domain.slice(0, dot) : domain)}${ending}`;
}

function maskWord(word: string): string {
  return /^\s*$/.test(word) ? word : `${[...word][0]}•••`;
}

/** Masks every text in a JSON value; names of fields, numbers and flags stay. */
export function maskJson(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map(maskJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskJson(inner)]));
}
