import { takeClaim } from '../../db/claims.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { Work } from './work.ts';

/** Takes the right to create this in the CRM; false while somebody else may be creating it (ARCHITECTURE.md section 5). */
export function claimCreation(
  tx: Transaction,
  { deps, step, crmCapabilities }: Pick<Work, 'deps' | 'step' | 'crmCapabilities'>,
  kind: string,
  keyHash: string,
): Promise<boolean> {
  const { lateCommitMs } = crmCapabilities;
  const claimant = { pairingId: step.pairing.id, lateCommitMs, isGuard: false };
  return takeClaim(tx, { connectionId: step.crmConnection.id, kind, keyHash }, claimant, deps.world.now());
}
