import type { Value } from '../store/row.ts';

/** How one ORDER BY criterion wants its values. Nulls come first unless told otherwise, in either direction. */
export interface Direction {
  readonly isDescending: boolean;
  readonly nullsLast: boolean;
}

export function directionOf(clause: { readonly order?: string; readonly nulls?: string }): Direction {
  return { isDescending: clause.order === 'DESC', nullsLast: clause.nulls === 'LAST' };
}

export function compareValues(a: Value, b: Value, { isDescending, nullsLast }: Direction): number {
  if (a === b) return 0;
  if (a === null || b === null) return (a === null) === nullsLast ? 1 : -1;
  return (a < b ? -1 : 1) * (isDescending ? -1 : 1);
}
