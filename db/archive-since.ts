import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

const SECOND_MS = 1_000;

/**
 * Since when a pairing's Inbox or Sent Items are archived (POL-23), epoch milliseconds: the policy has it switched on
 * without a break, and the pairing exists. A full second, as mailboxes tell when a message came.
 */
export async function archiveSince(
  tx: Transaction,
  { pairingId, policyId }: { readonly pairingId: string; readonly policyId: string },
  archive: 'inbox' | 'sentItems',
): Promise<number> {
  const isOn = sql<boolean>`coalesce(enabled and (options #>> array[${archive}::text, 'enabled']) = 'true', false)`;
  const found = await sql<{ since: Date | null }>`
    select greatest(min(v.created_at), (select created_at from pairings where id = ${pairingId})) as since
    from policy_versions v where v.policy_id = ${policyId} and v.version > coalesce(
      (select max(version) from policy_versions where policy_id = ${policyId} and not ${isOn}), 0)`.execute(
    tx,
  );
  const since = found.rows[0]?.since;
  return since ? Math.floor(since.getTime() / SECOND_MS) * SECOND_MS : Number.POSITIVE_INFINITY;
}
