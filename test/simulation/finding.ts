import type { Violation } from './module.ts';

/** Which rule does not hold: an invariant of design.md section 2 by its number, or one of the simulation's own. */
export type Rule =
  | Violation['invariant']
  /** An exception that no part of the product is meant to throw, or no end. */
  | 'the run breaks'
  /** The same seed on the same database ends the same way. */
  | 'runs repeat'
  /** PostgreSQL in the process and on a server hold the same after the same seed. */
  | 'databases agree';

export interface Finding {
  readonly invariant: Rule;
  /** What is wrong, in words. */
  readonly text: string;
}

export function named({ invariant, text }: Finding): string {
  return `${typeof invariant === 'number' ? `invariant ${invariant}` : invariant}: ${text}`;
}
