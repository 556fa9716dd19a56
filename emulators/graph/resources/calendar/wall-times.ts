import { Temporal } from 'temporal-polyfill';
import { GraphError } from '../../protocol/errors.ts';
import type { WallTime } from '../../store/event-state.ts';
import { ianaZone } from '../time-zones.ts';
import { instantOnClocks, shownOnClocks } from './zone-offsets.ts';

const MINUTE_MS = 60_000;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i;

export const validationFailure = (message: string) =>
  new GraphError(400, 'ErrorPropertyValidationFailure', message);

/** The instant of a wall time; one that the clocks skip or repeat is read as RFC 5545 does. */
export const instantOf = ({ dateTime, timeZone }: WallTime) =>
  instantOnClocks(timeZone, Date.parse(`${dateTime}Z`));

export const wallTimeAt = (instant: number, timeZone: string): WallTime => ({
  dateTime: new Date(shownOnClocks(timeZone, instant)).toISOString().slice(0, 19),
  timeZone,
});

/** The same instant on the clocks of another zone. */
export const inZone = (time: WallTime, timeZone: string): WallTime =>
  time.timeZone === timeZone ? time : wallTimeAt(instantOf(time), timeZone);

/** Minutes between two wall times of one zone, as a clock on the wall counts them. */
export const wallMinutesBetween = (from: WallTime, to: WallTime) =>
  (Date.parse(`${to.dateTime}Z`) - Date.parse(`${from.dateTime}Z`)) / MINUTE_MS;

export function plusWallMinutes({ dateTime, timeZone }: WallTime, minutes: number): WallTime {
  const moved = new Date(Date.parse(`${dateTime}Z`) + minutes * MINUTE_MS);
  return { dateTime: moved.toISOString().slice(0, 19), timeZone };
}

export const isMidnight = ({ dateTime }: WallTime) => dateTime.endsWith('T00:00:00');

/** The dateTimeTimeZone resource: always seven digits of the second. */
export const wireDateTime = ({ dateTime, timeZone }: WallTime) => ({
  dateTime: `${dateTime}.0000000`,
  timeZone,
});

function isOnCalendar(dateTime: string): boolean {
  try {
    return Temporal.PlainDateTime.from(dateTime) !== undefined;
  } catch {
    return false;
  }
}

/** A wall time as a body writes it; without a zone it is UTC, an offset decides over the zone's. */
export function readWallTime(value: unknown, property: string): WallTime {
  const { dateTime, timeZone } = (value ?? {}) as { dateTime?: string; timeZone?: string | null };
  const zone = timeZone || 'UTC';
  ianaZone(zone);
  const [, date, minutes = '00:00', seconds = ':00', offset] = DATE_TIME.exec(dateTime ?? '') ?? [];
  const wall = { dateTime: `${date}T${minutes}${seconds}`, timeZone: zone };
  if (date === undefined || !isOnCalendar(wall.dateTime)) {
    throw validationFailure(
      `The value '${dateTime ?? ''}' of ${property}.dateTime is not a date and time: write it as yyyy-MM-ddTHH:mm:ss.`,
    );
  }
  return offset === undefined
    ? wall
    : wallTimeAt(Date.parse(`${wall.dateTime}${offset.toUpperCase()}`), zone);
}
