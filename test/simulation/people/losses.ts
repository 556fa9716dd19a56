import type { Violation } from '../module.ts';
import type { View } from './view.ts';

/**
 * Invariants 2 and 6: what a user entered stands somewhere (agreement says whether on both sides), was overwritten or
 * deleted by a user who saw it, or is in the history, with what stands in its place.
 */
export function lostValues(view: View): Violation[] {
  const standing = new Set(
    [...view.records, ...view.mailboxes.flatMap(({ items }) => items)].flatMap(({ values }) =>
      Object.entries(values).map(([field, value]) => `${field}=${value}`),
    ),
  );
  const kept = new Set(
    view.ledger.events.flatMap(({ lost }) => (lost && 'kept' in lost ? [`${lost.field}=${lost.lost}`] : [])),
  );
  return view.memory.edits
    .filter(({ field, value }) => {
      const what = `${field}=${value}`;
      return !standing.has(what) && !kept.has(what) && !view.memory.isDiscarded(value);
    })
    .map(({ person, field, value, where }) => ({
      invariant: 2,
      text: `${field} ${value} of ${person}, entered by ${where}, stands nowhere and is in no history`,
    }));
}
