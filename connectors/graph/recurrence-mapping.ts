import type {
  RecurrencePattern as GraphPattern,
  RecurrenceRange as GraphRange,
  PatternedRecurrence,
} from '@microsoft/microsoft-graph-types';
import type { Recurrence, RecurrenceEnd, RecurrencePattern } from '../../sync/calendar/appointment.ts';
import { ianaZoneOf, toldZone } from './times.ts';

/**
 * How a series repeats; undefined where the type is none of the documented ones (recurrencePattern): what we cannot
 * say is unknown. `zone` stands in where the range names none that is known.
 */
export function recurrenceOf({ pattern, range }: PatternedRecurrence, zone: string): Recurrence | undefined {
  const read = pattern ? patternOf(pattern) : undefined;
  if (read === undefined || !range?.startDate) return undefined;
  return {
    pattern: read,
    firstDay: range.startDate,
    end: endOf(range),
    zone: ianaZoneOf(range.recurrenceTimeZone) ?? zone,
  };
}

/** Answers carry every property, with 0, "first" or "sunday" where the type does not use it. */
function patternOf(told: GraphPattern): RecurrencePattern | undefined {
  const interval = told.interval || 1;
  const { dayOfMonth = 1, month = 1 } = told;
  const days = told.daysOfWeek ?? [];
  const index = told.index ?? 'first';
  switch (told.type) {
    case 'daily':
      return { type: 'daily', interval };
    case 'weekly':
      return { type: 'weekly', interval, days, firstDayOfWeek: told.firstDayOfWeek ?? 'sunday' };
    case 'absoluteMonthly':
      return { type: 'monthlyOnDay', interval, dayOfMonth };
    case 'relativeMonthly':
      return { type: 'monthlyOnWeekday', interval, days, index };
    case 'absoluteYearly':
      return { type: 'yearlyOnDay', interval, month, dayOfMonth };
    case 'relativeYearly':
      return { type: 'yearlyOnWeekday', interval, month, days, index };
    default:
      return undefined;
  }
}

function endOf(range: GraphRange): RecurrenceEnd {
  if (range.type === 'endDate' && range.endDate) return { type: 'until', day: range.endDate };
  if (range.type === 'numbered' && range.numberOfOccurrences)
    return { type: 'count', occurrences: range.numberOfOccurrences };
  return { type: 'never' };
}

/** Only what the type uses: another property may be refused (documentation: recurrencePattern). */
export function patternedRecurrenceOf(recurrence: Recurrence): PatternedRecurrence {
  return { pattern: graphPatternOf(recurrence.pattern), range: rangeOf(recurrence) };
}

function graphPatternOf(pattern: RecurrencePattern): GraphPattern {
  const { interval } = pattern;
  switch (pattern.type) {
    case 'daily':
      return { type: 'daily', interval };
    case 'weekly':
      return {
        type: 'weekly',
        interval,
        daysOfWeek: [...pattern.days],
        firstDayOfWeek: pattern.firstDayOfWeek,
      };
    case 'monthlyOnDay':
      return { type: 'absoluteMonthly', interval, dayOfMonth: pattern.dayOfMonth };
    case 'monthlyOnWeekday':
      return { type: 'relativeMonthly', interval, daysOfWeek: [...pattern.days], index: pattern.index };
    case 'yearlyOnDay':
      return {
        type: 'absoluteYearly',
        interval,
        month: pattern.month,
        dayOfMonth: pattern.dayOfMonth,
      };
    case 'yearlyOnWeekday':
      return {
        type: 'relativeYearly',
        interval,
        month: pattern.month,
        daysOfWeek: [...pattern.days],
        index: pattern.index,
      };
  }
}

/** `firstDay` must be the day of the event's start in the zone of the recurrence (documentation: recurrenceRange). */
function rangeOf({ firstDay, end, zone }: Recurrence): GraphRange {
  const range: GraphRange = { startDate: firstDay, recurrenceTimeZone: toldZone(zone) };
  switch (end.type) {
    case 'never':
      return { ...range, type: 'noEnd' };
    case 'until':
      return { ...range, type: 'endDate', endDate: end.day };
    case 'count':
      return { ...range, type: 'numbered', numberOfOccurrences: end.occurrences };
  }
}
