import type { AppointmentFields, Span } from '../../sync/calendar/appointment.ts';
import { epochMs } from '../../sync/calendar/zones.ts';
import { SyncFailure } from '../../sync/failure.ts';
import {
  type ActivityRecord,
  bodyIn,
  dateTimeOf,
  heldText,
  momentIn,
  momentOf,
  msIn,
  presentIn,
  textIn,
} from './activity-values.ts';
import type { ObjectShape } from './shape.ts';
import type { Row } from './wire.ts';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };
type ShowAs = NonNullable<AppointmentFields['showAs']>;

const minuteMs = 60_000;
const dayMinutes = 1440;
const dayMs = dayMinutes * minuteMs;
/** Object reference, Event: a multi-day event lasts 14 days at most. */
const maxDays = 14;

export const eventColumns = [
  ...['Subject', 'Location', 'Description', 'ShowAs', 'IsPrivate', 'IsReminderSet', 'ReminderDateTime'],
  ...['IsAllDayEvent', 'StartDateTime', 'EndDateTime', 'DurationInMinutes'],
] as const;

/** The picklist is restricted to these; tentative and elsewhere come back as busy. */
const showAsOf: Readonly<Record<string, ShowAs>> = { Busy: 'busy', OutOfOffice: 'outOfOffice', Free: 'free' };
const picklistValueOf: Readonly<Record<ShowAs, string>> = {
  free: 'Free',
  tentative: 'Busy',
  busy: 'Busy',
  outOfOffice: 'OutOfOffice',
  elsewhere: 'Busy',
};

/**
 * Reads the columns that were answered; who takes part stands in rows of its own (event-people.ts), and a row is never
 * a series: each occurrence is one. In `ownerZone` the days of all-day events begin, from which reminders count.
 */
export function appointmentOf(row: Row, ownerZone: string): AppointmentFields {
  const fields: Mutable<AppointmentFields> = {};
  const subject = textIn(row, 'Subject');
  const location = textIn(row, 'Location');
  const body = bodyIn(row);
  const span = spanIn(row);
  const showAs = showAsOf[String(row.ShowAs)];
  const reminderMinutes = reminderIn(row, ownerZone);
  if (subject !== undefined) fields.subject = subject;
  if (location !== undefined) fields.location = location;
  if (body !== undefined) fields.body = body;
  if (span !== null) fields.span = span;
  if (showAs !== undefined) fields.showAs = showAs;
  if (typeof row.IsPrivate === 'boolean') fields.isPrivate = row.IsPrivate;
  if (reminderMinutes !== undefined) fields.reminderMinutes = reminderMinutes;
  return fields;
}

/**
 * The days of an all-day event are those of its midnights in UTC, whatever the zone (object reference, Event:
 * ActivityDate). How many, its duration tells; whether EndDateTime is the last day or the one after, nothing says.
 */
function spanIn(row: Row): Span | null {
  const start = momentIn(row.StartDateTime);
  if (start === null) return null;
  if (row.IsAllDayEvent === true) {
    const firstDay = start.local.slice(0, 10);
    const minutes = typeof row.DurationInMinutes === 'number' ? row.DurationInMinutes : dayMinutes;
    const lastDay = dayAfter(firstDay, Math.max(1, Math.ceil(minutes / dayMinutes)) - 1);
    return { allDay: true, firstDay, lastDay };
  }
  const end = momentIn(row.EndDateTime);
  return end === null ? null : { allDay: false, start, end };
}

function reminderIn(row: Row, ownerZone: string): number | null | undefined {
  if (row.IsReminderSet === false) return null;
  const remindsAtMs = msIn(row.ReminderDateTime);
  const span = spanIn(row);
  if (row.IsReminderSet !== true || remindsAtMs === null || span === null) return undefined;
  return Math.max(0, Math.round((startMsOf(span, ownerZone) - remindsAtMs) / minuteMs));
}

function startMsOf(span: Span, ownerZone: string): number {
  return epochMs(span.allDay ? { local: `${span.firstDay}T00:00:00`, zone: ownerZone } : span.start);
}

/**
 * The columns that set exactly these fields; `current` is the row as it stands, {} for a new one. A new time takes the
 * reminder along: it is kept as a moment, which would else ring when the event was to begin before.
 */
export function eventRecordOf(
  fields: AppointmentFields,
  current: Row,
  shape: ObjectShape,
  ownerZone: string,
): ActivityRecord {
  const { subject, location, body, showAs, isPrivate } = fields;
  const record: ActivityRecord = { ...timesOf(fields), ...remindersOf(fields, current, ownerZone) };
  if (subject !== undefined) record.Subject = heldText(shape, 'Subject', subject);
  if (location !== undefined) record.Location = heldText(shape, 'Location', location);
  if (body !== undefined) record.Description = heldText(shape, 'Description', body?.text ?? null);
  if (showAs !== undefined) record.ShowAs = picklistValueOf[showAs];
  if (isPrivate !== undefined) record.IsPrivate = isPrivate;
  return presentIn(shape, record);
}

/** An all-day event is given its length, whose meaning is documented, and not its end. */
function timesOf({ span }: AppointmentFields): ActivityRecord {
  if (span === undefined) return {};
  requireLength(span);
  if (!span.allDay)
    return {
      IsAllDayEvent: false,
      StartDateTime: momentOf(span.start),
      EndDateTime: momentOf(span.end),
    };
  const days = (Date.parse(span.lastDay) - Date.parse(span.firstDay)) / dayMs + 1;
  return {
    IsAllDayEvent: true,
    StartDateTime: `${span.firstDay}T00:00:00.000Z`,
    DurationInMinutes: days * dayMinutes,
  };
}

function requireLength(span: Span): void {
  const lengthMs = span.allDay
    ? Date.parse(span.lastDay) - Date.parse(span.firstDay) + dayMs
    : epochMs(span.end) - epochMs(span.start);
  if (lengthMs <= maxDays * dayMs) return;
  throw new SyncFailure(
    'validation',
    `an appointment of ${Math.ceil(lengthMs / dayMs)} days, an event in the CRM lasts ${maxDays} days at most`,
    {
      native: 'EventTooLong',
      fields: ['span'],
      fix: `Split the appointment in the mailbox into parts of at most ${maxDays} days.`,
    },
  );
}

function remindersOf(fields: AppointmentFields, current: Row, ownerZone: string): ActivityRecord {
  const span = fields.span ?? spanIn(current);
  const known = fields.reminderMinutes;
  const minutes = known === undefined && fields.span ? reminderIn(current, ownerZone) : known;
  if (known === null) return { IsReminderSet: false, ReminderDateTime: null };
  if (minutes == null || span === null) return {};
  const remindsAtMs = startMsOf(span, ownerZone) - minutes * minuteMs;
  return { IsReminderSet: true, ReminderDateTime: dateTimeOf(remindsAtMs) };
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}
