import { activityInfo } from '@temporalio/activity';
import type { Activities, FeedStanding, Next, Phase, PhaseResult, Standing } from '../../activities/types.ts';

/** One call of an activity, as the workflow made it. */
export interface Call {
  readonly step: keyof Activities;
  readonly input: unknown;
  /** By the server's clock, which tests may let jump. */
  readonly atMs: number;
  /** From 1, counted for each activity; attempts count. */
  readonly nth: number;
}

type Answer<K extends keyof Activities> = (
  call: Call,
) => Awaited<ReturnType<Activities[K]>> | ReturnType<Activities[K]>;
export type Answers = { readonly [K in keyof Activities]?: Answer<K> };

export interface Script {
  readonly calls: readonly Call[];
  readonly activities: Activities;
}

/** Activities by their interface, which is all that workflows know of them; what is not told must not be called. */
export function scripted(answers: Answers): Script {
  const calls: Call[] = [];
  const answer =
    <K extends keyof Activities>(step: K) =>
    async (input?: unknown) => {
      const nth = calls.filter(call => call.step === step).length + 1;
      const call = { step, input, atMs: activityInfo().currentAttemptScheduledTimestampMs, nth };
      calls.push(call);
      const told = answers[step];
      if (!told) throw new Error(`${step} is not in the script`);
      return told(call);
    };
  const activities = Object.fromEntries(STEPS.map(step => [step, answer(step)]));
  return { calls, activities: activities as unknown as Activities };
}

const STEPS: readonly (keyof Activities)[] = [
  'detect',
  'prepare',
  'load',
  'contacts',
  'leads',
  'finish',
  'pollFeed',
  'reconcileFleet',
];

function standing(next: Next, values: Partial<Standing> = {}): Standing {
  const said = { cycle: 1, state: 'in_sync', errorStreak: 0, note: '' } as const;
  return { ...said, ...values, ...next } as Standing;
}

export const sleepUntil = (dueAtMs: number, values: Partial<Standing> = {}): Standing =>
  standing({ next: 'sleep', dueAtMs }, values);
export const run = (phases: readonly Phase[], cycle = 1): Standing =>
  standing({ next: 'phases', phases }, { cycle, state: 'catching_up' });
export const WAIT = standing({ next: 'wait' }, { state: 'paused' });
export const STOP = standing({ next: 'stop' }, { state: 'disabled' });
export const DONE: PhaseResult = { more: false };
export const MORE: PhaseResult = { more: true };
export const FEED_STOPS: FeedStanding = { next: 'stop', dueAtMs: 0, note: '' };

export const steps = ({ calls }: Script): string[] => calls.map(call => call.step);
