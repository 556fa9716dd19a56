import { expect } from 'vitest';
import type { Office } from '../office.ts';
import type { ItemEvent, LedgerItem, PolicyInput, Seat } from '../seat.ts';
import type { PairingView } from '../tenant.ts';

type Json = Record<string, unknown>;

export interface TodoTask {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly importance: string;
  readonly categories: string[];
  readonly body: { readonly content: string };
  readonly dueDateTime?: { readonly dateTime: string; readonly timeZone: string } | null;
  readonly isReminderOn: boolean;
  readonly reminderDateTime?: { readonly dateTime: string } | null;
  readonly linkedResources?: { readonly webUrl: string; readonly displayName: string }[];
}

export interface CrmTask {
  readonly Id: string;
  readonly Subject: string;
  readonly Status: string;
  readonly IsClosed: boolean;
  readonly Priority: string;
  readonly ActivityDate: string | null;
  readonly Description: string | null;
  readonly TaskSubtype: string;
  readonly IsReminderSet: boolean;
  readonly ReminderDateTime: string | null;
}

const CRM_FIELDS =
  'Id, Subject, Status, IsClosed, Priority, ActivityDate, Description, TaskSubtype, IsReminderSet, ReminderDateTime';
const LIST = '/todo/lists/Tasks/tasks';

/** The task list of one seat on both sides, and what its user does there. */
export class TaskList {
  readonly seat: Seat;

  constructor(seat: Seat) {
    this.seat = seat;
  }

  sync(times = 1): Promise<PairingView> {
    return this.seat.sync(times);
  }

  item(q: string): Promise<LedgerItem | null> {
    return this.seat.item(q);
  }

  story(q: string): Promise<ItemEvent[]> {
    return this.seat.story(q);
  }

  // ---------------------------------------------------------------------------------------- To Do

  async tasks(): Promise<TodoTask[]> {
    const tasks = await this.seat.world.graph.list<TodoTask>(
      `/users/${this.seat.mail}${LIST}?$top=100&$expand=linkedResources`,
    );
    return tasks.toSorted((a, b) => (a.title < b.title ? -1 : 1));
  }

  async titles(): Promise<string[]> {
    return (await this.tasks()).map(({ title }) => title);
  }

  /** The one task of that title. */
  async task(title: string): Promise<TodoTask> {
    const found = (await this.tasks()).filter(task => task.title === title);
    expect(found.map(task => task.title)).toEqual([title]);
    return found[0] as TodoTask;
  }

  add(task: Json): Promise<TodoTask> {
    return this.seat.outlook('POST', LIST, task);
  }

  edit(id: string, changes: Json): Promise<TodoTask> {
    return this.seat.outlook('PATCH', `${LIST}/${id}`, changes);
  }

  remove(id: string): Promise<null> {
    return this.seat.outlook('DELETE', `${LIST}/${id}`);
  }

  // ---------------------------------------------------------------------------------------- Salesforce

  addRecord(fields: Json): Promise<string> {
    return this.seat.addRecord('Task', fields);
  }

  editRecord(id: string, fields: Json): Promise<null> {
    return this.seat.editRecord('Task', id, fields);
  }

  removeRecord(id: string): Promise<null> {
    return this.seat.world.salesforce.delete('Task', id);
  }

  /** This user's own tasks and calls. */
  records(subject?: string): Promise<CrmTask[]> {
    const named = subject === undefined ? '' : ` AND Subject = '${subject}'`;
    return this.seat.world.salesforce.query(
      `SELECT ${CRM_FIELDS} FROM Task WHERE OwnerId = '${this.seat.crmUserId}'${named} ORDER BY Subject`,
    );
  }

  async record(subject: string): Promise<CrmTask> {
    const found = await this.records(subject);
    expect(found.map(({ Subject }) => Subject)).toEqual([subject]);
    return found[0] as CrmTask;
  }
}

export const TASKS = {
  modules: { tasks: { enabled: true }, calls: { enabled: true } },
  newItems: { autoSync: true },
};

/** Somebody whose first cycle is over, with tasks and calls only. */
export async function taskList(
  office: Office,
  firstName: string,
  options: PolicyInput = {},
): Promise<TaskList> {
  return new TaskList(await office.seat(firstName, { ...TASKS, ...options }));
}

/** Somebody of whom nothing is synchronized yet. */
export async function newTaskList(office: Office, firstName: string, timeZone?: string): Promise<TaskList> {
  return new TaskList(await office.hire(firstName, timeZone));
}
