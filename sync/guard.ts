/** POL-20: how many removals per module and 24 hours need nobody's approval. */
export interface GuardLimits {
  readonly count: number;
  readonly percent: number;
}

/** Removals too few to be a catastrophe of percentages. */
const ALWAYS_ALLOWED = 5;

/** How much more a whole connection may remove than one pairing. */
export const CONNECTION_FACTOR = 10;

export interface GuardQuestion {
  /** What is about to be removed now. */
  readonly asked: number;
  /** What was removed within the last 24 hours. */
  readonly recent: number;
  /** What is linked, before anything is removed. */
  readonly total: number;
  readonly recentOfConnection: number;
}

/** Whether these removals may go ahead; otherwise all of them are held for an admin's yes or no. */
export function mayRemove(question: GuardQuestion, limits: GuardLimits): boolean {
  const sum = question.asked + question.recent;
  if (question.asked === 0) return true;
  if (question.asked + question.recentOfConnection > limits.count * CONNECTION_FACTOR) return false;
  if (sum > limits.count) return false;
  return sum <= ALWAYS_ALLOWED || sum <= ((question.total + question.recent) * limits.percent) / 100;
}
