import { renewArchives } from '../../db/archived-emails.ts';
import { inStep } from '../step.ts';
import type { Judged } from './judging.ts';
import type { MailWork } from './work.ts';

/**
 * Before something is sent: colleagues wait from now, as it may take effect so much later. An attempt that a newer one has
 * overtaken ends here, before it brings the CRM what the other one brings too.
 */
export async function renew(
  work: MailWork,
  writings: readonly { readonly writing: { readonly one: Judged } }[],
): Promise<void> {
  const { pairing, crmConnection } = work.step;
  const keys = writings.map(({ writing: { one } }) => ({
    ...{ connectionId: crmConnection.id, identityHash: one.identityHash, target: one.target },
  }));
  await inStep(work.deps, work.step, tx => renewArchives(tx, keys, pairing.id, work.deps.world.now()));
}
