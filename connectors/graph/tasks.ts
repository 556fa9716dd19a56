import { listOf } from '../../sync/containers.ts';
import type { MailboxItem } from '../../sync/record.ts';
import type { MailboxItemState, MailboxItems, MailboxWrite, MailboxWritten, Outcome } from '../connector.ts';
import { failed, inBatches, isItemMissing } from './batches.ts';
import type { BatchAnswer } from './client.ts';
import { classify, isElsewhere } from './failure.ts';
import type { MailboxZone } from './mailbox-zone.ts';
import { readRequest, TaskBatch } from './task-batch.ts';
import { expanded, type GraphTask, taskItem } from './task-item.ts';
import type { TaskLists } from './task-lists.ts';
import { TaskSearch } from './task-search.ts';
import type { MailboxWire } from './wire.ts';

/** Tasks of the default list of one mailbox, in batches of twenty. */
export class Tasks implements MailboxItems {
  readonly #wire: MailboxWire;
  readonly #zone: MailboxZone;
  readonly #lists: TaskLists;
  readonly #search: TaskSearch;

  constructor(wire: MailboxWire, zone: MailboxZone, lists: TaskLists) {
    this.#wire = wire;
    this.#zone = zone;
    this.#lists = lists;
    this.#search = new TaskSearch(wire);
  }

  async read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]> {
    if (itemIds.length === 0) return [];
    const listId = await this.#lists.defaultId();
    const zone = await this.#zone.value();
    return inBatches(itemIds, async ids => {
      const answers = await this.#wire.batch(ids.map(id => readRequest(this.#wire, listId, id)));
      if (answers.some(answer => !answer.ok && isItemMissing(answer.error)))
        await this.#lists.requireDefault();
      return answers.map(answer => stateOf(answer, listId, zone));
    });
  }

  /** Of several with one key the first one is ours: a task that recurs hands its links on to the next. */
  async findByKeys(containerId: string, keys: readonly string[]): Promise<Map<string, MailboxItem>> {
    const listId = listOf(containerId);
    const zone = await this.#zone.value();
    const tasks = await this.#search.byKeys(listId, keys);
    const items = tasks.map(task => taskItem(expanded(task), listId, zone));
    const latestFirst = items.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
    return new Map(latestFirst.flatMap(item => (item.stamp === undefined ? [] : [[item.stamp, item]])));
  }

  async write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    if (operations.length === 0) return [];
    const listId = await this.#lists.defaultId();
    const zone = await this.#zone.value();
    return inBatches(operations, chunk => new TaskBatch(this.#wire, listId, zone).write(chunk));
  }
}

function stateOf(answer: BatchAnswer, listId: string, zone: string): Outcome<MailboxItemState> {
  if (answer.ok) {
    const item = taskItem(expanded(answer.body as GraphTask), listId, zone);
    return { ok: true, value: { type: 'present', item } };
  }
  if (isItemMissing(answer.error) || isElsewhere(answer.error))
    return { ok: true, value: { type: 'deleted' } };
  return failed(classify(answer.error, 'read'));
}
