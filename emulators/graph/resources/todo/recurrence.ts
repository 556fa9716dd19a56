import { Temporal } from 'temporal-polyfill';
import type { Recurrence, RecurrencePattern, RecurrenceRange } from '../../store/event-state.ts';
import { invalidTask } from './errors.ts';

/** In the contract's order, which begins with Sunday. */
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const INDEXES = ['first', 'second', 'third', 'fourth'];

type PatternType = RecurrencePattern['type'];

interface WrittenRecurrence {
  pattern?: Partial<RecurrencePattern> | null;
  range?: Partial<RecurrenceRange> | null;
}

/** A series as the service tells it: what does not apply is zero, or the first day of the first year. */
export function writtenRecurrence(written: WrittenRecurrence, dueDay: Temporal.PlainDate): Recurrence {
  const { pattern, range } = written;
  if (!pattern?.type) throw invalidTask("The recurrence needs a pattern with a 'type'.");
  const recurrence: Recurrence = {
    pattern: {
      type: pattern.type,
      interval: pattern.interval ?? 1,
      month: pattern.month ?? 0,
      dayOfMonth: pattern.dayOfMonth ?? 0,
      daysOfWeek: pattern.daysOfWeek ?? [],
      firstDayOfWeek: pattern.firstDayOfWeek ?? 'sunday',
      index: pattern.index ?? 'first',
    },
    range: {
      type: range?.type ?? 'noEnd',
      startDate: range?.startDate ?? dueDay.toString(),
      endDate: range?.endDate ?? '0001-01-01',
      recurrenceTimeZone: range?.recurrenceTimeZone ?? 'UTC',
      numberOfOccurrences: range?.numberOfOccurrences ?? 0,
    },
  };
  checkRecurrence(recurrence);
  return recurrence;
}

/** Which fields a pattern needs: the recurrencePattern resource type of the documentation. */
const NEEDED: Record<PatternType, readonly ('daysOfWeek' | 'dayOfMonth' | 'month')[]> = {
  daily: [],
  weekly: ['daysOfWeek'],
  absoluteMonthly: ['dayOfMonth'],
  relativeMonthly: ['daysOfWeek'],
  absoluteYearly: ['dayOfMonth', 'month'],
  relativeYearly: ['daysOfWeek', 'month'],
};

function checkRecurrence({ pattern, range }: Recurrence): void {
  if (pattern.interval < 1) throw invalidTask("The 'interval' of a recurrence must be at least 1.");
  const missing = NEEDED[pattern.type].find(name =>
    name === 'daysOfWeek' ? pattern.daysOfWeek.length === 0 : pattern[name] < 1,
  );
  if (missing) throw invalidTask(`A recurrence of the type '${pattern.type}' needs '${missing}'.`);
  if (range.type === 'endDate' && range.endDate < range.startDate)
    throw invalidTask("The 'endDate' of a recurrence must not be before its 'startDate'.");
  if (range.type === 'numbered' && range.numberOfOccurrences < 1)
    throw invalidTask("A numbered recurrence needs 'numberOfOccurrences'.");
}

/** No pattern that the contract can express pauses longer: 99 years, and a leap day. */
const LONGEST_PAUSE_DAYS = 366 * 108;

/** The first occurrence on a day or after it; undefined when the series is over. */
export function nextOccurrence(
  recurrence: Recurrence,
  day: Temporal.PlainDate,
): Temporal.PlainDate | undefined {
  const { range } = recurrence;
  const start = Temporal.PlainDate.from(range.startDate);
  const isNumbered = range.type === 'numbered';
  let occurrences = 0;
  let candidate = isNumbered || Temporal.PlainDate.compare(day, start) < 0 ? start : day;
  for (let pauseDays = 0; pauseDays <= LONGEST_PAUSE_DAYS; pauseDays++) {
    if (range.type === 'endDate' && candidate.toString() > range.endDate) return undefined;
    if (occursOn(recurrence, start, candidate)) {
      pauseDays = 0;
      occurrences++;
      if (isNumbered && occurrences > range.numberOfOccurrences) return undefined;
      if (Temporal.PlainDate.compare(candidate, day) >= 0) return candidate;
    }
    candidate = candidate.add({ days: 1 });
  }
  return undefined;
}

function occursOn({ pattern }: Recurrence, start: Temporal.PlainDate, day: Temporal.PlainDate): boolean {
  const months = (day.year - start.year) * 12 + day.month - start.month;
  const isMonth = months % pattern.interval === 0;
  const isYear = (day.year - start.year) % pattern.interval === 0 && day.month === pattern.month;
  switch (pattern.type) {
    case 'daily':
      return start.until(day).days % pattern.interval === 0;
    case 'weekly':
      return isWeekday(pattern, day) && weeksBetween(pattern, start, day) % pattern.interval === 0;
    case 'absoluteMonthly':
      return isMonth && isDayOfMonth(pattern, day);
    case 'relativeMonthly':
      return isMonth && isRelativeDay(pattern, day);
    case 'absoluteYearly':
      return isYear && isDayOfMonth(pattern, day);
    case 'relativeYearly':
      return isYear && isRelativeDay(pattern, day);
  }
}

const isWeekday = ({ daysOfWeek }: RecurrencePattern, day: Temporal.PlainDate) =>
  daysOfWeek.some(name => name.toLowerCase() === WEEKDAYS[day.dayOfWeek % 7]);

function weeksBetween(
  pattern: RecurrencePattern,
  start: Temporal.PlainDate,
  day: Temporal.PlainDate,
): number {
  const firstDay = WEEKDAYS.indexOf(pattern.firstDayOfWeek.toLowerCase());
  const beginOfWeek = (date: Temporal.PlainDate) =>
    date.subtract({ days: ((date.dayOfWeek % 7) - firstDay + 7) % 7 });
  return beginOfWeek(start).until(beginOfWeek(day)).days / 7;
}

/** In a shorter month the last day stands for the days that it does not have. */
const isDayOfMonth = ({ dayOfMonth }: RecurrencePattern, day: Temporal.PlainDate) =>
  day.day === Math.min(dayOfMonth, day.daysInMonth);

/** The first, second, … last of the allowed days of the month, whichever weekday it is. */
function isRelativeDay(pattern: RecurrencePattern, day: Temporal.PlainDate): boolean {
  const allowed: number[] = [];
  for (let date = 1; date <= day.daysInMonth; date++) {
    if (isWeekday(pattern, day.with({ day: date }))) allowed.push(date);
  }
  const position = INDEXES.indexOf(pattern.index.toLowerCase());
  return allowed.at(position) === day.day;
}
