export type Json = Readonly<Record<string, unknown>>;

interface TaskFieldInHands {
  readonly column: string;
  shown(task: Json): string | null;
  /** What To Do saves when its user enters this. */
  entered(value: string | null): Json;
  told(row: Json): string | null;
  /** What the CRM saves. */
  saved(value: string | null): Json;
}

const STATUSES: Readonly<Record<string, string>> = {
  'Not Started': 'notStarted',
  'In Progress': 'inProgress',
  Completed: 'completed',
  'Waiting on someone else': 'waitingOnOthers',
  Deferred: 'deferred',
};
const PRIORITIES: Readonly<Record<string, string>> = { High: 'high', Normal: 'normal', Low: 'low' };

/** Each as To Do calls its values; moments in UTC. */
export const FIELDS = {
  subject: {
    column: 'Subject',
    shown: task => written(task.title),
    entered: value => ({ title: value }),
    told: row => written(row.Subject),
    saved: value => ({ Subject: value }),
  },
  body: {
    column: 'Description',
    shown: task => written((task.body as Json | null)?.content)?.trim() || null,
    entered: value => ({ body: { contentType: 'text', content: value ?? '' } }),
    told: row => written(row.Description)?.trim() || null,
    saved: value => ({ Description: value }),
  },
  dueDay: {
    column: 'ActivityDate',
    shown: task => moment(task.dueDateTime)?.slice(0, 10) ?? null,
    entered: value => ({ dueDateTime: value && { dateTime: `${value}T00:00:00`, timeZone: 'UTC' } }),
    told: row => written(row.ActivityDate),
    saved: value => ({ ActivityDate: value }),
  },
  remindAt: {
    column: 'ReminderDateTime, IsReminderSet',
    shown: task => (task.isReminderOn === true ? moment(task.reminderDateTime) : null),
    entered: value => ({
      isReminderOn: value !== null,
      reminderDateTime: value && { dateTime: value, timeZone: 'UTC' },
    }),
    told: row => (row.IsReminderSet === true ? (written(row.ReminderDateTime)?.slice(0, 19) ?? null) : null),
    saved: value => ({ IsReminderSet: value !== null, ReminderDateTime: value && `${value}.000+0000` }),
  },
  status: {
    column: 'Status',
    shown: task => written(task.status),
    entered: value => ({ status: value }),
    told: row => STATUSES[String(row.Status)] ?? null,
    saved: value => ({ Status: nameFor(STATUSES, value) }),
  },
  priority: {
    column: 'Priority',
    shown: task => written(task.importance),
    entered: value => ({ importance: value }),
    told: row => PRIORITIES[String(row.Priority)] ?? null,
    saved: value => ({ Priority: nameFor(PRIORITIES, value) }),
  },
} as const satisfies Record<string, TaskFieldInHands>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

/** Fields whose values tell who entered them. */
export const TELLING: readonly FieldName[] = ['subject', 'body', 'dueDay', 'remindAt'];

const CHOICES = {
  status: ['notStarted', 'inProgress', 'waitingOnOthers', 'deferred'],
  priority: ['low', 'normal', 'high'],
} as const;

/** A value that nobody has entered before; of status and priority one of a few. `number` tells who it was. */
export function freshValue(field: FieldName, name: string, number: number): string {
  if (field === 'status' || field === 'priority') return CHOICES[field][number % CHOICES[field].length] ?? '';
  if (field === 'dueDay') return new Date(Date.UTC(2026, 11, number)).toISOString().slice(0, 10);
  if (field === 'remindAt') return new Date(Date.UTC(2026, 11, number, 7, 30)).toISOString().slice(0, 19);
  return field === 'subject' ? `${name} t${number}` : `t${number}`;
}

/** Whether two values of a field say the same; the history tells reminders with their zone, which is UTC here. */
export function meansTheSame(field: string, one: string | null, other: string | null): boolean {
  if (field === 'remindAt') return plainMoment(one) === plainMoment(other);
  return (one ?? '').trim() === (other ?? '').trim();
}

function plainMoment(text: string | null): string {
  return text === null || text === 'none' ? '' : text.replace(/\[.*\]$/, '').slice(0, 16);
}

export function written(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function moment(value: unknown): string | null {
  return written((value as Json | null)?.dateTime)?.slice(0, 19) ?? null;
}

function nameFor(names: Readonly<Record<string, string>>, value: string | null): string | undefined {
  return Object.keys(names).find(name => names[name] === value);
}
