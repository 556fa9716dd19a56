import type { Hands as ActivityHands } from '../activities/run.ts';
import { type Item as ActivityItem, type CrmThing, nameIn } from '../activities/thing.ts';
import { Administrator } from '../administrator.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { FIELD_NAMES, FIELDS, type Json, written } from './fields.ts';

export interface TaskItem extends ActivityItem {
  readonly listId: string;
}

interface TodoList {
  readonly id: string;
  readonly displayName: string;
  readonly wellknownListName: string;
}

const NAME = /^T\d+$/;
const PRIVATE_LIST = 'Private';
const CRM_ID = '00T';
const PRODUCT = 'Tandem';

/** What users do and see in To Do and among the tasks of the CRM. */
export class Hands implements ActivityHands {
  readonly #company: SimulatedCompany;
  readonly administrator: Administrator;

  constructor(company: SimulatedCompany) {
    this.#company = company;
    this.administrator = new Administrator(company);
  }

  outlook(mailbox: string) {
    return this.#company.outlook(mailbox);
  }

  async lists(mailbox: string): Promise<TodoList[]> {
    return (await this.outlook(mailbox).call<{ value: TodoList[] }>('GET', '/todo/lists')).value;
  }

  async defaultList(mailbox: string): Promise<string> {
    const lists = await this.lists(mailbox);
    return lists.find(({ wellknownListName }) => wellknownListName === 'defaultList')?.id ?? '';
  }

  /** The user's own list beside the one that is synchronized. */
  async privateList(mailbox: string): Promise<string> {
    const known = (await this.lists(mailbox)).find(({ displayName }) => displayName === PRIVATE_LIST);
    if (known) return known.id;
    const body = { displayName: PRIVATE_LIST };
    return (await this.outlook(mailbox).call<TodoList>('POST', '/todo/lists', body)).id;
  }

  /** All tasks of a mailbox, in whichever list. */
  async items(mailbox: string): Promise<TaskItem[]> {
    const found: TaskItem[] = [];
    for (const { id, wellknownListName } of await this.lists(mailbox)) {
      const path = `/todo/lists/${id}/tasks?$top=500&$expand=linkedResources`;
      const { value } = await this.outlook(mailbox).call<{ value: Json[] }>('GET', path);
      found.push(...value.map(task => itemOf(task, id, wellknownListName === 'defaultList')));
    }
    return found.filter(({ name }) => NAME.test(name));
  }

  /** As an administrator, who sees everything; live ones only. */
  async records(): Promise<CrmThing[]> {
    const columns = FIELD_NAMES.map(field => FIELDS[field].column).join(', ');
    const rows = await this.administrator.query<Json>(
      `SELECT Id, OwnerId, TaskSubtype, IsClosed, ${columns} FROM Task`,
    );
    return rows.map(recordOf).filter(({ name }) => NAME.test(name));
  }

  /** By id, which shows what queries may show later; null when it is there no more. */
  async opened({ id }: CrmThing): Promise<CrmThing | null> {
    const row = await this.administrator.call<Json>('GET', `/sobjects/Task/${id}`).catch(() => null);
    return row && recordOf(row);
  }
}

/** Pairing and record of a task that the product made; null for what a user made. */
function keyOf(task: Json): string | null {
  const linked = (task.linkedResources ?? []) as readonly Json[];
  const ours = linked.filter(({ applicationName }) => applicationName === PRODUCT);
  return ours.map(({ externalId }) => written(externalId)).find(key => key !== null) ?? null;
}

/** Where the product's work on tasks is to be found. */
export const WHEREABOUTS = {
  collection: /\/todo\/lists\/[^/]+\/tasks(\/.+)?$/,
  idPrefix: CRM_ID,
  keyOf,
  subjectOf: (task: Json) => written(task.title),
};

function itemOf(task: Json, listId: string, isSynced: boolean): TaskItem {
  const values = Object.fromEntries(FIELD_NAMES.map(field => [field, FIELDS[field].shown(task)]));
  return {
    id: String(task.id),
    storedId: String(task.id),
    name: nameIn(values.subject ?? null),
    values,
    categories: (task.categories ?? []) as string[],
    createdAtMs: Date.parse(String(task.createdDateTime)),
    isSynced,
    listId,
    key: keyOf(task),
  };
}

function recordOf(row: Json): CrmThing {
  const values = Object.fromEntries(FIELD_NAMES.map(field => [field, FIELDS[field].told(row)]));
  return {
    id: String(row.Id),
    module: row.TaskSubtype === 'Call' ? 'calls' : 'tasks',
    name: nameIn(values.subject ?? null),
    values,
    ownerId: String(row.OwnerId),
    isClosed: row.IsClosed === true,
  };
}
