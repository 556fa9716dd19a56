import type { Fields, Meeting, Module } from '../record.ts';

/** A decision with the words that the ledger shows: what, why, and what a person can do about it. */
export interface Verdict {
  readonly code: string;
  readonly reason: string;
  readonly fix?: string;
}

export type Offer =
  | { readonly type: 'send'; readonly module: Module }
  /** Not ours to send: no ledger entry needed beyond "already there". */
  | ({ readonly type: 'leave' } & Verdict)
  | ({ readonly type: 'quarantine' } & Verdict);

export interface OfferedItem {
  readonly fields: Fields;
  readonly categories: readonly string[];
  readonly containerId: string;
  /** Of what was there before us, the categories when it was first listed (PAIR-6); null of all others. */
  readonly categoriesBefore: readonly string[] | null;
  /** Of events only. */
  readonly meeting?: Meeting | undefined;
}
