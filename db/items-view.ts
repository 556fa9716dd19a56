import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Fields } from '../sync/record.ts';
import type { ItemLabel, MailboxBase } from './items.ts';
import { searchHashes } from './match-keys.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { ItemEventsTable, ItemsTable } from './schema.ts';
import type { Transaction } from './transaction.ts';

/** An item of the ledger with its values in clear; whoever shows them masks them (OPS-2). */
export interface ItemView {
  readonly row: Selectable<ItemsTable>;
  readonly label: ItemLabel | null;
  /** What each side held when they last agreed; null where that side has no partner. */
  readonly mailboxValues: Fields | null;
  readonly crmValues: Fields | null;
}

export interface ItemFilter {
  readonly module?: string | undefined;
  readonly state?: string | undefined;
  /** An address, a name or an id of the item, the mailbox item or the CRM record. */
  readonly q?: string | undefined;
}

const byId: Keyset<Selectable<ItemsTable>> = {
  list: 'items',
  columns: ['id'],
  direction: 'asc',
  key: row => [row.id],
};

export async function listItems(
  tx: Transaction,
  pairingId: string,
  filter: ItemFilter,
  request: PageRequest,
): Promise<Page<ItemView>> {
  let query = tx.selectFrom('items').selectAll().where('pairing_id', '=', pairingId);
  if (filter.module !== undefined) query = query.where('module', '=', filter.module);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.q !== undefined) query = query.where(foundBy(tx, filter.q));
  const { data, nextCursor } = await page(tx, query, byId, request);
  return { data: data.map(row => viewOf(tx, row)), nextCursor };
}

/** People are found by the keyed hashes of their addresses and names: what is stored about them stays encrypted. */
function foundBy(tx: Transaction, q: string) {
  const hashes = searchHashes(tx.vault, q);
  return sql<boolean>`(items.id = ${q} or mailbox_item_id = ${q} or crm_id = ${q}
    or match_keys && ${hashes}::text[])`;
}

export async function readItem(tx: Transaction, id: string): Promise<ItemView | undefined> {
  const row = await tx.selectFrom('items').selectAll().where('id', '=', id).executeTakeFirst();
  return row && viewOf(tx, row);
}

function viewOf(tx: Transaction, row: Selectable<ItemsTable>): ItemView {
  const open = (column: string, sealed: Buffer | null): unknown =>
    sealed === null ? null : tx.vault.open('items', row.id, column, sealed);
  const mailboxBase = open('mailbox_base_sealed', row.mailbox_base_sealed) as MailboxBase | null;
  return {
    row,
    label: open('detail_sealed', row.detail_sealed) as ItemLabel | null,
    mailboxValues: mailboxBase?.fields ?? null,
    crmValues: open('crm_base_sealed', row.crm_base_sealed) as Fields | null,
  };
}

export interface ItemEventView {
  readonly row: Omit<Selectable<ItemEventsTable>, 'detail_sealed'>;
  readonly detail: unknown;
}

/** The story of items, oldest first: every decision with its cycle and reason. */
export async function readStory(
  tx: Transaction,
  itemIds: readonly string[],
  limit: number,
): Promise<Map<string, ItemEventView[]>> {
  const story = new Map<string, ItemEventView[]>(itemIds.map(id => [id, []]));
  if (itemIds.length === 0) return story;
  const rows = await tx
    .selectFrom('item_events')
    .selectAll()
    .where('item_id', 'in', itemIds)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  for (const { detail_sealed: sealed, ...row } of rows.reverse()) {
    // The database numbers events, so they are sealed for their item.
    const detail =
      sealed === null ? null : tx.vault.open('item_events', row.item_id, 'detail_sealed', sealed);
    story.get(row.item_id)?.push({ row, detail });
  }
  return story;
}

/** Tries a quarantined item again in the next cycle. */
export async function wantRetry(tx: Transaction, id: string, nowMs: number): Promise<void> {
  await tx
    .updateTable('items')
    .set({ next_attempt_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute();
}

/** Lets a contact come back that its user had removed from the mailbox (CON-3): the next cycle creates it anew. */
export async function wantRestore(tx: Transaction, id: string, nowMs: number): Promise<void> {
  await tx
    .updateTable('items')
    .set({
      link: 'none',
      mailbox_item_id: null,
      container_id: null,
      mailbox_etag: null,
      mailbox_base_sealed: null,
      attempts: 0,
      next_attempt_at: new Date(nowMs),
    })
    .where('id', '=', id)
    .where('link', '=', 'away')
    .execute();
}
