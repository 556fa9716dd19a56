import type { Entry } from '../ledger.ts';
import type { CrmThing, Item } from './thing.ts';
import type { MailboxView, View } from './view.ts';

/** Whether what users did explains that a record of this mailbox's user has no item in it. */
export function isExcused(view: View, mailbox: MailboxView, record: CrmThing, entry: Entry | null): boolean {
  // Done before it came (PAIR-6).
  if (record.isClosed && entry?.link !== 'linked') return true;
  switch (entry?.code) {
    case 'ambiguous':
      return hasLookAlikes(view, mailbox, record.name);
    case 'mass_deletion':
      return isHeld(view, entry);
    default:
      return view.memory.takenOut.some(
        taken =>
          taken.mailbox === mailbox.mailbox &&
          taken.name === record.name &&
          entry?.code === `user_${taken.how}`,
      );
  }
}

/** Whether an item that the policy would send to the CRM stays with its user for a reason. */
export function isItemExcused(view: View, mailbox: MailboxView, item: Item, entry: Entry): boolean {
  const { policy } = view;
  const module = policy.modules[entry.module as CrmThing['module']];
  switch (entry.code) {
    case 'already_there':
      return !isMarkedLater(view, mailbox, item) && (isEarly(mailbox, item) || wasReleased(view, entry));
    case 'module_off':
      return !module.enabled;
    case 'direction':
      return module.direction === 'to-mailbox';
    case 'ambiguous':
      return hasLookAlikes(view, mailbox, item.name);
    case 'mass_deletion':
      return isHeld(view, entry);
    default:
      return false;
  }
}

function isHeld({ ledger }: View, entry: Entry): boolean {
  return ledger.held.some(({ entryId }) => entryId === entry.id);
}

/** More than one item or record by this name: nothing is guessed. */
function hasLookAlikes({ records }: View, { items }: MailboxView, name: string): boolean {
  return [items, records].some(things => things.filter(thing => thing.name === name).length > 1);
}

/** It was there before the first cycle was over (PAIR-6). */
function isEarly({ pairing }: MailboxView, { createdAtMs }: Item): boolean {
  return createdAtMs <= (pairing.initializedAtMs ?? Number.POSITIVE_INFINITY);
}

function wasReleased({ ledger }: View, entry: Entry): boolean {
  return ledger.events.some(({ entryId, action }) => entryId === entry.id && action === 'released');
}

/**
 * The user gave it the category after it was found to be there already, and after the first cycle was over: it is to be
 * sent. What is marked while a first cycle runs may be found marked.
 */
function isMarkedLater({ memory, ledger }: View, { pairing }: MailboxView, item: Item): boolean {
  const entry = ledger.entries.find(({ itemId }) => itemId === item.id);
  const saidAtMs = ledger.events
    .filter(
      ({ entryId, action }) => entryId === entry?.id && (action === 'excluded' || action === 'released'),
    )
    .map(({ atMs }) => atMs);
  const sinceMs = Math.max(pairing.initializedAtMs ?? 0, ...saidAtMs);
  return memory.marked.some(({ itemId, atMs }) => itemId === item.id && atMs > sinceMs);
}
