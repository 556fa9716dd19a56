import { ProcessStore } from '../process-store.ts';
import type { Answer, Case } from './case.ts';
import { Judge } from './judge.ts';

/** A process that examines the cases that it is sent, one after the other. */
const store = new ProcessStore();
const judge = new Judge(store.open);

process.on('message', async (given: Case) => {
  process.send?.(await examined(given));
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit());

async function examined(given: Case): Promise<Answer> {
  try {
    return await judge.examine(given);
  } catch (error) {
    await store.discard();
    const { stack } = error as Error;
    return { effects: 0, fallen: given.blows.length, recovery: 0, differences: [`the run breaks: ${stack}`] };
  }
}
