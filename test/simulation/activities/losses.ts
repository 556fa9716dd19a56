import type { Violation } from '../module.ts';
import type { Peculiarities, View } from './view.ts';

/**
 * Invariants 2 and 6: what a user entered stands somewhere (agreement says whether on both sides), was overwritten or
 * deleted by a user who saw it, or is in the history, with what stands in its place.
 */
export function lostValues(view: View, { means }: Peculiarities): Violation[] {
  const { records, mailboxes, ledger, memory } = view;
  const things = [...records, ...mailboxes.flatMap(({ items }) => items)];
  const stands = (field: string, value: string) =>
    things.some(({ values }) => means(field, value, values[field] ?? null)) ||
    ledger.events.some(({ lost }) => lost?.field === field && means(field, value, lost.lost));
  return memory.edits
    .filter(({ field, value }) => !memory.isDiscarded(value) && !stands(field, value))
    .map(({ name, field, value, where }) => ({
      invariant: 2,
      text: `${field} ${value} of ${name}, entered by ${where}, stands nowhere and is in no history`,
    }));
}
