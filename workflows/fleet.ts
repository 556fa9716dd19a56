import {
  ActivityFailure,
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/types.ts';
import { look } from './pairing.ts';

const { reconcileFleet } = proxyActivities<Activities>({
  startToCloseTimeout: '30m',
  heartbeatTimeout: '20s',
  retry: { maximumAttempts: 3 },
});

const LONGEST_HISTORY = 400;
const EVERY = '6h';

/** Compares what should run with what runs: at every start of a worker, and several times a day. */
export async function fleet(): Promise<void> {
  let woken = false;
  setHandler(look, () => {
    woken = true;
  });
  for (;;) {
    if (workflowInfo().historyLength > LONGEST_HISTORY) await continueAsNew<typeof fleet>();
    woken = false;
    await reconcileFleet().catch((error: unknown) => {
      if (!(error instanceof ActivityFailure)) throw error;
    });
    await condition(() => woken, EVERY, { summary: 'until the next comparison' });
  }
}
