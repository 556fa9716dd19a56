import { afterAll, describe, expect, test } from 'vitest';
import { examine } from './examine.ts';
import { letters } from './letters.ts';
import type { SimulatedModule } from './module.ts';
import { ProcessStore } from './process-store.ts';
import type { Scenario, Step } from './scenario.ts';
import { shrink } from './shrink.ts';

const MOST_RUNS = 40;
/** Tests share the database: one that is given up would go on in it. */
const TIMEOUT_MS = 10 * 60_000;
const store = new ProcessStore();
afterAll(() => store.discard());

const act = (name: string): Step => ({ kind: 'act', act: { module: 'letters', name, user: 0 } });
const scenario: Scenario = {
  seed: 1,
  setting: {
    users: ['ann@contoso.example', 'bob@contoso.example'],
    modules: ['letters'],
    hasKeyField: true,
    policy: {},
    behaviour: { deltaDuplicates: true },
  },
  steps: [
    act('C'),
    {
      kind: 'cycles',
      users: [0, 1],
      trigger: 'asked',
      interruptions: [{ effect: 3, what: { kind: 'act', act: { module: 'letters', name: 'A', user: 1 } } }],
    },
    act('D'),
    { kind: 'rest', delayMs: 1_000 },
    act('B'),
  ],
};

const look = (module: SimulatedModule, of = scenario, again = false) =>
  examine(of, [module], { again, server: null }, store);

describe('what is planted in the simulation', { timeout: TIMEOUT_MS }, () => {
  test('as a rule that two acts break is found, and those two acts are left', async () => {
    const module = letters({
      judge: happened =>
        happened.includes('A') && happened.includes('B') ? [{ invariant: 2, text: 'A and B' }] : [],
    });
    const breaks = async (candidate: Scenario) =>
      (await look(module, candidate)).findings.some(({ invariant }) => invariant === 2);
    const shrunk = await shrink(scenario, breaks, MOST_RUNS);
    const smallest = await look(module, shrunk.scenario);
    expect(smallest.findings).toEqual([{ invariant: 2, text: 'A and B' }]);
    const told = smallest.story.slice(0, 3).map(line => line.replace(/^.*\] /, ''));
    expect(told).toEqual(['A', 'B', 'everything works again']);
    expect(shrunk.scenario.setting.users).toHaveLength(1);
  });

  test('as an exception is told with what happened before', async () => {
    const module = letters({
      perform: letter => {
        if (letter === 'D') throw new Error('D cannot be done');
        return `${letter} is done`;
      },
    });
    const { findings, story } = await look(module);
    expect(findings).toEqual([
      { invariant: 'the run breaks', text: expect.stringContaining('D cannot be done') },
    ]);
    expect(story).toEqual(['C is done', 'cycle of ann and bob', 'A is done']);
  });

  test('as a failure that nobody waits for is told, too', async () => {
    const module = letters({
      perform: letter => {
        if (letter === 'C') void Promise.reject(new Error('nobody waits for this'));
        return letter;
      },
    });
    const { findings } = await look(module);
    expect(findings).toMatchObject([{ text: expect.stringContaining('nobody waits for this') }]);
  });

  test('as something that differs from run to run is told by the first line that does', async () => {
    let runs = 0;
    const module = letters({ perform: letter => (letter === 'D' ? `D for the time ${++runs}` : letter) });
    const { findings } = await look(module, scenario, true);
    expect(findings).toMatchObject([
      { invariant: 'runs repeat', text: expect.stringContaining('D for the time 1') },
    ]);
  });
});
