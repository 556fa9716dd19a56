import type { Violation } from '../module.ts';
import { type MailboxView, nameOf, type View } from './view.ts';

/** Invariant 3: what the product makes, it makes once. */
export function duplicates(view: View): Violation[] {
  return [...view.mailboxes.flatMap(mailbox => itemsTwice(view, mailbox)), ...recordsTwice(view)].map(
    text => ({ invariant: 3, text }),
  );
}

function itemsTwice({ memory }: View, { items, mailbox }: MailboxView): string[] {
  const own = new Set(memory.ownItems.map(({ itemId }) => itemId));
  const made = Map.groupBy(
    items.filter(({ id, key, isSynced }) => key !== null && isSynced && !own.has(id)),
    ({ key }) => key?.split(':').slice(0, 2).join(':'),
  );
  return [...made.values()]
    .filter(copies => copies.length > 1)
    .map(copies => `${copies[0]?.name} was made ${copies.length} times in ${nameOf(mailbox)}'s mailbox`);
}

/** A record for each item that a user made, and no more. */
function recordsTwice({ records, memory }: View): string[] {
  const made = Map.groupBy(
    records.filter(({ id }) => !memory.ownRecords.has(id)),
    ({ name }) => name,
  );
  return [...made]
    .filter(([name, copies]) => copies.length > sources(memory, name))
    .map(
      ([name, copies]) =>
        `${name} was made ${copies.length} times in the CRM: ${copies.map(({ id }) => id).join(', ')}`,
    );
}

function sources({ ownItems }: View['memory'], name: string): number {
  return ownItems.filter(own => own.name === name && !own.isCopy).length;
}
