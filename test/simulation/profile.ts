import { PGlite } from '@electric-sql/pglite';
import { Network } from './network.ts';

/** Where the time went. */
export interface Shares {
  readonly databaseMs: number;
  readonly emulatorsMs: number;
  /** The engine, the harness, and everything else. */
  readonly restMs: number;
}

/** Measures from now on, in this whole process: what the product sends to emulators, and all of the database. */
export class Profile {
  #databaseMs = 0;
  #emulatorsMs = 0;
  #readAtMs = performance.now();

  constructor() {
    const exchange = PGlite.prototype.execProtocolRawSync;
    const note = (startedMs: number) => {
      this.#databaseMs += performance.now() - startedMs;
    };
    PGlite.prototype.execProtocolRawSync = function (message) {
      const startedMs = performance.now();
      const answer = exchange.call(this, message);
      note(startedMs);
      return answer;
    };
    this.#watchNetwork();
  }

  #watchNetwork(): void {
    const exchange = Network.prototype.exchange;
    const note = (startedMs: number) => {
      this.#emulatorsMs += performance.now() - startedMs;
    };
    Network.prototype.exchange = async function (request) {
      const startedMs = performance.now();
      try {
        return await exchange.call(this, request);
      } finally {
        note(startedMs);
      }
    };
  }

  /** Since the last time. */
  read(): Shares {
    const nowMs = performance.now();
    const { databaseMs, emulatorsMs } = { databaseMs: this.#databaseMs, emulatorsMs: this.#emulatorsMs };
    const restMs = nowMs - this.#readAtMs - databaseMs - emulatorsMs;
    this.#readAtMs = nowMs;
    this.#databaseMs = 0;
    this.#emulatorsMs = 0;
    return { databaseMs, emulatorsMs, restMs };
  }
}

export function added(one: Shares, other: Shares): Shares {
  return {
    databaseMs: one.databaseMs + other.databaseMs,
    emulatorsMs: one.emulatorsMs + other.emulatorsMs,
    restMs: one.restMs + other.restMs,
  };
}
