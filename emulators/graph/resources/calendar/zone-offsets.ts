import { Temporal } from 'temporal-polyfill';
import { ianaZone } from '../time-zones.ts';

/** The clocks of a zone between two changes. */
interface Period {
  from: number;
  to: number;
  offsetMs: number;
}

const DAY_MS = 86_400_000;
const MS_NS = 1_000_000;
const periodsByZone = new Map<string, Period[]>();

/** How far the clocks of a zone are ahead of UTC; a calendar asks so often that each period is looked up once. */
function offsetAt(zone: string, instant: number): number {
  const known = periodsByZone.get(zone);
  const period = known?.find(({ from, to }) => instant >= from && instant < to);
  if (period) return period.offsetMs;
  const fresh = periodAt(ianaZone(zone), instant);
  // What was asked last is asked again soon.
  periodsByZone.set(zone, [fresh, ...(known ?? [])]);
  return fresh.offsetMs;
}

function periodAt(iana: string, instant: number): Period {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(iana);
  const last = zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const next = zoned.getTimeZoneTransition('next');
  return {
    from: last?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: zoned.offsetNanoseconds / MS_NS,
  };
}

/**
 * The instant at which the clocks of a zone show a time, given as if it were of UTC: the first one where they
 * show it twice; where they skip it, as if they had not been changed (RFC 5545, 3.3.5).
 */
export function instantOnClocks(zone: string, shown: number): number {
  const before = offsetAt(zone, shown - DAY_MS);
  const after = offsetAt(zone, shown + DAY_MS);
  const candidates = [shown - before, shown - after];
  const right = candidates.filter(instant => instant + offsetAt(zone, instant) === shown);
  return right.length > 0 ? Math.min(...right) : shown - before;
}

/** What the clocks of a zone show at an instant, as if it were of UTC. */
export const shownOnClocks = (zone: string, instant: number) => instant + offsetAt(zone, instant);
