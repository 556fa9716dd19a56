import type { Recurrence, RecurrencePattern } from '../../store/event-state.ts';
import { dayOf, firstDayOf, lengthOf, monthOf, WEEKDAYS, weekdayOf } from './civil-days.ts';

/**
 * The days on which a series happens, in order, beginning with the first at or after `from`: a generator, since
 * a series need not end. It is written here and not taken from a library because it must show how Exchange
 * counts (a day that a month does not have is its last one), and because the library judges it in the tests.
 */
export function* recurrenceDays({ pattern, range }: Recurrence, from: number): Generator<number> {
  const start = dayOf(range.startDate);
  const isNumbered = range.type === 'numbered';
  const last = range.type === 'endDate' ? dayOf(range.endDate) : Number.POSITIVE_INFINITY;
  let left = isNumbered ? range.numberOfOccurrences : Number.POSITIVE_INFINITY;
  // Only a numbered range has to be counted from its beginning.
  for (const day of patternDays(pattern, start, isNumbered ? start : Math.max(from, start))) {
    if (day > last || left-- <= 0) return;
    if (day >= from) yield day;
  }
}

/** Whether a day is one of the series. */
export const recursOn = (recurrence: Recurrence, day: number) =>
  recurrenceDays(recurrence, day).next().value === day;

/** The periods of a pattern, each of which has the same number of days in it, or fewer. */
interface Periods {
  /** The period, counted from the first, in which a day is. */
  at(day: number): number;
  days(period: number): number[];
}

function* patternDays(pattern: RecurrencePattern, start: number, from: number): Generator<number> {
  const periods = periodsOf(pattern, start);
  for (let period = Math.max(0, periods.at(from)); ; period++) {
    for (const day of periods.days(period)) if (day >= from) yield day;
  }
}

function periodsOf(pattern: RecurrencePattern, start: number): Periods {
  const { type, interval } = pattern;
  switch (type) {
    case 'daily':
      return {
        at: day => Math.floor((day - start) / interval),
        days: period => [start + period * interval],
      };
    case 'weekly':
      return weeks(pattern, start);
    case 'absoluteMonthly':
    case 'relativeMonthly':
      return months(pattern, monthOf(start), interval);
    case 'absoluteYearly':
    case 'relativeYearly': {
      const firstOfYear = monthOf(start) - (monthOf(start) % 12);
      return months(pattern, firstOfYear + pattern.month - 1, interval * 12);
    }
  }
}

function weeks({ daysOfWeek, firstDayOfWeek, interval }: RecurrencePattern, start: number): Periods {
  const firstWeekday = WEEKDAYS.indexOf(firstDayOfWeek);
  const sinceFirst = (weekday: number) => (weekday - firstWeekday + 7) % 7;
  const firstWeek = start - sinceFirst(weekdayOf(start));
  const offsets = daysOfWeek
    .map(name => sinceFirst(WEEKDAYS.indexOf(name)))
    .sort((one, other) => one - other);
  return {
    at: day => Math.floor((day - firstWeek) / (7 * interval)),
    days: period => offsets.map(offset => firstWeek + period * 7 * interval + offset),
  };
}

function months(pattern: RecurrencePattern, firstMonth: number, everyMonths: number): Periods {
  return {
    at: day => Math.floor((monthOf(day) - firstMonth) / everyMonths),
    days: period => [dayInMonth(pattern, firstMonth + period * everyMonths)],
  };
}

const INDEXES = ['first', 'second', 'third', 'fourth'];

function dayInMonth(pattern: RecurrencePattern, month: number): number {
  const first = firstDayOf(month);
  if (pattern.type.startsWith('absolute')) {
    return first + Math.min(pattern.dayOfMonth, lengthOf(month)) - 1;
  }
  const wanted = pattern.daysOfWeek.map(name => WEEKDAYS.indexOf(name));
  const days = Array.from({ length: lengthOf(month) }, (_, offset) => first + offset);
  const matching = days.filter(day => wanted.includes(weekdayOf(day)));
  return pattern.index === 'last' ? matching.at(-1)! : matching[INDEXES.indexOf(pattern.index)]!;
}
