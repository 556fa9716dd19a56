import type { EventShape, WallTime } from '../../store/event-state.ts';
import { dateOf, dayOf } from './civil-days.ts';
import { recurrenceDays, recursOn } from './recurrence-days.ts';
import { instantOf, inZone, plusWallMinutes, wallMinutesBetween } from './wall-times.ts';

/** A range of time; its end is not in it. */
export interface TimeWindow {
  from: number;
  to: number;
}

export interface Times {
  start: WallTime;
  end: WallTime;
}

const DAY_MINUTES = 1440;
const DAY_MS = DAY_MINUTES * 60_000;
/** No zone is farther from UTC, and no wall time farther from its instant. */
const ZONE_DAYS = 1;

/** Whether something happens in a window; what takes no time happens in it when it begins in it. */
export function overlaps({ start, end }: Times, { from, to }: TimeWindow): boolean {
  const startsAt = instantOf(start);
  const endsAt = instantOf(end);
  return startsAt < to && (endsAt > from || (startsAt === endsAt && startsAt >= from));
}

const zoneOf = ({ recurrence, start }: EventShape) => recurrence?.range.recurrenceTimeZone ?? start.timeZone;

/** When the pattern puts the occurrence of a date: at the wall time of the series, whatever the season. */
export function patternTimes(shape: EventShape, date: string): Times {
  const zone = zoneOf(shape);
  const first = inZone(shape.start, zone);
  const start = { dateTime: `${date}${first.dateTime.slice(10)}`, timeZone: zone };
  return { start, end: plusWallMinutes(start, wallMinutesBetween(first, inZone(shape.end, zone))) };
}

/** When the occurrence of a date is, moved or not. */
export const instanceTimes = (shape: EventShape, date: string): Times =>
  shape.exceptions[date] ?? patternTimes(shape, date);

/** Whether a series has an occurrence of this date, and it was not cancelled. */
export const hasInstance = (shape: EventShape, date: string): boolean =>
  shape.recurrence !== null && !shape.cancelled.includes(date) && recursOn(shape.recurrence, dayOf(date));

/** The dates of the occurrences of a series that happen in a window, in the order of the pattern. */
export function instancesIn(shape: EventShape, window: TimeWindow): string[] {
  const moved = Object.entries(shape.exceptions).flatMap(([date, times]) =>
    overlaps(times, window) && hasInstance(shape, date) ? [date] : [],
  );
  return [...unmovedIn(shape, window), ...moved].sort();
}

function unmovedIn(shape: EventShape, window: TimeWindow): string[] {
  if (!shape.recurrence) return [];
  const zone = zoneOf(shape);
  const minutes = wallMinutesBetween(inZone(shape.start, zone), inZone(shape.end, zone));
  const firstDay = Math.floor(window.from / DAY_MS) - Math.ceil(minutes / DAY_MINUTES) - ZONE_DAYS;
  const lastDay = Math.floor(window.to / DAY_MS) + ZONE_DAYS;
  const found: string[] = [];
  for (const day of recurrenceDays(shape.recurrence, firstDay)) {
    if (day > lastDay) break;
    const date = dateOf(day);
    if (shape.exceptions[date] || shape.cancelled.includes(date)) continue;
    if (overlaps(patternTimes(shape, date), window)) found.push(date);
  }
  return found;
}

/** The days of the occurrences before and after that of a date, where they are now. */
export function neighbourDays(
  shape: EventShape,
  date: string,
): { before: number | undefined; after: number | undefined } {
  const zone = zoneOf(shape);
  const dayNow = (day: number) => dayOf(inZone(instanceTimes(shape, dateOf(day)).start, zone).dateTime);
  let before: number | undefined;
  for (const day of recurrenceDays(shape.recurrence!, dayOf(shape.recurrence!.range.startDate))) {
    if (shape.cancelled.includes(dateOf(day))) continue;
    if (day > dayOf(date)) return { before, after: dayNow(day) };
    if (day < dayOf(date)) before = dayNow(day);
  }
  return { before, after: undefined };
}

/** The day, in the zone of the series, on which a time is. */
export const seriesDay = (shape: EventShape, time: WallTime) => dayOf(inZone(time, zoneOf(shape)).dateTime);

/** When the last instance is over; never, for a series without an end. */
export function lastEnd(shape: EventShape): number {
  if (!shape.recurrence) return instantOf(shape.end);
  if (shape.recurrence.range.type === 'noEnd') return Number.POSITIVE_INFINITY;
  const days = [...recurrenceDays(shape.recurrence, dayOf(shape.recurrence.range.startDate))];
  const dates = days.map(dateOf).filter(date => !shape.cancelled.includes(date));
  const unmoved = dates.findLast(date => !shape.exceptions[date]);
  const ends = [
    ...(unmoved === undefined ? [] : [patternTimes(shape, unmoved).end]),
    ...Object.values(shape.exceptions).map(({ end }) => end),
  ];
  return Math.max(...ends.map(instantOf), Number.NEGATIVE_INFINITY);
}
