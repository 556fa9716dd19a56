import type { SyncFailure } from '../../sync/failure.ts';
import type { CheckedAccess } from './access.ts';
import { requestByIds, rowsById } from './rows-by-id.ts';
import { chunks, list } from './soql.ts';
import { queryRequest, type Row, rowsOf, type SalesforceWire, type Subrequest } from './wire.ts';

/** Whom an event may invite; the first characters of an id tell the object (Salesforce Help, Standard Field Record ID Prefix). */
const objects = [
  {
    name: 'User',
    prefix: '005',
    columns: 'Id, Name, Email, TimeZoneSidKey',
    condition: "IsActive = true AND UserType = 'Standard'",
  },
  { name: 'Contact', prefix: '003', columns: 'Id, Name, Email, Account.Name', condition: null },
  { name: 'Lead', prefix: '00Q', columns: 'Id, Name, Email, Company', condition: 'IsConverted = false' },
] as const;
/** Three queries of so many addresses stay below the length of a composite's part. */
const addressesPerQuery = 100;

/** One user among other queries of a call, as `byIds` tells of people. */
export function requestOfUser(id: string): Subrequest {
  const { name, columns } = objects[0];
  return requestByIds({ object: name, columns, ids: [id] });
}

export function isPerson(id: string): boolean {
  return objects.some(({ prefix }) => id.startsWith(prefix));
}

/** Users, contacts and leads as those who take part in events. */
export class Persons {
  readonly #wire: SalesforceWire;
  readonly #access: CheckedAccess | null;

  constructor(wire: SalesforceWire, access: CheckedAccess | null) {
    this.#wire = wire;
    this.#access = access;
  }

  /** Rows with `Name` and `Email`, and what else tells of the person; who is hidden is not in the map. */
  async byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const asked = objects.map(({ name, prefix, columns }) => ({
      object: name,
      columns,
      ids: ids.filter(id => id.startsWith(prefix)),
    }));
    const rows = await rowsById(this.#wire, asked, passOverObject);
    return new Map(rows.map(row => [String(row.Id), row]));
  }

  /** CAL-5: the user with this address, else the contact, else the lead; of several the oldest record. */
  async idsByAddress(addresses: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const group of chunks([...new Set(addresses)], addressesPerQuery)) {
      const answers = await this.#wire.composite(
        objects.map(({ name, condition }) => {
          const where = `Email IN ${list(group)}${condition === null ? '' : ` AND ${condition}`}`;
          return queryRequest(`SELECT Id, Email FROM ${name} WHERE ${where} ORDER BY CreatedDate, Id`);
        }),
        'read',
      );
      const rows = answers.flatMap(answer => {
        if (answer.ok) return rowsOf(answer).records;
        passOverObject(answer.failure);
        return [];
      });
      for (const row of await this.#readable(rows)) {
        const address = String(row.Email).toLowerCase();
        if (!found.has(address)) found.set(address, String(row.Id));
      }
    }
    return found;
  }

  /** Users are known to all. */
  async #readable(rows: readonly Row[]): Promise<readonly Row[]> {
    if (this.#access === null) return rows;
    const isUser = (row: Row) => String(row.Id).startsWith(objects[0].prefix);
    const readable = await this.#access.readable(rows.filter(row => !isUser(row)).map(row => String(row.Id)));
    return rows.filter(row => isUser(row) || readable.has(String(row.Id)));
  }
}

/** Who may not see an object at all sees none of its people. */
function passOverObject(failure: SyncFailure): void {
  if (failure.kind !== 'schema') throw failure;
}
