import type {
  Attendee,
  Event,
  FreeBusyStatus,
  Recipient,
  ResponseType,
} from '@microsoft/microsoft-graph-types';
import type { AppointmentFields, Participant, Response, Span } from '../../sync/calendar/appointment.ts';
import { firstOfEach } from '../../sync/calendar/participants.ts';
import { bodyOf, itemBodyOf } from './body-mapping.ts';
import { withJoinBlock } from './online-meeting.ts';
import { patternedRecurrenceOf, recurrenceOf } from './recurrence-mapping.ts';
import { requireStorable } from './storable.ts';
import { dateTimeOf, dayAfter, dayTold, ianaZoneOf, midnightOf, zonedTimeOf } from './times.ts';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };
type ShowAs = NonNullable<AppointmentFields['showAs']>;

/** What is asked of every event: the mapped properties and what tells it among others (event-identity.ts). */
export const eventSelect = [
  ...[
    'id',
    'type',
    'seriesMasterId',
    'iCalUId',
    'originalStart',
    'isCancelled',
    'isOrganizer',
    'responseStatus',
  ],
  ...['categories', 'createdDateTime', 'lastModifiedDateTime'],
  ...['subject', 'location', 'body', 'onlineMeeting', 'showAs', 'sensitivity'],
  ...['isAllDay', 'start', 'end', 'originalStartTimeZone', 'originalEndTimeZone', 'recurrence'],
  ...['isReminderOn', 'reminderMinutesBeforeStart', 'organizer', 'attendees'],
].join(',');

/** Which days a series leaves out is told only when the series is read by its id (documentation: event). */
export const seriesSelect = `${eventSelect},cancelledOccurrences`;

/** `unknown` is what Exchange says where it does not know itself (documentation: event, showAs). */
const showAsOf: Partial<Record<FreeBusyStatus, ShowAs>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  oof: 'outOfOffice',
  workingElsewhere: 'elsewhere',
};
const freeBusyOf: Readonly<Record<ShowAs, FreeBusyStatus>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  outOfOffice: 'oof',
  elsewhere: 'workingElsewhere',
};

/** Reads the properties that are there. An all-day event is read in its own zone or, where that is lost, in `mailboxZone`. */
export function appointmentOf(event: Event, mailboxZone: string): AppointmentFields {
  const fields: Mutable<AppointmentFields> = { ...remindingOf(event), ...recurringOf(event, mailboxZone) };
  if ('subject' in event) fields.subject = text(event.subject);
  if ('location' in event) fields.location = text(event.location?.displayName);
  if ('body' in event) fields.body = bodyOf(event.body);
  if (event.start && event.end) fields.span = spanOf(event, mailboxZone);
  const showAs = showAsOf[event.showAs ?? 'unknown'];
  if (showAs !== undefined) fields.showAs = showAs;
  if (event.sensitivity) fields.isPrivate = event.sensitivity !== 'normal';
  if ('attendees' in event) fields.participants = participantsOf(event);
  return fields;
}

function remindingOf(event: Event): Pick<AppointmentFields, 'reminderMinutes'> {
  if (event.isReminderOn === false) return { reminderMinutes: null };
  const minutes = event.reminderMinutesBeforeStart;
  return event.isReminderOn && minutes != null ? { reminderMinutes: minutes } : {};
}

/** Where no zone of the series is known, its days are those of the zone in which its start was written. */
function recurringOf(event: Event, mailboxZone: string): Pick<AppointmentFields, 'recurrence'> {
  if (event.recurrence === undefined) return {};
  if (event.recurrence === null) return { recurrence: null };
  const zone = ianaZoneOf(event.originalStartTimeZone) ?? mailboxZone;
  const recurrence = recurrenceOf(event.recurrence, zone);
  return recurrence === undefined ? {} : { recurrence };
}

/** The end of an all-day event is the midnight after its last day (documentation: event, isAllDay). */
function spanOf(event: Event, mailboxZone: string): Span {
  const { originalStartTimeZone: startZone, originalEndTimeZone: endZone } = event;
  if (event.isAllDay !== true)
    return {
      allDay: false,
      start: zonedTimeOf(event.start!, startZone),
      end: zonedTimeOf(event.end!, endZone),
    };
  const firstDay = dayTold(event.start!, ianaZoneOf(startZone) ?? mailboxZone);
  const endDay = dayTold(event.end!, ianaZoneOf(endZone) ?? mailboxZone);
  // Imported calendars have days that end as they begin.
  const isOneDay = endDay <= firstDay;
  return { allDay: true, firstDay, lastDay: isOneDay ? firstDay : dayAfter(endDay, -1) };
}

/** The organizer first, who may stand among the attendees too; who has no address cannot be told from others. */
function participantsOf({ organizer, attendees }: Event): Participant[] {
  const found = [
    participantOf(organizer, 'organizer', 'accepted'),
    ...(attendees ?? []).map(attendee =>
      participantOf(attendee, attendee.type ?? 'required', responseOf(attendee.status?.response)),
    ),
  ];
  return firstOfEach(found);
}

function participantOf(
  person: Recipient | null | undefined,
  role: Participant['role'],
  response: Response,
): Participant | null {
  const address = text(person?.emailAddress?.address)?.toLowerCase();
  if (address === undefined) return null;
  const name = text(person?.emailAddress?.name);
  return { address, name: name?.toLowerCase() === address ? null : name, role, response };
}

export function responseOf(told: ResponseType | null | undefined): Response {
  switch (told) {
    case 'organizer':
    case 'accepted':
      return 'accepted';
    case 'tentativelyAccepted':
      return 'tentative';
    case 'declined':
      return 'declined';
    default:
      return 'none';
  }
}

/**
 * The body that sets exactly these fields, except who takes part: naming attendees makes Exchange mail them, so that
 * is asked for by itself (`attendeesOf`, POL-18). `current` is the event as it stands, {} for a new one.
 */
export function eventOf(fields: AppointmentFields, current: Event, mailboxZone: string): Event {
  requireStorable({ subject: fields.subject, location: fields.location, body: textOf(fields) });
  const event: Event = { ...remindersOf(fields), ...timesOf(fields, current, mailboxZone) };
  if (fields.subject !== undefined) event.subject = fields.subject ?? '';
  if (fields.location !== undefined && !hasLocation(current, fields.location))
    event.location = { displayName: fields.location ?? '' };
  if (fields.body !== undefined)
    event.body = withJoinBlock(itemBodyOf(fields.body), current.body, current.onlineMeeting);
  if (fields.showAs !== undefined) event.showAs = freeBusyOf[fields.showAs];
  if (fields.isPrivate !== undefined) event.sensitivity = sensitivityOf(fields.isPrivate, current);
  if (fields.recurrence !== undefined)
    event.recurrence = fields.recurrence && patternedRecurrenceOf(fields.recurrence);
  return event;
}

/** A location of the same name stays with its address and coordinates. */
function hasLocation({ location }: Event, name: string | null): boolean {
  return location != null && text(location.displayName) === name;
}

function textOf({ body }: AppointmentFields): string | null {
  return body == null ? null : body.text + (body.html ?? '');
}

/** Personal and confidential events stay what they are: all but normal ones are withheld alike. */
function sensitivityOf(isPrivate: boolean, { sensitivity }: Event): NonNullable<Event['sensitivity']> {
  if (!isPrivate) return 'normal';
  return sensitivity && sensitivity !== 'normal' ? sensitivity : 'private';
}

function remindersOf({ reminderMinutes: minutes }: AppointmentFields): Event {
  if (minutes === undefined) return {};
  return minutes === null
    ? { isReminderOn: false }
    : { isReminderOn: true, reminderMinutesBeforeStart: minutes };
}

/**
 * The days of an all-day event begin at midnights of one zone, that of its series, its own or the mailbox's: in another
 * they would shift.
 */
function timesOf({ span, recurrence }: AppointmentFields, current: Event, mailboxZone: string): Event {
  if (span === undefined) return {};
  if (!span.allDay) return { isAllDay: false, start: dateTimeOf(span.start), end: dateTimeOf(span.end) };
  const zone = recurrence?.zone ?? ianaZoneOf(current.originalStartTimeZone) ?? mailboxZone;
  return {
    isAllDay: true,
    start: midnightOf(span.firstDay, zone),
    end: midnightOf(dayAfter(span.lastDay, 1), zone),
  };
}

/** Whom Exchange is to invite; the organizer is always the owner of the calendar, answers are the attendees' own. */
export function attendeesOf(participants: readonly Participant[]): Attendee[] {
  return participants.flatMap(({ address, name, role }) =>
    role === 'organizer' ? [] : [{ type: role, emailAddress: { address, ...(name !== null && { name }) } }],
  );
}

function text(value: string | null | undefined): string | null {
  return value == null || value === '' ? null : value;
}
