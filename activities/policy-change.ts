import { updatePairing } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import { diffPolicies } from '../sync/policy/effects.ts';
import { readPolicy } from '../sync/policy/policy.ts';
import type { Step } from './step.ts';

/**
 * Whether a new version of the policy touches what is synchronized already (POL-26). One that does not is taken up
 * at once; one that does is taken up when everything was looked at again.
 */
export async function reprocesses(tx: Transaction, step: Step): Promise<boolean> {
  const { pairing, policy } = step;
  if (pairing.policy_version === policy.version) return false;
  if (pairing.policy_version === null || (await touchesItems(tx, step, pairing.policy_version))) return true;
  await updatePairing(tx, pairing, { policy_version: policy.version });
  return false;
}

async function touchesItems(tx: Transaction, { policy, options }: Step, version: number): Promise<boolean> {
  const before = await tx
    .selectFrom('policy_versions')
    .select('options')
    .where('policy_id', '=', policy.id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (!before) return true;
  return diffPolicies(readPolicy(before.options), options).some(change => change.effect !== 'none');
}
