export interface FeedQuestion {
  baseMs?: number;
  /** All pairings of the connection are in their blackout. */
  inBlackout: boolean;
  /** Calls used today, as a share of what the connection may use (POL-25): 1 is the limit. */
  apiUsedShare: number;
}

const minuteMs = 60_000;
const longestMs = 30 * minuteMs;
const slowerInBlackout = 5;
const stretchFromShare = 0.5;

/** How long the feed rests between polls: longer in the blackout, and longer the closer the API budget is to its end. */
export function feedInterval({ baseMs = minuteMs, inBlackout, apiUsedShare }: FeedQuestion): number {
  const restMs = baseMs * (inBlackout ? slowerInBlackout : 1) * budgetStretch(apiUsedShare);
  return Math.round(Math.min(restMs, Math.max(longestMs, baseMs)));
}

/**
 * POL-25: the factor by which intervals grow before the limit is reached. From half of the budget on it is inverse
 * to what is left, so that polling halves each time that the rest halves and the budget is approached, not hit.
 */
export function budgetStretch(apiUsedShare: number): number {
  if (apiUsedShare >= 1) return Number.POSITIVE_INFINITY;
  return Math.max(1, (1 - stretchFromShare) / (1 - apiUsedShare));
}
