import type { MailboxWrite, MailboxWritten, Outcome } from '../connector.ts';
import { attempt, bodyIn, deletedOutcome, onward, readUpdated, sentEach } from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { eventItem, type GraphEvent } from './event-item.ts';
import { eventSelect } from './event-mapping.ts';
import { eventBody, keyed, needsCurrentEvent, transactionIdOf } from './event-writes.ts';
import { keyProperty } from './mapping.ts';
import { expandProperties, query } from './odata.ts';
import type { MailboxWire } from './wire.ts';

/** An event as it stands there, {} where that was not asked. */
type Known = Outcome<GraphEvent>;

export const wholeEvent = { $select: eventSelect, $expand: expandProperties([keyProperty]) };

export function readRequest(wire: MailboxWire, itemId: string): BatchRequest {
  return { method: 'GET', url: wire.path('events', itemId) + query(wholeEvent) };
}

/** Writes of one batch. */
export class EventBatch {
  readonly #wire: MailboxWire;
  readonly #zone: string;

  constructor(wire: MailboxWire, zone: string) {
    this.#wire = wire;
    this.#zone = zone;
  }

  async write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    const current = await this.#readWhere(operations, needsCurrent);
    const outcomes = await this.#send(operations, current);
    return this.#againWhereOnlyTheSeriesChanged(operations, outcomes);
  }

  async #readWhere(
    operations: readonly MailboxWrite[],
    isAsked: (operation: MailboxWrite, index: number) => boolean,
  ): Promise<Known[]> {
    const answers = await readUpdated(this.#wire, operations, isAsked, itemId =>
      readRequest(this.#wire, itemId),
    );
    return answers.map(answer =>
      onward(bodyIn<GraphEvent>(answer, 'read'), event => ({ ok: true, value: event ?? {} })),
    );
  }

  async #send(
    operations: readonly MailboxWrite[],
    current: readonly Known[],
  ): Promise<Outcome<MailboxWritten>[]> {
    const requests = operations.map((operation, index) =>
      onward(current[index]!, event => attempt(() => this.#request(operation, event))),
    );
    return sentEach(this.#wire, requests, (answer, index) =>
      writtenOf(operations[index]!, answer, this.#zone),
    );
  }

  /**
   * An occurrence has the version of its series, which a write of another occurrence changes: that is no conflict. Of
   * what else may have changed in it meanwhile nothing tells.
   */
  async #againWhereOnlyTheSeriesChanged(
    operations: readonly MailboxWrite[],
    outcomes: readonly Outcome<MailboxWritten>[],
  ): Promise<Outcome<MailboxWritten>[]> {
    const isRefused = (_: MailboxWrite, index: number) => {
      const outcome = outcomes[index]!;
      return !outcome.ok && outcome.failure.kind === 'conflict';
    };
    const current = await this.#readWhere(operations, isRefused);
    const repeated = [...outcomes];
    for (const [index, operation] of operations.entries()) {
      const event = current[index]!;
      if (operation.op !== 'update' || !event.ok || !event.value.seriesMasterId) continue;
      const { etag: _ofSeries, ...update } = operation;
      const { '@odata.etag': _version, ...now } = event.value;
      const [outcome] = await this.#send([update], [{ ok: true, value: now }]);
      repeated[index] = outcome!;
    }
    return repeated;
  }

  #request(operation: MailboxWrite, current: GraphEvent): BatchRequest {
    if (operation.op === 'delete')
      return { method: 'DELETE', url: this.#wire.path('events', operation.itemId) };
    const event = eventBody(operation.fields, current, this.#zone);
    if (operation.op === 'create') {
      const { key, categories } = operation;
      const body = { ...event, ...keyed(key), categories, transactionId: transactionIdOf(key) };
      return { method: 'POST', url: this.#wire.path('events'), body };
    }
    const body = {
      ...event,
      ...(operation.key !== undefined && keyed(operation.key)),
      ...(operation.categories !== undefined && { categories: operation.categories }),
    };
    // Exchange mails the attendees of whatever is written to, even when it says nothing new.
    if (Object.keys(body).length === 0) return readRequest(this.#wire, operation.itemId);
    const etag = operation.etag ?? current['@odata.etag'];
    return {
      method: 'PATCH',
      url: this.#wire.path('events', operation.itemId),
      body,
      ...(etag !== undefined && { headers: { 'if-match': etag } }),
    };
  }
}

function needsCurrent(operation: MailboxWrite): boolean {
  return operation.op === 'update' && needsCurrentEvent(operation.fields);
}

/** Answers never echo extended properties: the key is told as it was sent. */
function writtenOf(
  operation: MailboxWrite,
  answer: BatchAnswer | null,
  zone: string,
): Outcome<MailboxWritten> {
  if (operation.op === 'delete') return deletedOutcome(answer!);
  return onward(bodyIn<GraphEvent>(answer, 'write'), event => ({
    ok: true,
    value: { ...eventItem(event!, zone), ...(operation.key != null && { stamp: operation.key }) },
  }));
}
