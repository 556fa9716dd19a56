import type { Selectable } from 'kysely';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { HeldDeletionsTable } from './schema.ts';
import type { Transaction } from './transaction.ts';

export type HeldDeletion = Selectable<HeldDeletionsTable>;

const byId: Keyset<HeldDeletion> = {
  list: 'held-deletions',
  columns: ['id'],
  direction: 'asc',
  key: row => [row.id],
};

export async function listHeldDeletions(
  tx: Transaction,
  filter: { readonly pairingId?: string | undefined; readonly state?: HeldDeletion['state'] | undefined },
  request: PageRequest,
): Promise<Page<HeldDeletion>> {
  let query = tx.selectFrom('held_deletions').selectAll();
  if (filter.pairingId !== undefined) query = query.where('pairing_id', '=', filter.pairingId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  return page(tx, query, byId, request);
}

export interface Decision {
  readonly verdict: 'approved' | 'rejected';
  readonly decidedBy: string;
  readonly nowMs: number;
}

/** Those of these ids that exist, decided or not: an unknown one is the caller's mistake. */
export async function knownHeldDeletions(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.selectFrom('held_deletions').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(row => row.id));
}

/** What was decided before stays as it is, so that deciding is safe to repeat. */
export async function decideHeldDeletions(
  tx: Transaction,
  which: { readonly ids: readonly string[] } | { readonly pairingId: string },
  decision: Decision,
): Promise<{ id: string; pairingId: string }[]> {
  const query = tx
    .updateTable('held_deletions')
    .set({
      state: decision.verdict,
      decided_at: new Date(decision.nowMs),
      decided_by: decision.decidedBy,
    })
    .where('state', '=', 'held')
    .returning(['id', 'pairing_id as pairingId', 'item_id as itemId']);
  const decided =
    'ids' in which
      ? await query.where('id', 'in', which.ids).execute()
      : await query.where('pairing_id', '=', which.pairingId).execute();
  await lookAgain(
    tx,
    decided.map(({ itemId }) => itemId),
    decision.nowMs,
  );
  return decided.map(({ id, pairingId }) => ({ id, pairingId })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The next cycle checks each item again before anything is carried out (POL-20). */
async function lookAgain(tx: Transaction, itemIds: readonly string[], nowMs: number): Promise<void> {
  if (itemIds.length === 0) return;
  await tx
    .updateTable('items')
    .set({ next_attempt_at: new Date(nowMs) })
    .where('id', 'in', itemIds)
    .execute();
}
