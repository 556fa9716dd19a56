import { describe, expect, test } from 'vitest';
import { findMutant } from './chosen.ts';
import { hunt } from './hunt.ts';
import { runNode } from './layers/child.ts';
import { layers } from './layers/index.ts';
import type { Layer } from './layers/layer.ts';
import { namedTest } from './layers/named-test.ts';
import { summary, table, trouble } from './show.ts';

const budget = { runs: 500, timeoutMs: 60_000 };
const guardless = findMutant('guard-counts-percent-only');

/** Shown to a test that has nothing to do with it. */
const unseen = { ...findMutant('loser-not-kept'), test: { file: 'test/sync/guard.test.ts' } };

/** A hundred more removals than the limit, of very many contacts. */
const ASK_THE_GUARD = `
  import { mayRemove } from './sync/guard.ts';
  const question = { asked: 600, recent: 0, total: 100_000, recentOfConnection: 0 };
  console.log(mayRemove(question, { count: 500, percent: 10 }));`;

describe('a mutant', () => {
  test.each([guardless, null])('is loaded by plain Node where it is asked for: %o', async mutant => {
    const { output } = await runNode(['--input-type=module', '--eval', ASK_THE_GUARD], mutant, 60_000);
    expect(output.trim()).toBe(String(mutant !== null));
  });

  test.each(['guard-counts-percent-only', 'loser-not-kept', 'read-only-side-written'])(
    '%s is killed by the cheapest layer that its file takes part in',
    async name => {
      const mutant = findMutant(name);
      const [cheapest] = layers.filter(layer => layer.reaches(mutant));
      const result = await hunt(mutant, layers, budget);
      expect(result).toMatchObject({ killedBy: cheapest?.name, error: null });
      expect(result.failure).not.toBe('');
    },
  );

  test('that no test sees survives, and that is told', async () => {
    const result = await hunt(unseen, [namedTest], budget);
    expect(result).toMatchObject({ killedBy: null, error: null });
    expect(trouble([result])).toEqual([expect.stringContaining('loser-not-kept survived: When both sides')]);
    expect(table([result])).toContain('SURVIVED');
    expect(summary([result])).toMatch(/^0 of 1 mutants killed/);
  });

  test('without a test is no survivor: there is no answer', async () => {
    const result = await hunt(
      { ...unseen, test: { ...unseen.test, title: 'no such test' } },
      [namedTest],
      budget,
    );
    expect(result).toMatchObject({ killedBy: null, error: expect.stringContaining('No test') });
  });

  test('is not killed by what fails without it, too', async () => {
    const failing: Layer = {
      name: 'failing',
      reaches: () => true,
      measureOf: () => '',
      run: async () => ({ killed: true, runs: 1, failure: 'It always fails.' }),
    };
    const result = await hunt(guardless, [failing], budget);
    expect(result).toMatchObject({ killedBy: null, error: expect.stringContaining('It always fails.') });
  });
});
