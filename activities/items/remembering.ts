import type { Executed } from './execute.ts';
import type { Plan } from './plan.ts';
import { record } from './record.ts';
import { type Case, rowsOf, type Work } from './work.ts';

/**
 * Remembers what chunks did. A chunk of mere copies is remembered while the next one is written: copies of different
 * records know nothing of each other, and their intents stand, so that a crash in between loses none of them.
 */
export class Remembering {
  readonly #work: Work;
  #open: Promise<void> = Promise.resolve();
  #generations: readonly number[] = [];

  constructor(work: Work) {
    this.#work = work;
  }

  /** Rows of the inbox that are done with, but may still be there. */
  get generations(): readonly number[] {
    return this.#generations;
  }

  /** Whether these cases may be worked on before the chunk before them is remembered. */
  isIndependent(cases: readonly Case[]): boolean {
    return this.#generations.length === 0 || cases.every(isArrival);
  }

  async add(executed: Executed): Promise<void> {
    await this.settle();
    const remembered = this.#work.inTransaction(tx => record(tx, this.#work, executed));
    if (!this.#mayOverlap(executed)) return remembered;
    // Its failure is thrown by whoever settles it.
    remembered.catch(() => {});
    this.#open = remembered;
    this.#generations = executed.done.flatMap(({ one }) => rowsOf(one).map(row => row.generation));
  }

  /** Waits for what is still being remembered. */
  async settle(): Promise<void> {
    await this.#open;
    this.#open = Promise.resolve();
    this.#generations = [];
  }

  #mayOverlap({ done, put }: Executed): boolean {
    return put.length === 0 && this.#work.rules.maximum === null && done.every(isCopy);
  }
}

function isCopy(plan: Plan): boolean {
  return isArrival(plan.one) && plan.intent?.target === 'mailbox' && plan.failed === undefined;
}

/** A record that came with its content and of which nothing is known yet. */
function isArrival({ item, mailboxRow, crmRow }: Case): boolean {
  return item === null && mailboxRow === null && crmRow !== null && crmRow.payload !== null;
}
