import { Temporal } from 'temporal-polyfill';

/** The days that a date literal names: from `start` up to, not including, `end`. */
export interface DayRange {
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/** The first day of the unit around a day; weeks begin on Sunday. */
function startOf(unit: Unit, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (unit) {
    case 'DAY':
      return day;
    case 'WEEK':
      return day.subtract({ days: day.dayOfWeek % 7 });
    case 'MONTH':
      return day.with({ day: 1 });
    case 'QUARTER':
      return day.with({ month: day.month - ((day.month - 1) % 3), day: 1 });
    case 'YEAR':
      return day.with({ month: 1, day: 1 });
  }
}

function plus(unit: Unit, day: Temporal.PlainDate, count: number): Temporal.PlainDate {
  if (unit === 'QUARTER') return day.add({ months: 3 * count });
  return day.add({ [`${unit.toLowerCase()}s`]: count } as Temporal.DurationLike);
}

function span(unit: Unit, today: Temporal.PlainDate, from: number, to: number): DayRange {
  const current = startOf(unit, today);
  return { start: plus(unit, current, from), end: plus(unit, current, to) };
}

const FIXED: Record<string, readonly [Unit, number, number]> = {
  YESTERDAY: ['DAY', -1, 0],
  TODAY: ['DAY', 0, 1],
  TOMORROW: ['DAY', 1, 2],
  LAST_90_DAYS: ['DAY', -90, 1],
  NEXT_90_DAYS: ['DAY', 1, 91],
};
const RELATIVE: Record<string, readonly [number, number]> = { LAST: [-1, 0], THIS: [0, 1], NEXT: [1, 2] };

function spanOfCounted(unit: Unit, direction: string, n: number, today: Temporal.PlainDate): DayRange {
  if (direction === 'AGO') return span(unit, today, -n, -n + 1);
  if (direction === 'NEXT') return span(unit, today, 1, n + 1);
  return span(unit, today, -n, unit === 'DAY' ? 1 : 0);
}

/** The range of a literal such as `TODAY` or `LAST_N_DAYS:3`, seen from a day; fiscal years are calendar years. */
export function dayRange(literal: string, today: Temporal.PlainDate): DayRange | undefined {
  const [name = '', count] = literal.toUpperCase().replace('_FISCAL', '').replace('FISCAL_', '').split(':');
  const fixed = FIXED[name];
  if (fixed !== undefined) return span(fixed[0], today, fixed[1], fixed[2]);
  const counted = /^(?:(LAST|NEXT)_)?N_(DAY|WEEK|MONTH|QUARTER|YEAR)S(?:_(AGO))?$/.exec(name);
  if (counted !== null)
    return spanOfCounted(counted[2] as Unit, counted[1] ?? counted[3] ?? '', Number(count), today);
  const [, which = '', unit] = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(name) ?? [];
  const relative = RELATIVE[which];
  return relative === undefined ? undefined : span(unit as Unit, today, relative[0], relative[1]);
}

export function todayIn(timeZone: string, nowMs: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
}

export function startOfDayMs(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime(timeZone).epochMilliseconds;
}
