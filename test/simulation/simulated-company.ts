import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/types.ts';
import { Company, type Tenant } from '../engine/company.ts';
import { Crash } from '../engine/crash.ts';
import type { Around } from '../engine/interception.ts';
import { connectionReset, type Network } from './network.ts';
import type { SimulatedPlatform } from './platform.ts';
import type { CrashMode } from './scenario.ts';
import type { Trace } from './trace.ts';
import type { Turns } from './turns.ts';

/** What is to happen to the next effect. */
type Blow =
  | { readonly kind: 'crash'; readonly mode: CrashMode }
  | { readonly kind: 'stall'; readonly effects: number };

const STALLED = Symbol('stalled');

/** A company whose every effect waits for its turn, can be hit, and stands in the trace. */
export class SimulatedCompany extends Company {
  readonly turns: Turns;
  readonly network: Network;
  readonly #trace: Trace;
  readonly #attempts = new Map<string, (reason: Error) => void>();
  #attemptNumber = 0;
  #blow: Blow | null = null;
  #feed: 'resting' | 'polling' | 'woken' = 'resting';

  constructor(platform: SimulatedPlatform, tenant: Tenant, trace: Trace) {
    super(platform, tenant);
    this.turns = platform.turns;
    this.network = platform.network;
    this.#trace = trace;
    this.intercept(this.#around);
  }

  /** What happens to the next effect. */
  strike(blow: Blow): void {
    this.#blow = blow;
  }

  /** A run of an activity beside others; one that stalls is given up by whoever waits for it, and goes on alone. */
  override attempt<T>(run: (activities: Activities) => Promise<T>): Promise<T> {
    const name = `attempt ${++this.#attemptNumber}`;
    return new Promise<T>((resolve, reject) => {
      this.#attempts.set(name, reject);
      this.turns
        .spawn(name, () => super.attempt(run))
        .then(resolve, reject)
        .finally(() => this.#attempts.delete(name));
    });
  }

  /** The feed's workflow: woken while it polls, it polls again. */
  override async wakeFeed(): Promise<void> {
    if (this.#feed !== 'resting') {
      this.#feed = 'woken';
      return;
    }
    void this.#pollWhileWoken();
  }

  async #pollWhileWoken(): Promise<void> {
    do {
      this.#feed = 'polling';
      await super.wakeFeed();
    } while (this.#isWoken());
    this.#feed = 'resting';
  }

  #isWoken(): boolean {
    return this.#feed === 'woken';
  }

  readonly #around: Around = async (what, call) => {
    if (!what.startsWith('http.') && !what.startsWith('db.')) return call();
    let notBefore = 0;
    for (;;) {
      const outcome = await this.turns.take(what, () => this.#happen(what, call), notBefore);
      if (outcome !== STALLED) return outcome;
      notBefore = this.turns.effects + this.#stalledFor;
    }
  };

  #stalledFor = 0;

  async #happen<T>(what: string, call: () => Promise<T>): Promise<T | typeof STALLED> {
    const blow = this.#blow;
    this.#blow = null;
    if (blow?.kind === 'stall') return this.#stall(blow.effects);
    if (blow?.mode === 'before') throw new Crash();
    const result = await call();
    this.#trace.effect(this.turns.task, what);
    if (blow?.mode === 'after') throw new Crash();
    if (blow?.mode === 'lost') throw connectionReset();
    return result;
  }

  #stall(effects: number): typeof STALLED {
    this.#stalledFor = effects;
    const giveUp = this.#attempts.get(this.turns.task ?? '');
    giveUp?.(ApplicationFailure.create({ message: 'no heartbeat', type: 'timeout' }));
    return STALLED;
  }
}
