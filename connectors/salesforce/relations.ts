import { allRows } from './all-rows.ts';
import { isVisible, type ObjectShape } from './shape.ts';
import { chunks, list } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

const eventsPerQuery = 400;

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
    for (const row of await allRows(wire, 'EventRelation', selected, `EventId IN ${list(group)}`)) {
      const eventId = String(row.EventId);
      found.set(eventId, [...(found.get(eventId) ?? []), row]);
    }
  }
  return found;
}
