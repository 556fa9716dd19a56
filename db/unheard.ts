import { sql } from 'kysely';
import { kindOfModule } from './kinds.ts';
import { EMAILS } from './messages.ts';
import type { Transaction } from './transaction.ts';

/**
 * A delta never tells of an item that came and went between two of its rounds, nor does an enumeration after a dead
 * cursor tell what is missing. So what has to turn up is marked as unheard; when a round has ended without it, that
 * is a question about the item (invariant 5).
 */

/** A new enumeration has to list every item of these containers; what its user moved out is elsewhere. */
export async function expectAnew(
  tx: Transaction,
  pairingId: string,
  containerIds: readonly string[],
): Promise<void> {
  if (containerIds.length === 0) return;
  await tx
    .updateTable('items')
    .set({ unheard: true })
    .where('pairing_id', '=', pairingId)
    .where('container_id', 'in', containerIds)
    .where('link', '<>', 'away')
    .where('module', '<>', EMAILS)
    .execute();
}

export async function markHeard(
  tx: Transaction,
  pairingId: string,
  mailboxItemIds: readonly string[],
): Promise<void> {
  if (mailboxItemIds.length === 0) return;
  await tx
    .updateTable('items')
    .set({ unheard: false })
    .where('pairing_id', '=', pairingId)
    .where('mailbox_item_id', 'in', mailboxItemIds)
    .execute();
}

/** Puts what is still unheard at the end of a round into the inbox, to be asked for by its id. */
export async function askForUnheard(
  tx: Transaction,
  pairingId: string,
  containerIds: readonly string[],
  nowMs: number,
): Promise<void> {
  if (containerIds.length === 0) return;
  await sql`
    with missing as (
      update items set unheard = false
      where pairing_id = ${pairingId} and container_id = any(${containerIds}::text[]) and unheard
      returning organization_id, pairing_id, mailbox_item_id, module, container_id
    )
    insert into inbox (organization_id, pairing_id, side, source_id, kind, what, container_id, received_at)
    select organization_id, pairing_id, 'mailbox', mailbox_item_id,
      ${kindOfModule}, 'removed', container_id, ${new Date(nowMs)}
    from missing where mailbox_item_id is not null
    order by mailbox_item_id collate "C"
    on conflict (pairing_id, side, source_id) do nothing`.execute(tx);
}
