import type { FolderKind } from '../sync/folders/kinds.ts';
import type { RecordFacts } from '../sync/folders/summary.ts';
import type { TrackedRecord } from '../sync/folders/tracked.ts';
import type { Transaction } from './transaction.ts';

/** An open record with folders in the mailbox, with what its summary shows. */
export interface RememberedRecord extends TrackedRecord {
  readonly kind: FolderKind;
  readonly facts: RecordFacts;
}

/** All of a pairing, or those of these ids. */
export async function trackedRecordsOf(
  tx: Transaction,
  pairingId: string,
  crmIds?: readonly string[],
): Promise<RememberedRecord[]> {
  const rows = await tx
    .selectFrom('tracked_records')
    .select(['crm_id', 'record_sealed'])
    .where('pairing_id', '=', pairingId)
    .$if(crmIds !== undefined, query => query.where('crm_id', 'in', crmIds ?? []))
    .orderBy('crm_id')
    .execute();
  return rows.map(
    row =>
      tx.vault.open(
        'tracked_records',
        `${pairingId}|${row.crm_id}`,
        'record_sealed',
        row.record_sealed,
      ) as RememberedRecord,
  );
}

export async function saveTrackedRecords(
  tx: Transaction,
  pairingId: string,
  records: readonly RememberedRecord[],
  sweep: number,
): Promise<void> {
  if (records.length === 0) return;
  await tx
    .insertInto('tracked_records')
    .values(
      records.map(record => ({
        pairing_id: pairingId,
        kind: record.kind,
        crm_id: record.id,
        record_sealed: tx.vault.seal('tracked_records', `${pairingId}|${record.id}`, 'record_sealed', record),
        seen_sweep: sweep,
      })),
    )
    .onConflict(conflict =>
      conflict.columns(['pairing_id', 'crm_id']).doUpdateSet(set => ({
        kind: set.ref('excluded.kind'),
        record_sealed: set.ref('excluded.record_sealed'),
        seen_sweep: set.ref('excluded.seen_sweep'),
      })),
    )
    .execute();
}

/** What closed, left or is no longer seen. */
export async function forgetRecords(
  tx: Transaction,
  pairingId: string,
  crmIds: readonly string[],
): Promise<void> {
  if (crmIds.length === 0) return;
  await tx
    .deleteFrom('tracked_records')
    .where('pairing_id', '=', pairingId)
    .where('crm_id', 'in', crmIds)
    .execute();
}

/** What a sweep did not see, and what no policy wants any more. */
export async function forgetUnseenRecords(
  tx: Transaction,
  pairingId: string,
  kinds: readonly FolderKind[],
  sweep: number,
): Promise<void> {
  await tx
    .deleteFrom('tracked_records')
    .where('pairing_id', '=', pairingId)
    .where(where =>
      where.or([
        where('seen_sweep', '<', sweep),
        ...(kinds.length > 0 ? [where('kind', 'not in', kinds)] : [where.lit(true)]),
      ]),
    )
    .execute();
}
