import type { Entry, Ledger, PairingRow } from './ledger.ts';

/** What the ledger itself says of an item, for the judges of all modules. */

export function isHeld({ held }: Ledger, entry: Entry): boolean {
  return held.some(({ entryId }) => entryId === entry.id);
}

export function wasReleased({ events }: Ledger, entry: Entry): boolean {
  return events.some(({ entryId, action }) => entryId === entry.id && action === 'released');
}

/** An item that its user gave the category, and when. */
export interface Marked {
  readonly itemId: string;
  readonly atMs: number;
}

/**
 * The user gave it the category after it was found to be there already, and after the first cycle was over: it is to be
 * sent. What is marked while a first cycle runs may be found marked.
 */
export function isMarkedLater(
  { entries, events }: Ledger,
  marked: readonly Marked[],
  { initializedAtMs }: PairingRow,
  id: string,
): boolean {
  const entry = entries.find(({ itemId }) => itemId === id);
  const saidAtMs = events
    .filter(
      ({ entryId, action }) => entryId === entry?.id && (action === 'excluded' || action === 'released'),
    )
    .map(({ atMs }) => atMs);
  const sinceMs = Math.max(initializedAtMs ?? 0, ...saidAtMs);
  return marked.some(({ itemId, atMs }) => itemId === id && atMs > sinceMs);
}
