import type { Violation } from '../module.ts';
import type { FieldName } from './fields.ts';
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

/** The same for what users emptied: it is empty, was filled by a user later, is held, or the clearing is in the history. */
export function undoneClearings(view: View): Violation[] {
  const { memory, ledger } = view;
  return memory.clearings
    .filter(({ thingId, field, person, atMs }) => {
      const back = valueNow(view, thingId, field);
      if (back === null || isOfAccount(view, thingId, field)) return false;
      const entry = ledger.entries.find(({ itemId, recordId }) => itemId === thingId || recordId === thingId);
      if (entry?.link !== 'linked' || entry.state !== 'in_sync') return false;
      const isFilledLater = memory.edits.some(
        edit => edit.person === person && edit.field === field && edit.atMs >= atMs,
      );
      const isKept = ledger.events.some(
        ({ entryId, lost }) => entryId === entry.id && lost?.field === field && !lost.lost,
      );
      return !isFilledLater && !isKept;
    })
    .map(({ person, field, where, thingId }) => ({
      invariant: 2,
      text: `${field} of ${person}, emptied by ${where}, is ${valueNow(view, thingId, field)} again`,
    }));
}

function valueNow(view: View, thingId: string, field: FieldName): string | null {
  const things = [...view.records, ...view.mailboxes.flatMap(({ items }) => items)];
  return things.find(({ id }) => id === thingId)?.values[field] ?? null;
}

/** Company and address of an account show where the contact has none (CON-1). */
function isOfAccount({ ledger, records }: View, thingId: string, field: FieldName): boolean {
  const entry = ledger.entries.find(({ itemId, recordId }) => itemId === thingId || recordId === thingId);
  const record = records.find(({ id }) => id === entry?.recordId);
  return record?.accountId != null && (field === 'company' || field.startsWith('business'));
}
