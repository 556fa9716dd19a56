import type { DateTimeTimeZone, TaskStatus, TodoTask } from '@microsoft/microsoft-graph-types';
import type { Day } from '../../sync/calendar/appointment.ts';
import type { TaskFields } from '../../sync/tasks/task.ts';
import { bodyOf, itemBodyOf } from './body-mapping.ts';
import { requireStorable } from './storable.ts';
import { dateTimeOf, dayTold, midnightOf, toldMoment } from './times.ts';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };
type Status = NonNullable<TaskFields['status']>;

const statusOf: Readonly<Record<TaskStatus, Status>> = {
  notStarted: 'notStarted',
  inProgress: 'inProgress',
  waitingOnOthers: 'waiting',
  deferred: 'deferred',
  completed: 'completed',
};
const taskStatusOf: Readonly<Record<Status, TaskStatus>> = {
  notStarted: 'notStarted',
  inProgress: 'inProgress',
  waiting: 'waitingOnOthers',
  deferred: 'deferred',
  completed: 'completed',
};

/**
 * A whole task as it was read: To Do leaves out what a task does not have, so that absent is empty here, not unknown.
 * Due and start are days, kept as midnight of the zone in which the user set them, probably that of the mailbox.
 */
export function taskOf(task: TodoTask, mailboxZone: string): TaskFields {
  const { status, importance } = task;
  const fields: Mutable<TaskFields> = {
    subject: task.title || null,
    body: bodyOf(task.body),
    dueDay: task.dueDateTime ? dayTold(task.dueDateTime, mailboxZone) : null,
    startDay: task.startDateTime ? dayTold(task.startDateTime, mailboxZone) : null,
    reminder: task.isReminderOn && task.reminderDateTime ? toldMoment(task.reminderDateTime) : null,
  };
  if (status !== undefined) fields.status = statusOf[status];
  if (importance !== undefined) fields.priority = importance;
  return fields;
}

/**
 * The body that sets exactly these fields. Days are written at midnight in UTC, which is told back as written whether
 * the service keeps the zone or not.
 */
export function todoTaskOf(fields: TaskFields): TodoTask {
  requireStorable({ subject: fields.subject, body: fields.body?.html ?? fields.body?.text });
  const task: TodoTask = remindersOf(fields);
  if (fields.subject !== undefined) task.title = fields.subject ?? '';
  if (fields.body !== undefined) task.body = itemBodyOf(fields.body);
  if (fields.dueDay !== undefined) task.dueDateTime = dayOrNone(fields.dueDay);
  if (fields.startDay !== undefined) task.startDateTime = dayOrNone(fields.startDay);
  if (fields.status !== undefined) task.status = taskStatusOf[fields.status];
  if (fields.priority !== undefined) task.importance = fields.priority;
  return task;
}

function dayOrNone(day: Day | null): DateTimeTimeZone | null {
  return day === null ? null : midnightOf(day, 'UTC');
}

function remindersOf({ reminder }: TaskFields): TodoTask {
  if (reminder === undefined) return {};
  return reminder === null
    ? { isReminderOn: false, reminderDateTime: null }
    : { isReminderOn: true, reminderDateTime: dateTimeOf(reminder) };
}
