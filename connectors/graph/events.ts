import type { MailboxItem } from '../../sync/record.ts';
import type { MailboxItemState, MailboxItems, MailboxWrite, MailboxWritten, Outcome } from '../connector.ts';
import {
  attempt,
  bodyIn,
  deletedOutcome,
  failed,
  inBatches,
  isItemMissing,
  onward,
  sent,
} from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { eventItem, type GraphEvent } from './event-item.ts';
import { eventSelect } from './event-mapping.ts';
import { inCalendar } from './event-place.ts';
import { eventBody, keyed, needsCurrentEvent, transactionIdOf } from './event-writes.ts';
import { classify } from './failure.ts';
import type { MailboxZone } from './mailbox-zone.ts';
import { keyProperty } from './mapping.ts';
import { expandProperties, query, withProperty } from './odata.ts';
import type { MailboxWire } from './wire.ts';

const wholeEvent = { $select: eventSelect, $expand: expandProperties([keyProperty]) };

/** Events of the primary calendar of one mailbox, in batches of twenty. */
export class Events implements MailboxItems {
  readonly #wire: MailboxWire;
  readonly #zone: MailboxZone;

  constructor(wire: MailboxWire, zone: MailboxZone) {
    this.#wire = wire;
    this.#zone = zone;
  }

  async read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]> {
    if (itemIds.length === 0) return [];
    const zone = await this.#zone.value();
    return inBatches(itemIds, async ids => {
      const answers = await this.#wire.batch(ids.map(id => this.#get(id)));
      const opened = answers.flatMap(answer => (answer.ok ? [answer.body as GraphEvent] : []));
      const here = await inCalendar(this.#wire, opened);
      return answers.map(answer => stateOf(answer, here, zone));
    });
  }

  /** A series has its occurrences under its own key; the list has each event once. */
  async findByKeys(_containerId: string, keys: readonly string[]): Promise<Map<string, MailboxItem>> {
    const found = new Map<string, MailboxItem>();
    if (keys.length === 0) return found;
    const zone = await this.#zone.value();
    for (const answer of await sent(
      this.#wire,
      keys.map(key => this.#findByKey(key)),
    )) {
      const body = onward(bodyIn<{ value?: GraphEvent[] }>(answer, 'read'), value => ({ ok: true, value }));
      if (!body.ok) throw body.failure;
      for (const event of body.value?.value ?? []) {
        const item = eventItem(event, zone);
        // Exchange compares the value without regard to case, keys are exact.
        if (item.stamp !== undefined && keys.includes(item.stamp)) found.set(item.stamp, item);
      }
    }
    return found;
  }

  async write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    if (operations.length === 0) return [];
    const zone = await this.#zone.value();
    return inBatches(operations, async chunk => {
      const current = await sent(
        this.#wire,
        chunk.map(operation => this.#currentRequest(operation)),
      );
      const requests = chunk.map((operation, index) =>
        onward(bodyIn<GraphEvent>(current[index]!, 'read'), event =>
          attempt(() => this.#request(operation, event ?? {}, zone)),
        ),
      );
      const answers = await sent(
        this.#wire,
        requests.map(request => (request.ok ? request.value : null)),
      );
      const outcomes = chunk.map((operation, index) =>
        onward(requests[index]!, () => writtenOf(operation, answers[index]!, zone)),
      );
      return this.#withEarlierCreations(chunk, outcomes);
    });
  }

  #get(itemId: string): BatchRequest {
    return { method: 'GET', url: this.#wire.path('events', itemId) + query(wholeEvent) };
  }

  #findByKey(key: string): BatchRequest {
    const options = { $filter: withProperty(keyProperty, key), ...wholeEvent };
    return { method: 'GET', url: this.#wire.path('events') + query(options) };
  }

  #currentRequest(operation: MailboxWrite): BatchRequest | null {
    if (operation.op !== 'update' || !needsCurrentEvent(operation.fields)) return null;
    return this.#get(operation.itemId);
  }

  #request(operation: MailboxWrite, current: GraphEvent, zone: string): BatchRequest {
    if (operation.op === 'delete')
      return { method: 'DELETE', url: this.#wire.path('events', operation.itemId) };
    const event = eventBody(operation.fields, current, zone);
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
    if (Object.keys(body).length === 0) return this.#get(operation.itemId);
    const etag = operation.etag ?? current['@odata.etag'];
    return {
      method: 'PATCH',
      url: this.#wire.path('events', operation.itemId),
      body,
      ...(etag !== undefined && { headers: { 'if-match': etag } }),
    };
  }

  /** Where Exchange refuses to create what an earlier attempt has created, that is the answer. */
  async #withEarlierCreations(
    operations: readonly MailboxWrite[],
    outcomes: readonly Outcome<MailboxWritten>[],
  ): Promise<Outcome<MailboxWritten>[]> {
    const keyOf = (index: number) => {
      const [operation, outcome] = [operations[index]!, outcomes[index]!];
      const isKnown = !outcome.ok && outcome.failure.native === 'ErrorDuplicateTransactionId';
      return isKnown && operation.op === 'create' ? operation.key : undefined;
    };
    const keys = outcomes.flatMap((_, index) => keyOf(index) ?? []);
    const found = await this.findByKeys('', keys);
    return outcomes.map((outcome, index) => {
      const item = found.get(keyOf(index) ?? '');
      return item === undefined ? outcome : { ok: true, value: item };
    });
  }
}

function stateOf(answer: BatchAnswer, here: ReadonlySet<string>, zone: string): Outcome<MailboxItemState> {
  if (!answer.ok) {
    if (isItemMissing(answer.error)) return { ok: true, value: { type: 'deleted' } };
    return failed(classify(answer.error, 'read'));
  }
  const item = eventItem(answer.body as GraphEvent, zone);
  return { ok: true, value: here.has(item.itemId) ? { type: 'present', item } : { type: 'deleted' } };
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
