import { chunks, list, text } from './soql.ts';
import type { SalesforceWire } from './wire.ts';

export interface Rights {
  readonly read: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
}
export type RightsById = ReadonlyMap<string, Rights>;

/** UserRecordAccess answers for one user and at most 200 records at a time. */
const recordsPerQuery = 200;

/** Where everything runs as the app's user: what the acted-for user himself may do. */
export class CheckedAccess {
  readonly #wire: SalesforceWire;
  readonly #userId: string;

  constructor(wire: SalesforceWire, userId: string) {
    this.#wire = wire;
    this.#userId = userId;
  }

  get userId(): string {
    return this.#userId;
  }

  /** Records without any right are not in the map. */
  async rights(ids: readonly string[]): Promise<RightsById> {
    const soqls = chunks([...new Set(ids)], recordsPerQuery).map(
      group =>
        'SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess FROM UserRecordAccess ' +
        `WHERE UserId = ${text(this.#userId)} AND RecordId IN ${list(group)}`,
    );
    const rows = (await this.#wire.queries(soqls)).flatMap(answer => answer.records);
    return new Map(
      rows.map(row => [
        String(row.RecordId),
        {
          read: row.HasReadAccess === true,
          edit: row.HasEditAccess === true,
          delete: row.HasDeleteAccess === true,
        },
      ]),
    );
  }

  async readable(ids: readonly string[]): Promise<Set<string>> {
    return new Set([...(await this.rights(ids))].flatMap(([id, { read }]) => (read ? [id] : [])));
  }
}
