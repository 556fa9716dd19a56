import type { Recurrence, RecurrenceEnd } from './appointment.ts';
import { numberOf } from './days.ts';
import { rhythmOf } from './rhythm.ts';
import { zoneNamed } from './zones.ts';

/** The days of a series, as numbers (days.ts), in order. Each is calculated: an endless series costs nothing. */
export interface SeriesDays {
  readonly total: number;
  /** From 0; also beyond the end of the series. */
  at(index: number): number;
  /** The index of the first one at or after a day. */
  indexFrom(day: number): number;
}

/** Days are written with four digits of the year; nothing happens later. */
const LAST_DAY = numberOf('9999-12-31');

/** The first day that fits is the first occurrence, from which a numbered end counts, whatever day the range begins on. */
export function seriesDays({ pattern, firstDay, end }: Recurrence): SeriesDays {
  const start = numberOf(firstDay);
  const rhythm = rhythmOf(pattern, start);
  const perPeriod = rhythm.daysPerPeriod;
  const fitting = (index: number) => rhythm.dayIn(Math.floor(index / perPeriod), index % perPeriod);
  let beforeStart = 0;
  while (fitting(beforeStart) < start) beforeStart++;

  const at = (index: number) => fitting(index + beforeStart);
  const indexFrom = (day: number) => {
    let index = Math.max(0, rhythm.periodOf(day) * perPeriod - beforeStart);
    while (at(index) < day) index++;
    return index;
  };
  return { total: Math.min(indexFrom(LAST_DAY + 1), totalBy(end, indexFrom)), at, indexFrom };
}

function totalBy(end: RecurrenceEnd, indexFrom: (day: number) => number): number {
  switch (end.type) {
    case 'never':
      return Number.POSITIVE_INFINITY;
    case 'until':
      return indexFrom(numberOf(end.day) + 1);
    case 'count':
      return end.occurrences;
  }
}

/**
 * After so many days two series that were equal stay so: weekdays come again after seven of them at most, and the
 * calendar of months after 400 years.
 */
const PROOF = 400 * 12 + 1;

/** Whether two recurrences have the same days in the same zone, however they say it. */
export function describesSame(one: Recurrence, other: Recurrence): boolean {
  if (zoneOf(one) !== zoneOf(other)) return false;
  const [days, otherDays] = [seriesDays(one), seriesDays(other)];
  if (days.total !== otherDays.total) return false;
  for (let index = 0; index < Math.min(days.total, PROOF); index++) {
    if (days.at(index) !== otherDays.at(index)) return false;
  }
  return true;
}

const zoneOf = ({ zone }: Recurrence) => zoneNamed(zone).zone ?? zone;
