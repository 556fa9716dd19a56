import type { Thing } from '../activities/thing.ts';
import type { MailboxView, Peculiarities, View } from '../activities/view.ts';
import type { Entry } from '../ledger.ts';
import { meansTheSame } from './fields.ts';
import type { EventItem, EventRecord } from './hands.ts';

/** What appointments have of their own: privacy, meetings, answers. */
export const peculiarities: Peculiarities = {
  offersTo: 'appointments',
  means: meansTheSame,
  selects: (view, { crmUserId }, record) => {
    const { ownerId, invited, values } = record as EventRecord;
    if (!view.policy.modules.appointments.enabled) return false;
    if (values.privacy === 'private' && view.policy.calendar.private === 'skip') return false;
    return ownerId === crmUserId || invited.includes(crmUserId);
  },
  excludes: (view, { mailbox }, thing, { code }) => {
    const item = thing as EventItem;
    switch (code) {
      case 'private':
        return view.policy.calendar.private === 'skip' && item.values.privacy === 'private';
      case 'cancelled':
      case 'user_cancelled':
        return item.isCancelled;
      case 'declined':
      case 'user_declined':
        return item.isDeclined;
      case 'organizer_leads':
        return !item.isOrganizer && isUnsyncedElsewhere(view, mailbox, item);
      case 'has_attendees':
        return item.hasAttendees && view.policy.calendar.invitations !== 'send';
      default:
        return false;
    }
  },
  excuses: (view, { mailbox, items }, { name }, entry) => {
    const isMeeting = view.memory.meetings.has(name);
    switch (entry?.code) {
      // Its user has the same as a private one, beside which a copy would stand.
      case 'private':
        return (
          view.policy.calendar.private === 'skip' &&
          entry.link !== 'linked' &&
          items.some(item => item.name === name && item.values.privacy === 'private')
        );
      case 'invitation_expected':
        return isMeeting && !items.some(item => item.name === name && !(item as EventItem).isCancelled);
      case 'has_attendees':
        return isMeeting && view.policy.calendar.invitations !== 'send';
      default:
        return (
          isMeeting && view.memory.takenOut.some(taken => taken.mailbox === mailbox && taken.name === name)
        );
    }
  },
  isRefused: (view, mailbox, entry) =>
    entry.state === 'failing' && entry.code === 'validation' && crossesNeighbour(view, mailbox, entry),
  compares: (view, { crmUserId }, item, record) => {
    const { hasAttendees, isOrganizer } = item as EventItem;
    if (!hasAttendees) return 'all';
    // Of a meeting its organizer's copy counts, and under the other policies it is not even given the category.
    if (!isOrganizer || record.ownerId !== crmUserId) return 'nothing';
    return view.policy.calendar.invitations === 'send' ? 'all' : 'values';
  },
};

/** The organizer's own item is not in the CRM, for whatever reason its entry gives. */
function isUnsyncedElsewhere({ mailboxes, ledger }: View, mailbox: string, item: EventItem): boolean {
  return mailboxes.some(other => {
    if (other.mailbox === mailbox) return false;
    const own = other.items.find(({ name }) => name === item.name) as EventItem | undefined;
    const entry = ledger.entries.find(({ itemId }) => itemId === own?.id);
    return own?.isOrganizer === true && entry?.link !== 'linked';
  });
}

/**
 * The CRM puts an occurrence on the day of one of its neighbours or beyond it, which Exchange allows nobody
 * (documentation: event update).
 */
function crossesNeighbour({ records }: View, { items }: MailboxView, { itemId, recordId }: Entry): boolean {
  const record = records.find(({ id }) => id === recordId);
  const events = items as readonly EventItem[];
  const item = events.find(({ id }) => id === itemId);
  if (!record || !item?.seriesId) return false;
  const days = events
    .filter(({ seriesId }) => seriesId === item.seriesId)
    .map(dayOf)
    .toSorted();
  const place = days.indexOf(dayOf(item));
  const [before, after] = [days[place - 1], days[place + 1]];
  const day = dayOf(record);
  return (before !== undefined && day <= before) || (after !== undefined && day >= after);
}

/** On which it begins. */
const dayOf = ({ values }: Thing) => values.span?.slice(0, 10) ?? '';
