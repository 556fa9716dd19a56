import { ApplicationFailure } from '@temporalio/common';
import { Superseded } from '../db/pairing-state.ts';
import { isWaiting, SyncFailure } from '../sync/failure.ts';
import type { ActivityDeps } from './deps.ts';
import { sideOf } from './sided.ts';
import type { OnClock, StepFailure } from './types.ts';

/** Kinds that trying again soon does not help. */
const HOPELESS: ReadonlySet<string> = new Set([
  'auth',
  'forbidden',
  'gone',
  'schema',
  'validation',
  'permanent',
]);

const DEFAULT_WAIT_MS = 60_000;

export interface Waiting {
  readonly untilMs: number;
  readonly reason: string;
}

/**
 * The edge between activities and Temporal: failures leave as kinds without content (OPS-5), what only has to wait
 * is returned, not thrown (ARCHITECTURE.md section 8).
 */
export function guarded<Input, Output>(
  deps: ActivityDeps,
  phase: string,
  run: (input: Input) => Promise<Output>,
  waiting: ((wait: Waiting, input: Input) => Output) | null,
) {
  return async (input: Input): Promise<Output> => {
    try {
      return await run(input);
    } catch (error) {
      if (error instanceof SyncFailure && isWaiting(error.kind) && waiting) {
        return waiting(
          { untilMs: deps.world.now() + (error.retryAfterMs ?? DEFAULT_WAIT_MS), reason: error.kind },
          input,
        );
      }
      throw outwards(deps, phase, error);
    }
  };
}

function outwards(deps: ActivityDeps, phase: string, error: unknown): Error {
  deps.log.warn({ err: error, phase }, 'step failed');
  if (error instanceof Superseded) return failure({ phase, kind: 'superseded' }, true);
  if (!(error instanceof SyncFailure)) return failure({ phase, kind: 'internal' }, false);
  const side = sideOf(error);
  return failure({ phase, kind: error.kind, ...(side ? { side } : {}) }, HOPELESS.has(error.kind));
}

function failure(told: StepFailure, nonRetryable: boolean): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${told.phase}: ${told.kind}${told.side ? ` (${told.side})` : ''}`,
    type: told.kind,
    nonRetryable,
    details: [told],
  });
}

/** Timers run on the machines' clock: whoever sleeps until a moment has to know how far ours is ahead of it. */
export function onClock<Input, Output extends OnClock>(
  deps: ActivityDeps,
  run: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async input => {
    const output = await run(input);
    const clockAheadMs = deps.world.now() - deps.world.machineNow();
    return Math.abs(clockAheadMs) < NOTICEABLE_MS ? output : { ...output, clockAheadMs };
  };
}

const NOTICEABLE_MS = 1_000;
