import { isVisible, type ObjectShape } from './shape.ts';
import { chunks, list, text } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

const eventsPerQuery = 400;
const rowsPerPage = 2_000;

/** The flags exist with Shared Activities only (object reference, EventRelation). */
const columns = ['Id', 'EventId', 'RelationId', 'Status', 'IsInvitee', 'IsParent', 'IsWhat'];

export type Relations = ReadonlyMap<string, readonly Row[]>;

/** The relations of events, by event; an org or a user without access to them has none. */
export async function relationsOf(
  wire: SalesforceWire,
  shape: ObjectShape,
  eventIds: readonly string[],
): Promise<Relations> {
  const found = new Map<string, Row[]>();
  if (!isVisible(shape)) return found;
  const selected = columns.filter(column => shape.columns.has(column)).join(', ');
  for (const group of chunks(eventIds, eventsPerQuery)) {
    for (let after: string | null = ''; after !== null; ) {
      const rows: { records: readonly Row[]; done: boolean } = await wire.query(
        `SELECT ${selected} FROM EventRelation WHERE EventId IN ${list(group)}` +
          `${after && ` AND Id > ${text(after)}`} ORDER BY Id LIMIT ${rowsPerPage}`,
      );
      for (const row of rows.records) {
        const eventId = String(row.EventId);
        found.set(eventId, [...(found.get(eventId) ?? []), row]);
      }
      const last = rows.records.at(-1);
      const isLast = last === undefined || (rows.done && rows.records.length < rowsPerPage);
      after = isLast ? null : String(last.Id);
    }
  }
  return found;
}
