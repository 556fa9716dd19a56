import { sleep } from '@temporalio/workflow';
import { pairing as asReleased } from '../../../workflows/index.ts';
import type { PairingInput } from '../../../workflows/messages.ts';

export { feed, fleet } from '../../../workflows/index.ts';

/** A change that running workflows could not follow: another first step. */
export async function pairing(input: PairingInput): Promise<void> {
  await sleep('1s');
  return asReleased(input);
}
