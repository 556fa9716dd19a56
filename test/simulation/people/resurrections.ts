import type { Violation } from '../module.ts';
import type { Departure } from './memory.ts';
import { nameOf } from './scene.ts';
import type { View } from './view.ts';
import { type RecordWrite, type Work, workOf } from './work.ts';

/** Invariant 4: what a user took away after both sides had agreed never comes back by itself. */
export function resurrections(view: View): Violation[] {
  const work = workOf(view.writes);
  return [...backInMailbox(view, work), ...backInCrm(view, work)].map(text => ({ invariant: 4, text }));
}

function backInMailbox({ memory }: View, { made }: Work): string[] {
  return memory.takenOut.flatMap(({ mailbox, recordId, person, how, atMs }) =>
    made
      .filter(item => item.mailbox === mailbox && item.recordId === recordId && item.atMs > atMs)
      .map(() => `${person}, ${how} by ${nameOf(mailbox)}, was made once more in that mailbox`),
  );
}

function backInCrm(view: View, { records }: Work): string[] {
  const deleted = view.memory.departures.filter(
    ({ how, itemIds }) => how === 'deleted' && itemIds.length > 0,
  );
  return deleted.flatMap(departure =>
    records
      .filter(({ method, person }) => method === 'POST' && person === departure.person)
      .filter(record => record.atMs > departure.atMs && !isAskedFor(view, departure, record))
      .map(({ object, person }) => `${object} ${person}, deleted in the CRM, was made there once more`),
  );
}

/** A user has, or gave the category to, another item of the person. */
function isAskedFor({ memory }: View, departure: Departure, record: RecordWrite): boolean {
  const own = memory.ownItems.filter(({ person }) => person === departure.person);
  const isOther = own.some(({ itemId }) => !departure.itemIds.includes(itemId));
  const isMarked = memory.marked.some(({ itemId, atMs }) =>
    own.some(item => item.itemId === itemId && atMs > departure.atMs && atMs < record.atMs),
  );
  return isOther || isMarked;
}
