import type { Transaction } from './transaction.ts';

/** One decision about one item: what was done, in which direction, and why (OPS-2). */
export interface ItemEvent {
  readonly itemId: string;
  readonly action: string;
  readonly direction: 'to-mailbox' | 'to-crm' | null;
  readonly code: string | null;
  readonly reason: string;
  /** Values that gave way, both of them; sealed (invariant 2). */
  readonly detail?: unknown;
}

/** A conflict is told once in a cycle: it is recorded before its values are overwritten, and found by each attempt. */
export async function recordEvents(
  tx: Transaction,
  pairingId: string,
  cycle: number,
  events: readonly ItemEvent[],
  nowMs: number,
): Promise<void> {
  const untold = await withoutTold(tx, pairingId, cycle, events);
  if (untold.length === 0) return;
  await tx
    .insertInto('item_events')
    .values(
      untold.map(event => ({
        pairing_id: pairingId,
        item_id: event.itemId,
        cycle,
        at: new Date(nowMs),
        action: event.action,
        direction: event.direction,
        code: event.code,
        reason: event.reason,
        detail_sealed:
          event.detail === undefined
            ? null
            : tx.vault.seal('item_events', event.itemId, 'detail_sealed', event.detail),
      })),
    )
    .execute();
}

async function withoutTold(
  tx: Transaction,
  pairingId: string,
  cycle: number,
  events: readonly ItemEvent[],
): Promise<readonly ItemEvent[]> {
  const conflicts = events.filter(event => event.action === 'conflict');
  if (conflicts.length === 0) return events;
  const rows = await tx
    .selectFrom('item_events')
    .select(['item_id', 'reason', 'detail_sealed'])
    .where('pairing_id', '=', pairingId)
    .where('cycle', '=', cycle)
    .where('action', '=', 'conflict')
    .where(
      'item_id',
      'in',
      conflicts.map(({ itemId }) => itemId),
    )
    .execute();
  const told = new Set(
    rows.map(({ item_id: itemId, reason, detail_sealed: sealed }) => {
      const detail = sealed ? tx.vault.open('item_events', itemId, 'detail_sealed', sealed) : undefined;
      return contentOf({ itemId, reason, detail });
    }),
  );
  return events.filter(event => event.action !== 'conflict' || !told.has(contentOf(event)));
}

function contentOf({
  itemId,
  reason,
  detail = null,
}: Pick<ItemEvent, 'itemId' | 'reason' | 'detail'>): string {
  return JSON.stringify([itemId, reason, detail]);
}
