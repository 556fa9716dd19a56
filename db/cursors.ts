import type { Transaction } from './transaction.ts';

/** Where a mailbox container was read to; moves only with the page it follows (invariant 9). */
export interface MailboxCursor {
  readonly containerId: string;
  readonly cursor: string | null;
  readonly enumerating: boolean;
  readonly readAtMs: number | null;
}

/** What is watched no longer. */
export async function removeCursors(
  tx: Transaction,
  pairingId: string,
  containerIds: readonly string[],
): Promise<void> {
  if (containerIds.length === 0) return;
  await tx
    .deleteFrom('mailbox_cursors')
    .where('pairing_id', '=', pairingId)
    .where('container_id', 'in', containerIds)
    .execute();
}

export async function saveCursors(
  tx: Transaction,
  pairingId: string,
  cursors: readonly MailboxCursor[],
): Promise<void> {
  if (cursors.length === 0) return;
  await tx
    .insertInto('mailbox_cursors')
    .values(
      cursors.map(cursor => ({
        pairing_id: pairingId,
        container_id: cursor.containerId,
        cursor: cursor.cursor,
        enumerating: cursor.enumerating,
        read_at: cursor.readAtMs === null ? null : new Date(cursor.readAtMs),
      })),
    )
    .onConflict(conflict =>
      conflict.columns(['pairing_id', 'container_id']).doUpdateSet(set => ({
        cursor: set.ref('excluded.cursor'),
        enumerating: set.ref('excluded.enumerating'),
        read_at: set.ref('excluded.read_at'),
      })),
    )
    .execute();
}
