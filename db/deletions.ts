import { sql } from 'kysely';
import type { Side } from './schema.ts';
import type { Transaction } from './transaction.ts';

const DAY_MS = 86_400_000;

export interface Removal {
  readonly itemId: string;
  /** 'deletion', or 'clear:FIELD'. */
  readonly what: string;
}

/** What was removed within the last 24 hours, by this pairing and over its connection (POL-20). */
export async function recentRemovals(
  tx: Transaction,
  pairingId: string,
  connectionId: string,
  module: string,
  nowMs: number,
): Promise<Map<string, { pairing: number; connection: number }>> {
  const rows = await sql<{ what: string; pairing: number; connection: number }>`
    select what, count(distinct item_id) filter (where pairing_id = ${pairingId}) as pairing,
      count(distinct item_id) as connection
    from deletions where connection_id = ${connectionId} and module = ${module} and at > ${new Date(nowMs - DAY_MS)}
    group by what`.execute(tx);
  return new Map(rows.rows.map(row => [row.what, { pairing: row.pairing, connection: row.connection }]));
}

export async function recordRemovals(
  tx: Transaction,
  pairingId: string,
  connectionId: string,
  module: string,
  removals: readonly Removal[],
  nowMs: number,
): Promise<void> {
  if (removals.length === 0) return;
  await tx
    .insertInto('deletions')
    .values(
      removals.map(({ itemId, what }) => ({
        connection_id: connectionId,
        pairing_id: pairingId,
        module,
        what,
        item_id: itemId,
        at: new Date(nowMs),
      })),
    )
    .execute();
}

export interface HeldRemoval extends Removal {
  readonly module: string;
  readonly side: Side;
  readonly reason: string;
}

/** Holds removals for an admin; one that waits already, or was approved, is left as it is. */
export async function holdRemovals(
  tx: Transaction,
  pairingId: string,
  held: readonly HeldRemoval[],
  nowMs: number,
): Promise<void> {
  if (held.length === 0) return;
  await tx
    .insertInto('held_deletions')
    .values(
      held.map(removal => ({
        id: tx.newId('heldDeletion'),
        pairing_id: pairingId,
        item_id: removal.itemId,
        module: removal.module,
        what: removal.what,
        side: removal.side,
        reason: removal.reason,
        held_at: new Date(nowMs),
      })),
    )
    .onConflict(conflict =>
      conflict.columns(['item_id', 'what']).where('state', 'in', ['held', 'approved']).doNothing(),
    )
    .execute();
}

export type Decision = 'held' | 'approved' | 'rejected';

/** The newest word on each item's removals: what an admin has said, or that it waits. */
export async function removalDecisions(
  tx: Transaction,
  itemIds: readonly string[],
): Promise<Map<string, Decision>> {
  if (itemIds.length === 0) return new Map();
  const rows = await sql<{ item_id: string; what: string; state: Decision }>`
    select distinct on (item_id, what) item_id, what, state from held_deletions
    where item_id = any(${itemIds}::text[]) and state <> 'void' order by item_id, what, held_at desc, id desc`.execute(
    tx,
  );
  return new Map(rows.rows.map(row => [`${row.item_id}|${row.what}`, row.state]));
}

/** Ends the decisions of items that were carried out, or whose question has gone away. */
export async function closeHeld(tx: Transaction, removals: readonly Removal[]): Promise<void> {
  if (removals.length === 0) return;
  await tx
    .updateTable('held_deletions')
    .set({ state: 'void' })
    .where(
      'item_id',
      'in',
      removals.map(removal => removal.itemId),
    )
    .execute();
}
