import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const POLL_INTERVAL_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
/** Further off than an answer can be late: somebody has set the clock. */
const JUMP_MS = 2_000;

/** What time it is for ages, windows and schedules. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number;
  /** Tells when the clock was set: who waits for a time should look again. */
  onJump(listener: () => void): void;
  close(): void;
};

export const systemClock: Clock = { now: () => Date.now(), onJump: () => {}, close: () => {} };

const answer = z.object({
  now: z.union([z.number(), z.iso.datetime({ offset: true }).transform(text => Date.parse(text))]),
  /** A clock that stands still. */
  fixed: z.boolean().default(false),
});

type Reading = { readonly shownMs: number; readonly readAtMs: number; readonly fixed: boolean };

/** Follows the clock at this address, asked every second; in between, and while it is away, time runs on from its last answer. */
export async function followClock(url: string): Promise<Clock> {
  const clock = new FollowedClock(url, await read(url));
  void clock.follow();
  return clock;
}

class FollowedClock implements Clock {
  readonly #url: string;
  readonly #closing = new AbortController();
  readonly #listeners: (() => void)[] = [];
  #last: Reading;

  constructor(url: string, first: Reading) {
    this.#url = url;
    this.#last = first;
  }

  now(): number {
    const { shownMs, readAtMs, fixed } = this.#last;
    return fixed ? shownMs : Math.round(shownMs + performance.now() - readAtMs);
  }

  onJump(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#closing.abort();
  }

  async follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await sleep(POLL_INTERVAL_MS, undefined, { signal, ref: false }).catch(() => {});
      const reading = await read(this.#url).catch(() => undefined);
      if (reading && !signal.aborted) this.#take(reading);
    }
  }

  #take(reading: Reading): void {
    const expectedMs = this.now();
    this.#last = reading;
    if (Math.abs(this.now() - expectedMs) < JUMP_MS) return;
    for (const listener of this.#listeners) listener();
  }
}

async function read(url: string): Promise<Reading> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { now, fixed } = answer.parse(await response.json());
    return { shownMs: now, readAtMs: performance.now(), fixed };
  } catch (error) {
    throw new Error(
      `TANDEM_CLOCK_URL: ${url} does not tell the time as {"now": …}. Give the address of an emulator's clock, or unset it.`,
      { cause: error },
    );
  }
}
