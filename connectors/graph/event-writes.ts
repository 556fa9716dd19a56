import { createHash } from 'node:crypto';
import type { Event } from '@microsoft/microsoft-graph-types';
import type { Body, Span } from '../../sync/calendar/appointment.ts';
import { splitAttendeeDetails, withAttendeeDetails } from '../../sync/calendar/attendee-details.ts';
import { mergedBody } from '../../sync/calendar/merged-body.ts';
import { normalText } from '../../sync/calendar/plain-text.ts';
import { appointmentOfText, participantsOfText } from '../../sync/calendar/text-form.ts';
import { epochMs, zonedTime } from '../../sync/calendar/zones.ts';
import type { Field, Fields } from '../../sync/record.ts';
import { bodyOf } from './body-mapping.ts';
import type { GraphEvent } from './event-item.ts';
import { attendeesOf, eventOf } from './event-mapping.ts';
import { keyProperty } from './mapping.ts';
import { requireStorable } from './storable.ts';
import { ianaZoneOf } from './times.ts';

const DEPENDENT: readonly Field[] = ['body', 'attendeeDetails', 'span', 'location', 'privacy'];

/** Whether what an event shall say depends on what it says now. */
export function needsCurrentEvent(fields: Fields): boolean {
  return DEPENDENT.some(field => fields[field] !== undefined);
}

/** The event that sets exactly these fields; `current` is the one that stands there, {} for a new one. */
export function eventBody(fields: Fields, current: GraphEvent, mailboxZone: string): Event {
  requireStorable({ attendeeDetails: fields.attendeeDetails });
  const { body: _asText, span, ...rest } = appointmentOfText(fields);
  const body = bodyChange(fields, bodyOf(current.body));
  const appointment = {
    ...rest,
    ...(body !== undefined && { body }),
    ...(span !== undefined && { span: inZoneOf(span, current, mailboxZone) }),
  };
  const event = eventOf(appointment, current, mailboxZone);
  if (fields.participants === undefined) return event;
  return { ...event, attendees: attendeesOf(participantsOfText(fields.participants ?? '[]')) };
}

/** Undefined where people read the same as before: then not a byte of the HTML changes (CAL-6). */
function bodyChange(fields: Fields, current: Body | null): Body | null | undefined {
  const before = splitAttendeeDetails(current?.text ?? '');
  const { body: text = before.text, attendeeDetails: details = before.details } = fields;
  const isSame = normalText(text ?? '') === (before.text ?? '');
  if (isSame && normalText(details ?? '') === (before.details ?? '')) return undefined;
  const bare = withAttendeeDetails(current, null);
  const merged = isSame ? bare : mergedBody(bare ?? { text: '', html: null }, text ?? '');
  return withAttendeeDetails(merged?.text === '' ? null : merged, details || null);
}

/** A system that keeps moments only says UTC: told to people in the zone in which they planned it (CAL-3). */
function inZoneOf(span: Span, current: GraphEvent, mailboxZone: string): Span {
  if (span.allDay) return span;
  const told = (time: typeof span.start, name: string | null | undefined) =>
    time.zone === 'UTC' ? zonedTime(epochMs(time), ianaZoneOf(name) ?? mailboxZone) : time;
  return {
    allDay: false,
    start: told(span.start, current.originalStartTimeZone),
    end: told(span.end, current.originalEndTimeZone ?? current.originalStartTimeZone),
  };
}

/** An empty value takes the key off: Graph cannot remove an extended property. */
export function keyed(key: string | null): Event {
  return { singleValueExtendedProperties: [{ id: keyProperty, value: key ?? '' }] };
}

/** By which Exchange knows a second attempt of one creation: the same for the same key, in the form of a UUID. */
export function transactionIdOf(key: string): string {
  const digits = createHash('sha256').update(key).digest('hex');
  return [8, 12, 16, 20, 32].map((end, index, ends) => digits.slice(ends[index - 1] ?? 0, end)).join('-');
}
