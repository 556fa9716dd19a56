import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessSpec, type RunningProcess, startProcess } from './processes.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** Who ran this long is no longer the one that crashes at every start. */
const STABLE_AFTER_MS = 60_000;

export type Supervised = {
  readonly name: string;
  /** Changes when the process is started again. */
  readonly pid: number;
  stop(): Promise<void>;
};

export type SupervisionEvents = {
  say(line: string): void;
  /** After a restart: the pid is another one. */
  restarted(): void;
};

/** Starts a process and starts it again, after a growing pause, whenever it ends without having been told to. */
export async function keepRunning(spec: ProcessSpec, events: SupervisionEvents): Promise<Supervised> {
  const supervisor = new Supervisor(spec, events, await startProcess(spec));
  void supervisor.watch();
  return supervisor;
}

class Supervisor implements Supervised {
  readonly #spec: ProcessSpec;
  readonly #events: SupervisionEvents;
  readonly #stopping = new AbortController();
  #current: RunningProcess;
  #delayMs = FIRST_DELAY_MS;
  #restart: Promise<void> = Promise.resolve();

  constructor(spec: ProcessSpec, events: SupervisionEvents, current: RunningProcess) {
    this.#spec = spec;
    this.#events = events;
    this.#current = current;
  }

  get name(): string {
    return this.#spec.name;
  }

  get pid(): number {
    return this.#current.pid;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restart;
    await this.#current.stop();
  }

  async watch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const startedAtMs = Date.now();
      const reason = await this.#current.ended;
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - startedAtMs > STABLE_AFTER_MS) this.#delayMs = FIRST_DELAY_MS;
      this.#events.say(`${this.name} ended (${reason}); it is started again. Its log: ${this.#spec.logFile}`);
      this.#restart = this.#startAgain();
      await this.#restart;
    }
  }

  async #startAgain(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(this.#delayMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
      try {
        this.#current = await startProcess(this.#spec);
        this.#events.restarted();
        return;
      } catch (error) {
        this.#events.say((error as Error).message);
      }
    }
  }
}
