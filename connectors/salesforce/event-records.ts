import type { Participant } from '../../sync/calendar/appointment.ts';
import { firstOfEach } from '../../sync/calendar/participants.ts';
import { textOfAppointment } from '../../sync/calendar/text-form.ts';
import type { Attendee, CrmRecord } from '../../sync/record.ts';
import { textOrNull } from './activity-values.ts';
import { splitDescription } from './described-people.ts';
import { appointmentOf } from './event-mapping.ts';
import { type People, participantsOf } from './event-people.ts';
import { isPerson } from './persons.ts';
import { systemFieldsOf } from './system-fields.ts';
import type { Row } from './wire.ts';

/** An event's row with what stands in other rows. */
export interface WholeEvent {
  readonly row: Row;
  readonly relations: readonly Row[];
  readonly people: People;
}

/** Without Shared Activities and invitees, all that there is to know of its people is on the event itself. */
export function tellsByRelations(row: Row): boolean {
  return row.IsGroupEvent !== false || Number(row.WhoCount ?? 0) > 1;
}

/** Whoever an event names: its owner, those it is about, those it invites. */
export function idsOfPeople(row: Row, relations: readonly Row[]): string[] {
  return [row.OwnerId, row.WhoId, ...relations.map(({ RelationId }) => RelationId)].flatMap(id =>
    typeof id === 'string' && isPerson(id) ? [id] : [],
  );
}

/** In whose zone all-day events begin, from which reminders count. */
export function zoneOf(ownerId: string, people: People): string {
  const zone = people.get(ownerId)?.TimeZoneSidKey;
  return typeof zone === 'string' ? zone : 'UTC';
}

/** As `userId` sees it. Who declined takes no part (CAL-1). */
export function crmEventOf({ row, relations, people }: WholeEvent, userId: string): CrmRecord {
  const ownerId = String(row.OwnerId);
  const described = typeof row.Description === 'string' ? splitDescription(row.Description) : null;
  const shown = described === null ? row : { ...row, Description: described.text };
  const listed = described === null ? [] : described.people;
  const isComplete = listed !== null && idsOfPeople(row, relations).every(id => people.has(id));
  const appointment = appointmentOf(shown, zoneOf(ownerId, people));
  const participants = isComplete
    ? firstOfEach([...listed.filter(isHost), ...participantsOf(row, relations, people), ...listed])
    : undefined;
  const invited = relations.some(
    ({ RelationId, IsInvitee, Status }) =>
      RelationId === userId && IsInvitee !== false && Status !== 'Declined',
  );
  return {
    ...systemFieldsOf(row),
    ref: { kind: 'event', id: String(row.Id) },
    fields: textOfAppointment({ ...appointment, ...(participants && { participants }) }),
    ...(invited && ownerId !== userId && { invited }),
    attendees: attendeesOf(row, relations, people),
  };
}

/**
 * An event that is gone, as `userId` saw it: its relations went with it, so whom it invited is unknown. So is, without the
 * owner's zone, when its day began.
 */
export function crmEventOfGone(row: Row, people: People, userId: string): CrmRecord {
  const record = crmEventOf({ row, relations: [], people }, userId);
  const { participants, reminder, ...fields } = record.fields;
  const isTold = participants !== undefined && !tellsByRelations(row);
  const isTimed = row.IsAllDayEvent !== true || people.has(String(row.OwnerId));
  return {
    ...record,
    fields: {
      ...fields,
      ...(isTold && { participants }),
      ...(isTimed && reminder !== undefined && { reminder }),
    },
  };
}

/** No relation tells who organizes the event of another owner. */
function isHost({ role }: Participant): boolean {
  return role === 'organizer';
}

function attendeesOf(row: Row, relations: readonly Row[], people: People): Attendee[] {
  const ids = new Set(idsOfPeople(row, relations));
  ids.delete(String(row.OwnerId));
  return [...ids].flatMap(id => {
    const person = people.get(id);
    if (person === undefined) return [];
    const account = person.Account as Row | null | undefined;
    const address = textOrNull(person.Email)?.toLowerCase() ?? null;
    return [
      {
        name: textOrNull(person.Name) ?? address ?? id,
        address,
        account: textOrNull(account?.Name ?? person.Company),
      },
    ];
  });
}
