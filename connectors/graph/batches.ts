import { SyncFailure } from '../../sync/failure.ts';
import type { MailboxWrite, Outcome } from '../connector.ts';
import { type BatchAnswer, type BatchRequest, batchLimit } from './client.ts';
import { classify, type Effect, type GraphError, isMailboxMissing } from './failure.ts';
import type { MailboxWire } from './wire.ts';

/**
 * The first batch's failure is thrown, for it is the whole request's. A later one's is told per item, so that what
 * the batches before it did is not lost.
 */
export async function inBatches<I, T>(
  items: readonly I[],
  run: (chunk: readonly I[]) => Promise<Outcome<T>[]>,
): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = [];
  for (let start = 0; start < items.length; start += batchLimit) {
    const chunk = items.slice(start, start + batchLimit);
    try {
      outcomes.push(...(await run(chunk)));
    } catch (error) {
      if (!(error instanceof SyncFailure) || start === 0) throw error;
      outcomes.push(...chunk.map(() => failed(error)));
    }
  }
  return outcomes;
}

/** Sends the request of each item that has one; the others' place is null. */
export async function sent(
  wire: MailboxWire,
  requests: readonly (BatchRequest | null)[],
): Promise<(BatchAnswer | null)[]> {
  const answers: BatchAnswer[] = [];
  const asked = requests.filter(request => request !== null);
  for (let start = 0; start < asked.length; start += batchLimit)
    answers.push(...(await wire.batch(asked.slice(start, start + batchLimit))));
  const next = answers.values();
  return requests.map(request => (request === null ? null : next.next().value!));
}

/** Sends what could be made; what could not keeps its failure. `settle` says what the answer of each of the others means. */
export async function sentEach<T>(
  wire: MailboxWire,
  requests: readonly Outcome<BatchRequest | null>[],
  settle: (answer: BatchAnswer | null, index: number) => Outcome<T>,
): Promise<Outcome<T>[]> {
  const answers = await sent(
    wire,
    requests.map(request => (request.ok ? request.value : null)),
  );
  return requests.map((request, index) => onward(request, () => settle(answers[index]!, index)));
}

/** Reads the items of those updates that are asked about; null stands for all other operations. */
export function readUpdated(
  wire: MailboxWire,
  operations: readonly MailboxWrite[],
  isAsked: (operation: MailboxWrite, index: number) => boolean,
  requestOf: (itemId: string) => BatchRequest,
): Promise<(BatchAnswer | null)[]> {
  const requests = operations.map((operation, index) =>
    operation.op === 'update' && isAsked(operation, index) ? requestOf(operation.itemId) : null,
  );
  return sent(wire, requests);
}

/** What an answer says; what was not asked says undefined. */
export function bodyIn<T>(answer: BatchAnswer | null, effect: Effect): Outcome<T | undefined> {
  if (answer === null) return { ok: true, value: undefined };
  return answer.ok ? { ok: true, value: answer.body as T } : failed(classify(answer.error, effect));
}

/** One item's values that cannot be sent are its own failure. */
export function attempt<T>(make: () => T): Outcome<T> {
  try {
    return { ok: true, value: make() };
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    return failed(error);
  }
}

/** What follows from a success; a failure stays what it is. */
export function onward<A, B>(outcome: Outcome<A>, next: (value: A) => Outcome<B>): Outcome<B> {
  return outcome.ok ? next(outcome.value) : outcome;
}

/** "Already gone" is success. */
export function deletedOutcome(answer: BatchAnswer): Outcome<null> {
  if (answer.ok || isItemMissing(answer.error)) return { ok: true, value: null };
  return failed(classify(answer.error, 'write'));
}

/** The item is missing, not the mailbox. */
export function isItemMissing(error: GraphError): boolean {
  return error.status === 404 && !isMailboxMissing(error);
}

export function failed(failure: SyncFailure): { readonly ok: false; readonly failure: SyncFailure } {
  return { ok: false, failure };
}
