/** What must always hold (ARCHITECTURE.md section 2 names them by these numbers), and what a run found instead. */
export const INVARIANTS = {
  converge: '1: converges within 200 rounds, and within 3 after the last edit or refusal',
  agree: '1: what is linked agrees, what is not is named in the ledger',
  keep: '2: nothing that somebody wrote is lost',
  unique: '3: at most one partner per item',
  dead: '4: nothing is resurrected',
  evidence: '5: removals only on evidence, and no more than the guard allows',
  silent: '7: an agreed state plans nothing',
  echo: '11: nothing is written that stands there already, and writes stay in proportion',
  mail: '12: nobody is mailed unasked (POL-18)',
  direction: '13: what is read only is not written (POL-10, POL-11, PAIR-6)',
  sound: 'the planner does not fail',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export class Violation extends Error {
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(what);
    this.invariant = invariant;
  }
}
