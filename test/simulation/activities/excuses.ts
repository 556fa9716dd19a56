import type { Entry } from '../ledger.ts';
import { isHeld, isMarkedLater, wasReleased } from '../standing.ts';
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
      return isHeld(view.ledger, entry);
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
      return (
        !isMarkedLater(view.ledger, view.memory.marked, mailbox.pairing, item.id) &&
        (isEarly(mailbox, item) || wasReleased(view.ledger, entry))
      );
    case 'module_off':
      return !module.enabled;
    case 'direction':
      return module.direction === 'to-mailbox';
    case 'ambiguous':
      return hasLookAlikes(view, mailbox, item.name);
    case 'mass_deletion':
      return isHeld(view.ledger, entry);
    default:
      return false;
  }
}

/** More than one item or record by this name: nothing is guessed. */
function hasLookAlikes({ records }: View, { items }: MailboxView, name: string): boolean {
  return [items, records].some(things => things.filter(thing => thing.name === name).length > 1);
}

/** It was there before the first cycle was over (PAIR-6). */
function isEarly({ pairing }: MailboxView, { createdAtMs }: Item): boolean {
  return createdAtMs <= (pairing.initializedAtMs ?? Number.POSITIVE_INFINITY);
}
