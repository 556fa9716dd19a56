import type { Transaction } from '../../../db/transaction.ts';
import type { SimulatedCompany } from '../simulated-company.ts';

/** Our own tables, as far as they say what holds and what happened to whom; ids are those of both sides. */
export function ledgerOf(company: SimulatedCompany): Promise<unknown[]> {
  return company.database.inOrganization(company.organizationId, async tx => [
    ...(await pairings(tx)),
    ...(await items(tx)),
    ...(await history(tx)),
    ...(await heldDeletions(tx)),
    ...(await leftOver(tx)),
  ]);
}

async function pairings(tx: Transaction): Promise<unknown[]> {
  const rows = await tx
    .selectFrom('pairings')
    .select(['mailbox', 'state', 'reason', 'fix', 'error_streak', 'crm_user_login'])
    .select(['root_folder_id', 'contact_folder_id', 'category_id', 'leads_category_id'])
    .execute();
  return rows.map(pairing => ({ pairing }));
}

async function items(tx: Transaction): Promise<unknown[]> {
  const rows = await tx
    .selectFrom('items')
    .select(['module', 'link', 'state', 'code', 'reason', 'fix', 'adopted'])
    .select(['mailbox_item_id', 'container_id', 'crm_kind', 'crm_id', 'crm_parent_id'])
    .select(eb => eb('mailbox_base_sealed', 'is not', null).as('has_mailbox_base'))
    .select(eb => eb('crm_base_sealed', 'is not', null).as('has_crm_base'))
    .execute();
  return rows.map(item => ({ item }));
}

/**
 * Who of two mailboxes hears first of the meeting that both have, or of its end, a crash decides: whether one waits for the
 * other, and which of the organizer's last changes its copy had seen (CAL-2).
 */
const IN_TURN = ['organizer_leads', 'invitation_expected', 'record_left'];

/**
 * What happened to whom; not how often, since an attempt that ended may have told already. Whoever comes after a crash
 * finds made what was to be made, gone what was to go, and equal what was to be changed: the last is not told.
 */
async function history(tx: Transaction): Promise<unknown[]> {
  const rows = await tx
    .selectFrom('item_events as event')
    .innerJoin('items as item', 'item.id', 'event.item_id')
    .select(['item.crm_id', 'item.mailbox_item_id', 'event.action', 'event.code'])
    .where('event.action', '<>', 'updated')
    .where(where =>
      where.or([
        where('item.module', '<>', 'appointments'),
        where('event.code', 'is', null),
        where('event.code', 'not in', IN_TURN),
      ]),
    )
    .execute();
  const told: Readonly<Record<string, string>> = {
    ...{ recovered: 'created', forgotten: 'deleted', already_archived: 'archived' },
  };
  const events = rows.map(({ action, code, ...event }) => ({
    event: { ...event, action: told[action] ?? action, code: code === action ? null : code },
  }));
  return [...new Map(events.map(event => [JSON.stringify(event), event])).values()];
}

async function heldDeletions(tx: Transaction): Promise<unknown[]> {
  const rows = await tx
    .selectFrom('held_deletions as held')
    .innerJoin('items as item', 'item.id', 'held.item_id')
    .select(['item.crm_id', 'held.module', 'held.what', 'held.side', 'held.reason', 'held.state'])
    .execute();
  return rows.map(held => ({ held }));
}

/** What was about to be done, and what still waits to be looked at. */
async function leftOver(tx: Transaction): Promise<unknown[]> {
  const intents = await tx.selectFrom('intents').select(['op', 'target', 'source_id']).execute();
  const inbox = await tx.selectFrom('inbox').select(['side', 'what', 'kind', 'source_id']).execute();
  const claims = await tx.selectFrom('claims').select(['kind', 'is_guard']).execute();
  return [
    ...intents.map(intent => ({ intent })),
    ...inbox.map(waiting => ({ waiting })),
    ...claims.map(claim => ({ claim })),
  ];
}
