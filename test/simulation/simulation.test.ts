import { expect, inject, test } from 'vitest';
import { runSeeds } from './seeds.ts';
import { asLines } from './story.ts';

/** A few in every test run; `npm run simulate` takes as many as one likes. */
const SEEDS = 200;
const TWICE_EVERY = 10;
/** Each makes a database of its own, and asks it over a socket. */
const SERVER_EVERY = 40;
const TIMEOUT_MS = 10 * 60_000;

test('whatever people do and whatever fails, what has to hold holds, every time and on every database', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { runs, failures } = await runSeeds({
    from: 1,
    to: SEEDS,
    twiceEvery: TWICE_EVERY,
    server: { adminUrl: inject('adminUrl'), every: SERVER_EVERY },
    stopsAtFirst: true,
  });
  expect(failures.flatMap(asLines).join('\n')).toBe('');
  expect(runs).toBe(SEEDS);
});

test('a seed does the same in every process, whatever ran there before', {
  timeout: TIMEOUT_MS,
}, async () => {
  const play = async (from: number, workers: number) => {
    const { seeds } = await runSeeds({ from, to: 4, workers, mostShrinkingRuns: 0 });
    return seeds.slice(-2).map(({ seed, trace, state }) => ({ seed, trace, state }));
  };
  expect(await play(1, 1)).toEqual(await play(3, 2));
});
