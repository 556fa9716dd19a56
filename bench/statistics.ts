/** Repeats of one measurement: the middle one, and how far they lie apart. */
export interface Sample {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function sampleOf(values: readonly number[]): Sample {
  const sorted = values.toSorted((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half];
  if (upper === undefined) throw new Error('A sample needs at least one value.');
  const median = sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
  return { median, least: sorted[0] ?? median, most: sorted.at(-1) ?? median };
}

/** What occurs most often: one round among many that differs, because a history was continued, is not the rule. */
export function modeOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  if (!first) throw new Error('A mode needs at least one value.');
  return first[0];
}

/** The exponent with which a cost grows: 0 is flat, 1 is linear. */
export function growth(
  [smallSize, smallCost]: readonly [number, number],
  [largeSize, largeCost]: readonly [number, number],
): number {
  return Math.log(largeCost / smallCost) / Math.log(largeSize / smallSize);
}
