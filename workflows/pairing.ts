import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, Standing, StepFailure } from '../activities/types.ts';
import { ERROR_STREAK, SYNC_STATE } from './attributes.ts';
import { type CycleSteps, runCycle } from './cycle.ts';
import { LOOK_SIGNAL, type PairingInput } from './messages.ts';
import { sleepMs } from './sleep.ts';

const retry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '30s',
  maximumAttempts: 3,
} as const;

const { detect, finish } = proxyActivities<Activities>({
  startToCloseTimeout: '3m',
  heartbeatTimeout: '20s',
  retry,
});
const phases = proxyActivities<Activities>({ startToCloseTimeout: '10m', heartbeatTimeout: '20s', retry });

export const look = defineSignal(LOOK_SIGNAL);

/** A wake beyond the worker's cache replays the whole history, so it is kept short. */
const LONGEST_HISTORY = 400;

/** One pairing, for as long as it lives: sleeps by its schedule, calls one activity per phase (PAIR-2). */
export async function pairing(input: PairingInput): Promise<void> {
  let woken = false;
  let shown = '';
  setHandler(look, () => {
    woken = true;
  });
  for (;;) {
    if (workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > LONGEST_HISTORY) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof pairing>(input);
    }
    woken = false;
    const standing = await runCycle(steps, input);
    shown = show(standing, shown);
    if (standing.next === 'stop') return;
    if (standing.next === 'wait') {
      await condition(() => woken);
    } else {
      await condition(() => woken, sleepMs(standing), { summary: 'until the next cycle' });
    }
  }
}

/** What operators see and filter by; said only when it changes. */
function show({ state, errorStreak, cycle: number, note }: Standing, before: string): string {
  const text = `${state}|${errorStreak}`;
  if (text === before) return before;
  upsertSearchAttributes([
    { key: SYNC_STATE, value: state },
    { key: ERROR_STREAK, value: errorStreak },
  ]);
  setCurrentDetails(`**${state}** since cycle ${number}, errors in a row: ${errorStreak}. ${note}`);
  return text;
}

const steps: CycleSteps = {
  detect,
  finish,
  run: (phase, input) => phases[phase](input),
  reasonOf,
  now: () => Date.now(),
};

function reasonOf(error: unknown): StepFailure | null {
  if (!(error instanceof ActivityFailure)) return null;
  const told =
    error.cause instanceof ApplicationFailure
      ? (error.cause.details?.[0] as StepFailure | undefined)
      : undefined;
  return told ?? { phase: error.activityType, kind: 'internal' };
}
