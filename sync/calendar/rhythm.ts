import type { RecurrencePattern, Weekday, WeekIndex } from './appointment.ts';
import { daysSince, daysUntil, firstDayOf, lengthOf, monthOf } from './days.ts';

/**
 * A pattern as periods that all have the same number of days in them, so that the n-th day is calculated and not walked
 * to. Days are numbers (days.ts); the first period is the one that the first day of the series is in.
 */
export interface Rhythm {
  readonly daysPerPeriod: number;
  /** The period that a day is in; negative before the series. */
  periodOf(day: number): number;
  dayIn(period: number, position: number): number;
}

/** How a pattern that begins on a day goes on. */
export function rhythmOf(pattern: RecurrencePattern, firstDay: number): Rhythm {
  if (pattern.interval < 1) throw new RangeError('A recurrence needs an interval of 1 or more');
  switch (pattern.type) {
    case 'daily':
      return daily(pattern.interval, firstDay);
    case 'weekly':
      return weekly(pattern, firstDay);
    case 'monthlyOnDay':
      return monthly(monthOf(firstDay), pattern.interval, month => onDay(month, pattern.dayOfMonth));
    case 'monthlyOnWeekday':
      return monthly(monthOf(firstDay), pattern.interval, weekdayRule(pattern));
    case 'yearlyOnDay':
      return yearly(firstDay, pattern, month => onDay(month, pattern.dayOfMonth));
    case 'yearlyOnWeekday':
      return yearly(firstDay, pattern, weekdayRule(pattern));
  }
}

const daily = (interval: number, firstDay: number): Rhythm => ({
  daysPerPeriod: 1,
  periodOf: day => Math.floor((day - firstDay) / interval),
  dayIn: period => firstDay + period * interval,
});

type Weekly = Extract<RecurrencePattern, { type: 'weekly' }>;

function weekly({ days, interval, firstDayOfWeek }: Weekly, firstDay: number): Rhythm {
  const firstWeek = firstDay - daysSince(firstDayOfWeek, firstDay);
  const offsets = distinct(days)
    .map(weekday => daysUntil(weekday, firstWeek))
    .sort(ascending);
  return {
    daysPerPeriod: offsets.length,
    periodOf: day => Math.floor((day - firstWeek) / (7 * interval)),
    dayIn: (period, position) => firstWeek + period * 7 * interval + offsets[position]!,
  };
}

const monthly = (firstMonth: number, interval: number, dayIn: (month: number) => number): Rhythm => ({
  daysPerPeriod: 1,
  periodOf: day => Math.floor((monthOf(day) - firstMonth) / interval),
  dayIn: period => dayIn(firstMonth + period * interval),
});

function yearly(
  firstDay: number,
  { month, interval }: { month: number; interval: number },
  dayIn: (month: number) => number,
): Rhythm {
  const january = monthOf(firstDay) - (monthOf(firstDay) % 12);
  return monthly(january + month - 1, 12 * interval, dayIn);
}

/**
 * Where a month does not have the day it is the month's last (EWS, AbsoluteMonthlyRecurrence and DayOfMonth: "the last
 * day of the month is assumed"), so 29 February is the 28th in most years. RFC 5545 would leave such months out.
 */
const onDay = (month: number, dayOfMonth: number) =>
  firstDayOf(month) + Math.min(dayOfMonth, lengthOf(month)) - 1;

const POSITIONS = { first: 0, second: 1, third: 2, fourth: 3 };

/** With several weekdays it is the n-th day that is any of them, as in "the last weekday of the month". */
function weekdayRule({ days, index }: { days: readonly Weekday[]; index: WeekIndex }) {
  const weekdays = distinct(days);
  return (month: number): number => {
    const first = firstDayOf(month);
    const offsets = weekdays.map(weekday => daysUntil(weekday, first)).sort(ascending);
    if (index !== 'last') {
      const position = POSITIONS[index];
      return first + offsets[position % offsets.length]! + 7 * Math.floor(position / offsets.length);
    }
    const lastOffset = lengthOf(month) - 1;
    return first + Math.max(...offsets.map(offset => offset + 7 * Math.floor((lastOffset - offset) / 7)));
  };
}

const ascending = (one: number, other: number) => one - other;

function distinct(days: readonly Weekday[]): readonly Weekday[] {
  if (days.length === 0) throw new RangeError('A recurrence on weekdays needs at least one of them');
  return [...new Set(days)];
}
