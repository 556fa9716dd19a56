import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

const SECOND_MS = 1_000;

/**
 * Since when a pairing's Inbox or Sent Items are archived (POL-23), epoch milliseconds: the policy has it switched on
 * without a break, and the pairing exists. A full second, as mailboxes tell when a message came: the one in which the policy
 * was changed, and the one after that in which the pairing was made, since nothing that was there before goes to the CRM.
 */
export async function archiveSince(
  tx: Transaction,
  { pairingId, policyId }: { readonly pairingId: string; readonly policyId: string },
  archive: 'inbox' | 'sentItems',
): Promise<number> {
  const isOn = sql<boolean>`coalesce(enabled and (options #>> array[${archive}::text, 'enabled']) = 'true', false)`;
  const found = await sql<{ on: Date | null; paired: Date | null }>`
    select min(v.created_at) as "on", (select created_at from pairings where id = ${pairingId}) as paired
    from policy_versions v where v.policy_id = ${policyId} and v.version > coalesce(
      (select max(version) from policy_versions where policy_id = ${policyId} and not ${isOn}), 0)`.execute(
    tx,
  );
  const { on, paired } = found.rows[0] ?? {};
  if (!on || !paired) return Number.POSITIVE_INFINITY;
  return Math.max(Math.floor(on.getTime() / SECOND_MS), Math.ceil(paired.getTime() / SECOND_MS)) * SECOND_MS;
}
