import type { CalendarRules } from '../items/rules.ts';
import type { CrmRecord, Fields, Meeting } from '../record.ts';

/** Whether Exchange would mail somebody about a write to this event: then it is not written (POL-18, invariant 12). */
export function isLocked(meeting: Meeting | null | undefined, { invitations }: CalendarRules): boolean {
  return meeting?.hasAttendees === true && invitations !== 'send';
}

/**
 * Whether taking this event out of the mailbox is left to its user. Deleting it in the organizer's calendar mails a
 * cancellation; the copy of somebody who is invited goes in silence, unless the policy forbids that, too (POL-18).
 */
export function isKept(meeting: Meeting | null | undefined, { invitations }: CalendarRules): boolean {
  if (meeting?.hasAttendees !== true || invitations === 'send') return false;
  return meeting.isOrganizer || invitations === 'never';
}

/** The list of people that an appointment's body shows in the mailbox; null for none (POL-14). */
function detailsOf(
  { attendees = [] }: CrmRecord,
  meeting: Meeting | null | undefined,
  { attendeeDetails }: CalendarRules,
): string | null {
  if (!attendeeDetails || meeting?.hasAttendees || attendees.length === 0) return null;
  return attendees
    .map(({ name, address, account }) =>
      [address ? `${name} <${address}>` : name, account].filter(Boolean).join(', '),
    )
    .join('\n');
}

/** What the mailbox shows of an appointment of the CRM. */
export function shownAppointment(
  record: CrmRecord,
  meeting: Meeting | null | undefined,
  rules: CalendarRules,
): Fields {
  return { ...record.fields, attendeeDetails: detailsOf(record, meeting, rules) };
}
