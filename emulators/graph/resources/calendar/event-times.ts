import type { Behaviour } from '../../control/behaviour.ts';
import { GraphError, invalidRequest } from '../../protocol/errors.ts';
import type { EventShape, EventState, Recurrence, WallTime } from '../../store/event-state.ts';
import { dateOf, dayOf } from './civil-days.ts';
import type { Body } from './event-fields.ts';
import {
  hasInstance,
  instanceTimes,
  neighbourDays,
  patternTimes,
  seriesDay,
  type Times,
} from './instances.ts';
import { readRecurrence } from './recurrence-body.ts';
import { recurrenceDays } from './recurrence-days.ts';
import {
  instantOf,
  inZone,
  isMidnight,
  readWallTime,
  validationFailure,
  wallMinutesBetween,
} from './wall-times.ts';

const DAY_MINUTES = 1440;

/** The times of a body, or those that were before. */
function readTimes(body: Body, current: Times | undefined): Times {
  const read = (name: 'start' | 'end'): WallTime => {
    if (body[name] !== undefined && body[name] !== null) return readWallTime(body[name], name);
    if (!current) throw invalidRequest(`The property '${name}' of an event is required.`);
    return current[name];
  };
  return { start: read('start'), end: read('end') };
}

function checkTimes({ start, end }: Times, isAllDay: boolean): void {
  if (isAllDay) checkAllDay(start, end);
  if (instantOf(end) < instantOf(start))
    throw validationFailure('The end of an event must not be before its start.');
}

/** Documentation: event, isAllDay; the texts are the service's, which is not of one mind about their code. */
function checkAllDay(start: WallTime, end: WallTime): void {
  if (start.timeZone !== end.timeZone) {
    throw invalidRequest(
      'The Event.Start and Event.End properties of an all-day event must have the same time zone.',
    );
  }
  for (const [name, time] of [
    ['Start', start],
    ['End', end],
  ] as const) {
    if (!isMidnight(time)) {
      throw invalidRequest(`The Event.${name} property for an all-day event needs to be set to midnight.`);
    }
  }
  if (wallMinutesBetween(start, end) < DAY_MINUTES) {
    throw validationFailure('The duration of an event marked as All day must be at least 24 hours.');
  }
}

/** The shape of an event after a write of the event itself: times, recurrence and what becomes of exceptions. */
export function writtenShape(
  body: Body,
  current: EventState | undefined,
  isAllDay: boolean,
  behaviour: Behaviour,
): EventShape {
  const times = readTimes(body, current);
  checkTimes(times, isAllDay);
  const recurrence = writtenRecurrence(body, times, current, behaviour);
  const moved = recurrence
    ? toFirstOccurrence({ ...times, recurrence }, behaviour)
    : { ...times, recurrence };
  const fresh: EventShape = { ...moved, exceptions: {}, cancelled: [] };
  return current && keepsExceptions(current, fresh) ? withExceptions(fresh, current) : fresh;
}

function writtenRecurrence(
  body: Body,
  { start }: Times,
  current: EventState | undefined,
  { unusedPatternProperties }: Behaviour,
): Recurrence | null {
  if (body.recurrence === null) return null;
  if (body.recurrence !== undefined) {
    return readRecurrence(body.recurrence, start, unusedPatternProperties === 'refused');
  }
  const recurrence = current?.recurrence ?? null;
  if (!recurrence || !('start' in body)) return recurrence;
  const startDate = inZone(start, recurrence.range.recurrenceTimeZone).dateTime.slice(0, 10);
  const range = { ...recurrence.range, startDate };
  return readRecurrence({ pattern: recurrence.pattern, range }, start, false);
}

/** "The first occurrence of the meeting may be this date or later" (documentation: recurrenceRange, startDate). */
function toFirstOccurrence<Series extends Times & { recurrence: Recurrence }>(
  series: Series,
  { seriesStart }: Behaviour,
): Series {
  const { range } = series.recurrence;
  const first = recurrenceDays(series.recurrence, dayOf(range.startDate)).next().value;
  if (seriesStart === 'asSent' || first === undefined || first === dayOf(range.startDate)) return series;
  const startDate = dateOf(first);
  const times = patternTimes({ ...series, exceptions: {}, cancelled: [] }, startDate);
  const recurrence = { ...series.recurrence, range: { ...range, startDate } };
  return {
    ...series,
    recurrence,
    start: inZone(times.start, series.start.timeZone),
    end: inZone(times.end, series.end.timeZone),
  };
}

/** A change of the pattern or of the times drops exceptions; one of the range's end leaves those within. */
function keepsExceptions(current: EventShape, { start, end, recurrence }: EventShape): boolean {
  if (!current.recurrence || !recurrence) return false;
  const core = (shape: Times & { recurrence: Recurrence }) => [
    shape.start,
    shape.end,
    shape.recurrence.pattern,
    shape.recurrence.range.startDate,
    shape.recurrence.range.recurrenceTimeZone,
  ];
  const before = core({ ...current, recurrence: current.recurrence });
  return JSON.stringify(before) === JSON.stringify(core({ start, end, recurrence }));
}

function withExceptions(fresh: EventShape, { exceptions, cancelled }: EventShape): EventShape {
  return {
    ...fresh,
    cancelled: cancelled.filter(date => hasInstance(fresh, date)),
    exceptions: Object.fromEntries(Object.entries(exceptions).filter(([date]) => hasInstance(fresh, date))),
  };
}

/** The times of one occurrence after a write of it. */
export function writtenOccurrenceTimes(
  body: Body,
  event: EventState,
  date: string,
  isAllDay: boolean,
): Times {
  if (body.recurrence !== undefined && body.recurrence !== null) {
    throw invalidRequest('The recurrence of an occurrence cannot be set: it is its series that recurs.');
  }
  const times = readTimes(body, instanceTimes(event, date));
  checkTimes(times, isAllDay);
  const day = seriesDay(event, times.start);
  const { before, after } = neighbourDays(event, date);
  if ((before !== undefined && day <= before) || (after !== undefined && day >= after))
    throw crossingBoundary();
  return times;
}

/** "… cannot be moved to or before the day of the previous occurrence …" (documentation: event update). */
const crossingBoundary = () =>
  new GraphError(
    400,
    'ErrorOccurrenceCrossingBoundary',
    'Modified occurrence is crossing or overlapping adjacent occurrence.',
  );
