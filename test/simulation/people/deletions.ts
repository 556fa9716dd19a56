import { isOfLetters } from '../emails/writes.ts';
import type { Violation } from '../module.ts';
import { nameOf } from './scene.ts';
import type { View } from './view.ts';
import { type RemovedItem, type Work, workOf } from './work.ts';

const DAY_MS = 86_400_000;

/** Invariant 5: the product removes only for a cause, never more than the guard allows, and nobody in the CRM. */
export function deletions(view: View): Violation[] {
  const work = workOf(view.writes);
  return [...withoutCause(view, work), ...inCrm(work), ...beyondGuard(view, work)].map(text => ({
    invariant: 5,
    text,
  }));
}

function inCrm({ records }: Work): string[] {
  return records
    .filter(({ method }) => method === 'DELETE')
    .map(({ object, recordId }) => `${object} ${recordId} was deleted in the CRM by the product`);
}

function withoutCause(view: View, work: Work): string[] {
  return work.removed.flatMap(removed => {
    const person = personOf(view, work, removed);
    const user = nameOf(removed.mailbox);
    if (person !== null && isOfLetters(person)) return [];
    if (isUsersOwn(view, removed)) return [`${user}'s own item of ${person} was deleted by the product`];
    return hasCause(view, person, removed)
      ? []
      : [`${person ?? 'somebody'} was deleted in ${user}'s mailbox, and nothing in the CRM is the cause`];
  });
}

/** Null where the answer to its making was lost. */
function personOf({ memory }: View, { made }: Work, { itemId }: RemovedItem): string | null {
  const known = [...made, ...memory.ownItems].find(item => item.itemId === itemId);
  return known?.person ?? null;
}

/** A user made both the item and its record, and the two met: never the product's to delete (PAIR-7). */
function isUsersOwn({ memory }: View, { itemId }: RemovedItem): boolean {
  const own = memory.ownItems.find(item => item.itemId === itemId);
  const ofPerson = memory.departures.filter(({ person }) => person === own?.person);
  const isOurs = ofPerson.some(
    ({ recordId, how }) => how === 'converted' || !memory.ownRecords.has(recordId),
  );
  return own !== undefined && ofPerson.length > 0 && !isOurs;
}

function hasCause({ memory, policy }: View, person: string | null, { atMs }: RemovedItem): boolean {
  if (policy.contacts.maximum !== null) return true;
  return memory.departures.some(
    departure => departure.person === (person ?? departure.person) && departure.atMs <= atMs,
  );
}

/** What gave way to another record, or to newer ones, is not counted (POL-20). */
function beyondGuard({ memory, policy, mailboxes }: View, { removed }: Work): string[] {
  if (policy.contacts.maximum !== null) return [];
  const uncounted = memory.departures.filter(({ how }) => how === 'merged' || how === 'converted').length;
  const modules = policy.modules.leads.enabled ? 2 : 1;
  const most = policy.deletionGuard.count * modules + uncounted;
  return mailboxes.flatMap(({ mailbox }) => {
    const times = removed.filter(item => item.mailbox === mailbox).map(({ atMs }) => atMs);
    const busiest = Math.max(
      0,
      ...times.map(start => times.filter(atMs => atMs >= start && atMs < start + DAY_MS).length),
    );
    return busiest > most
      ? [`${busiest} items of ${nameOf(mailbox)} were deleted within a day, ${most} may be`]
      : [];
  });
}
