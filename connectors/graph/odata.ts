/** A string as an OData literal: quotes are doubled. Still to be encoded for the URL. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Query options as a URL carries them: every value encoded, because `&`, `#` and `+` in one would end or change it. */
export function query(options: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A path of segments, each encoded: ids of Exchange contain `/`, `+` and `=`. */
export function path(...segments: readonly string[]): string {
  return `/${segments.map(segment => encodeURIComponent(segment)).join('/')}`;
}

export function expandProperties(ids: readonly string[]): string {
  return `singleValueExtendedProperties($filter=${ids.map(id => `id eq ${literal(id)}`).join(' or ')})`;
}
