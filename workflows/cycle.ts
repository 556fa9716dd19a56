import type { Activities, Phase, PhaseResult, Standing, StepFailure } from '../activities/types.ts';
import type { PairingInput } from './messages.ts';

/** The activities of a cycle as its workflow calls them, retries included. */
export interface CycleSteps extends Pick<Activities, 'detect' | 'finish'> {
  run(phase: Phase, input: PairingInput & { readonly cycle: number }): Promise<PhaseResult>;
  /** Why an activity gave up; null for what is no failure of an activity and must not be swallowed. */
  reasonOf(error: unknown): StepFailure | null;
  /** Epoch milliseconds on the clock that the sleep runs on. */
  now(): number;
}

/** How long the loop rests when it cannot even record that a cycle failed. */
const BLIND_REST_MS = 60_000;

type Ending = {
  readonly waited?: { readonly untilMs: number; readonly reason: string };
  readonly failure?: StepFailure;
};

/** From the look at what changed to the end of the cycle; never fails: failures are counted. */
export async function runCycle(steps: CycleSteps, input: PairingInput): Promise<Standing> {
  let number: number | undefined;
  try {
    const found = await steps.detect(input);
    if (found.next === 'hold')
      return await steps.finish({ ...input, waited: { untilMs: found.untilMs, reason: found.reason } });
    if (found.next !== 'phases') return found;
    number = found.cycle;
    const ending = await runPhases(steps, { ...input, cycle: found.cycle }, found.phases);
    return await steps.finish({ ...input, cycle: number, ...ending });
  } catch (error) {
    return failed(steps, input, number, error);
  }
}

async function runPhases(
  steps: CycleSteps,
  input: PairingInput & { readonly cycle: number },
  wanted: readonly Phase[],
): Promise<Ending> {
  for (const phase of wanted) {
    for (;;) {
      const result = await steps.run(phase, input);
      if (result.blocked) return { failure: { phase, kind: 'blocked' } };
      if (result.waitUntilMs !== undefined)
        return { waited: { untilMs: result.waitUntilMs, reason: result.reason ?? 'throttled' } };
      if (!result.more) break;
    }
  }
  return {};
}

async function failed(
  steps: CycleSteps,
  input: PairingInput,
  number: number | undefined,
  error: unknown,
): Promise<Standing> {
  const failure = steps.reasonOf(error);
  if (failure === null) throw error;
  try {
    return await steps.finish({ ...input, ...(number === undefined ? {} : { cycle: number }), failure });
  } catch (again) {
    if (steps.reasonOf(again) === null) throw again;
    return {
      next: 'sleep',
      dueAtMs: steps.now() + BLIND_REST_MS,
      cycle: number ?? 0,
      state: 'degraded',
      errorStreak: 0,
      note: 'The end of the cycle could not be recorded.',
    };
  }
}
