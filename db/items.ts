import { sql } from 'kysely';
import type { Fields, Meeting, Module, RecordKind } from '../sync/record.ts';
import { NO_WRITES, type WriteMemory } from '../sync/rewrites.ts';
import type { NewId } from './ids.ts';
import type { ItemsTable } from './schema.ts';
import type { Transaction } from './transaction.ts';

/** 'linked'; 'away': its user took it out of the mailbox; 'already_there': the user's own; 'none': one side only. */
export type LinkState = 'linked' | 'away' | 'already_there' | 'none';
export type ItemState = 'in_sync' | 'excluded' | 'failing' | 'held';

export interface MailboxBase {
  readonly fields: Fields;
  readonly categories: readonly string[];
}

/** One line of the ledger: a partnership of two items, or one item and why it has no partner. */
export interface Item {
  readonly id: string;
  readonly module: Module;
  readonly link: LinkState;
  readonly state: ItemState;
  readonly code: string | null;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly mailboxItemId: string | null;
  readonly containerId: string | null;
  readonly mailboxEtag: string | null;
  /** Made by us, and not yet seen among the changes of its container. */
  readonly unheard: boolean;
  readonly crmKind: RecordKind | null;
  readonly crmId: string | null;
  readonly crmParentId: string | null;
  readonly crmModifiedAtMs: number | null;
  readonly adopted: boolean;
  readonly mailboxBase: MailboxBase | null;
  readonly crmBase: Fields | null;
  /** Of events: what it is among others. */
  readonly meeting: Meeting | null;
  /** The meeting that all who take part share (CAL-2), hashed by the organization's key. */
  readonly meetingHash: string | null;
  /** How often it was made anew in the mailbox after its user took it out. */
  readonly restored: number;
  readonly matchKeys: readonly string[];
  readonly writes: WriteMemory;
  readonly attempts: number;
  readonly nextAttemptAtMs: number | null;
}

export function newItem(
  newId: NewId,
  values: Partial<Omit<Item, 'id'>> & Pick<Item, 'module' | 'state'>,
): Item {
  return {
    id: newId('item'),
    link: 'none', code: null, reason: null, fix: null,
    mailboxItemId: null, containerId: null, mailboxEtag: null, unheard: false,
    crmKind: null, crmId: null, crmParentId: null, crmModifiedAtMs: null,
    adopted: false, mailboxBase: null, crmBase: null, meeting: null, meetingHash: null, restored: 0, matchKeys: [], writes: NO_WRITES, attempts: 0, nextAttemptAtMs: null,
    ...values,
  }; // biome-ignore format: grouped
}

/** Items that stand for any of these mailbox items or CRM records. */
export async function findItems(
  tx: Transaction,
  pairingId: string,
  mailboxItemIds: readonly string[],
  crmIds: readonly string[],
): Promise<Item[]> {
  if (mailboxItemIds.length + crmIds.length === 0) return [];
  const rows = await sql<StoredItem>`
    select * from items where pairing_id = ${pairingId} and mailbox_item_id = any(${mailboxItemIds}::text[])
    union
    select * from items where pairing_id = ${pairingId} and crm_id = any(${crmIds}::text[])
    order by id`.execute(tx);
  return rows.rows.map(row => itemOf(tx, row));
}

/** Of whichever pairing. */
export async function findItemsById(tx: Transaction, ids: readonly string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  const rows = await sql<StoredItem>`
    select * from items where id = any(${ids}::text[]) order by id`.execute(tx);
  return rows.rows.map(row => itemOf(tx, row));
}

/** Whether the mailbox holds items of the user's own, remembered or still waiting: without them nothing can match. */
export async function hasOwnItems(tx: Transaction, pairingId: string): Promise<boolean> {
  const found = await sql<{ own: boolean }>`select
    exists (select from items where pairing_id = ${pairingId} and state = 'excluded' and link = 'already_there')
    or exists (select from inbox where pairing_id = ${pairingId} and side = 'mailbox') as own`.execute(tx);
  return found.rows[0]?.own ?? false;
}

/** The user's own items that share a match key: candidates of adoption (PAIR-7). */
export async function findCandidates(
  tx: Transaction,
  pairingId: string,
  keys: readonly string[],
): Promise<Item[]> {
  if (keys.length === 0) return [];
  const rows = await sql<StoredItem>`
    select * from items where pairing_id = ${pairingId} and crm_id is null and mailbox_item_id is not null
      and link = 'already_there'
      and exists (select from unnest(match_keys) as key where key = any(${keys}::text[]))
    order by id`.execute(tx);
  return rows.rows.map(row => itemOf(tx, row));
}

type StoredItem = {
  [Column in keyof ItemsTable]: ItemsTable[Column] extends { __select__: infer Value }
    ? Value
    : ItemsTable[Column];
};

function itemOf(tx: Transaction, row: StoredItem): Item {
  const open = (column: string, sealed: Buffer | null) =>
    sealed && tx.vault.open('items', row.id, column, sealed);
  return {
    id: row.id,
    module: row.module as Module,
    link: row.link as LinkState,
    state: row.state as ItemState,
    code: row.code,
    reason: row.reason,
    fix: row.fix,
    mailboxItemId: row.mailbox_item_id,
    containerId: row.container_id,
    mailboxEtag: row.mailbox_etag,
    unheard: row.unheard,
    crmKind: row.crm_kind as RecordKind | null,
    crmId: row.crm_id,
    crmParentId: row.crm_parent_id,
    crmModifiedAtMs: row.crm_modified_at?.getTime() ?? null,
    adopted: row.adopted,
    mailboxBase: open('mailbox_base_sealed', row.mailbox_base_sealed) as MailboxBase | null,
    crmBase: open('crm_base_sealed', row.crm_base_sealed) as Fields | null,
    meeting: open('meeting_sealed', row.meeting_sealed) as Meeting | null,
    meetingHash: row.meeting_hash,
    restored: row.restored,
    matchKeys: row.match_keys,
    writes: { ...NO_WRITES, ...(row.writes as unknown as WriteMemory) },
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at?.getTime() ?? null,
  };
}

const UPDATED = [
  'module', 'link', 'state', 'code', 'reason', 'fix', 'mailbox_item_id', 'container_id', 'mailbox_etag', 'crm_kind', 'crm_id',
  'crm_parent_id', 'crm_modified_at', 'adopted', 'unheard', 'mailbox_base_sealed', 'crm_base_sealed', 'detail_sealed', 'match_keys', 'writes',
  'meeting_sealed', 'series_id', 'meeting_hash', 'restored', 'attempts', 'next_attempt_at', 'changed_at',
] as const; // biome-ignore format: one list

const ROWS_PER_STATEMENT = 500;

/** Writes whole items, new or known, with what a list shows of them. `label` is the person's name, or the subject, sealed. */
export async function saveItems(
  tx: Transaction,
  pairingId: string,
  items: readonly Item[],
  nowMs: number,
): Promise<void> {
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    await tx
      .insertInto('items')
      .values(items.slice(start, start + ROWS_PER_STATEMENT).map(item => rowOf(tx, pairingId, item, nowMs)))
      .onConflict(conflict =>
        conflict
          .column('id')
          .doUpdateSet(set =>
            Object.fromEntries(UPDATED.map(column => [column, set.ref(`excluded.${column}`)])),
          ),
      )
      .execute();
  }
}

function rowOf(tx: Transaction, pairingId: string, item: Item, nowMs: number) {
  const seal = (column: string, value: unknown) =>
    value === null ? null : tx.vault.seal('items', item.id, column, value);
  return {
    id: item.id,
    pairing_id: pairingId,
    module: item.module,
    link: item.link,
    state: item.state,
    code: item.code,
    reason: item.reason,
    fix: item.fix,
    mailbox_item_id: item.mailboxItemId,
    container_id: item.containerId,
    mailbox_etag: item.mailboxEtag,
    unheard: item.unheard,
    crm_kind: item.crmKind,
    crm_id: item.crmId,
    crm_parent_id: item.crmParentId,
    crm_modified_at: item.crmModifiedAtMs === null ? null : new Date(item.crmModifiedAtMs),
    adopted: item.adopted,
    mailbox_base_sealed: seal('mailbox_base_sealed', item.mailboxBase),
    crm_base_sealed: seal('crm_base_sealed', item.crmBase),
    detail_sealed: seal('detail_sealed', labelOf(item)),
    meeting_sealed: seal('meeting_sealed', item.meeting),
    series_id: item.meeting?.seriesId ?? null,
    meeting_hash: item.meetingHash,
    restored: item.restored,
    match_keys: [...item.matchKeys],
    writes: JSON.stringify(item.writes),
    attempts: item.attempts,
    next_attempt_at: item.nextAttemptAtMs === null ? null : new Date(item.nextAttemptAtMs),
    changed_at: new Date(nowMs),
  };
}

/** What a list shows, masked, of an item. */
export interface ItemLabel {
  readonly name: string;
  readonly address: string | null;
}

function labelOf(item: Item): ItemLabel | null {
  const fields = item.mailboxBase?.fields ?? item.crmBase;
  if (!fields) return null;
  return {
    name:
      [fields.firstName, fields.lastName].filter(Boolean).join(' ') ||
      (fields.company ?? fields.subject ?? ''),
    address: fields.email1 ?? null,
  };
}

export async function deleteItems(tx: Transaction, pairingId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.deleteFrom('items').where('pairing_id', '=', pairingId).where('id', 'in', ids).execute();
}

export async function countLinked(tx: Transaction, pairingId: string, module: Module): Promise<number> {
  const row = await tx
    .selectFrom('items')
    .select(count => count.fn.countAll<number>().as('count'))
    .where('pairing_id', '=', pairingId)
    .where('module', '=', module)
    .where('link', '=', 'linked')
    .executeTakeFirstOrThrow();
  return row.count;
}

export interface KnownVersion extends Pick<Item, 'module' | 'unheard'> {
  readonly etag: string | null;
  /** It stands for a record, in the mailbox or away from it. */
  readonly isPartner: boolean;
}

/** Mailbox items whose newest version we wrote ourselves: their rows in a delta are echoes (invariant 11). */
export async function knownEtags(
  tx: Transaction,
  pairingId: string,
  mailboxItemIds: readonly string[],
): Promise<Map<string, KnownVersion>> {
  if (mailboxItemIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('items')
    .select(['mailbox_item_id', 'mailbox_etag', 'module', 'unheard', 'crm_id'])
    .where('pairing_id', '=', pairingId)
    .where('mailbox_item_id', 'in', mailboxItemIds)
    .execute();
  return new Map(
    rows.map(row => [
      row.mailbox_item_id as string,
      {
        etag: row.mailbox_etag,
        module: row.module as Module,
        unheard: row.unheard,
        isPartner: row.crm_id !== null,
      },
    ]),
  );
}
