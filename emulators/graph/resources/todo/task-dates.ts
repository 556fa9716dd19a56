import { Temporal } from 'temporal-polyfill';
import type { WallTime } from '../../store/event-state.ts';
import { ianaZone } from '../time-zones.ts';
import { invalidTask } from './errors.ts';

const WITH_OFFSET = /(Z|[+-]\d\d:?\d\d)$/i;

/** A date and time as the client wrote it; one with an offset is told in its zone. */
export function writtenDateTime(name: string, value: unknown): WallTime | undefined {
  if (value === null || value === undefined) return undefined;
  const { dateTime, timeZone } = value as { dateTime?: string; timeZone?: string | null };
  const zone = timeZone || 'UTC';
  const iana = ianaZone(zone);
  try {
    const local = WITH_OFFSET.test(dateTime ?? '')
      ? Temporal.Instant.from(dateTime!).toZonedDateTimeISO(iana).toPlainDateTime()
      : Temporal.PlainDateTime.from(dateTime ?? '');
    return { dateTime: local.toString(), timeZone: zone };
  } catch {
    throw invalidTask(
      `The value '${dateTime}' of '${name}' is not a date and time like 2026-03-02T00:00:00.`,
    );
  }
}

/** A day: To Do drops the time of due and start dates. */
export function writtenDay(name: string, value: unknown): WallTime | undefined {
  const written = writtenDateTime(name, value);
  return written && onDay(written, dayOf(written));
}

export const dayOf = ({ dateTime }: WallTime): Temporal.PlainDate =>
  Temporal.PlainDate.from(dateTime.slice(0, 10));

export const onDay = ({ timeZone }: WallTime, day: Temporal.PlainDate): WallTime => ({
  dateTime: `${day.toString()}T00:00:00`,
  timeZone,
});

/** The same time of day some days later. */
export const daysLater = ({ dateTime, timeZone }: WallTime, days: number): WallTime => ({
  dateTime: Temporal.PlainDateTime.from(dateTime).add({ days }).toString(),
  timeZone,
});

/** As the service tells it: in the wanted zone, with seven digits of a second. */
export function inZone({ dateTime, timeZone }: WallTime, wanted: string): WallTime {
  const local = Temporal.PlainDateTime.from(dateTime);
  const told =
    wanted === timeZone
      ? local
      : local.toZonedDateTime(ianaZone(timeZone)).withTimeZone(ianaZone(wanted)).toPlainDateTime();
  return { dateTime: told.toString({ fractionalSecondDigits: 7 }), timeZone: wanted };
}

/** To Do gives item times with seven digits of a second. */
export const preciseTime = (at: number) => `${new Date(at).toISOString().slice(0, -1)}0000Z`;
