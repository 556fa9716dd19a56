import { type Selectable, sql } from 'kysely';
import type { ArchivedFolder } from '../sync/containers.ts';
import type { FolderKind } from '../sync/folders/kinds.ts';
import { AMBIGUOUS_CODE } from '../sync/items/match.ts';
import { standardFolderModules } from '../sync/policy/folders.ts';
import type { RecordKind } from '../sync/record.ts';
import { kindOfModule } from './kinds.ts';
import { EMAILS } from './messages.ts';
import type { InboxTable, Side } from './schema.ts';
import type { Transaction } from './transaction.ts';

/**
 * Why an item waits: heard of with its content, gone from its container, changed (ask for it), due again, displaced by a
 * newer one, or over a lowered maximum (POL-13).
 */
export type InboxWhat = 'present' | 'removed' | 'changed' | 'retry' | 'displaced' | 'evicted';

/** What waits: a record or its item, a record with folders, or a message to archive. */
export type InboxKind = RecordKind | FolderKind | ArchivedFolder;

export interface InboxEntry {
  readonly side: Side;
  /** The mailbox item's or the CRM record's id. */
  readonly sourceId: string;
  readonly kind: InboxKind;
  readonly what: InboxWhat;
  readonly containerId?: string | null;
  readonly etag?: string | null;
  readonly payload?: unknown;
  /** Of an item that was there before us: its categories when a full enumeration listed it (PAIR-6). */
  readonly listedCategories?: readonly string[] | null;
  readonly matchKeys?: readonly string[];
  readonly notBeforeMs?: number | null;
}

export interface InboxRow extends Required<Omit<InboxEntry, 'payload' | 'matchKeys' | 'notBeforeMs'>> {
  readonly generation: number;
  readonly payload: unknown;
}

const ROWS_PER_STATEMENT = 1_000;

/** One row per item, newest wins; what an item was when it was first listed stays until it is worked on. */
export async function putInbox(
  tx: Transaction,
  pairingId: string,
  entries: readonly InboxEntry[],
  nowMs: number,
): Promise<void> {
  const newest = [...new Map(entries.map(entry => [`${entry.side}:${entry.sourceId}`, entry])).values()];
  for (let start = 0; start < newest.length; start += ROWS_PER_STATEMENT) {
    await tx
      .insertInto('inbox')
      .values(
        newest.slice(start, start + ROWS_PER_STATEMENT).map(entry => rowOf(tx, pairingId, entry, nowMs)),
      )
      .onConflict(conflict =>
        conflict.columns(['pairing_id', 'side', 'source_id']).doUpdateSet(set => ({
          kind: set.ref('excluded.kind'),
          generation: sql<number>`nextval('inbox_generation')`,
          container_id: set.ref('excluded.container_id'),
          etag: set.ref('excluded.etag'),
          what: set.ref('excluded.what'),
          payload_sealed: set.ref('excluded.payload_sealed'),
          listed_sealed: sql<Buffer | null>`coalesce(inbox.listed_sealed, excluded.listed_sealed)`,
          match_keys: set.ref('excluded.match_keys'),
          not_before: set.ref('excluded.not_before'),
          received_at: set.ref('excluded.received_at'),
        })),
      )
      .execute();
  }
}

function rowOf(tx: Transaction, pairingId: string, entry: InboxEntry, nowMs: number) {
  const seal = (column: SealedColumn, value: unknown) =>
    value === undefined || value === null
      ? null
      : tx.vault.seal('inbox', placeOf(pairingId, entry), column, value);
  return {
    pairing_id: pairingId,
    side: entry.side,
    source_id: entry.sourceId,
    kind: entry.kind,
    what: entry.what,
    container_id: entry.containerId ?? null,
    etag: entry.etag ?? null,
    payload_sealed: seal('payload_sealed', entry.payload),
    listed_sealed: seal('listed_sealed', entry.listedCategories),
    match_keys: [...(entry.matchKeys ?? [])],
    not_before: entry.notBeforeMs ? new Date(entry.notBeforeMs) : null,
    received_at: new Date(nowMs),
  };
}

type SealedColumn = 'payload_sealed' | 'listed_sealed';

function placeOf(pairingId: string, { side, sourceId }: Pick<InboxEntry, 'side' | 'sourceId'>): string {
  return `${pairingId}|${side}|${sourceId}`;
}

const READ = ['side', 'source_id', 'kind', 'generation', 'what', 'container_id', 'etag', 'payload_sealed',
  'listed_sealed'] as const; // biome-ignore format: one list

export interface InboxQuestion {
  readonly kind: InboxKind;
  /** Rows put off until later than this moment wait; epoch milliseconds. */
  readonly asOfMs: number;
  readonly limit: number;
  /** Generations to leave out. */
  readonly except: readonly number[];
}

/** The next rows of a kind that may be worked on, oldest first. */
export async function nextOfInbox(
  tx: Transaction,
  pairingId: string,
  { kind, asOfMs, limit, except }: InboxQuestion,
): Promise<InboxRow[]> {
  const rows = await tx
    .selectFrom('inbox')
    .select(READ)
    .where('pairing_id', '=', pairingId)
    .where('kind', '=', kind)
    .where(where => where.or([where('not_before', 'is', null), where('not_before', '<=', new Date(asOfMs))]))
    .where(sql<boolean>`generation <> all(${except}::bigint[])`)
    .orderBy('generation')
    .limit(limit)
    .execute();
  return rows.map(row => opened(tx, pairingId, row));
}

/** The rows that wait for these sources, whenever they are due. */
export async function inboxOf(
  tx: Transaction,
  pairingId: string,
  side: Side,
  sourceIds: readonly string[],
): Promise<InboxRow[]> {
  if (sourceIds.length === 0) return [];
  const rows = await tx
    .selectFrom('inbox')
    .select(READ)
    .where('pairing_id', '=', pairingId)
    .where('side', '=', side)
    .where('source_id', 'in', sourceIds)
    .orderBy('generation')
    .execute();
  return rows.map(row => opened(tx, pairingId, row));
}

type StoredRow = Pick<Selectable<InboxTable>, (typeof READ)[number]>;

function opened(tx: Transaction, pairingId: string, row: StoredRow): InboxRow {
  const sourceId = row.source_id;
  const place = placeOf(pairingId, { side: row.side, sourceId });
  const open = (column: SealedColumn) => {
    const sealed = row[column];
    return sealed && tx.vault.open('inbox', place, column, sealed);
  };
  return {
    side: row.side,
    sourceId,
    kind: row.kind as InboxKind,
    what: row.what as InboxWhat,
    containerId: row.container_id,
    etag: row.etag,
    generation: row.generation,
    payload: open('payload_sealed'),
    listedCategories: open('listed_sealed') as string[] | null,
  };
}

/** Takes finished rows out: only the generation that was read, so that what came meanwhile stays. */
export async function clearInbox(
  tx: Transaction,
  pairingId: string,
  rows: readonly Pick<InboxRow, 'side' | 'sourceId' | 'generation'>[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .deleteFrom('inbox')
    .where('pairing_id', '=', pairingId)
    .where(
      'generation',
      'in',
      rows.map(row => row.generation),
    )
    .execute();
}

/** Puts rows off until a moment, if they are still the generation that was read. */
export async function postponeInbox(
  tx: Transaction,
  pairingId: string,
  generations: readonly number[],
  notBeforeMs: number,
): Promise<void> {
  if (generations.length === 0) return;
  await tx
    .updateTable('inbox')
    .set({ not_before: new Date(notBeforeMs) })
    .where('pairing_id', '=', pairingId)
    .where('generation', 'in', generations)
    .execute();
}

/** Rows that turn out to be another phase's wait for that, if they are still the generation that was read. */
export async function handOverInbox(
  tx: Transaction,
  pairingId: string,
  generations: readonly number[],
  kind: RecordKind,
): Promise<void> {
  await tx
    .updateTable('inbox')
    .set({ kind })
    .where('pairing_id', '=', pairingId)
    .where(sql<boolean>`generation = any(${generations}::bigint[])`)
    .execute();
}

/**
 * The records that carry each of these match keys, as far as they wait for a partner: in the inbox, or in the ledger because
 * nothing told them apart.
 */
export async function rivalsByMatchKey(
  tx: Transaction,
  pairingId: string,
  keys: readonly string[],
): Promise<Map<string, string[]>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ key: string; records: string[] }>`
    with rivals as (
      select source_id as record, match_keys from inbox where pairing_id = ${pairingId} and side = 'crm'
      union all
      select crm_id, match_keys from items
      where pairing_id = ${pairingId} and code = ${AMBIGUOUS_CODE} and crm_id is not null and mailbox_item_id is null
    )
    select key, array_agg(distinct record) as records from rivals, unnest(match_keys) as key
    where key = any(${keys}::text[])
    group by key`.execute(tx);
  return new Map(rows.map(({ key, records }) => [key, records]));
}

/** Items whose time has come again go back into the inbox (PAIR-10). */
export async function requeueDueItems(tx: Transaction, pairingId: string, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    with due as (
      update items set next_attempt_at = null where pairing_id = ${pairingId} and next_attempt_at <= ${now} and module <> ${EMAILS}
      returning organization_id, pairing_id, module, mailbox_item_id, crm_id
    ), sources as (
      select organization_id, pairing_id, module, 'mailbox' as side, mailbox_item_id as source_id from due where mailbox_item_id is not null
      union all select organization_id, pairing_id, module, 'crm', crm_id from due where crm_id is not null
    )
    insert into inbox (organization_id, pairing_id, side, source_id, kind, what, received_at)
    select organization_id, pairing_id, side, source_id, ${kindOfModule}, 'retry', ${now} from sources
    order by side, source_id collate "C"
    on conflict (pairing_id, side, source_id) do nothing`.execute(tx);
}

/**
 * Messages of the Inbox and of Sent Items whose time has come again, where these containers are still archived; those in
 * drop folders are found there.
 */
export async function requeueDueMessages(
  tx: Transaction,
  pairingId: string,
  containers: readonly string[],
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await sql`
    with due as (
      update items set next_attempt_at = null
      where pairing_id = ${pairingId} and next_attempt_at <= ${now} and module = ${EMAILS}
      returning organization_id, pairing_id, container_id, mailbox_item_id
    )
    insert into inbox (organization_id, pairing_id, side, source_id, kind, what, container_id, received_at)
    select organization_id, pairing_id, 'mailbox', mailbox_item_id, split_part(container_id, ':', 2), 'retry', container_id,
      ${now} from due
    where container_id = any(${containers}::text[])
    order by mailbox_item_id collate "C"
    on conflict (pairing_id, side, source_id) do nothing`.execute(tx);
}

/** Messages that are no longer to be archived by themselves. */
export async function forgetWaitingMessages(
  tx: Transaction,
  pairingId: string,
  folders: readonly ArchivedFolder[],
): Promise<void> {
  await tx.deleteFrom('inbox').where('pairing_id', '=', pairingId).where('kind', 'in', folders).execute();
}

/** Records with folders of kinds that the policy no longer has. */
export async function forgetWaitingRecords(
  tx: Transaction,
  pairingId: string,
  kept: readonly FolderKind[],
): Promise<void> {
  await tx
    .deleteFrom('inbox')
    .where('pairing_id', '=', pairingId)
    .where('side', '=', 'crm')
    .where(where => where.or([where('kind', 'in', standardFolderModules), where('kind', 'like', 'custom:%')]))
    .where(sql<boolean>`kind <> all(${kept}::text[])`)
    .execute();
}

/** The kinds of rows that may be worked on now. */
export async function waitingKinds(tx: Transaction, pairingId: string, nowMs: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('inbox')
    .select('kind')
    .distinct()
    .where('pairing_id', '=', pairingId)
    .where(where => where.or([where('not_before', 'is', null), where('not_before', '<=', new Date(nowMs))]))
    .orderBy('kind')
    .execute();
  return rows.map(row => row.kind);
}

/** Items of the mailbox that wait without an entry in the ledger, by a key that they match. */
export async function findNewcomers(
  tx: Transaction,
  pairingId: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const keyOf = new Map(keys.map(key => [tx.vault.hash('match', key), key]));
  const rows = await sql<{ key: string; source_id: string }>`
    select key, source_id from inbox w, unnest(w.match_keys) as key
    where w.pairing_id = ${pairingId} and w.side = 'mailbox' and key = any(${[...keyOf.keys()]}::text[])
      and not exists (select from items i where i.pairing_id = ${pairingId} and i.mailbox_item_id = w.source_id)
    order by w.generation desc`.execute(tx);
  return new Map(
    rows.rows.flatMap(row => {
      const key = keyOf.get(row.key);
      return key === undefined ? [] : [[key, row.source_id] as const];
    }),
  );
}
