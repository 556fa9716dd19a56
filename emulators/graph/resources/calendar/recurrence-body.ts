import { enumMember } from '../../protocol/schema.ts';
import type { Recurrence, RecurrencePattern, RecurrenceRange, WallTime } from '../../store/event-state.ts';
import { ianaZone } from '../time-zones.ts';
import { dayOf } from './civil-days.ts';
import { recurrenceDays } from './recurrence-days.ts';
import { inZone, validationFailure } from './wall-times.ts';

/** What each type of pattern uses (documentation: recurrencePattern, required properties). */
const USED: Record<RecurrencePattern['type'], readonly (keyof RecurrencePattern)[]> = {
  daily: [],
  weekly: ['daysOfWeek', 'firstDayOfWeek'],
  absoluteMonthly: ['dayOfMonth'],
  relativeMonthly: ['daysOfWeek', 'index'],
  absoluteYearly: ['dayOfMonth', 'month'],
  relativeYearly: ['daysOfWeek', 'index', 'month'],
};

/** What stands in an answer for a property that the type does not use. */
const UNUSED = {
  month: 0,
  dayOfMonth: 0,
  daysOfWeek: [],
  firstDayOfWeek: 'sunday',
  index: 'first',
} as const satisfies Partial<RecurrencePattern>;

const NO_DATE = '0001-01-01';

/** The members of enumerations are taken in any case. */
const lowerCase = <Member extends string>(member: Member) => member.toLowerCase() as Member;

type Given<T> = { [Name in keyof T]?: T[Name] | null };

/** A recurrence as it was written, complete with what answers always carry; `start` is the event's. */
export function readRecurrence(value: unknown, start: WallTime, refuseUnused: boolean): Recurrence {
  const { pattern, range } = value as { pattern?: Given<RecurrencePattern>; range?: Given<RecurrenceRange> };
  if (!pattern || !range) throw validationFailure('A recurrence needs a pattern and a range.');
  const recurrence = { pattern: readPattern(pattern, refuseUnused), range: readRange(range, start) };
  if (recurrenceDays(recurrence, 0).next().done) {
    throw validationFailure('The recurrence has no occurrence: the pattern does not fit into the range.');
  }
  return recurrence;
}

function readPattern(given: Given<RecurrencePattern>, refuseUnused: boolean): RecurrencePattern {
  const type = enumMember('microsoft.graph.recurrencePatternType', given.type ?? '') as
    | RecurrencePattern['type']
    | undefined;
  if (!type) throw validationFailure('The type of the recurrence pattern is required.');
  const used = USED[type];
  if (refuseUnused) refuseForeign(given, type);
  const uses = (name: keyof RecurrencePattern) => used.includes(name);
  const pattern: RecurrencePattern = {
    type,
    interval: given.interval ?? 0,
    month: (uses('month') && given.month) || UNUSED.month,
    dayOfMonth: (uses('dayOfMonth') && given.dayOfMonth) || UNUSED.dayOfMonth,
    daysOfWeek: (uses('daysOfWeek') && given.daysOfWeek?.map(lowerCase)) || [],
    firstDayOfWeek: lowerCase((uses('firstDayOfWeek') && given.firstDayOfWeek) || UNUSED.firstDayOfWeek),
    index: lowerCase((uses('index') && given.index) || UNUSED.index),
  };
  requireWithin('interval', pattern.interval, 1, 999);
  if (uses('dayOfMonth')) requireWithin('dayOfMonth', pattern.dayOfMonth, 1, 31);
  if (uses('month')) requireWithin('month', pattern.month, 1, 12);
  if (uses('daysOfWeek') && pattern.daysOfWeek.length === 0) {
    throw validationFailure(`A ${type} pattern needs daysOfWeek.`);
  }
  return pattern;
}

function refuseForeign(given: Given<RecurrencePattern>, type: RecurrencePattern['type']): void {
  for (const [name, unused] of Object.entries(UNUSED)) {
    const value = given[name as keyof typeof UNUSED];
    if (USED[type].includes(name as keyof RecurrencePattern) || value === undefined || value === null)
      continue;
    if (String(value).toLowerCase() !== String(unused)) {
      throw validationFailure(`A ${type} pattern cannot have the property ${name}.`);
    }
  }
}

function requireWithin(name: string, value: number, min: number, max: number): void {
  if (value < min || value > max) {
    throw validationFailure(
      `The ${name} of a recurrence pattern must be from ${min} to ${max}, not ${value}.`,
    );
  }
}

function readRange(given: Given<RecurrenceRange>, start: WallTime): RecurrenceRange {
  const type = enumMember('microsoft.graph.recurrenceRangeType', given.type ?? '') as
    | RecurrenceRange['type']
    | undefined;
  if (!type) throw validationFailure('The type of the recurrence range is required.');
  const recurrenceTimeZone = given.recurrenceTimeZone || start.timeZone;
  ianaZone(recurrenceTimeZone);
  const startDate = inZone(start, recurrenceTimeZone).dateTime.slice(0, 10);
  if (given.startDate !== startDate) {
    throw validationFailure(
      `The startDate of the recurrence range must be the date of the event's start, ${startDate}.`,
    );
  }
  const endDate = type === 'endDate' ? (given.endDate ?? '') : NO_DATE;
  if (type === 'endDate' && !(dayOf(endDate) >= dayOf(startDate))) {
    throw validationFailure('A range of type endDate needs an endDate that is not before its startDate.');
  }
  const numberOfOccurrences = type === 'numbered' ? (given.numberOfOccurrences ?? 0) : 0;
  if (type === 'numbered' && numberOfOccurrences < 1) {
    throw validationFailure('A range of type numbered needs a positive numberOfOccurrences.');
  }
  return { type, startDate, endDate, recurrenceTimeZone, numberOfOccurrences };
}

/** As answers carry it: all numbers, and days of the week only where there are some. */
export function wireRecurrence(recurrence: Recurrence | null): Record<string, unknown> | null {
  if (!recurrence) return null;
  const { daysOfWeek, ...pattern } = recurrence.pattern;
  return {
    pattern: { ...pattern, ...(daysOfWeek.length > 0 && { daysOfWeek }) },
    range: recurrence.range,
  };
}
