import { z } from 'zod';
import { checkBody } from '../protocol/schema.ts';
import { addTaskList, wellKnownList } from '../resources/todo/lists.ts';
import { newTaskFields, type TaskFields } from '../resources/todo/task-fields.ts';
import { TASK_TYPE } from '../resources/todo/task-type.ts';
import type { TodoWorld } from '../resources/todo/world.ts';
import type { Mailbox } from '../store/mailbox.ts';

/** A list that every mailbox has, or a new one; tasks as they are posted. */
export const todoListSchema = z.union([
  z.strictObject({
    wellknownListName: z.enum(['defaultList', 'flaggedEmails']),
    tasks: z.array(z.record(z.string(), z.unknown())).default([]),
  }),
  z.strictObject({
    displayName: z.string().min(1),
    tasks: z.array(z.record(z.string(), z.unknown())).default([]),
  }),
]);

type TodoList = z.infer<typeof todoListSchema>;

export interface LoadedTodoList {
  id: string;
  displayName: string;
  tasks: { id: string; title: string }[];
}

/** Checks the lists of a user; what is returned puts them into his mailbox. */
export function prepareTodoLists(
  lists: TodoList[],
  world: TodoWorld,
): (mailbox: Mailbox) => LoadedTodoList[] {
  const prepared = lists.map(list => ({
    list,
    tasks: list.tasks.map(body => {
      checkBody(body, TASK_TYPE);
      return newTaskFields(body, world);
    }),
  }));
  return mailbox => prepared.map(({ list, tasks }) => addList(mailbox, list, tasks, world.now()));
}

function addList(mailbox: Mailbox, list: TodoList, tasks: TaskFields[], now: number): LoadedTodoList {
  const folder =
    'displayName' in list
      ? addTaskList(mailbox, list.displayName)
      : wellKnownList(mailbox, list.wellknownListName)!;
  const { number, displayName } = folder.state;
  return {
    id: mailbox.ids.folder(number),
    displayName,
    tasks: tasks.map(fields => {
      const item = mailbox.addItem({ kind: 'task', folder, fields, extended: {} }, now);
      return { id: mailbox.ids.item(number, item.instance), title: fields.title };
    }),
  };
}
