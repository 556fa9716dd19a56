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

/** Known since the connection was opened, and asked for all the time. */
const FROM_MEMORY: ReadonlySet<string> = new Set(['crm.capabilities', 'crm.reader', 'crm.asUser']);

type Mode = 'before the call' | 'after the call';

/** Ends the process around the n-th thing that it does outside. */
export class CrashPoint {
  readonly #at: number;
  readonly #mode: Mode;
  #seen = 0;

  constructor(at: number, mode: Mode) {
    this.#at = at;
    this.#mode = mode;
  }

  get fired(): boolean {
    return this.#seen >= this.#at;
  }

  readonly around: Around = async (what, call) => {
    if (FROM_MEMORY.has(what) || what.startsWith('http.')) return call();
    this.#seen += 1;
    if (this.#seen !== this.#at) return call();
    if (this.#mode === 'after the call') await call();
    throw new Crash();
  };
}
