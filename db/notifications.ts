import type { Selectable } from 'kysely';
import type { Transaction } from './database.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { NotificationsTable } from './schema.ts';

export interface Notification {
  id: string;
  kind: string;
  pairingId: string | null;
  connectionId: string | null;
  recipients: string[];
  subject: string;
  body: string;
  /** `kept`: there is no mail server to send it through. */
  state: 'pending' | 'sent' | 'kept' | 'failed';
  error: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

export interface NotificationFacts {
  kind: string;
  pairingId?: string;
  connectionId?: string;
  /** What it is about, once: a second one with the same text is not recorded. */
  dedupe: string;
  recipients: string[];
  subject: string;
  body: string;
  state: 'pending' | 'kept';
  at: Date;
}

const newestFirst: Keyset<Selectable<NotificationsTable>> = {
  list: 'notifications',
  columns: ['created_at', 'id'],
  direction: 'desc',
  key: row => [row.created_at, row.id],
};

/** The new one's id; undefined when this was told before. */
export async function recordNotification(
  tx: Transaction,
  facts: NotificationFacts,
): Promise<string | undefined> {
  const id = tx.newId('notification');
  const row = await tx
    .insertInto('notifications')
    .values({
      id,
      kind: facts.kind,
      pairing_id: facts.pairingId ?? null,
      connection_id: facts.connectionId ?? null,
      dedupe: facts.dedupe,
      recipients: facts.recipients,
      subject_sealed: tx.vault.seal('notifications', id, 'subject_sealed', facts.subject),
      body_sealed: tx.vault.seal('notifications', id, 'body_sealed', facts.body),
      state: facts.state,
      created_at: facts.at,
    })
    .onConflict(conflict => conflict.columns(['organization_id', 'dedupe']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function listNotifications(tx: Transaction, request: PageRequest): Promise<Page<Notification>> {
  const found = await page(tx, tx.selectFrom('notifications').selectAll(), newestFirst, request);
  return { ...found, data: found.data.map(row => fromRow(tx, row)) };
}

/** The kind of the last message about a connection: whether its admins know it as dead. */
export async function lastToldOf(tx: Transaction, connectionId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('notifications')
    .select('kind')
    .where('connection_id', '=', connectionId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.kind;
}

/** What waits to be sent, oldest first; the rows stay locked until the transaction ends, for others as well. */
export async function pendingNotifications(tx: Transaction, limit: number): Promise<Notification[]> {
  const rows = await tx
    .selectFrom('notifications')
    .selectAll()
    .where('state', '=', 'pending')
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(row => fromRow(tx, row));
}

export async function settleNotification(
  tx: Transaction,
  id: string,
  end: { state: 'sent'; at: Date } | { state: 'failed'; error: string },
): Promise<void> {
  const outcome =
    end.state === 'sent'
      ? { state: end.state, sent_at: end.at, error: null }
      : { state: end.state, error: end.error };
  await tx.updateTable('notifications').set(outcome).where('id', '=', id).execute();
}

function fromRow(tx: Transaction, row: Selectable<NotificationsTable>): Notification {
  return {
    id: row.id,
    kind: row.kind,
    pairingId: row.pairing_id,
    connectionId: row.connection_id,
    recipients: row.recipients,
    subject: tx.vault.open('notifications', row.id, 'subject_sealed', row.subject_sealed) as string,
    body: tx.vault.open('notifications', row.id, 'body_sealed', row.body_sealed) as string,
    state: row.state,
    error: row.error,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  };
}
