import { ApplicationFailure } from '@temporalio/common';
import type { Activities, FinishInput, Phase, Standing, StepFailure } from '../../activities/types.ts';
import type { PairingInput } from '../../workflows/messages.ts';

/** What carries the steps out, in the place of a Temporal worker. */
export interface Worker {
  /** The activities of the process that lives now; after a crash those of the next one. */
  activities(): Activities;
  rest(delayMs: number): void;
}

const ATTEMPTS = 3;
const FIRST_REST_MS = 1_000;

type Ending = Pick<FinishInput, 'failure' | 'waited'>;

/** One cycle as the pairing workflow drives it: from the look at what changed to the end. */
export async function cycle(worker: Worker, input: PairingInput): Promise<Standing> {
  let number: number | undefined;
  try {
    const found = await step(worker, activities => activities.detect(input));
    if (found.next === 'hold')
      return await finish(worker, { ...input, waited: { untilMs: found.untilMs, reason: found.reason } });
    if (found.next !== 'phases') return found;
    number = found.cycle;
    const ending = await runPhases(worker, input, number, found.phases);
    return await finish(worker, { ...input, cycle: number, ...ending });
  } catch (error) {
    const failure = told(error);
    return finish(worker, { ...input, ...(number === undefined ? {} : { cycle: number }), failure });
  }
}

function finish(worker: Worker, input: FinishInput): Promise<Standing> {
  return step(worker, activities => activities.finish(input));
}

async function runPhases(
  worker: Worker,
  input: PairingInput,
  number: number,
  phases: readonly Phase[],
): Promise<Ending> {
  for (const phase of phases) {
    for (;;) {
      const result = await step(worker, activities => activities[phase]({ ...input, cycle: number }));
      if (result.blocked) return { failure: { phase, kind: 'blocked' } };
      if (result.waitUntilMs !== undefined)
        return { waited: { untilMs: result.waitUntilMs, reason: result.reason ?? 'throttled' } };
      if (!result.more) break;
    }
  }
  return {};
}

/** One activity with the retries that its workflow asks for. */
async function step<T>(worker: Worker, run: (activities: Activities) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(worker.activities());
    } catch (error) {
      const hopeless = error instanceof ApplicationFailure && error.nonRetryable === true;
      if (hopeless || attempt === ATTEMPTS) throw error;
      worker.rest(FIRST_REST_MS * 2 ** (attempt - 1));
    }
  }
}

/** Whatever is no failure of an activity is a mistake of a test and is thrown on. */
function told(error: unknown): StepFailure {
  if (!(error instanceof ApplicationFailure)) throw error;
  return error.details?.[0] as StepFailure;
}
