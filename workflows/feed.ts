import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, FeedStanding } from '../activities/types.ts';
import type { FeedInput } from './messages.ts';
import { look } from './pairing.ts';
import { sleepMs } from './sleep.ts';

const { pollFeed } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 3 },
});

const LONGEST_HISTORY = 400;
const REST_AFTER_FAILURE_MS = 60_000;

/** One CRM connection's feed: polls once for all its pairings (ARCHITECTURE.md section 4). */
export async function feed(input: FeedInput): Promise<void> {
  let woken = false;
  setHandler(look, () => {
    woken = true;
  });
  for (;;) {
    if (workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > LONGEST_HISTORY) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof feed>(input);
    }
    woken = false;
    const standing = await poll(input);
    if (standing.next === 'stop') return;
    await condition(() => woken, sleepMs(standing), { summary: 'until the next poll' });
  }
}

async function poll(input: FeedInput): Promise<FeedStanding> {
  try {
    return await pollFeed(input);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { next: 'sleep', dueAtMs: Date.now() + REST_AFTER_FAILURE_MS, note: 'the poll failed' };
  }
}
