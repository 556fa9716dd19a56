import { Temporal } from 'temporal-polyfill';
import { type Weekday, weekdays } from './weekday.ts';

/** Wall times `HH:MM`; a window whose end is not after its start ends on the next day, 24:00 is the end of the day. */
export interface WallWindow {
  from: string;
  to: string;
}

/** From startMs up to, but not including, endMs. */
export interface Span {
  startMs: number;
  endMs: number;
}

/**
 * The occurrences of a daily window that touch the span, earliest first. With `on`, only those that start on
 * these weekdays. Around a change of the clock a window covers every wall time it names: where an hour comes
 * twice it starts with the first and ends with the second, where an hour is missing that part is empty;
 * occurrences that touch or overlap because of it are one.
 */
export function occurrences(
  window: WallWindow,
  timeZone: string,
  { startMs, endMs }: Span,
  on: readonly Weekday[] = weekdays,
): Span[] {
  const lastDay = dayOf(endMs, timeZone).add({ days: 1 });
  const spans: Span[] = [];
  let day = dayOf(startMs, timeZone).subtract({ days: 2 });
  for (; Temporal.PlainDate.compare(day, lastDay) <= 0; day = day.add({ days: 1 })) {
    if (!on.includes(weekdays[day.dayOfWeek - 1]!)) continue;
    const span = occurrenceOn(day, window, timeZone);
    if (span.startMs < span.endMs && span.endMs > startMs && span.startMs < endMs) append(spans, span);
  }
  return spans;
}

function append(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  if (last && last.endMs >= span.startMs) last.endMs = Math.max(last.endMs, span.endMs);
  else spans.push(span);
}

function occurrenceOn(day: Temporal.PlainDate, { from, to }: WallWindow, timeZone: string): Span {
  const endDay = to <= from || to === '24:00' ? day.add({ days: 1 }) : day;
  return {
    startMs: instantOf(day, from, timeZone, 'earlier'),
    endMs: instantOf(endDay, to === '24:00' ? '00:00' : to, timeZone, 'later'),
  };
}

/** A wall time that does not exist stands for the moment at which the clock is moved forward. */
function instantOf(
  day: Temporal.PlainDate,
  time: string,
  timeZone: string,
  twice: 'earlier' | 'later',
): number {
  const wall = day.toPlainDateTime(time);
  const zoned = wall.toZonedDateTime(timeZone, { disambiguation: twice });
  if (zoned.toPlainDateTime().equals(wall)) return zoned.epochMilliseconds;
  const before = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  return before.getTimeZoneTransition('next')!.epochMilliseconds;
}

function dayOf(epochMs: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).toPlainDate();
}
