import { SyncFailure } from '../../sync/failure.ts';
import type { WholeEvent } from './event-records.ts';
import { type Guests, type RelationChanges, relationChanges } from './guests.ts';
import { type ObjectShape, recordsPerCollection } from './shape.ts';
import { chunks } from './soql.ts';
import type { Row, SalesforceWire, Subrequest } from './wire.ts';

const collection = '/composite/sobjects';
const collectionsPerCall = 5;

export interface Invitation {
  readonly event: WholeEvent;
  readonly guests: Guests;
}

/** Makes the relations of events say who takes part; answers whether there was something to do. */
export async function invite(
  wire: SalesforceWire,
  shape: ObjectShape,
  invitations: readonly Invitation[],
): Promise<boolean> {
  const changes = invitations.map(({ event, guests }) =>
    relationChanges(event.row, event.relations, guests, shape),
  );
  const requests = requestsOf(changes);
  for (const group of chunks(requests, collectionsPerCall)) {
    await afterSaving(() => wire.composite(group, 'write'));
  }
  return requests.length > 0;
}

/** The events are saved by now: what fails here is told by what is read back. */
export async function afterSaving(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
  }
}

function requestsOf(changes: readonly RelationChanges[]): Subrequest[] {
  const all = <T>(rows: readonly T[]) => chunks(rows, recordsPerCollection);
  const saving = (method: 'PATCH' | 'POST', records: readonly Row[]): Subrequest => ({
    method,
    url: collection,
    body: { allOrNone: false, records },
  });
  return [
    ...all(changes.flatMap(({ deletedIds }) => deletedIds)).map(deletionOf),
    ...all(changes.flatMap(({ updated }) => updated)).map(rows => saving('PATCH', rows)),
    ...all(changes.flatMap(({ created }) => created)).map(rows => saving('POST', rows)),
  ];
}

export function deletionOf(ids: readonly string[]): Subrequest {
  return { method: 'DELETE', url: `${collection}?ids=${ids.join(',')}` };
}
