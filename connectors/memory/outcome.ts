import { SyncFailure } from '../../sync/failure.ts';
import type { Outcome } from '../connector.ts';

/** One operation of a batch: its failure is its own. */
export function outcomeOf<T>(apply: () => T): Outcome<T> {
  try {
    return { ok: true, value: apply() };
  } catch (error) {
    if (error instanceof SyncFailure) return { ok: false, failure: error };
    throw error;
  }
}
