import type { AppointmentFields, Day, Recurrence, Span } from './appointment.ts';
import { DAY_MS, dayOf, numberOf } from './days.ts';
import { type SeriesDays, seriesDays } from './series-days.ts';
import { epochMs, localOf, wallMsOf, wallTime } from './zones.ts';

/** What became of one day of a series: it is cancelled, or differs from the series in these fields. */
export type Exception = 'cancelled' | AppointmentFields;

export interface Series {
  readonly recurrence: Recurrence;
  /** When the first occurrence is; of a later one only the day differs. */
  readonly span: Span;
  /** By the day on which the pattern has the occurrence; of days that it does not have nothing happens. */
  readonly exceptions: ReadonlyMap<Day, Exception>;
}

export interface Occurrence {
  /** The day on which the pattern has it, wherever it was moved: who it is. */
  readonly originalDay: Day;
  readonly span: Span;
  /** In what it differs from the series; empty for most. */
  readonly changes: AppointmentFields;
}

/** From `fromMs` up to, but not including, `toMs`. */
export interface Horizon {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The occurrences of which some part is in the horizon, in the order of their original days, made one by one as they
 * are asked for (CAL-4). All-day ones are the days of the series' zone there.
 */
export function* occurrences(series: Series, horizon: Horizon): Generator<Occurrence> {
  const spanOn = plainSpans(series);
  const days = seriesDays(series.recurrence);
  for (const number of candidates(series, days, horizon)) {
    const originalDay = dayOf(number);
    const exception = series.exceptions.get(originalDay);
    if (exception === 'cancelled') continue;
    const span = exception?.span ?? spanOn(number);
    if (isWithin(span, series.recurrence.zone, horizon)) {
      yield { originalDay, span, changes: exception ?? {} };
    }
  }
}

/** No zone is farther from UTC, and no change of clocks longer (Samoa left out a day). */
const MARGIN_DAYS = 2;

/** The days of the series around the horizon and, before and after them, those that may have been moved into it. */
function* candidates(series: Series, days: SeriesDays, { fromMs, toMs }: Horizon): Generator<number> {
  const first = Math.floor(fromMs / DAY_MS) - lengthInDays(series.span) - MARGIN_DAYS;
  const last = Math.ceil(toMs / DAY_MS) + MARGIN_DAYS;
  const movable = exceptionDays(series, days);
  yield* movable.filter(day => day < first);
  for (let index = days.indexFrom(first); index < days.total && days.at(index) <= last; index++) {
    yield days.at(index);
  }
  yield* movable.filter(day => day > last);
}

function exceptionDays({ exceptions }: Series, days: SeriesDays): number[] {
  const isOfSeries = (day: number) => {
    const index = days.indexFrom(day);
    return index < days.total && days.at(index) === day;
  };
  return [...exceptions.keys()]
    .map(numberOf)
    .filter(isOfSeries)
    .sort((one, other) => one - other);
}

function lengthInDays(span: Span): number {
  if (span.allDay) return numberOf(span.lastDay) - numberOf(span.firstDay) + 1;
  return Math.ceil((epochMs(span.end) - epochMs(span.start)) / DAY_MS) + 1;
}

/** When the pattern has the occurrence of a day. */
function plainSpans({ recurrence: { zone }, span }: Series): (day: number) => Span {
  if (span.allDay) {
    const more = numberOf(span.lastDay) - numberOf(span.firstDay);
    return day => ({ allDay: true, firstDay: dayOf(day), lastDay: dayOf(day + more) });
  }
  const wallMs = ({ local, zone: written }: typeof span.start) =>
    wallMsOf(written === zone ? local : wallTime(epochMs({ local, zone: written }), zone));
  const startMs = wallMs(span.start);
  const lengthMs = Math.max(0, wallMs(span.end) - startMs);
  const timeOfDayMs = startMs - Math.floor(startMs / DAY_MS) * DAY_MS;
  return day => timedSpan(day * DAY_MS + timeOfDayMs, lengthMs, zone);
}

/**
 * Both ends keep their wall time; one that the clocks skip is told as they show it. An occurrence whose end would
 * then not be after its start keeps its length instead.
 */
function timedSpan(wallMs: number, lengthMs: number, zone: string): Span {
  const startMs = epochMs({ local: localOf(wallMs), zone });
  const wallEndMs = epochMs({ local: localOf(wallMs + lengthMs), zone });
  const endMs = wallEndMs > startMs ? wallEndMs : startMs + lengthMs;
  const shown = (ms: number) => ({ local: wallTime(ms, zone), zone });
  return { allDay: false, start: shown(startMs), end: shown(endMs) };
}

/** What takes no time is within when it begins within. */
function isWithin(span: Span, zone: string, { fromMs, toMs }: Horizon): boolean {
  const midnight = (number: number) => epochMs({ local: `${dayOf(number)}T00:00:00`, zone });
  const startMs = span.allDay ? midnight(numberOf(span.firstDay)) : epochMs(span.start);
  const endMs = span.allDay ? midnight(numberOf(span.lastDay) + 1) : epochMs(span.end);
  return startMs < toMs && (endMs > fromMs || (startMs === endMs && startMs >= fromMs));
}
