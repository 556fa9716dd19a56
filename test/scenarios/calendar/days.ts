import { Temporal } from 'temporal-polyfill';

const today = Temporal.Now.plainDateISO('UTC');

/** The day so many days from now. */
export function inDays(days: number): string {
  return today.add({ days }).toString();
}

/** The instant of a wall time, as Salesforce and Graph tell it. */
export function instantOf(day: string, time: string, timeZone: string): string {
  return Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(timeZone).toInstant().toString();
}

/** The day of the next change of the clocks there that is at least a week off. */
export function nextClockChange(timeZone: string): string {
  const from = today.add({ days: 7 }).toZonedDateTime(timeZone);
  const change = from.getTimeZoneTransition('next');
  if (!change) throw new Error(`The clocks of ${timeZone} never change.`);
  return change.toPlainDate().toString();
}

export function daysAfter(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** The day that a time told in UTC falls on in a zone. */
export function dayIn(timeZone: string, { dateTime }: { readonly dateTime: string }): string {
  return Temporal.Instant.from(`${dateTime}Z`).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export function weekdayOf(day: string): string {
  return WEEKDAYS[Temporal.PlainDate.from(day).dayOfWeek - 1] ?? '';
}
