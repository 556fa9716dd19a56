import type { FormerShape } from './event-state.ts';

export interface Change {
  key: number;
  sequence: number;
  /** When the entry came into the container, the last time. */
  addedAt: number;
  /** When it was there for the first time: nobody is told of the removal of what he never saw. */
  knownSince: number;
  /** What a removed entry was called when it left, and the shapes that an event had. */
  removed?: { instance: number; shapes?: FormerShape[] };
}

/** The changes of one container in order, the latest per entry: what delta queries read. */
export class ChangeLog {
  #changes: Change[] = [];
  readonly #latest = new Map<number, Change>();

  record(change: Change): void {
    this.#latest.set(change.key, change);
    this.#changes.push(change);
    if (this.#changes.length > 64 + 2 * this.#latest.size) this.#compact();
  }

  knownSince(key: number): number | undefined {
    return this.#latest.get(key)?.knownSince;
  }

  /**
   * Up to `limit` changes after the cursor, and whether there are more. What a client may know of goes up to
   * `known`: the cursor, or a change after it that he was told in part.
   */
  after(cursor: number, limit: number, known = cursor): { changes: Change[]; more: boolean } {
    const changes: Change[] = [];
    for (let index = this.#firstAfter(cursor); index < this.#changes.length; index++) {
      const change = this.#changes[index]!;
      if (this.#latest.get(change.key) !== change) continue;
      if (change.removed && change.knownSince > (change.sequence >= known ? known : cursor)) continue;
      if (changes.length === limit) return { changes, more: true };
      changes.push(change);
    }
    return { changes, more: false };
  }

  #firstAfter(cursor: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#changes[middle]!.sequence <= cursor) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compact(): void {
    this.#changes = this.#changes.filter(change => this.#latest.get(change.key) === change);
  }
}
