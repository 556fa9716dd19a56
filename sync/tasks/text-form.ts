import { NO_REMINDER, textOfTime, timeOfText } from '../calendar/text-form.ts';
import type { Fields } from '../record.ts';
import type { TaskFields } from './task.ts';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

/** Tasks as the core compares, merges and keeps them: every value is text. */
export function textOfTask({ subject, body, dueDay, status, priority, reminder }: TaskFields): Fields {
  const fields: Mutable<Fields> = {};
  if (subject !== undefined) fields.subject = subject;
  if (body !== undefined) fields.body = body?.text ?? null;
  if (dueDay !== undefined) fields.dueDay = dueDay;
  if (status !== undefined) fields.status = status;
  if (priority !== undefined) fields.priority = priority;
  if (reminder !== undefined) fields.remindAt = reminder === null ? NO_REMINDER : textOfTime(reminder);
  return fields;
}

export function taskOfText({ subject, body, dueDay, status, priority, remindAt }: Fields): TaskFields {
  const task: Mutable<TaskFields> = {};
  if (subject !== undefined) task.subject = subject;
  if (body !== undefined) task.body = body === null ? null : { text: body, html: null };
  if (dueDay !== undefined) task.dueDay = dueDay;
  if (status) task.status = status as NonNullable<TaskFields['status']>;
  if (priority) task.priority = priority as NonNullable<TaskFields['priority']>;
  if (remindAt) task.reminder = remindAt === NO_REMINDER ? null : timeOfText(remindAt);
  return task;
}

/** A place in the CRM that a task leads to: the record itself, or what it is about (TASK-1). */
export interface Link {
  readonly url: string;
  /** What is shown. */
  readonly name: string;
}

export function textOfLinks(links: readonly Link[]): string {
  return JSON.stringify(links.map(({ url, name }) => [url, name]));
}

export function linksOfText(text: string): Link[] {
  return (JSON.parse(text) as [string, string][]).map(([url, name]) => ({ url, name }));
}
