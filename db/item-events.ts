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

export async function recordEvents(
  tx: Transaction,
  pairingId: string,
  cycle: number,
  events: readonly ItemEvent[],
  nowMs: number,
): Promise<void> {
  if (events.length === 0) return;
  await tx
    .insertInto('item_events')
    .values(
      events.map(event => ({
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
