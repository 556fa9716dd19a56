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
import type { Activities, Phase, Standing, StepFailure } from '../activities/types.ts';
import { ERROR_STREAK, SYNC_STATE } from './attributes.ts';
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
/** How long the loop rests when it cannot even record that a cycle failed. */
const BLIND_REST_MS = 60_000;

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
    const standing = await cycle(input);
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

/** From the look at what changed to the end of the cycle; never fails: failures are counted. */
async function cycle(input: PairingInput): Promise<Standing> {
  let number: number | undefined;
  try {
    const found = await detect(input);
    if (found.next === 'hold')
      return await finish({ ...input, waited: { untilMs: found.untilMs, reason: found.reason } });
    if (found.next !== 'phases') return found;
    number = found.cycle;
    const ending = await runPhases(input, found.cycle, found.phases);
    return await finish({ ...input, cycle: number, ...ending });
  } catch (error) {
    return failed(input, number, error);
  }
}

type Ending = {
  readonly waited?: { readonly untilMs: number; readonly reason: string };
  readonly failure?: StepFailure;
};

async function runPhases(input: PairingInput, number: number, wanted: readonly Phase[]): Promise<Ending> {
  for (const phase of wanted) {
    for (;;) {
      const result = await phases[phase]({ ...input, cycle: number });
      if (result.blocked) return { failure: { phase, kind: 'blocked' } };
      if (result.waitUntilMs !== undefined)
        return { waited: { untilMs: result.waitUntilMs, reason: result.reason ?? 'throttled' } };
      if (!result.more) break;
    }
  }
  return {};
}

async function failed(input: PairingInput, number: number | undefined, error: unknown): Promise<Standing> {
  if (!(error instanceof ActivityFailure)) throw error;
  try {
    return await finish({
      ...input,
      ...(number === undefined ? {} : { cycle: number }),
      failure: reasonOf(error),
    });
  } catch (again) {
    if (!(again instanceof ActivityFailure)) throw again;
    return {
      next: 'sleep',
      dueAtMs: Date.now() + BLIND_REST_MS,
      cycle: number ?? 0,
      state: 'degraded',
      errorStreak: 0,
      note: 'The end of the cycle could not be recorded.',
    };
  }
}

function reasonOf(error: ActivityFailure): StepFailure {
  const told =
    error.cause instanceof ApplicationFailure
      ? (error.cause.details?.[0] as StepFailure | undefined)
      : undefined;
  return told ?? { phase: error.activityType, kind: 'internal' };
}
