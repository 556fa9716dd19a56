import type { TaskFields } from '../../sync/tasks/task.ts';
import {
  type ActivityRecord,
  bodyIn,
  heldText,
  momentIn,
  momentOf,
  presentIn,
  textIn,
} from './activity-values.ts';
import type { ObjectShape } from './shape.ts';
import {
  priorityOf,
  priorityValueOf,
  statusOf,
  statusValueOf,
  type TaskPicklists,
} from './task-picklists.ts';
import type { Row } from './wire.ts';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

export const taskColumns = [
  ...['Subject', 'Description', 'ActivityDate', 'Status', 'IsClosed', 'Priority'],
  ...['IsReminderSet', 'ReminderDateTime', 'TaskSubtype'],
] as const;

/** Reads the columns that were answered. A task of the CRM has no start: that stays unknown. */
export function taskOf(row: Row, picklists: TaskPicklists): TaskFields {
  const fields: Mutable<TaskFields> = {};
  const subject = textIn(row, 'Subject');
  const body = bodyIn(row);
  const dueDay = textIn(row, 'ActivityDate');
  const reminder = reminderIn(row);
  if (subject !== undefined) fields.subject = subject;
  if (body !== undefined) fields.body = body;
  if (dueDay !== undefined) fields.dueDay = dueDay;
  if (typeof row.Status === 'string') fields.status = statusOf(row.Status, picklists);
  if (typeof row.Priority === 'string') fields.priority = priorityOf(row.Priority, picklists);
  if (reminder !== undefined) fields.reminder = reminder;
  return fields;
}

function reminderIn(row: Row): TaskFields['reminder'] {
  if (row.IsReminderSet === false) return null;
  return row.IsReminderSet === true ? (momentIn(row.ReminderDateTime) ?? undefined) : undefined;
}

/** A logged or planned call is a task of this subtype, which has a day but no time (object reference, Task). */
export function isPhoneCall(row: Row): boolean {
  return row.TaskSubtype === 'Call';
}

/** The columns that set exactly these fields; `current` is the row as it stands, {} for a new one. */
export function taskRecordOf(
  fields: TaskFields,
  current: Row,
  shape: ObjectShape,
  picklists: TaskPicklists,
): ActivityRecord {
  const { subject, body, dueDay, status, priority, reminder } = fields;
  const record: ActivityRecord = {};
  if (subject !== undefined) record.Subject = heldText(shape, 'Subject', subject);
  if (body !== undefined) record.Description = heldText(shape, 'Description', body?.text ?? null);
  if (dueDay !== undefined) record.ActivityDate = dueDay;
  if (status !== undefined) record.Status = statusValueOf(status, current, picklists);
  if (priority !== undefined) record.Priority = priorityValueOf(priority, current, picklists);
  if (reminder !== undefined) {
    record.IsReminderSet = reminder !== null;
    record.ReminderDateTime = reminder && momentOf(reminder);
  }
  return presentIn(shape, record);
}
