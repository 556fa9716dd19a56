import { SyncFailure } from '../../sync/failure.ts';
import type { Authorship } from './authorship.ts';
import type { Chance } from './chance.ts';

/** What both pretended systems live in: time, chance, users who go on working, and whoever watches. */
export interface Surroundings {
  readonly chance: Chance;
  readonly authorship: Authorship;
  nowMs: number;
  /** Counts what users do, so that what they did between a read and a write can be told. */
  tick: number;
  /** As it was when this cycle began. */
  cycleTick: number;
  refusals: number;
  lostAnswers: number;
  /** Refusals and lost answers so far. */
  refused: number;
  /** Users who act while we write. */
  meanwhile(): void;
  tell(line: string): void;
  reach(situation: string): void;
}

const REFUSALS = {
  conflict: 'The item changed since it was read.',
  locked: 'Somebody else holds the item.',
  validation: 'A rule of the system refuses the values.',
  throttled: 'Too many requests.',
  transient: 'The service is unavailable.',
} as const;

/** A write that is refused by chance. */
export function refusal(around: Surroundings): SyncFailure | null {
  if (!around.chance.happens(around.refusals)) return null;
  const kind = around.chance.pick(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]);
  around.refused += 1;
  around.reach(`refused: ${kind}`);
  return new SyncFailure(kind, REFUSALS[kind]);
}

/** A write that took effect although its answer never came. */
export function lostAnswer(around: Surroundings): SyncFailure | null {
  if (!around.chance.happens(around.lostAnswers)) return null;
  around.refused += 1;
  around.reach('answer lost');
  return new SyncFailure('transient', 'The answer was lost.', { maybeApplied: true });
}
