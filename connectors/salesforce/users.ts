import type { CrmUser } from '../connector.ts';
import { allRowsOf, type Search } from './all-rows.ts';
import { chunks, list, text } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

const columns = 'Id, Username, Email, Name, IsActive, TimeZoneSidKey';
const addressesPerQuery = 200;
const pageSize = 500;
/** Standard users are people; the others are guests, portals and machinery. */
const isPerson = "UserType = 'Standard'";

export async function usersByEmail(
  wire: SalesforceWire,
  addresses: readonly string[],
): Promise<Map<string, CrmUser[]>> {
  return usersIn((await allRowsOf(wire, searchesOfUsers(addresses))).flat());
}

export function searchesOfUsers(addresses: readonly string[]): Search[] {
  return chunks([...new Set(addresses)], addressesPerQuery).map(group => ({
    ...{ object: 'User', columns, condition: `Email IN ${list(group)} AND ${isPerson}` },
  }));
}

export function usersIn(rows: readonly Row[]): Map<string, CrmUser[]> {
  return Map.groupBy(rows.map(userOf), ({ email }) => email.toLowerCase());
}

export async function userById(wire: SalesforceWire, id: string): Promise<CrmUser | null> {
  const { records } = await wire.query(`SELECT ${columns} FROM User WHERE Id = ${text(id)}`);
  return records[0] === undefined ? null : userOf(records[0]);
}

export async function usersPage(
  wire: SalesforceWire,
  after: string | null,
): Promise<{ users: CrmUser[]; next: string | null }> {
  const position = after === null ? '' : ` AND Id > ${text(after)}`;
  const { records, done } = await wire.query(
    `SELECT ${columns} FROM User WHERE ${isPerson}${position} ORDER BY Id LIMIT ${pageSize}`,
  );
  const users = records.map(userOf);
  return { users, next: done && users.length < pageSize ? null : (users.at(-1)?.id ?? null) };
}

function userOf(row: Row): CrmUser {
  return {
    id: String(row.Id),
    login: String(row.Username),
    email: String(row.Email ?? ''),
    name: String(row.Name ?? ''),
    active: row.IsActive === true,
    timeZone: typeof row.TimeZoneSidKey === 'string' ? row.TimeZoneSidKey : null,
  };
}
