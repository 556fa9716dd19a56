const HOUR_MS = 3_600_000;
const MOST_REWRITES = 3;

/** The moments, within the last hour, at which something undid our write (PAIR-11). */
export function withRewrite(rewrites: readonly number[], nowMs: number): number[] {
  return [...rewrites.filter(atMs => nowMs - atMs < HOUR_MS), nowMs];
}

/** More than three within the hour: another tool may be at work, the item is parked. */
export function isContested(rewrites: readonly number[], nowMs: number): boolean {
  return rewrites.filter(atMs => nowMs - atMs < HOUR_MS).length > MOST_REWRITES;
}

/** When a parked item is tried again. */
export const parkedUntilMs = (nowMs: number): number => nowMs + HOUR_MS;
