import { failure } from '../failure.ts';
import { msOfStamp, parseDate, stampOf } from '../stamp.ts';
import type { Value } from '../store/row.ts';
import type { ActivitySettings } from './settings.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
const MAX_DAYS = 14;

export const TIME_FIELDS = [
  'IsAllDayEvent',
  'ActivityDate',
  'ActivityDateTime',
  'StartDateTime',
  'EndDateTime',
  'DurationInMinutes',
] as const;
type TimeField = (typeof TIME_FIELDS)[number];

/** The times that a request gives, and those the event had; absent is undefined or null. */
export type Times = Readonly<Record<string, Value | undefined>>;
export type SettledTimes = Record<TimeField | 'EndDate', Value>;

type TimeRules = Pick<
  ActivitySettings,
  'multidayEvents' | 'allDayEnd' | 'allDayActivityDateTime' | 'startMoves'
>;

const text = (value: Value | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
const number = (value: Value | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

const dateOf = (stamp: string): string => stamp.slice(0, 10);
const midnightOf = (date: string): string => `${date}T00:00:00.000+0000`;
const dayAfter = (date: string, days: number): string =>
  dateOf(stampOf(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS));
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

const missing = (field: TimeField): Error =>
  failure('REQUIRED_FIELD_MISSING', `Required fields are missing: [${field}]`, [field]);

const disagree = (fields: readonly TimeField[], rule: string): Error =>
  failure('INVALID_FIELD_FOR_INSERT_UPDATE', `${fields.join(' and ')} do not agree: ${rule}`, fields);

function checkDuration(durationMinutes: number, rules: TimeRules): void {
  const maxMinutes = (rules.multidayEvents ? MAX_DAYS : 1) * DAY_MINUTES;
  if (durationMinutes < 0 || durationMinutes > maxMinutes)
    throw failure(
      'FIELD_INTEGRITY_EXCEPTION',
      `Duration must be between 0 and ${maxMinutes} minutes: Duration`,
      ['DurationInMinutes'],
    );
}

function checkOrder(start: string, end: string): void {
  if (end < start)
    throw failure('FIELD_INTEGRITY_EXCEPTION', 'The event ends before it starts: End Date Time', [
      'EndDateTime',
    ]);
}

/** Two fields that mean the same: both may be given if they agree. */
function oneOf(given: Times, first: TimeField, second: TimeField, form: (value: string) => string) {
  const values = [text(given[first]), text(given[second])].flatMap(each =>
    each === undefined ? [] : form(each),
  );
  if (values[1] !== undefined && values[0] !== values[1])
    throw disagree([first, second], 'give one of them, or the same in both');
  return values[0];
}

function timedDuration(given: Times, start: string, before: Times, rules: TimeRules): number {
  const end = text(given.EndDateTime);
  const duration = number(given.DurationInMinutes);
  if (end !== undefined) {
    checkOrder(start, end);
    const minutes = (msOfStamp(end) - msOfStamp(start)) / MINUTE_MS;
    if (duration !== undefined && duration !== minutes)
      throw disagree(
        ['DurationInMinutes', 'EndDateTime'],
        'start plus duration must be the end, or give one of the two',
      );
    return Math.floor(minutes);
  }
  if (duration !== undefined) return duration;
  return keptDuration(start, before, rules);
}

/** An update that gives neither end nor duration. */
function keptDuration(start: string, before: Times, rules: TimeRules): number {
  const previousEnd = text(before.EndDateTime);
  const previousDuration = number(before.DurationInMinutes);
  if (previousEnd === undefined || previousDuration === undefined) throw missing('DurationInMinutes');
  if (rules.startMoves === 'end' || before.IsAllDayEvent === true) return previousDuration;
  checkOrder(start, previousEnd);
  return (msOfStamp(previousEnd) - msOfStamp(start)) / MINUTE_MS;
}

function settleTimed(given: Times, before: Times, rules: TimeRules, dateIn: (stamp: string) => string) {
  const start = oneOf(given, 'ActivityDateTime', 'StartDateTime', each => each) ?? text(before.StartDateTime);
  if (start === undefined) throw missing('ActivityDateTime');
  const date = text(given.ActivityDate);
  if (date !== undefined && date !== dateIn(start))
    throw disagree(
      ['ActivityDate', 'StartDateTime'],
      'give one of them, or the day on which the event starts',
    );
  const durationMinutes = timedDuration(given, start, before, rules);
  checkDuration(durationMinutes, rules);
  const end = text(given.EndDateTime) ?? stampOf(msOfStamp(start) + durationMinutes * MINUTE_MS);
  return {
    IsAllDayEvent: false,
    ActivityDate: dateIn(start),
    ActivityDateTime: start,
    StartDateTime: start,
    EndDateTime: end,
    DurationInMinutes: durationMinutes,
    EndDate: dateIn(end),
  };
}

function allDayLength(given: Times, date: string, before: Times, rules: TimeRules): number {
  const end = text(given.EndDateTime);
  const duration = number(given.DurationInMinutes);
  const fromDuration = duration === undefined ? undefined : Math.max(1, Math.ceil(duration / DAY_MINUTES));
  if (duration !== undefined) checkDuration(duration, rules);
  if (end === undefined) return fromDuration ?? keptDays(before);
  checkOrder(date, dateOf(end));
  const days = daysBetween(date, dateOf(end)) + (rules.allDayEnd === 'inclusive' ? 1 : 0);
  if (days < 1) checkOrder(date, '');
  if (fromDuration !== undefined && fromDuration !== days)
    throw disagree(
      ['DurationInMinutes', 'EndDateTime'],
      'they must add up to the same days, or give one of the two',
    );
  return days;
}

/** Days the event had, one for a new one. */
const keptDays = (before: Times): number =>
  Math.max(1, Math.ceil((number(before.DurationInMinutes) ?? DAY_MINUTES) / DAY_MINUTES));

function settleAllDay(given: Times, before: Times, rules: TimeRules): SettledTimes {
  const date =
    oneOf(given, 'ActivityDate', 'StartDateTime', dateOf) ??
    text(given.ActivityDateTime)?.slice(0, 10) ??
    text(before.StartDateTime)?.slice(0, 10);
  if (date === undefined || parseDate(date) === undefined) throw missing('ActivityDate');
  const days = allDayLength(given, date, before, rules);
  checkDuration(days * DAY_MINUTES, rules);
  const lastDay = dayAfter(date, days - 1);
  return {
    IsAllDayEvent: true,
    ActivityDate: date,
    ActivityDateTime: rules.allDayActivityDateTime === 'null' ? null : midnightOf(date),
    StartDateTime: midnightOf(date),
    EndDateTime: midnightOf(rules.allDayEnd === 'inclusive' ? lastDay : dayAfter(lastDay, 1)),
    DurationInMinutes: days * DAY_MINUTES,
    EndDate: lastDay,
  };
}

/**
 * All time fields of an event from the ones given (object reference, Event): start and length each have two names that must
 * agree; a timed event needs both, an all-day event lasts a day unless told otherwise and its dates are midnights in UTC.
 */
export function settleTimes(
  given: Times,
  before: Times,
  rules: TimeRules,
  dateIn: (stamp: string) => string,
): SettledTimes {
  const isAllDay = given.IsAllDayEvent ?? before.IsAllDayEvent ?? false;
  return isAllDay === true ? settleAllDay(given, before, rules) : settleTimed(given, before, rules, dateIn);
}

/** The calendar date of an instant in a time zone. */
export function dateInZone(stamp: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(msOfStamp(stamp));
}
