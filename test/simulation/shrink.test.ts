import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseScenario } from './choose.ts';
import { letters } from './letters.ts';
import type { Act, Scenario } from './scenario.ts';
import { type Fails, shrink } from './shrink.ts';

const MOST_RUNS = 500;

/** Everything that users do, in the middle of cycles or not. */
function actsOf({ steps }: Scenario): Act[] {
  return steps.flatMap(step => {
    if (step.kind === 'act') return [step.act];
    if (step.kind === 'rest') return [];
    return step.interruptions.flatMap(({ what }) => (what.kind === 'act' ? [what.act] : []));
  });
}

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const has =
  (...names: string[]): Fails =>
  async scenario =>
    names.every(name => actsOf(scenario).some(act => act.name === name));

describe('a failing scenario', () => {
  test('is left with the acts that it takes, told in the plainest way', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async seed => {
        const scenario = chooseScenario(seed, [letters()]);
        const fails = has('A', 'B');
        fc.pre(await fails(scenario));
        const shrunk = await shrink(scenario, fails, MOST_RUNS);
        const names = actsOf(shrunk.scenario).map(act => act.name);
        expect(names.sort()).toEqual(['A', 'B']);
        expect(shrunk.scenario).toMatchObject({
          steps: [{ kind: 'act' }, { kind: 'act' }],
          setting: { hasKeyField: true, policy: {}, behaviour: {} },
        });
      }),
    );
  });

  test('still fails, however few runs there are, and whatever makes it fail', async () => {
    const limits = fc.integer({ min: 0, max: 60 });
    await fc.assert(
      fc.asyncProperty(seeds, limits, fc.nat(40), async (seed, mostRuns, size) => {
        const scenario = chooseScenario(seed, [letters()]);
        const fails: Fails = async one => JSON.stringify(one).length % 41 >= size;
        fc.pre(await fails(scenario));
        const shrunk = await shrink(scenario, fails, mostRuns);
        expect(await fails(shrunk.scenario)).toBe(true);
        expect(shrunk.runs).toBeLessThanOrEqual(mostRuns);
      }),
    );
  });

  test('takes one user where one is enough, whoever it was', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async seed => {
        const scenario = chooseScenario(seed, [letters()]);
        fc.pre(actsOf(scenario).some(act => act.user === 1 && act.name === 'A'));
        const { scenario: smallest } = await shrink(scenario, has('A'), MOST_RUNS);
        expect(smallest.setting.users).toHaveLength(1);
        expect(actsOf(smallest).map(act => act.user)).toEqual([0]);
      }),
    );
  });
});
