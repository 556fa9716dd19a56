import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/** As fine as mailboxes tell when a message came. */
export const SECOND_MS = 1_000;

export interface ArchiveStart {
  /** Epoch milliseconds: a full second. */
  readonly sinceMs: number;
  /** It is the second in which the pairing was made, not one in which the policy was changed. */
  readonly isPairings: boolean;
}

/**
 * Since when a pairing's Inbox or Sent Items are archived (POL-23): the policy has it switched on without a break, and the
 * pairing exists.
 */
export async function archiveSince(
  tx: Transaction,
  { pairingId, policyId }: { readonly pairingId: string; readonly policyId: string },
  archive: 'inbox' | 'sentItems',
): Promise<ArchiveStart> {
  const isOn = sql<boolean>`coalesce(enabled and (options #>> array[${archive}::text, 'enabled']) = 'true', false)`;
  const found = await sql<{ switched: Date | null; paired: Date | null }>`
    select min(v.created_at) as switched, (select created_at from pairings where id = ${pairingId}) as paired
    from policy_versions v where v.policy_id = ${policyId} and v.version > coalesce(
      (select max(version) from policy_versions where policy_id = ${policyId} and not ${isOn}), 0)`.execute(
    tx,
  );
  const { switched, paired } = found.rows[0] ?? {};
  if (!switched || !paired) return { sinceMs: Number.POSITIVE_INFINITY, isPairings: false };
  const isPairings = paired >= switched;
  const beginning = isPairings ? paired : switched;
  return { sinceMs: Math.floor(beginning.getTime() / SECOND_MS) * SECOND_MS, isPairings };
}
