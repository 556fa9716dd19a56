import { describe, expect, it } from 'vitest';
import { runPlanner } from './planner.ts';

/** About ten seconds of one core. `npm run test:planner -- --runs N` plays as many as there is time for. */
const RUNS = 4_000;

/** What the stories have to reach, or the generator proves nothing. */
const SITUATIONS = [
  'mailbox create', 'mailbox update', 'mailbox delete', 'CRM create', 'CRM update',
  'event: adopted', 'event: conflict', 'event: created', 'event: deleted', 'event: excluded', 'event: forgotten',
  'event: held', 'event: kept', 'event: merged', 'event: quarantined', 'event: released', 'event: returned',
  'event: stay_away', 'event: succeeded', 'event: updated',
  'edit item', 'edit record', 'create item', 'create record', 'delete item', 'delete record', 'move item',
  'categorize item', 'copy item', 'restore item', 'touch item', 'touch record', 'give record', 'hide record',
  'show record', 'lock record', 'unlock record', 'convert record', 'merge record', 'rename account',
  'change policy', 'enumerate', 'sweep', 'answer lost', 'edit raced a deletion',
  'CRM delete', 'event: restored', 'decline item', 'cancel item', 'invite item',
  'refused: conflict', 'refused: locked', 'refused: throttled', 'refused: transient', 'refused: validation',
]; // biome-ignore format: grouped

describe('whatever people do on both sides and whatever is refused', () => {
  it('invariants 1 to 7 and 11 to 13 hold (CAL-1, CAL-2, CON-2 to CON-7, PAIR-6, PAIR-7, POL-8 to POL-14, POL-18 to POL-20, TASK-1)', async () => {
    const { runs, failures, coverage } = await runPlanner({ from: 1, runs: RUNS });
    expect(failures.map(({ seed, invariant, story }) => `seed ${seed}, ${invariant}\n${story}`)).toEqual([]);
    expect(runs).toBe(RUNS);
    expect(SITUATIONS.filter(situation => !coverage[situation])).toEqual([]);
  });

  it('the same seeds tell the same stories', async () => {
    const [once, again] = [
      await runPlanner({ from: 7, runs: 100 }),
      await runPlanner({ from: 7, runs: 100 }),
    ];
    expect(again).toEqual(once);
  });
});
