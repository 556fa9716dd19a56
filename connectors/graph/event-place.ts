import { bodyIn, sent } from './batches.ts';
import type { BatchRequest } from './client.ts';
import type { GraphEvent } from './event-item.ts';
import { seriesUid } from './exchange-uid.ts';
import { literal, query } from './odata.ts';
import type { MailboxWire } from './wire.ts';

/**
 * The ids of those that are in the primary calendar. An event does not name the folder that it is in, and its id may
 * open it in Deleted Items or in another calendar as well: what the list of the calendar does not have is not in it.
 */
export async function inCalendar(wire: MailboxWire, events: readonly GraphEvent[]): Promise<Set<string>> {
  const uids = [...new Set(events.flatMap(event => listedUid(event) ?? []))];
  const listed = new Set<string>();
  for (const answer of await sent(
    wire,
    uids.map(uid => lookup(wire, uid)),
  )) {
    const list = bodyIn<{ value?: GraphEvent[] }>(answer, 'read');
    if (!list.ok) throw list.failure;
    for (const { id } of list.value?.value ?? []) if (id) listed.add(id);
  }
  const isHere = (event: GraphEvent) =>
    listedUid(event) === null || listed.has(event.seriesMasterId ?? event.id ?? '');
  return new Set(events.filter(isHere).map(({ id }) => id ?? ''));
}

/** Lists have single events and series: an occurrence is where its series is. Null where its id does not tell which. */
function listedUid({ iCalUId, seriesMasterId }: GraphEvent): string | null {
  return (seriesMasterId ? seriesUid(iCalUId ?? '') : iCalUId) || null;
}

function lookup(wire: MailboxWire, uid: string): BatchRequest {
  const options = { $filter: `iCalUId eq ${literal(uid)}`, $select: 'id' };
  return { method: 'GET', url: wire.path('calendar', 'events') + query(options) };
}
