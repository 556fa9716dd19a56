/** A string as a SOQL literal. */
export function text(value: string): string {
  return `'${escaped(value)}'`;
}

/** A LIKE pattern: wildcards in the value stand for themselves, those around it are wild. */
export function pattern(before: string, value: string, after: string): string {
  return `'${before}${escaped(value).replaceAll('%', '\\%').replaceAll('_', '\\_')}${after}'`;
}

/** The backslash comes first, or it would free the quote behind it. */
function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}

/** Values of an IN list. */
export function list(values: readonly string[]): string {
  return `(${values.map(text).join(',')})`;
}

export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function and(...conditions: readonly (string | false | null | undefined)[]): string {
  return conditions.filter(condition => typeof condition === 'string').join(' AND ');
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
