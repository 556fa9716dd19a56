import { isNetwork, websiteDomain } from '../../sync/mail/website.ts';
import type { NewAccountDraft } from '../archive.ts';
import type { Outcome } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { allRowsOf, type Search } from './all-rows.ts';
import { groupsWithin, heldByKey, insertAll } from './inserts.ts';
import type { UserSchema } from './schema.ts';
import { chunks, list, pattern } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

/** Of up to 255 characters each: Salesforce takes addresses of 16,384 bytes. */
const namesPerQuery = 40;
const domainsPerQuery = 25;
const conditionBytes = 14_000;

/** Accounts of exactly these names; SOQL compares without regard to case, the rule of CON-1 does not. */
export async function accountsByName(
  wire: SalesforceWire,
  access: CheckedAccess | null,
  names: readonly string[],
): Promise<Map<string, string[]>> {
  const searches = chunks([...new Set(names)], namesPerQuery).map(group => ({
    ...{ object: 'Account', columns: 'Id, Name', condition: `Name IN ${list(group)}` },
  }));
  const rows = (await allRowsOf(wire, searches)).flat();
  return idsByValue(names, await readable(access, rows), (row, name) => row.Name === name);
}

/** Accounts whose website is in one of these domains, also with `www.` before it. */
export async function accountsByDomain(
  wire: SalesforceWire,
  access: CheckedAccess | null,
  domains: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = (await allRowsOf(wire, searchesOfDomains(domains))).flat();
  return accountsIn(await readable(access, rows), domains);
}

export function searchesOfDomains(domains: readonly string[]): Search[] {
  const conditions = distinct(domains).map(hasWebsiteIn);
  const sizeOf = (condition: string) => encodeURIComponent(condition).length;
  return groupsWithin(conditions, domainsPerQuery, conditionBytes, sizeOf).map(group => ({
    ...{ object: 'Account', columns: 'Id, Website', condition: `(${group.join(' OR ')})` },
  }));
}

/** What a website has before its domain, and after it; a pattern of both would be one for each pair. */
const before = ['', '%/', '%.', '%@'];
const after = ['', '/%', ':%', '?%', '#%'];
const afterNetwork = ['', '/'];

/** Nearly exact: other domains that have this one in them would fill the pages in a large org. */
function hasWebsiteIn(domain: string): string {
  const any = (patterns: readonly string[]) => `(${patterns.map(one => `Website LIKE ${one}`).join(' OR ')})`;
  const begins = any(before.map(part => pattern(part, domain, '%')));
  const ends = any((isNetwork(domain) ? afterNetwork : after).map(part => pattern('%', domain, part)));
  return `(${begins} AND ${ends})`;
}

export function accountsIn(rows: readonly Row[], domains: readonly string[]): Map<string, string[]> {
  return idsByValue(
    distinct(domains),
    rows,
    (row, domain) => websiteDomain(String(row.Website ?? '')) === domain,
  );
}

const distinct = (domains: readonly string[]) => [...new Set(domains.map(domain => domain.toLowerCase()))];

/** What has the key already is an earlier attempt's. Duplicate rules are respected. */
export async function createAccounts(
  wire: SalesforceWire,
  schema: UserSchema,
  access: CheckedAccess | null,
  drafts: readonly NewAccountDraft[],
): Promise<Outcome<{ readonly id: string }>[]> {
  if (drafts.length === 0) return [];
  const { columns, keyColumn } = await schema.ofWriter('Account');
  const records = drafts.map(({ key, name, website }) => ({
    Name: name.slice(0, columns.get('Name')?.maxLength ?? name.length),
    ...(columns.get('Website')?.isCreateable && { Website: website }),
    ...(keyColumn !== null && { [keyColumn]: key }),
    ...(access !== null && { OwnerId: access.userId }),
  }));
  const results = await insertAll(wire, 'Account', records);
  return results.map((result): Outcome<{ readonly id: string }> => {
    const id = result.ok ? result.value : heldByKey(result, keyColumn);
    if (id !== null) return { ok: true, value: { id } };
    return result as Extract<typeof result, { ok: false }>;
  });
}

/** What the acted-for user sees of these rows. */
export async function readable(access: CheckedAccess | null, rows: readonly Row[]): Promise<readonly Row[]> {
  if (access === null || rows.length === 0) return rows;
  const ids = await access.readable(rows.map(row => String(row.Id)));
  return rows.filter(row => ids.has(String(row.Id)));
}

function idsByValue(
  values: readonly string[],
  rows: readonly Row[],
  matches: (row: Row, value: string) => boolean,
): Map<string, string[]> {
  const found = values.map((value): [string, string[]] => [
    value,
    rows.filter(row => matches(row, value)).map(row => String(row.Id)),
  ]);
  return new Map(found.filter(([, ids]) => ids.length > 0));
}
