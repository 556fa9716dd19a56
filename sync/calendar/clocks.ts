import { Temporal } from 'temporal-polyfill';

/** The clocks of a zone between two changes, in epoch milliseconds; `toMs` is not part of it. */
interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
}

const periodsByZone = new Map<string, Period[]>();
const MOST_PERIODS = 50;
const NS_PER_MS = 1_000_000;

/** How far the clocks of an IANA zone are ahead of UTC. A series asks for each of its days, so periods are kept. */
export function offsetMs(zone: string, epochMs: number): number {
  const known = periodsByZone.get(zone) ?? [];
  const period = known.find(({ fromMs, toMs }) => epochMs >= fromMs && epochMs < toMs);
  if (period) return period.offsetMs;
  const found = periodAt(zone, epochMs);
  periodsByZone.set(zone, [found, ...known].slice(0, MOST_PERIODS));
  return found.offsetMs;
}

function periodAt(zone: string, epochMs: number): Period {
  const moment = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone);
  return {
    fromMs:
      moment.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ??
      Number.NEGATIVE_INFINITY,
    toMs: moment.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: moment.offsetNanoseconds / NS_PER_MS,
  };
}
