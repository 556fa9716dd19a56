import { later, type Plan } from './plan.ts';
import { rowsOf } from './work.ts';

/** A case that keeps asking to be looked at again waits for the next cycle. */
const MOST_LOOKS = 4;

/** How often each case was looked at in one run of a phase. */
export class Looks {
  readonly #counts = new Map<string, number>();

  /** The plan, or, for a case that was looked at too often, one that puts it off. */
  bounded(draft: Plan, nowMs: number): Plan {
    const key = rowsOf(draft.one)
      .map(row => `${row.side}:${row.sourceId}`)
      .sort()
      .join('|');
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count <= MOST_LOOKS) return draft;
    return later(draft.one, nowMs + 1);
  }
}
