import type { Weekday } from './weekday.ts';
import { occurrences, type Span, type WallWindow } from './windows.ts';

/** The part of a policy that says when cycles run (POL-4). */
export interface PolicySchedule {
  weekdays: readonly Weekday[];
  peak: WallWindow & { everyMinutes: number };
  offPeak: { everyMinutes: number };
  blackout: WallWindow | null;
}

export interface DueQuestion {
  policySchedule: PolicySchedule;
  timeZone: string;
  /** Epoch milliseconds, like every time here. */
  now: number;
  lastStartedAt?: number | null;
  /** In [0, 1), from stableOffset(pairingId). */
  pairingOffset: number;
  /** The shortest interval that the subscription allows. */
  minimumIntervalMinutes: number;
}

export interface Due {
  dueAtMs: number;
  window: 'peak' | 'offPeak' | 'blackout-end';
  reason: string;
}

interface Calendar {
  peaks: Span[];
  blackouts: Span[];
  peakMs: number;
  offPeakMs: number;
  offset: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * When the pairing's next cycle is due: always after now, never in the blackout.
 *
 * Each pairing has a grid of slots per interval, shifted by its own offset, so that due times are spread and the
 * same after any restart. A slot is skipped when the last cycle (a late or a manual one) started less than half the
 * shortest interval before it: a cycle that starts a little late does not lose the next slot, and after an outage
 * all return to their slots.
 */
export function nextDue(question: DueQuestion): Due {
  const { now, lastStartedAt, minimumIntervalMinutes } = question;
  const restedMs = (lastStartedAt ?? Number.NEGATIVE_INFINITY) + (minimumIntervalMinutes * minuteMs) / 2;
  const fromMs = Math.max(now + 1, Math.ceil(restedMs));
  const calendar = calendarAround(fromMs, question);
  const dueAtMs = firstOpenSlot(fromMs, calendar);
  if (calendar.blackouts.some(({ endMs }) => now < endMs && endMs <= dueAtMs)) {
    return { dueAtMs, window: 'blackout-end', reason: endOfBlackout(question) };
  }
  const window = kindAt(dueAtMs, calendar);
  const minutes = intervalOf(window, calendar) / minuteMs;
  return {
    dueAtMs,
    window,
    reason: `every ${minutes} minutes (${window === 'peak' ? 'peak' : 'off-peak'} hours)`,
  };
}

function calendarAround(fromMs: number, question: DueQuestion): Calendar {
  const { policySchedule, timeZone, minimumIntervalMinutes, pairingOffset } = question;
  const { peak, offPeak, blackout, weekdays } = policySchedule;
  const peakMs = Math.max(peak.everyMinutes, minimumIntervalMinutes) * minuteMs;
  const offPeakMs = Math.max(offPeak.everyMinutes, minimumIntervalMinutes) * minuteMs;
  const span = { startMs: fromMs - 2 * dayMs, endMs: fromMs + 2 * Math.max(peakMs, offPeakMs) + 2 * dayMs };
  return {
    peaks: occurrences(peak, timeZone, span, weekdays),
    blackouts: blackout ? occurrences(blackout, timeZone, span) : [],
    peakMs,
    offPeakMs,
    offset: pairingOffset,
  };
}

/**
 * The first slot from fromMs on, of the grid that is in force at that slot. Where windows are so much shorter than
 * their intervals that none of their slots comes within the longest interval, the longest interval alone counts.
 */
function nextSlot(fromMs: number, calendar: Calendar): number {
  const longestMs = Math.max(calendar.peakMs, calendar.offPeakMs);
  let atMs = fromMs;
  while (atMs <= fromMs + longestMs) {
    const slotMs = gridSlot(atMs, intervalOf(kindAt(atMs, calendar), calendar), calendar.offset);
    const changeMs = nextChange(atMs, calendar.peaks);
    if (slotMs < changeMs) return slotMs;
    atMs = changeMs;
  }
  return gridSlot(fromMs, longestMs, calendar.offset);
}

function gridSlot(fromMs: number, intervalMs: number, offset: number): number {
  const shiftMs = Math.floor(offset * intervalMs);
  return Math.ceil((fromMs - shiftMs) / intervalMs) * intervalMs + shiftMs;
}

/** The first slot outside the blackouts, counting the one that the last blackout may have left behind. */
function firstOpenSlot(fromMs: number, calendar: Calendar): number {
  const slotMs = nextSlot(fromMs, calendar);
  const hit = spanAt(calendar.blackouts, slotMs);
  const openMs = hit ? firstAfter(hit, calendar) : slotMs;
  const last = calendar.blackouts.findLast(({ startMs }) => startMs <= fromMs);
  const leftMs = last ? firstAfter(last, calendar) : openMs;
  return leftMs >= fromMs ? Math.min(leftMs, openMs) : openMs;
}

/** The first slot after a blackout; where the time until the next blackout has none, a moment of it by the offset. */
function firstAfter({ endMs }: Span, calendar: Calendar): number {
  const slotMs = nextSlot(endMs, calendar);
  const next = calendar.blackouts.find(({ startMs }) => startMs >= endMs);
  if (!next || slotMs < next.startMs) return slotMs;
  return endMs + Math.floor(calendar.offset * (next.startMs - endMs));
}

function kindAt(atMs: number, { peaks }: Calendar): 'peak' | 'offPeak' {
  return spanAt(peaks, atMs) ? 'peak' : 'offPeak';
}

function intervalOf(kind: 'peak' | 'offPeak', { peakMs, offPeakMs }: Calendar): number {
  return kind === 'peak' ? peakMs : offPeakMs;
}

function nextChange(afterMs: number, spans: Span[]): number {
  const changes = spans
    .flatMap(({ startMs, endMs }) => [startMs, endMs])
    .filter(changeMs => changeMs > afterMs);
  return Math.min(...changes, Number.POSITIVE_INFINITY);
}

function spanAt(spans: Span[], atMs: number): Span | undefined {
  return spans.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}

function endOfBlackout({ policySchedule, timeZone }: DueQuestion): string {
  return `after the blackout that ends at ${policySchedule.blackout?.to} (${timeZone})`;
}
