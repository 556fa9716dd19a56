import type { Violation } from '../module.ts';
import { nameOf, type View } from './view.ts';
import type { RecordWrite, RemovedItem } from './work.ts';

const DAY_MS = 86_400_000;

/** Invariant 5: the product removes only what a user removed on the other side, never more than the guard allows. */
export function deletions(view: View): Violation[] {
  const { work } = view;
  return [
    ...work.removed.flatMap(removed => mailboxProblem(view, removed)),
    ...work.records.filter(({ method }) => method === 'DELETE').flatMap(gone => crmProblem(view, gone)),
    ...beyondGuard(view),
  ].map(text => ({ invariant: 5, text }));
}

function mailboxProblem(view: View, removed: RemovedItem): string[] {
  const { memory, work } = view;
  const user = nameOf(removed.mailbox);
  const name = [...work.made, ...memory.ownItems].find(({ itemId }) => itemId === removed.itemId)?.name;
  const causes = memory.departures.filter(departure => departure.name === (name ?? departure.name));
  const isUsersOwn = memory.ownItems.some(({ itemId, wasOurs }) => itemId === removed.itemId && !wasOurs);
  if (isUsersOwn && causes.length > 0 && causes.every(({ recordId }) => memory.ownRecords.has(recordId)))
    return [`${user}'s own item of ${name} was deleted by the product`];
  if (causes.some(({ atMs }) => atMs <= removed.atMs)) return [];
  return [`${name ?? 'somewhat'} was deleted in ${user}'s mailbox, and nothing in the CRM is the cause`];
}

function crmProblem(view: View, { recordId, atMs }: RecordWrite): string[] {
  const { memory, ledger } = view;
  const made = view.work.records.find(one => one.recordId === recordId && one.name !== '');
  const entry = ledger.entries.find(one => one.recordId === recordId);
  const causes = memory.takenOut.filter(
    taken => taken.recordId === recordId || taken.recordId === null || taken.name === made?.name,
  );
  if (causes.some(taken => taken.atMs <= atMs)) return [];
  return [`${made?.name ?? entry?.code ?? recordId} was deleted in the CRM, and no user took it away`];
}

function beyondGuard({ work, policy, mailboxes, memory }: View): string[] {
  const { count } = policy.deletionGuard;
  const names = (of: RemovedItem) => work.made.find(({ itemId }) => itemId === of.itemId)?.name ?? of.itemId;
  const most = count * 2 + memory.departures.filter(({ how }) => how === 'private').length;
  return mailboxes.flatMap(({ mailbox }) => {
    const removed = work.removed.filter(item => item.mailbox === mailbox);
    const within = (start: number) =>
      new Set(removed.filter(({ atMs }) => atMs >= start && atMs < start + DAY_MS).map(names)).size;
    const busiest = Math.max(0, ...removed.map(({ atMs }) => within(atMs)));
    return busiest > most
      ? [`${busiest} items of ${nameOf(mailbox)} were deleted within a day, ${most} may be`]
      : [];
  });
}
