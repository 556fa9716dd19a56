import type { Entry } from '../ledger.ts';
import { isHeld, isMarkedLater, wasReleased } from '../standing.ts';
import { addressOf, type Item, LEADS_CATEGORY, type PersonRecord } from './hands.ts';
import type { MailboxView, View } from './view.ts';

/** Whether what users did explains that a record of this mailbox's user has no item in it. */
export function isExcused(view: View, mailbox: MailboxView, record: PersonRecord, entry: Entry): boolean {
  const { memory, policy } = view;
  switch (entry.code) {
    case 'user_deleted':
    case 'user_moved':
      return memory.takenOut.some(
        taken =>
          taken.mailbox === mailbox.mailbox &&
          (taken.person === record.person || wasMerged(view, taken.recordId)) &&
          entry.code === `user_${taken.how}`,
      );
    case 'ambiguous':
      return hasLookAlikes(view, mailbox, record.person);
    case 'left_limit':
      return policy.contacts.maximum !== null;
    case 'mass_deletion':
      return isHeld(view.ledger, entry);
    default:
      return false;
  }
}

/** Whether an item that the policy would send to the CRM stays with its user for a reason. */
export function isItemExcused(view: View, mailbox: MailboxView, item: Item, entry: Entry): boolean {
  const { policy } = view;
  const isLead = item.categories.includes(LEADS_CATEGORY);
  const module = policy.modules[isLead ? 'leads' : 'contacts'];
  switch (entry.code) {
    case 'already_there':
      return (
        !isMarkedLater(view.ledger, view.memory.marked, mailbox.pairing, item.id) &&
        (isEarly(view, item) || wasReleased(view.ledger, entry))
      );
    case 'module_off':
      return !module.enabled;
    case 'direction':
      return module.direction === 'to-mailbox';
    case 'excluded_address':
      return policy.excluded.addresses.includes(addressOf(item.person));
    case 'duplicate_in_mailbox':
      return mailbox.items.some(other => other.person === item.person && other.id !== item.id);
    case 'other_owner':
    case 'exists_hidden':
      return view.records.some(
        ({ person, ownerId }) => person === item.person && ownerId !== mailbox.crmUserId,
      );
    case 'ambiguous':
      return hasLookAlikes(view, mailbox, item.person);
    case 'no_company':
      return isLead && item.values.company == null;
    case 'mass_deletion':
      return isHeld(view.ledger, entry);
    default:
      return false;
  }
}

/** Whoever takes somebody's place is away with them. */
function wasMerged({ memory }: View, id: string | null): boolean {
  return memory.departures.some(({ recordId, how }) => recordId === id && how === 'merged');
}

/** More than one item or record by this name or address: nothing is guessed. */
function hasLookAlikes(view: View, mailbox: MailboxView, person: string): boolean {
  const items = mailbox.items.filter(item => item.person === person || item.values.lastName === person);
  const records = view.records.filter(
    record => record.person === person || record.values.lastName === person,
  );
  return items.length > 1 || records.length > 1;
}

function isEarly({ memory }: View, item: Item): boolean {
  return memory.ownItems.some(({ itemId, isEarly: early }) => itemId === item.id && early);
}
