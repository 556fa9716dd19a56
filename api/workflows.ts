import type { FeedInput, PairingInput } from '../workflows/messages.ts';

/**
 * What the API asks of Temporal. Rows say what is wanted, these calls only wake: each is safe to repeat, and what
 * is missed while Temporal is away is caught up by the fleet's reconciliation (PAIR-4).
 */
export interface Workflows {
  /** Starts the pairing's workflow, or tells the running one to look at its row. */
  startOrSignalPairing(input: PairingInput): Promise<void>;
  startOrSignalFeed(input: FeedInput): Promise<void>;
  /** The current run of a pairing's workflow, null when there is none. */
  runId(pairingId: string): Promise<string | null>;
  /** Throws when Temporal does not answer. */
  ping(): Promise<void>;
}
