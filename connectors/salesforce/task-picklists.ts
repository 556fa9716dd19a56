import { SyncFailure } from '../../sync/failure.ts';
import type { TaskFields } from '../../sync/tasks/task.ts';
import type { Row, SalesforceWire } from './wire.ts';

type Status = NonNullable<TaskFields['status']>;
type Priority = NonNullable<TaskFields['priority']>;

/** The org's rows of TaskStatus and TaskPriority in their order: an administrator renames, adds and removes them. */
export interface TaskPicklists {
  readonly statuses: readonly Row[];
  readonly priorities: readonly Row[];
}

export async function readPicklists(wire: SalesforceWire): Promise<TaskPicklists> {
  const [statuses, priorities] = await wire.queries([
    'SELECT ApiName, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder',
    'SELECT ApiName, IsHighPriority, IsDefault FROM TaskPriority ORDER BY SortOrder',
  ]);
  return { statuses: statuses!.records, priorities: priorities!.records };
}

/** The values of a new org that say more than open or closed. */
const standardStatuses: Readonly<Record<string, Status>> = {
  'Not Started': 'notStarted',
  'In Progress': 'inProgress',
  'Waiting on someone else': 'waiting',
  Deferred: 'deferred',
};

/** Open under a name of the org's own: the default is where tasks begin, the others are in progress. */
export function statusOf(value: string, { statuses }: TaskPicklists): Status {
  const row = statuses.find(({ ApiName }) => ApiName === value);
  if (row?.IsClosed === true) return 'completed';
  return standardStatuses[value] ?? (row?.IsDefault === true ? 'notStarted' : 'inProgress');
}

/**
 * The value that the task has, if it means the status; else the first that does, or an open one. A task that is to be
 * completed in an org without a closed status cannot be.
 */
export function statusValueOf(status: Status, current: Row, picklists: TaskPicklists): string {
  const { statuses } = picklists;
  const own = current.Status;
  if (typeof own === 'string' && statusOf(own, picklists) === status) return own;
  const open = statuses.filter(({ IsClosed }) => IsClosed !== true);
  const found =
    statuses.find(({ ApiName }) => statusOf(String(ApiName), picklists) === status) ??
    (status === 'completed' ? undefined : (open.find(({ IsDefault }) => IsDefault === true) ?? open[0]));
  if (found !== undefined) return String(found.ApiName);
  throw new SyncFailure('validation', `the CRM has no status that means ${status}`, {
    native: 'NoSuchStatus',
    fields: ['status'],
    fix: `Add ${status === 'completed' ? 'a closed' : 'an open'} value to the task status picklist in the CRM.`,
  });
}

/** What comes after the normal one is low. */
export function priorityOf(value: string, { priorities }: TaskPicklists): Priority {
  const position = priorities.findIndex(({ ApiName }) => ApiName === value);
  if (priorities[position]?.IsHighPriority === true) return 'high';
  return position > normalPosition(priorities) ? 'low' : 'normal';
}

/** The default, unless tasks are of high priority by default. */
function normalPosition(priorities: readonly Row[]): number {
  const isNormal = ({ IsHighPriority }: Row) => IsHighPriority !== true;
  const preset = priorities.findIndex(row => row.IsDefault === true && isNormal(row));
  return preset >= 0 ? preset : priorities.findIndex(isNormal);
}

/** The value that the task has, if it means the priority; else the first that does, or the normal one. */
export function priorityValueOf(priority: Priority, current: Row, picklists: TaskPicklists): string | null {
  const { priorities } = picklists;
  const own = current.Priority;
  if (typeof own === 'string' && priorityOf(own, picklists) === priority) return own;
  const found =
    priorities.find(({ ApiName }) => priorityOf(String(ApiName), picklists) === priority) ??
    priorities[normalPosition(priorities)] ??
    priorities[0];
  return found === undefined ? null : String(found.ApiName);
}
