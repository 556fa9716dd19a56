import type { Mutant } from '../mutant.ts';

export interface Budget {
  /** Seeds that a layer of seeds may use up on one mutant. */
  readonly runs: number;
  readonly timeoutMs: number;
}

export interface Verdict {
  readonly killed: boolean;
  /** Seeds until the mistake showed, or all that were tried; a named test is one. */
  readonly runs: number;
  /** What showed it. */
  readonly failure: string | null;
}

/** One kind of test that mutants are shown to, each in a process of its own that loads the changed source. */
export interface Layer {
  readonly name: string;
  /** Whether the mutant's file takes part in the layer at all. */
  reaches(mutant: Mutant): boolean;
  /** Runs on the changed product. */
  run(mutant: Mutant, budget: Budget): Promise<Verdict>;
  /** The same on the product as it is: whatever fails there proves nothing about the mutant. */
  runUnchanged(mutant: Mutant, budget: Budget): Promise<Verdict>;
}
