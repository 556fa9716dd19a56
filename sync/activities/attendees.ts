import { isBlank, sameValue } from '../items/compare.ts';
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

/** What the mailbox has of an appointment of the CRM: what was shown last, and what it is among other events. */
export interface Standing {
  readonly before: Fields | null;
  readonly meeting: Meeting | null;
}

/** The list of people that an appointment's body shows in the mailbox; null for none (POL-14). */
function detailsOf(record: CrmRecord, standing: Standing, rules: CalendarRules): string | null {
  const { attendees = [] } = record;
  if (!rules.attendeeDetails || attendees.length === 0) return null;
  if (standing.meeting?.hasAttendees || invites(record, standing, rules)) return null;
  return attendees
    .map(({ name, address, account }) =>
      [address ? `${name} <${address}>` : name, account].filter(Boolean).join(', '),
    )
    .join('\n');
}

/** Whether the write that shows it gives the event attendees, who would read the list (POL-18). */
function invites(
  { fields }: CrmRecord,
  { before, meeting }: Standing,
  { invitations }: CalendarRules,
): boolean {
  if (invitations !== 'send' || isBlank(fields.participants)) return false;
  return (
    meeting === null || !sameValue('participants', before?.participants ?? null, fields.participants ?? null)
  );
}

/** What the mailbox shows of an appointment of the CRM. */
export function shownAppointment(record: CrmRecord, standing: Standing, rules: CalendarRules): Fields {
  return { ...record.fields, attendeeDetails: detailsOf(record, standing, rules) };
}
