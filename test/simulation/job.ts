import type { Comparisons } from './examine.ts';
import type { Finding } from './finding.ts';
import type { Shares } from './profile.ts';
import type { Scenario } from './scenario.ts';

/** What a worker is asked for: one seed, played to its end. */
export interface Job extends Comparisons {
  readonly seed: number;
  /** How many runs a failure may take to be made smaller. */
  readonly mostShrinkingRuns: number;
  readonly profiles: boolean;
}

/** Said after each run of many, so that nobody takes the worker for dead. */
export const STILL_AT_IT = 'still at it';
export type Answer = typeof STILL_AT_IT | SeedReport;

/** What the worker answers in the end. */
export interface SeedReport {
  readonly seed: number;
  readonly trace: string;
  /** What both sides hold at the end; of the database's rows, their number and digest by table. */
  readonly state: unknown;
  readonly violations: readonly Finding[];
  readonly effects: number;
  readonly cycles: number;
  /** What happened, line by line, as the seed has it. */
  readonly story: readonly string[];
  /** Null: nothing is wrong. */
  readonly failure: Failure | null;
  /** Of everything that the worker did for this seed; null unless asked for. */
  readonly shares: Shares | null;
}

/** A seed that fails, as small as it was made. */
export interface Failure {
  readonly seed: number;
  readonly violations: readonly Finding[];
  /** What happens in it, line by line. */
  readonly story: readonly string[];
  readonly scenario: Scenario;
  readonly shrinking: { readonly runs: number; readonly from: number; readonly to: number };
}
