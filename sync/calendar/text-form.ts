import type { Fields } from '../record.ts';
import type { AppointmentFields, Participant, Response, Span, ZonedTime } from './appointment.ts';
import { epochMs } from './zones.ts';

/**
 * Appointments as the core compares, merges and keeps them: every value is text. A span is an interval of ISO 8601 with
 * the zones of RFC 9557 (`2026-03-29T09:00:00[Europe/Berlin]/…`, or days: `2026-03-29/2026-03-30`, the last one
 * included). Nothing to remind of is a word and no empty value: turning reminders off clears nothing (POL-20).
 */
export const NO_REMINDER = 'none';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

export function textOfAppointment(appointment: AppointmentFields): Fields {
  const { subject, location, body, span, showAs, isPrivate, reminderMinutes, participants } = appointment;
  const fields: Mutable<Fields> = {};
  if (subject !== undefined) fields.subject = subject;
  if (location !== undefined) fields.location = location;
  if (body !== undefined) fields.body = body?.text ?? null;
  if (span !== undefined) fields.span = textOfSpan(span);
  if (showAs !== undefined) fields.showAs = showAs;
  if (isPrivate !== undefined) fields.privacy = isPrivate ? 'private' : 'normal';
  if (reminderMinutes !== undefined) fields.reminder = reminderMinutes?.toString() ?? NO_REMINDER;
  if (participants !== undefined) fields.participants = textOfParticipants(participants);
  return fields;
}

/** The body is text alone: which HTML belongs to it is the connector's to know. */
export function appointmentOfText(fields: Fields): AppointmentFields {
  const { subject, location, body, span, showAs, privacy, reminder, participants } = fields;
  const appointment: Mutable<AppointmentFields> = {};
  if (subject !== undefined) appointment.subject = subject;
  if (location !== undefined) appointment.location = location;
  if (body !== undefined) appointment.body = body === null ? null : { text: body, html: null };
  if (span) appointment.span = spanOfText(span);
  if (showAs) appointment.showAs = showAs as NonNullable<AppointmentFields['showAs']>;
  if (privacy) appointment.isPrivate = privacy === 'private';
  if (reminder) appointment.reminderMinutes = reminder === NO_REMINDER ? null : Number(reminder);
  if (participants) appointment.participants = participantsOfText(participants);
  return appointment;
}

export function textOfSpan(span: Span): string {
  return span.allDay
    ? `${span.firstDay}/${span.lastDay}`
    : `${textOfTime(span.start)}/${textOfTime(span.end)}`;
}

export function spanOfText(text: string): Span {
  const [from = '', to = ''] = splitSpan(text);
  return from.includes('T')
    ? { allDay: false, start: timeOfText(from), end: timeOfText(to) }
    : { allDay: true, firstDay: from, lastDay: to };
}

/** Names of zones have slashes, too. */
function splitSpan(text: string): string[] {
  const at = text.includes('[') ? text.indexOf(']/') + 1 : text.indexOf('/');
  return [text.slice(0, at), text.slice(at + 1)];
}

export function textOfTime({ local, zone }: ZonedTime): string {
  return `${local}[${zone}]`;
}

export function timeOfText(text: string): ZonedTime {
  const at = text.indexOf('[');
  return { local: text.slice(0, at), zone: text.slice(at + 1, -1) };
}

/** Whether two spans are the same days, or begin and end in the same moments, in whichever zones they are told. */
export function sameSpan(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [spanOfText(a), spanOfText(b)];
  if (one.allDay || other.allDay) return false;
  return sameMoment(one.start, other.start) && sameMoment(one.end, other.end);
}

export function sameMoment(a: ZonedTime, b: ZonedTime): boolean {
  return epochMs(a) === epochMs(b);
}

/** When it begins and ends, epoch milliseconds; days begin at midnight in `zone`. `endMs` is the first moment after it. */
export function momentsOf(text: string, zone: string): { readonly startMs: number; readonly endMs: number } {
  const span = spanOfText(text);
  if (!span.allDay) return { startMs: epochMs(span.start), endMs: epochMs(span.end) };
  return {
    startMs: epochMs({ local: `${span.firstDay}T00:00:00`, zone }),
    endMs: epochMs({ local: `${dayAfter(span.lastDay)}T00:00:00`, zone }),
  };
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

type Told = readonly [address: string, name: string | null, role: Participant['role'], response: Response];

/** In one order, whoever lists them. */
export function textOfParticipants(participants: readonly Participant[]): string {
  const told = participants.map(({ address, name, role, response }): Told => [address, name, role, response]);
  return JSON.stringify(told.toSorted((a, b) => (a[0] < b[0] ? -1 : 1)));
}

export function participantsOfText(text: string): Participant[] {
  return (JSON.parse(text) as Told[]).map(([address, name, role, response]) => ({
    address,
    name,
    role,
    response,
  }));
}

/** Who takes part and what they answered; names and who was asked to come by all means differ between systems. */
export function sameParticipants(a: string, b: string): boolean {
  return a === b || comparable(a) === comparable(b);
}

function comparable(text: string): string {
  const others = participantsOfText(text).filter(({ role }) => role !== 'organizer');
  return others.map(({ address, response }) => `${address} ${response}`).join('\n');
}
