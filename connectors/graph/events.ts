import type { MailboxItem } from '../../sync/record.ts';
import type { MailboxItemState, MailboxItems, MailboxWrite, MailboxWritten, Outcome } from '../connector.ts';
import { bodyIn, failed, inBatches, isItemMissing, sent } from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { EventBatch, readRequest, wholeEvent } from './event-batch.ts';
import { eventItem, type GraphEvent } from './event-item.ts';
import { inCalendar } from './event-place.ts';
import { classify } from './failure.ts';
import type { MailboxZone } from './mailbox-zone.ts';
import { keyProperty } from './mapping.ts';
import { query, withProperty } from './odata.ts';
import type { MailboxWire } from './wire.ts';

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
      const answers = await this.#wire.batch(ids.map(id => readRequest(this.#wire, id)));
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
      const body = bodyIn<{ value?: GraphEvent[] }>(answer, 'read');
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
      const outcomes = await new EventBatch(this.#wire, zone).write(chunk);
      return this.#withEarlierCreations(chunk, outcomes);
    });
  }

  #findByKey(key: string): BatchRequest {
    const options = { $filter: withProperty(keyProperty, key), ...wholeEvent };
    return { method: 'GET', url: this.#wire.path('events') + query(options) };
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
