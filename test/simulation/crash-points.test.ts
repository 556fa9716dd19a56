import { expect, it } from 'vitest';
import { CRASH_MODES, runCrashPoints } from './crash-points.ts';
import { stories } from './stories/index.ts';

/** The story in which most things happen. */
const WHOLE = 'changes on both sides';
const OTHERS = stories.map(({ name }) => name).filter(name => name !== WHOLE);
/** About three hundred runs in all: a minute on two cores. `npm run crash-points` makes the others. */
const EVERY = 20;
const PAIRS = 20;
const DEADLINE_MS = 15 * 60_000;

it(
  'invariant 8: a crash at any effect ends as no crash does, with the same writes',
  async () => {
    // The end of a process before an effect is the end after the one before.
    const result = await runCrashPoints({ stories: [WHOLE], modes: ['lost', 'after'] });
    expect(result.failures).toEqual([]);
    const [{ effects, points } = { effects: 0, points: {} }] = result.stories;
    expect(points).toEqual({ before: 0, lost: effects, after: effects });
    expect(result.recovered).toBe(2 * effects);
  },
  DEADLINE_MS,
);

it(
  'invariant 8: so do crashes here and there in every other story, and second crashes while it recovers',
  async () => {
    const result = await runCrashPoints({ stories: OTHERS, modes: CRASH_MODES, every: EVERY, pairs: PAIRS });
    expect(result.failures).toEqual([]);
    expect(result.stories.map(({ name }) => name).sort()).toEqual([...OTHERS].sort());
    expect(result.pairs).toBe(PAIRS);
  },
  DEADLINE_MS,
);
