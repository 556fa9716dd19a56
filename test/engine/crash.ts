import type { Around } from './interception.ts';

/** The end of a process, as whatever was under way in it sees it. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** A process that does nothing outside any more once it has crashed, whatever it was in the middle of. */
export class Process {
  #dead = false;

  get dead(): boolean {
    return this.#dead;
  }

  around(hook: () => Around): Around {
    return async (what, call) => {
      if (this.#dead) throw new Crash();
      try {
        return await hook()(what, () => {
          if (this.#dead) throw new Crash();
          return call();
        });
      } catch (error) {
        if (error instanceof Crash) this.#dead = true;
        throw error;
      }
    };
  }
}
