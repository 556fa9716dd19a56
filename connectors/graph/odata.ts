import { SyncFailure } from '../../sync/failure.ts';

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
  return `/${segments.map(encoded).join('/')}`;
}

/** URLs resolve dot segments, also encoded ones: such an id would address something else. */
function encoded(segment: string): string {
  if (!/^\.{0,2}$/.test(segment) && segment.isWellFormed()) return encodeURIComponent(segment);
  throw new SyncFailure('validation', `"${segment}" cannot be an id or an address`, {
    native: 'MalformedId',
    fix: 'Enter the address or the object id of the mailbox.',
  });
}

export function expandProperties(ids: readonly string[]): string {
  return `singleValueExtendedProperties($filter=${ids.map(id => `id eq ${literal(id)}`).join(' or ')})`;
}

/** The filter for what has this value in an extended property; Exchange compares it without regard to case. */
export function withProperty(id: string, value: string): string {
  return `singleValueExtendedProperties/Any(ep: ep/id eq ${literal(id)} and ep/value eq ${literal(value)})`;
}
