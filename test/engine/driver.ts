import { ApplicationFailure } from '@temporalio/common';
import type { Activities, Standing, StepFailure } from '../../activities/types.ts';
import { runCycle } from '../../workflows/cycle.ts';
import type { PairingInput } from '../../workflows/messages.ts';
import { Crash } from './crash.ts';

/** What carries the steps out, in the place of a Temporal worker. */
export interface Worker {
  now(): number;
  rest(delayMs: number): void;
  /** One attempt of an activity, by the process that lives now; after a crash by the next one. */
  attempt<T>(run: (activities: Activities) => Promise<T>): Promise<T>;
}

const ATTEMPTS = 3;
const FIRST_REST_MS = 1_000;

/** One cycle as the pairing workflow drives it: from the look at what changed to the end. */
export function cycle(worker: Worker, input: PairingInput): Promise<Standing> {
  return runCycle(
    {
      detect: given => step(worker, activities => activities.detect(given)),
      finish: given => step(worker, activities => activities.finish(given)),
      run: (phase, given) => step(worker, activities => activities[phase](given)),
      reasonOf,
      now: () => worker.now(),
    },
    input,
  );
}

/** One activity with the retries that its workflow asks for. */
async function step<T>(worker: Worker, run: (activities: Activities) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await worker.attempt(run);
    } catch (error) {
      const hopeless = error instanceof ApplicationFailure && error.nonRetryable === true;
      if (hopeless || attempt === ATTEMPTS) throw error;
      worker.rest(FIRST_REST_MS * 2 ** (attempt - 1));
    }
  }
}

/** Whatever is no failure of an activity is a mistake of a test. */
function reasonOf(error: unknown): StepFailure | null {
  const isFailure = error instanceof ApplicationFailure || error instanceof Crash;
  if (!isFailure) return null;
  const told =
    error instanceof ApplicationFailure ? (error.details?.[0] as StepFailure | undefined) : undefined;
  return told ?? { phase: 'worker', kind: 'internal' };
}
