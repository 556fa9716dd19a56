import { listOf } from '../../sync/containers.ts';
import type { MailboxWrite, MailboxWritten, Outcome } from '../connector.ts';
import { attempt, bodyIn, deletedOutcome, onward, readUpdated, sent, sentEach } from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { isElsewhere } from './failure.ts';
import { query } from './odata.ts';
import { expanded, type GraphTask, taskItem } from './task-item.ts';
import { linkRequests } from './task-links.ts';
import { changesLinks, needsCurrentTask, taskBody, wantedLinks } from './task-writes.ts';
import type { MailboxWire } from './wire.ts';

type Update = Extract<MailboxWrite, { op: 'update' }>;
/** A task as the server told it last, {} before it has. */
type Known = Outcome<GraphTask>;

export function readRequest(wire: MailboxWire, listId: string, itemId: string): BatchRequest {
  const url = wire.path('todo', 'lists', listId, 'tasks', itemId);
  return { method: 'GET', url: url + query({ $expand: 'linkedResources' }) };
}

/**
 * Writes of one batch. The links of a task are a collection of their own, which its update neither changes nor tells: that
 * takes a step more, and then the task is read again.
 */
export class TaskBatch {
  readonly #wire: MailboxWire;
  readonly #listId: string;
  readonly #zone: string;

  constructor(wire: MailboxWire, listId: string, zone: string) {
    this.#wire = wire;
    this.#listId = listId;
    this.#zone = zone;
  }

  async write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    const current = await this.#readWhere(operations, needsCurrentTask);
    const written = await this.#writeTasks(operations, current);
    const linked = await this.#writeLinks(operations, current, written);
    const again = await this.#readWhere(operations, (_, index) => linked[index]!.ok);
    return operations.map((operation, index) =>
      onward(linked[index]!, () => this.#outcome(operation, written[index]!, again[index]!)),
    );
  }

  async #readWhere(
    operations: readonly MailboxWrite[],
    isAsked: (operation: MailboxWrite, index: number) => boolean,
  ): Promise<Known[]> {
    const answers = await readUpdated(this.#wire, operations, isAsked, itemId =>
      readRequest(this.#wire, this.#listId, itemId),
    );
    return answers.map(answer => known(answer, 'read'));
  }

  async #writeTasks(operations: readonly MailboxWrite[], current: readonly Known[]): Promise<Known[]> {
    const requests = operations.map((operation, index) =>
      onward(current[index]!, task => attempt(() => this.#request(operation, task))),
    );
    return sentEach(this.#wire, requests, (answer, index) => writtenTask(operations[index]!, answer));
  }

  /** Null where only links are to be changed. */
  #request(operation: MailboxWrite, current: GraphTask): BatchRequest | null {
    if (operation.op === 'delete') return { method: 'DELETE', url: this.#url(operation.itemId) };
    const task = taskBody(operation.fields, current);
    if (operation.op === 'create') {
      const url = this.#wire.path('todo', 'lists', listOf(operation.containerId), 'tasks');
      const { categories } = operation;
      const linkedResources = wantedLinks(operation, {});
      return { method: 'POST', url, body: { ...task, categories, linkedResources } };
    }
    const { categories, itemId } = operation;
    const body = { ...task, ...(categories !== undefined && { categories }) };
    if (Object.keys(body).length === 0) return null;
    const etag = operation.etag ?? current['@odata.etag'];
    const headers = etag === undefined ? {} : { headers: { 'if-match': etag } };
    return { method: 'PATCH', url: this.#url(itemId), body, ...headers };
  }

  async #writeLinks(
    operations: readonly MailboxWrite[],
    current: readonly Known[],
    written: readonly Known[],
  ): Promise<Outcome<unknown>[]> {
    const requests = operations.map((operation, index) => {
      const task = current[index]!;
      return operation.op === 'update' && written[index]!.ok && task.ok
        ? this.#linkRequests(operation, task.value)
        : [];
    });
    const answers = (await sent(this.#wire, requests.flat())).values();
    return written.map((outcome, index) => {
      const own = requests[index]!.map(() => bodyIn(answers.next().value!, 'write'));
      return own.find(answer => !answer.ok) ?? outcome;
    });
  }

  #linkRequests(operation: Update, current: GraphTask): BatchRequest[] {
    if (!changesLinks(operation)) return [];
    const url = this.#url(operation.itemId, 'linkedResources');
    return linkRequests(current, wantedLinks(operation, current), url);
  }

  #outcome(operation: MailboxWrite, written: Known, again: Known): Outcome<MailboxWritten> {
    if (operation.op === 'delete') return { ok: true, value: null };
    if (operation.op === 'create')
      return onward(written, task => this.#item(expanded(task), listOf(operation.containerId)));
    return onward(again, task => this.#item(expanded(task), this.#listId));
  }

  #item(task: GraphTask, listId: string): Outcome<MailboxWritten> {
    return { ok: true, value: taskItem(task, listId, this.#zone) };
  }

  #url(...below: readonly string[]): string {
    return this.#wire.path('todo', 'lists', this.#listId, 'tasks', ...below);
  }
}

function known(answer: BatchAnswer | null, effect: 'read' | 'write'): Known {
  return onward(bodyIn<GraphTask>(answer, effect), task => ({ ok: true, value: task ?? {} }));
}

function writtenTask(operation: MailboxWrite, answer: BatchAnswer | null): Known {
  if (operation.op !== 'delete') return known(answer, 'write');
  if (answer?.ok === false && isElsewhere(answer.error)) return { ok: true, value: {} };
  return onward(deletedOutcome(answer!), () => ({ ok: true, value: {} }));
}
