import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { newChecklistItem, newLinkedResource } from './parts.ts';
import { nextOccurrence } from './recurrence.ts';
import { dayOf, daysLater } from './task-dates.ts';
import { type TaskFields, taskOf } from './task-fields.ts';
import type { TodoWorld } from './world.ts';

/**
 * Writes a task. When that completes one that recurs, the next one comes up: as a new task, or as this one
 * with a completed copy beside it. What is completed recurs no more.
 */
export function writeTask(mailbox: Mailbox, item: Item, fields: TaskFields, world: TodoWorld): void {
  const wasCompleted = taskOf(item).status === 'completed';
  const isCompletedNow = fields.status === 'completed' && !wasCompleted;
  const next = isCompletedNow ? upcoming(fields) : undefined;
  const write = (written: TaskFields) => mailbox.updateItem(item, { fields: written }, world.now());
  const add = (added: TaskFields) => {
    const folder = mailbox.folders.get(item.folder)!;
    mailbox.addItem({ kind: 'task', folder, fields: copied(added, world), extended: {} }, world.now());
  };
  const completed = withoutRecurrence(fields);
  if (!next || world.behaviour.todoRecurrence === 'none') {
    write(fields);
  } else if (world.behaviour.todoRecurrence === 'newTask') {
    write(completed);
    add({ ...next, checklistItems: next.checklistItems.map(unchecked) });
  } else {
    write({ ...next, checklistItems: next.checklistItems.map(unchecked) });
    add(completed);
  }
}

/** The task at its next occurrence; undefined when it does not recur or is over. */
function upcoming(task: TaskFields): TaskFields | undefined {
  if (!task.recurrence || !task.dueDateTime) return undefined;
  const due = dayOf(task.dueDateTime);
  const next = nextOccurrence(task.recurrence, due.add({ days: 1 }));
  if (!next) return undefined;
  const { days } = due.until(next);
  const { completedDateTime: _completed, ...open } = task;
  const shifted: TaskFields = { ...open, status: 'notStarted' };
  for (const name of ['dueDateTime', 'startDateTime', 'reminderDateTime'] as const) {
    const date = task[name];
    if (date) shifted[name] = daysLater(date, days);
  }
  return shifted;
}

function withoutRecurrence({ recurrence: _recurrence, ...single }: TaskFields): TaskFields {
  return single;
}

const unchecked = ({ checkedDateTime: _checked, ...step }: TaskFields['checklistItems'][number]) => ({
  ...step,
  isChecked: false,
});

/** A copy has its own links and steps, and not what applications keep on the original. */
const copied = (task: TaskFields, world: TodoWorld): TaskFields => ({
  ...task,
  linkedResources: task.linkedResources.map(link => newLinkedResource({ ...link }, world)),
  checklistItems: task.checklistItems.map(step => newChecklistItem({ ...step }, world)),
  extensions: [],
});
