import type { Violation } from '../module.ts';
import { nameOf } from './scene.ts';
import type { MailboxView, View } from './view.ts';

/** Invariant 3: what the product makes, it makes once. */
export function duplicates(view: View): Violation[] {
  return [...view.mailboxes.flatMap(mailbox => itemsTwice(view, mailbox)), ...recordsTwice(view)].map(
    text => ({
      invariant: 3,
      text,
    }),
  );
}

function itemsTwice({ memory }: View, { items, mailbox }: MailboxView): string[] {
  const own = new Set(memory.ownItems.map(({ itemId }) => itemId));
  // Moved out before the product had heard that it had made it: that one is its user's.
  const hidden = new Set(
    memory.takenOut.flatMap(({ itemId, recordId }) => (recordId === null ? [itemId] : [])),
  );
  const made = Map.groupBy(
    items.filter(({ id, key }) => key !== null && !own.has(id) && !hidden.has(id)),
    ({ key }) => key,
  );
  return [...made.values()]
    .filter(copies => copies.length > 1)
    .map(copies => `${copies[0]?.person} was made ${copies.length} times in ${nameOf(mailbox)}'s mailbox`);
}

function recordsTwice({ records, memory }: View): string[] {
  const made = Map.groupBy(
    records.filter(({ id }) => !memory.ownRecords.has(id)),
    ({ object, person }) => `${object} ${person}`,
  );
  return [...made]
    .filter(([, copies]) => copies.length > sources(memory.ownItems, copies[0]?.person ?? ''))
    .map(
      ([who, copies]) =>
        `${who} was made ${copies.length} times in the CRM: ${copies.map(({ id }) => id).join(', ')}`,
    );
}

/** Without an address, what several users or items name alike are different people for all that anybody knows. */
function sources(ownItems: View['memory']['ownItems'], person: string): number {
  const items = ownItems.filter(own => own.person === person);
  return items.some(({ hasAddress }) => hasAddress) ? 1 : items.length;
}
