import { sql } from 'kysely';
import { hashMatchKeys, messageKey, nameSearchKey } from './match-keys.ts';
import type { Transaction } from './transaction.ts';

/** The module under which the ledger has messages. */
export const EMAILS = 'emails';

/** What the ledger says about one message of the mailbox. */
export interface MessageEntry {
  readonly id: string;
  readonly messageId: string;
  /** Where it was when it was looked at. */
  readonly folderId: string;
  /** Its version when it was looked at, our own change of it included. */
  readonly etag: string;
  /** Archived: what became of it is told by `code`. */
  readonly isArchived: boolean;
  readonly state: 'in_sync' | 'excluded' | 'failing';
  readonly code: string | null;
  readonly reason: string | null;
  readonly fix: string | null;
  /** The e-mail of the CRM. */
  readonly crmId: string | null;
  readonly attempts: number;
  readonly nextAttemptAtMs: number | null;
}

/** By what people find it: sender, subject, Message-ID. */
export interface MessageLabel {
  readonly subject: string;
  readonly sender: string | null;
  readonly internetMessageId: string | null;
}

export async function messageEntries(
  tx: Transaction,
  pairingId: string,
  messageIds: readonly string[],
): Promise<Map<string, MessageEntry>> {
  if (messageIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('items')
    .selectAll()
    .where('pairing_id', '=', pairingId)
    .where('module', '=', EMAILS)
    .where(sql<boolean>`mailbox_item_id = any(${messageIds}::text[])`)
    .execute();
  return new Map(
    rows.map(row => [
      row.mailbox_item_id ?? '',
      {
        id: row.id,
        messageId: row.mailbox_item_id ?? '',
        folderId: row.container_id ?? '',
        etag: row.mailbox_etag ?? '',
        isArchived: row.link === 'linked',
        state: row.state as MessageEntry['state'],
        code: row.code,
        reason: row.reason,
        fix: row.fix,
        crmId: row.crm_id,
        attempts: row.attempts,
        nextAttemptAtMs: row.next_attempt_at?.getTime() ?? null,
      },
    ]),
  );
}

/** `label`: null where the message could not be read; what is known of it stays. */
export interface LabelledEntry extends MessageEntry {
  readonly label: MessageLabel | null;
}

const COLUMNS = ['link', 'state', 'code', 'reason', 'fix', 'container_id', 'mailbox_etag', 'crm_kind', 'crm_id',
  'attempts', 'next_attempt_at', 'changed_at'] as const; // biome-ignore format: one list
const LABEL_COLUMNS = ['detail_sealed', 'match_keys'] as const;

export async function saveMessages(
  tx: Transaction,
  pairingId: string,
  entries: readonly LabelledEntry[],
  nowMs: number,
): Promise<void> {
  const [labelled, others] = [entries.filter(hasLabel), entries.filter(entry => !hasLabel(entry))];
  await putMessages(tx, pairingId, labelled, [...COLUMNS, ...LABEL_COLUMNS], nowMs);
  await putMessages(tx, pairingId, others, COLUMNS, nowMs);
}

const hasLabel = ({ label }: LabelledEntry) => label !== null;

async function putMessages(
  tx: Transaction,
  pairingId: string,
  entries: readonly LabelledEntry[],
  columns: readonly (typeof COLUMNS | typeof LABEL_COLUMNS)[number][],
  nowMs: number,
): Promise<void> {
  if (entries.length === 0) return;
  await tx
    .insertInto('items')
    .values(entries.map(entry => rowOf(tx, pairingId, entry, nowMs)))
    .onConflict(conflict =>
      conflict
        .column('id')
        .doUpdateSet(set =>
          Object.fromEntries(columns.map(column => [column, set.ref(`excluded.${column}`)])),
        ),
    )
    .execute();
}

const UNREAD: MessageLabel = { subject: '', sender: null, internetMessageId: null };

function rowOf(tx: Transaction, pairingId: string, entry: LabelledEntry, nowMs: number) {
  const label = entry.label ?? UNREAD;
  const { subject, sender } = label;
  return {
    id: entry.id,
    pairing_id: pairingId,
    module: EMAILS,
    link: entry.isArchived ? 'linked' : 'none',
    state: entry.state,
    code: entry.code,
    reason: entry.reason,
    fix: entry.fix,
    mailbox_item_id: entry.messageId,
    container_id: entry.folderId,
    mailbox_etag: entry.etag,
    crm_kind: entry.crmId === null ? null : 'email',
    crm_id: entry.crmId,
    detail_sealed: tx.vault.seal('items', entry.id, 'detail_sealed', { name: subject, address: sender }),
    match_keys: hashMatchKeys(tx.vault, entry.label === null ? [] : keysOf(label)),
    attempts: entry.attempts,
    next_attempt_at: entry.nextAttemptAtMs === null ? null : new Date(entry.nextAttemptAtMs),
    changed_at: new Date(nowMs),
  };
}

function keysOf({ subject, sender, internetMessageId }: MessageLabel): string[] {
  return [
    nameSearchKey(subject),
    ...(sender === null ? [] : [`e:${sender.toLowerCase()}`]),
    ...(internetMessageId === null ? [] : [messageKey(internetMessageId)]),
  ];
}

/** Messages that are in none of these folders any more are waited for no more; answers their entries. */
export async function leaveMessages(
  tx: Transaction,
  pairingId: string,
  { folderIds, present }: { readonly folderIds: readonly string[]; readonly present: readonly string[] },
  { code, reason }: { readonly code: string; readonly reason: string },
  nowMs: number,
): Promise<string[]> {
  const left = await tx
    .updateTable('items')
    .set({
      state: 'excluded',
      ...{ code, reason, fix: null },
      next_attempt_at: null,
      changed_at: new Date(nowMs),
    })
    .where('pairing_id', '=', pairingId)
    .where('module', '=', EMAILS)
    .where('state', '=', 'failing')
    .where(
      sql<boolean>`container_id = any(${folderIds}::text[]) and mailbox_item_id <> all(${present}::text[])`,
    )
    .returning('id')
    .execute();
  return left.map(({ id }) => id);
}

/** Of these folders, those in which messages are waited for. */
export async function waitedForIn(
  tx: Transaction,
  pairingId: string,
  folderIds: readonly string[],
): Promise<string[]> {
  if (folderIds.length === 0) return [];
  const rows = await tx
    .selectFrom('items')
    .select('container_id')
    .distinct()
    .where('pairing_id', '=', pairingId)
    .where('module', '=', EMAILS)
    .where('state', '=', 'failing')
    .where('container_id', 'in', folderIds)
    .execute();
  return rows.flatMap(row => row.container_id ?? []);
}

/** How often people of the CRM that change are a reason to try messages again. */
const STIRRED_EVERY_MS = 3_600_000;

/**
 * Somebody in the CRM is new, or has another address: a message that could not be archived may be now (MAIL-3). Whoever it
 * is, since policies without contacts hear of nobody.
 */
export async function stirMessages(
  tx: Transaction,
  {
    pairingId,
    connectionId,
    position,
  }: { readonly pairingId: string; readonly connectionId: string; readonly position: number },
  nowMs: number,
): Promise<void> {
  await sql`
    update items set next_attempt_at = ${new Date(nowMs)}
    where pairing_id = ${pairingId} and module = ${EMAILS} and state = 'failing'
      and next_attempt_at > ${new Date(nowMs)} and changed_at <= ${new Date(nowMs - STIRRED_EVERY_MS)}
      and exists (select from change_log where connection_id = ${connectionId} and seq > ${position}
        and kind in ('contact', 'lead') and not deleted)`.execute(tx);
}

/** What could not be archived under the policy of before is tried under the one of now (MAIL-3). */
export async function retryMessages(tx: Transaction, pairingId: string, nowMs: number): Promise<void> {
  await tx
    .updateTable('items')
    .set({ next_attempt_at: new Date(nowMs) })
    .where('pairing_id', '=', pairingId)
    .where('module', '=', EMAILS)
    .where('next_attempt_at', 'is not', null)
    .execute();
}
