import type { Expression } from '../../odata/filter-parser.ts';
import { listEntities, viewOf } from '../../odata/list.ts';
import { invalidUrlQuery } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import { appliedPreferences } from '../../protocol/preferences.ts';
import { allowOptions } from '../../protocol/query-options.ts';
import { checkBody } from '../../protocol/schema.ts';
import type { Folder } from '../../store/folder.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { contextOf, entityLocation } from '../context-url.ts';
import { checkIfMatch, etagOf, refuseNul } from '../stored-items.ts';
import { writeTask } from './completion.ts';
import { invalidTask } from './errors.ts';
import { newTaskFields, taskOf, writtenTaskFields } from './task-fields.ts';
import { type PartName, partsOf, TASK_TYPE, type TaskType } from './task-type.ts';
import type { TodoWorld } from './world.ts';

const PARTS = ['linkedResources', 'checklistItems', 'extensions'] as const;

/** What is done with tasks, apart from what hangs on them. */
export class TaskHandlers {
  readonly #type: TaskType;
  readonly #world: TodoWorld;

  constructor(type: TaskType, world: TodoWorld) {
    this.#type = type;
    this.#world = world;
  }

  list(call: MailboxCall, folder: Folder): GraphResponse {
    this.#refuseSelect(call);
    const page = listEntities(this.#type, () => tasksIn(folder), call, {
      checkFilter: filter => this.#checkFilter(filter),
    });
    return {
      status: 200,
      headers: appliedPreferences(call.preferences),
      body: { '@odata.context': contextOf(call), ...page },
    };
  }

  count(folder: Folder): GraphResponse {
    return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(tasksIn(folder).length) };
  }

  read(call: MailboxCall, item: Item): GraphResponse {
    allowOptions(call.query, ['$select', '$expand']);
    this.#refuseSelect(call);
    return this.#single(call, item, 200, call.query.has('$select') ? [] : ['linkedResources']);
  }

  create(call: MailboxCall, folder: Folder): GraphResponse {
    const body = this.#checkedBody(call);
    const fields = newTaskFields(body, this.#world);
    const item = call.mailbox.addItem({ kind: 'task', folder, fields, extended: {} }, this.#world.now());
    const response = this.#single(
      call,
      item,
      201,
      PARTS.filter(name => name in body),
    );
    if (this.#world.behaviour.inlineExtensions === 'echoed')
      call.mailbox.amendItem(item, { ...fields, extensions: [] });
    return response;
  }

  update(call: MailboxCall, item: Item): GraphResponse {
    const body = this.#checkedBody(call);
    checkIfMatch(call, item.changedAt);
    const part = PARTS.find(name => name in body);
    if (part) throw invalidTask(`'${part}' cannot be changed with the task: use …/tasks/{id}/${part}.`);
    writeTask(call.mailbox, item, writtenTaskFields(body, taskOf(item), this.#world), this.#world);
    return this.#single(call, item, 200, []);
  }

  remove(call: MailboxCall, item: Item): GraphResponse {
    checkIfMatch(call, item.changedAt);
    call.mailbox.removeItem(item);
    return { status: 204 };
  }

  #single(call: MailboxCall, item: Item, status: number, parts: readonly PartName[]): GraphResponse {
    const entity = { ...partsOf(this.#type, parts, item, call), ...viewOf(this.#type, call)(item) };
    const context = contextOf(call, status === 201 ? 'created' : 'entity');
    return {
      status,
      headers: {
        ...appliedPreferences(call.preferences),
        ETag: etagOf(call.mailbox, item.changedAt),
        ...(status === 201 && { Location: entityLocation(call, String(entity.id)) }),
      },
      body: { '@odata.context': context, ...entity },
    };
  }

  #checkedBody(call: MailboxCall): Record<string, unknown> {
    const { body } = call.request;
    checkBody(body, TASK_TYPE);
    if (this.#world.behaviour.nulCharacters === 'refused') refuseNul(body);
    return body;
  }

  #refuseSelect({ query }: MailboxCall): void {
    if (this.#world.behaviour.todoSelect === 'accepted' || !query.has('$select')) return;
    throw invalidUrlQuery("The query option '$select' is not supported for tasks.");
  }

  #checkFilter(filter: Expression): void {
    if (this.#world.behaviour.todoCollectionFilters === 'accepted') return;
    if (filter.kind === 'and' || filter.kind === 'or') {
      this.#checkFilter(filter.left);
      this.#checkFilter(filter.right);
    } else if (filter.kind === 'not') {
      this.#checkFilter(filter.inner);
    } else if (
      (filter.kind === 'any' || filter.kind === 'all') &&
      PARTS.some(name => name === filter.path[0])
    ) {
      throw invalidUrlQuery(`Tasks cannot be filtered by '${filter.path[0]}'.`);
    }
  }
}

const tasksIn = (folder: Folder) => [...folder.items.values()].filter(({ kind }) => kind === 'task');
