import { SyncFailure } from '../../sync/failure.ts';

/** Outlook serves at most four requests of an app at a time per mailbox (Graph throttling limits, "Outlook"). */
const mailboxConcurrency = 4;

/**
 * The way to one mailbox: at most four requests in flight, and none before a Retry-After has passed. A batch takes as
 * many places as Graph dispatches of it at once.
 */
export class Lane {
  readonly #now: () => number;
  readonly #waiting: { readonly places: number; readonly enter: () => void }[] = [];
  #free = mailboxConcurrency;
  #closedUntilMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async run<T>(requests: number, work: () => Promise<T>): Promise<T> {
    const places = Math.min(requests, mailboxConcurrency);
    await this.#enter(places);
    try {
      this.#requireOpen();
      return await work();
    } finally {
      this.#leave(places);
    }
  }

  /** Nothing is sent for this long: the server asked for it. */
  closeFor(delayMs: number): void {
    this.#closedUntilMs = Math.max(this.#closedUntilMs, this.#now() + delayMs);
  }

  #requireOpen(): void {
    const retryAfterMs = this.#closedUntilMs - this.#now();
    if (retryAfterMs > 0) {
      throw new SyncFailure('throttled', 'the mailbox asked for a pause that is not over', {
        native: 'RetryAfter',
        retryAfterMs,
      });
    }
  }

  #enter(places: number): Promise<void> {
    if (this.#waiting.length === 0 && places <= this.#free) {
      this.#free -= places;
      return Promise.resolve();
    }
    return new Promise(enter => this.#waiting.push({ places, enter }));
  }

  #leave(places: number): void {
    this.#free += places;
    for (
      let next = this.#waiting[0];
      next !== undefined && next.places <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.places;
      next.enter();
    }
  }
}
