import { Temporal } from 'temporal-polyfill';
import { enumMember } from '../../protocol/schema.ts';
import type { Recurrence, WallTime } from '../../store/event-state.ts';
import type { Item, OpenExtension } from '../../store/mailbox-state.ts';
import { writtenExtensions } from '../open-extensions.ts';
import { invalidTask } from './errors.ts';
import { type ChecklistItem, type LinkedResource, newChecklistItem, newLinkedResource } from './parts.ts';
import { nextOccurrence, writtenRecurrence } from './recurrence.ts';
import { dayOf, onDay, writtenDateTime, writtenDay } from './task-dates.ts';
import type { Writing } from './world.ts';

/** A task as it is kept: dates as they were written, in the zone in which they were. */
export type TaskFields = {
  title: string;
  body: { content: string; contentType: string };
  bodyModifiedAt?: number;
  status: string;
  importance: string;
  isReminderOn: boolean;
  categories: string[];
  reminderDateTime?: WallTime;
  dueDateTime?: WallTime;
  startDateTime?: WallTime;
  completedDateTime?: WallTime;
  recurrence?: Recurrence;
  linkedResources: LinkedResource[];
  checklistItems: ChecklistItem[];
  extensions: OpenExtension[];
};

export const taskOf = (item: Item) => item.fields as TaskFields;

type Body = Record<string, unknown>;

const blankTask = (): TaskFields => ({
  title: '',
  body: { content: '', contentType: 'text' },
  status: 'notStarted',
  importance: 'normal',
  isReminderOn: false,
  categories: [],
  linkedResources: [],
  checklistItems: [],
  extensions: [],
});

export function newTaskFields(body: Body, writing: Writing): TaskFields {
  const parts = (name: string) => (body[name] ?? []) as Body[];
  return {
    ...writtenTaskFields(body, blankTask(), writing),
    linkedResources: parts('linkedResources').map(part => newLinkedResource(part, writing)),
    checklistItems: parts('checklistItems').map(part => newChecklistItem(part, writing)),
    extensions: writtenExtensions(body),
  };
}

/** The fields of a task after a write; what the body does not name stays, null removes. */
export function writtenTaskFields(body: Body, current: TaskFields, writing: Writing): TaskFields {
  const written: TaskFields = { ...current };
  if (typeof body.title === 'string') written.title = body.title;
  if (typeof body.isReminderOn === 'boolean') written.isReminderOn = body.isReminderOn;
  if (body.categories) written.categories = body.categories as string[];
  writeEnums(body, written);
  writeBody(body, written, writing);
  writeDates(body, written);
  writeRecurrence(body, written);
  settleCompletion(body, written, writing);
  return written;
}

const ENUMS = { status: 'microsoft.graph.taskStatus', importance: 'microsoft.graph.importance' } as const;

function writeEnums(body: Body, written: TaskFields): void {
  for (const name of ['status', 'importance'] as const) {
    const member = typeof body[name] === 'string' ? enumMember(ENUMS[name], body[name]) : undefined;
    if (member !== undefined) written[name] = member;
  }
}

function writeBody({ body }: Body, written: TaskFields, { now }: Writing): void {
  if (body === undefined) return;
  const { content, contentType } = (body ?? {}) as { content?: string | null; contentType?: string };
  const type = contentType === undefined ? undefined : enumMember('microsoft.graph.bodyType', contentType);
  written.body = { content: content ?? '', contentType: type ?? 'text' };
  written.bodyModifiedAt = now();
}

const DATES = {
  dueDateTime: writtenDay,
  startDateTime: writtenDay,
  reminderDateTime: writtenDateTime,
  completedDateTime: writtenDateTime,
} as const;

function writeDates(body: Body, written: TaskFields): void {
  for (const [name, read] of Object.entries(DATES) as [keyof typeof DATES, typeof writtenDay][]) {
    if (!(name in body)) continue;
    const value = read(name, body[name]);
    if (value) written[name] = value;
    else delete written[name];
  }
}

/** A series needs a due date, which moves to the first occurrence from there (seen in the field). */
function writeRecurrence(body: Body, written: TaskFields): void {
  if (body.recurrence === null) delete written.recurrence;
  if (!written.dueDateTime) {
    if (body.recurrence || written.recurrence)
      throw invalidTask("A task with a 'recurrence' needs a 'dueDateTime'.");
    return;
  }
  if (!body.recurrence) return;
  const dueDay = dayOf(written.dueDateTime);
  written.recurrence = writtenRecurrence(body.recurrence, dueDay);
  const first = nextOccurrence(written.recurrence, dueDay);
  if (first) written.dueDateTime = onDay(written.dueDateTime, first);
}

/** The status and the day of completion go together; the service gives the day when the client does not. */
function settleCompletion(body: Body, written: TaskFields, { now }: Writing): void {
  if (body.completedDateTime && body.status === undefined) written.status = 'completed';
  if (written.status !== 'completed') {
    delete written.completedDateTime;
  } else if (!written.completedDateTime) {
    const today = Temporal.Instant.fromEpochMilliseconds(now()).toZonedDateTimeISO('UTC').toPlainDate();
    written.completedDateTime = onDay({ dateTime: '', timeZone: 'UTC' }, today);
  }
}
