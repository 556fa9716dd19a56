import type { FeedStanding, Standing } from '../activities/types.ts';

/** No loop goes round faster than this, whatever a clock says. */
const SHORTEST_SLEEP_MS = 1_000;

/** How long to sleep until a standing's next turn, on the machines' clock. */
export function sleepMs(standing: Standing | FeedStanding): number {
  const dueAtMs = standing.next === 'sleep' ? standing.dueAtMs : 0;
  return Math.max(SHORTEST_SLEEP_MS, dueAtMs - (standing.clockAheadMs ?? 0) - Date.now());
}
