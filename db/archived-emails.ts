import { sql } from 'kysely';
import { ARCHIVE_CLAIM_LIFE_MS, type KnownArchive } from '../sync/mail/once.ts';
import type { Transaction } from './transaction.ts';

/** One message, and the record that it goes to: '' for the history of its people alone. */
export interface ArchiveKey {
  readonly connectionId: string;
  /** Keyed hash of what all copies of the message share. */
  readonly identityHash: string;
  readonly target: string;
}

export interface ArchivedEmail extends ArchiveKey, KnownArchive {
  /** Whether one of our pairings wrote the e-mail; of what another tool made nobody knows whether it is whole. */
  readonly isOwn: boolean;
}

/**
 * Keeps all other pairings from deciding about these messages until the transaction ends: what they know of a message
 * stands in several rows, some of which are not there yet.
 */
export async function lockMessages(
  tx: Transaction,
  connectionId: string,
  identityHashes: readonly string[],
): Promise<void> {
  const names = [...new Set(identityHashes)].sort().map(hash => `${connectionId} ${hash}`);
  await sql`select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(${names}::text[]) as name`.execute(
    tx,
  );
}

/** Everything that is known of these messages, whatever they were put on and by whom. */
export async function archivedOf(
  tx: Transaction,
  connectionId: string,
  identityHashes: readonly string[],
): Promise<ArchivedEmail[]> {
  if (identityHashes.length === 0) return [];
  const rows = await tx
    .selectFrom('archived_emails')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('identity_hash', 'in', identityHashes)
    .orderBy('target')
    .execute();
  return rows.map(row => ({
    connectionId: row.connection_id,
    identityHash: row.identity_hash,
    target: row.target,
    pairingId: row.pairing_id,
    claimedAtMs: row.claimed_at.getTime(),
    begunAtMs: row.begun_at.getTime(),
    crmId: row.crm_id,
    recordId: row.record_id,
    people: row.people,
    isOwn: row.is_own,
  }));
}

/**
 * Takes the right to archive a message on a record (MAIL-7); true when it is this pairing's, also when it was before.
 * An abandoned claim passes on; what it left behind is looked up before. So does that of an e-mail (`goneId`) that the CRM
 * has no more.
 */
export async function claimArchive(
  tx: Transaction,
  { connectionId, identityHash, target }: ArchiveKey,
  {
    pairingId,
    goneId,
    nowMs,
  }: { readonly pairingId: string; readonly goneId: string | null; readonly nowMs: number },
): Promise<boolean> {
  const isFree = sql<boolean>`case when archived_emails.crm_id is null
    then archived_emails.pairing_id = ${pairingId} or archived_emails.claimed_at < ${new Date(nowMs - ARCHIVE_CLAIM_LIFE_MS)}
    else archived_emails.crm_id = ${goneId} end`;
  const taken = await tx
    .insertInto('archived_emails')
    .values({
      connection_id: connectionId,
      identity_hash: identityHash,
      target,
      pairing_id: pairingId,
      ...{ claimed_at: new Date(nowMs), begun_at: new Date(nowMs) },
      crm_id: null,
      record_id: null,
    })
    .onConflict(conflict =>
      conflict
        .columns(['connection_id', 'identity_hash', 'target'])
        .doUpdateSet({
          ...{ pairing_id: pairingId, crm_id: null, claimed_at: new Date(nowMs) },
          begun_at: sql<Date>`case when archived_emails.crm_id is null then archived_emails.begun_at
            else excluded.begun_at end`,
        })
        .where(isFree),
    )
    .returning('pairing_id')
    .executeTakeFirst();
  return taken?.pairing_id === pairingId;
}

/** The attempts of a pairing go on: whoever waits for them waits from now. */
export async function renewArchives(
  tx: Transaction,
  keys: readonly ArchiveKey[],
  pairingId: string,
  nowMs: number,
): Promise<void> {
  if (keys.length === 0) return;
  await tx
    .updateTable('archived_emails')
    .set({ claimed_at: new Date(nowMs) })
    .where(isAttempt(keys, pairingId))
    .execute();
}

/** The rows of these messages that the pairing has begun and not finished. */
function isAttempt(keys: readonly ArchiveKey[], pairingId: string) {
  const column = (name: keyof ArchiveKey) => sql`${keys.map(key => key[name])}::text[]`;
  return sql<boolean>`pairing_id = ${pairingId} and crm_id is null and (connection_id, identity_hash, target) in (
    select * from unnest(${column('connectionId')}, ${column('identityHash')}, ${column('target')}))`;
}

export interface SettledArchive extends ArchiveKey {
  readonly crmId: string;
  readonly recordId: string | null;
  readonly people: readonly string[];
  readonly isOwn: boolean;
}

/** The message is in the CRM. */
export async function settleArchive(
  tx: Transaction,
  settled: SettledArchive,
  pairingId: string,
  nowMs: number,
): Promise<void> {
  const values = {
    ...{ crm_id: settled.crmId, record_id: settled.recordId, people: [...settled.people] },
    is_own: settled.isOwn,
  };
  await tx
    .insertInto('archived_emails')
    .values({
      connection_id: settled.connectionId,
      identity_hash: settled.identityHash,
      target: settled.target,
      pairing_id: pairingId,
      ...{ claimed_at: new Date(nowMs), begun_at: new Date(nowMs) },
      ...values,
    })
    .onConflict(conflict =>
      conflict.columns(['connection_id', 'identity_hash', 'target']).doUpdateSet(values),
    )
    .execute();
}

/**
 * A part of it was made, or may have been: the next attempt looks for it and makes the rest, and need not wait where this one
 * `isOver`. `recordId`: the record that the message started.
 */
export async function noteAttempt(
  tx: Transaction,
  key: ArchiveKey,
  pairingId: string,
  { recordId, isOver }: { readonly recordId: string | null; readonly isOver: boolean },
): Promise<void> {
  if (recordId === null && !isOver) return;
  await tx
    .updateTable('archived_emails')
    .set({ ...(recordId !== null && { record_id: recordId }), ...(isOver && { claimed_at: new Date(0) }) })
    .where(isAttempt([key], pairingId))
    .execute();
}

/** Nothing of this pairing's attempt reached the CRM. */
export async function releaseArchive(tx: Transaction, key: ArchiveKey, pairingId: string): Promise<void> {
  await tx
    .deleteFrom('archived_emails')
    .where(isAttempt([key], pairingId))
    .execute();
}
