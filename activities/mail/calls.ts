import type { Outcome } from '../../connectors/connector.ts';
import { SyncFailure } from '../../sync/failure.ts';

/** A call to the CRM failed as a whole: nothing is held against any of the messages that it was for. */
export class CallFailed extends SyncFailure {
  readonly thrown: SyncFailure;

  constructor(thrown: SyncFailure, maybeApplied: boolean) {
    const { kind, message, retryAfterMs } = thrown;
    super(kind, message, {
      ...(maybeApplied && { maybeApplied }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
    this.thrown = thrown;
  }
}

/** The writes of a run. After one that failed as a whole no other is tried: what is known by then is remembered first. */
export class Calls {
  #failed: SyncFailure | null = null;

  async write<T>(count: number, call: () => Promise<readonly Outcome<T>[]>): Promise<readonly Outcome<T>[]> {
    if (count === 0) return [];
    if (this.#failed) return refused(count, new CallFailed(this.#failed, false));
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      this.#failed = error;
      return refused(count, new CallFailed(error, error.maybeApplied === true));
    }
  }

  /** Throws what a call failed with. */
  require(): void {
    if (this.#failed) throw this.#failed;
  }
}

/** Only the id is needed of what was made: it does not have to show yet. */
export function orMade(failure: SyncFailure): Outcome<string> {
  return failure.madeId === undefined ? { ok: false, failure } : { ok: true, value: failure.madeId };
}

function refused<T>(count: number, failure: SyncFailure): Outcome<T>[] {
  return Array.from({ length: count }, () => ({ ok: false, failure }));
}
