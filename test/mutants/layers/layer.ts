import type { Mutant } from '../mutant.ts';

export interface Budget {
  /** Seeds that a layer of seeds may use up on one mutant; null: as many as are usual for it. */
  readonly runs: number | null;
  readonly timeoutMs: number;
}

export interface Verdict {
  readonly killed: boolean;
  /** Seeds until the mistake showed, or all that were tried; a named test is one. */
  readonly runs: number;
  /** What showed it. */
  readonly failure: string | null;
}

/** One kind of test that mutants are shown to, each time in a process of its own that loads the changed source. */
export interface Layer {
  readonly name: string;
  /** Whether the mutant's file takes part in the layer at all. */
  reaches(mutant: Mutant): boolean;
  /** Names what a mutant is measured by; mutants that share it need one run of the product as it is. */
  measureOf(mutant: Mutant): string;
  /** On the changed product, or with `isChanged` false on the product as it is, by the mutant's measure. */
  run(mutant: Mutant, isChanged: boolean, budget: Budget): Promise<Verdict>;
}
