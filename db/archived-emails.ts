import type { Transaction } from './transaction.ts';

/** A message takes longer to archive than this only when whoever began is gone. */
const CLAIM_LIFE_MS = 15 * 60_000;

/** One message, and the record that it goes to: '' for the history of its people alone. */
export interface ArchiveKey {
  readonly connectionId: string;
  /** Keyed hash of what all copies of the message share. */
  readonly identityHash: string;
  readonly target: string;
}

export interface ArchivedEmail extends ArchiveKey {
  readonly pairingId: string;
  readonly claimedAtMs: number;
  /** Null while it is being written. */
  readonly crmId: string | null;
  readonly recordId: string | null;
  /** Whose history has it. */
  readonly people: readonly string[];
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
    crmId: row.crm_id,
    recordId: row.record_id,
    people: row.people,
  }));
}

/**
 * Takes the right to archive a message on a record (MAIL-7); true when it is this pairing's, also when it was before.
 * An abandoned claim passes on; what it left behind is looked up by the caller.
 */
export async function claimArchive(
  tx: Transaction,
  { connectionId, identityHash, target }: ArchiveKey,
  pairingId: string,
  nowMs: number,
): Promise<boolean> {
  const taken = await tx
    .insertInto('archived_emails')
    .values({
      connection_id: connectionId,
      identity_hash: identityHash,
      target,
      pairing_id: pairingId,
      claimed_at: new Date(nowMs),
      crm_id: null,
      record_id: null,
    })
    .onConflict(conflict =>
      conflict
        .columns(['connection_id', 'identity_hash', 'target'])
        .doUpdateSet({ pairing_id: pairingId })
        .where('archived_emails.crm_id', 'is', null)
        .where(where =>
          where.or([
            where('archived_emails.pairing_id', '=', pairingId),
            where('archived_emails.claimed_at', '<', new Date(nowMs - CLAIM_LIFE_MS)),
          ]),
        ),
    )
    .returning('pairing_id')
    .executeTakeFirst();
  return taken?.pairing_id === pairingId;
}

export interface SettledArchive extends ArchiveKey {
  readonly crmId: string;
  readonly recordId: string | null;
  readonly people: readonly string[];
}

/** The message is in the CRM. */
export async function settleArchive(
  tx: Transaction,
  settled: SettledArchive,
  pairingId: string,
  nowMs: number,
): Promise<void> {
  const values = { crm_id: settled.crmId, record_id: settled.recordId, people: [...settled.people] };
  await tx
    .insertInto('archived_emails')
    .values({
      connection_id: settled.connectionId,
      identity_hash: settled.identityHash,
      target: settled.target,
      pairing_id: pairingId,
      claimed_at: new Date(nowMs),
      ...values,
    })
    .onConflict(conflict =>
      conflict.columns(['connection_id', 'identity_hash', 'target']).doUpdateSet(values),
    )
    .execute();
}

/** Nothing of it reached the CRM, or what did was deleted there. */
export async function releaseArchive(
  tx: Transaction,
  { connectionId, identityHash, target }: ArchiveKey,
): Promise<void> {
  await tx
    .deleteFrom('archived_emails')
    .where('connection_id', '=', connectionId)
    .where('identity_hash', '=', identityHash)
    .where('target', '=', target)
    .execute();
}
