import type { NewAccountDraft } from '../archive.ts';
import type { Outcome } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { heldByKey, insertAll } from './inserts.ts';
import type { UserSchema } from './schema.ts';
import { chunks, containing, list } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

/** Of up to 255 characters each: Salesforce takes addresses of 16,384 bytes. */
const namesPerQuery = 40;
const domainsPerQuery = 25;

/** Accounts of exactly these names; SOQL compares without regard to case, the rule of CON-1 does not. */
export async function accountsByName(
  wire: SalesforceWire,
  access: CheckedAccess | null,
  names: readonly string[],
): Promise<Map<string, string[]>> {
  const soqls = chunks([...new Set(names)], namesPerQuery).map(
    group => `SELECT Id, Name FROM Account WHERE Name IN ${list(group)} LIMIT 2000`,
  );
  const answers = await wire.queries(soqls);
  const rows = await readable(
    access,
    answers.flatMap(({ records }) => records),
  );
  return idsByValue(names, rows, (row, name) => row.Name === name);
}

/** Accounts whose website is in one of these domains, also with `www.` before it. */
export async function accountsByDomain(
  wire: SalesforceWire,
  access: CheckedAccess | null,
  domains: readonly string[],
): Promise<Map<string, string[]>> {
  const answers = await wire.queries(queriesOfDomains(domains));
  const rows = answers.flatMap(({ records }) => records);
  return accountsIn(await readable(access, rows), domains);
}

export function queriesOfDomains(domains: readonly string[]): string[] {
  return chunks(distinct(domains), domainsPerQuery).map(
    group =>
      `SELECT Id, Website FROM Account WHERE ${group.map(domain => `Website LIKE ${containing(domain)}`).join(' OR ')} LIMIT 2000`,
  );
}

export function accountsIn(rows: readonly Row[], domains: readonly string[]): Map<string, string[]> {
  return idsByValue(distinct(domains), rows, (row, domain) => domainOf(row.Website) === domain);
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

/** People enter websites with and without a scheme. */
function domainOf(website: unknown): string | null {
  const address = String(website ?? '').trim();
  const url = URL.parse(/^https?:\/\//i.test(address) ? address : `https://${address}`);
  return url === null ? null : url.hostname.replace(/^www\./, '');
}
