import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import type { Chance } from '../planner/chance.ts';

/** Something that runs beside others, as a seed orders them: one attempt of an activity, for instance. */
interface Task {
  readonly name: string;
  /** What it did last, for whoever looks why nothing moves. */
  last: string;
}

/** A step to the outside that waits for its turn. */
interface Waiting {
  readonly task: Task;
  readonly what: string;
  /** It does not get its turn before so many effects have happened. */
  readonly notBefore: number;
  go(): void;
}

/** Long enough for a task to come to its next step when nothing but computing lies before it. */
const CALM_ROUNDS = 2;
const MOST_ROUNDS = 1_000;

/**
 * Decides who goes on. Every effect (an exchange over the network, a transaction) waits for its turn and is alone
 * while it happens, so that the order of concurrent work follows from the seed and from nothing else.
 */
export class Turns {
  readonly #chance: Chance;
  readonly #current = new AsyncLocalStorage<Task>();
  readonly #tasks = new Set<Task>();
  readonly #waiting: Waiting[] = [];
  #effects = 0;
  #isRunning = false;
  #isHappening = false;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** How many effects have happened. */
  get effects(): number {
    return this.#effects;
  }

  /** Runs beside what runs already. */
  async spawn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const task: Task = { name, last: 'begun' };
    this.#tasks.add(task);
    try {
      return await this.#current.run(task, work);
    } finally {
      this.#tasks.delete(task);
    }
  }

  /** The name of the task that asks; null outside all tasks. */
  get task(): string | null {
    return this.#current.getStore()?.name ?? null;
  }

  /** Waits for its turn (not before so many effects have happened), then happens alone. Outside all tasks it happens at once. */
  async take<T>(what: string, effect: () => Promise<T>, notBefore = 0): Promise<T> {
    const task = this.#current.getStore();
    if (!task) return effect();
    await new Promise<void>(go => this.#waiting.push({ task, what, notBefore, go }));
    this.#isHappening = true;
    task.last = what;
    try {
      return await effect();
    } finally {
      this.#isHappening = false;
    }
  }

  /**
   * Gives turns until all tasks are over. `before` is told of each effect, by its number since the beginning, and may
   * do things of its own in the meantime.
   */
  async run(before: (effect: number, what: string) => Promise<void>): Promise<void> {
    if (this.#isRunning) throw new Error('Turns are given already.');
    this.#isRunning = true;
    try {
      while (await this.#settle()) {
        const next = this.#draw();
        this.#effects += 1;
        await before(this.#effects, next.what);
        this.#isHappening = true;
        next.go();
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Waits until every task waits for its turn, for another task, or is over. False: all are over. */
  async #settle(): Promise<boolean> {
    let calm = 0;
    let before = -1;
    for (let round = 0; round < MOST_ROUNDS; ) {
      await setImmediate();
      if (this.#isHappening || pendingCryptography > 0) continue;
      round += 1;
      if (this.#tasks.size === 0) return false;
      const now = this.#waiting.length;
      calm = now === before ? calm + 1 : 0;
      before = now;
      if (now > 0 && calm >= CALM_ROUNDS) return true;
    }
    const stuck = [...this.#tasks].map(task => `${task.name} after ${task.last}`).join(', ');
    throw new Error(`Nothing moves any more, and this is not over: ${stuck}.`);
  }

  #draw(): Waiting {
    const ready = this.#waiting.filter(({ notBefore }) => notBefore <= this.#effects);
    const drawn = this.#chance.pick(ready.length > 0 ? ready : this.#waiting);
    this.#waiting.splice(this.#waiting.indexOf(drawn), 1);
    return drawn;
  }
}

/** Signatures are made on other threads, which finish when they like: nobody is calm before they have. */
let pendingCryptography = 0;
for (const name of ['sign', 'verify', 'importKey', 'digest'] as const) {
  const original = crypto.subtle[name] as (...given: unknown[]) => Promise<unknown>;
  const counted = (...given: unknown[]) => {
    pendingCryptography += 1;
    return original.apply(crypto.subtle, given).finally(() => {
      pendingCryptography -= 1;
    });
  };
  Object.defineProperty(crypto.subtle, name, { value: counted });
}
