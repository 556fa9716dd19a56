import type { TodoTask } from '@microsoft/microsoft-graph-types';
import { taskContainer } from '../../sync/containers.ts';
import type { Fields, MailboxItem } from '../../sync/record.ts';
import { textOfTask } from '../../sync/tasks/text-form.ts';
import { keyOf, textOfOwnLinks } from './task-links.ts';
import { taskOf } from './task-mapping.ts';
import { momentMs } from './times.ts';

export type GraphTask = TodoTask & { readonly '@odata.etag'?: string };

/** A task as it was read; of its links it tells only where they were asked for. */
export function taskItem(task: GraphTask, listId: string, mailboxZone: string): MailboxItem {
  const key = keyOf(task);
  return {
    itemId: task.id ?? '',
    containerId: taskContainer(listId),
    etag: task['@odata.etag'] ?? '',
    categories: task.categories ?? [],
    fields: taskFields(task, mailboxZone),
    createdAtMs: momentMs(task.createdDateTime),
    modifiedAtMs: momentMs(task.lastModifiedDateTime),
    ...(key !== null && { stamp: key }),
  };
}

/** To Do leaves out what a task does not have: of a row without the title it cannot be told what is empty. */
function taskFields(task: GraphTask, mailboxZone: string): Fields {
  if (!isWholeTask(task)) return {};
  const fields = textOfTask(taskOf(task, mailboxZone));
  return task.linkedResources === undefined ? fields : { ...fields, links: textOfOwnLinks(task) };
}

export function isWholeTask(task: GraphTask): boolean {
  return 'title' in task && 'status' in task;
}

/** An expanded collection is left out when it is empty: then a task has no links, and it is known. */
export function expanded(task: GraphTask): GraphTask {
  return { ...task, linkedResources: task.linkedResources ?? [] };
}
