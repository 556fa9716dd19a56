import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/**
 * A folder of the product was deleted with everything in it. That is no deletion of its items (invariant 5): what
 * was linked there is made again from the CRM, what was the user's own is forgotten.
 */
export async function relocateItems(
  tx: Transaction,
  pairingId: string,
  containerId: string,
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    with lost as (
      update items set link = 'none', mailbox_item_id = null, container_id = null, mailbox_etag = null,
        mailbox_base_sealed = null, adopted = false, changed_at = ${now}
      where pairing_id = ${pairingId} and container_id = ${containerId} and link = 'linked'
      returning organization_id, pairing_id, crm_id, crm_kind
    )
    insert into inbox (organization_id, pairing_id, side, source_id, kind, what, received_at)
    select organization_id, pairing_id, 'crm', crm_id, crm_kind, 'changed', ${now} from lost
    order by crm_id collate "C"
    on conflict (pairing_id, side, source_id) do nothing`.execute(tx);
  await tx
    .deleteFrom('items')
    .where('pairing_id', '=', pairingId)
    .where('container_id', '=', containerId)
    .where('crm_id', 'is', null)
    .execute();
  await tx
    .deleteFrom('inbox')
    .where('pairing_id', '=', pairingId)
    .where('side', '=', 'mailbox')
    .where('container_id', '=', containerId)
    .execute();
  await tx
    .deleteFrom('mailbox_cursors')
    .where('pairing_id', '=', pairingId)
    .where('container_id', '=', containerId)
    .execute();
}
