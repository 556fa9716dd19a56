import { momentsOf, sameSpan, textOfSpan } from '../../sync/calendar/text-form.ts';
import { zonedTime } from '../../sync/calendar/zones.ts';
import { kindOfContainer } from '../../sync/containers.ts';
import { ITEM_KIND_OF } from '../../sync/modules.ts';
import type { Field, Fields, ItemKind, Module } from '../../sync/record.ts';

/** The fields in play: enough for every rule, few enough to collide. */
export const PERSON_FIELDS = [
  'firstName', 'lastName', 'title', 'department', 'company', 'email1', 'email2',
  'mobilePhone', 'businessStreet', 'businessCity', 'website', 'notes',
] as const satisfies readonly Field[]; // biome-ignore format: one group
const EVENT_FIELDS = [
  'subject',
  'location',
  'body',
  'span',
  'privacy',
  'attendeeDetails',
] as const satisfies readonly Field[];
const TASK_FIELDS = ['subject', 'body', 'dueDay', 'status', 'priority'] as const satisfies readonly Field[];

const FIELDS_OF: Readonly<Record<ItemKind, readonly Field[]>> = {
  contact: PERSON_FIELDS,
  event: EVENT_FIELDS,
  task: TASK_FIELDS,
};
export const FIELDS: readonly Field[] = [...new Set(Object.values(FIELDS_OF).flat())];

/** What a system says where nobody gave a value. */
const USUAL: Draft = {
  span: '2026-04-01/2026-04-01',
  privacy: 'normal',
  status: 'notStarted',
  priority: 'normal',
};

export type Draft = { [field in Field]?: string | null };

/** What a system makes of a value, and which fields it has at all. */
export interface System {
  readonly fields: ReadonlySet<Field>;
  stored(field: Field, value: string): string;
}

const CUT_AT = 6;

const having = (...missing: readonly Field[]): ReadonlySet<Field> =>
  new Set(FIELDS.filter(field => !missing.includes(field)));

function inUtc(text: string): string {
  if (!isTimed(text)) return text;
  const { startMs, endMs } = momentsOf(text, 'UTC');
  return textOfSpan({ allDay: false, start: zonedTime(startMs, 'UTC'), end: zonedTime(endMs, 'UTC') });
}

const faithfulMailbox: System = { fields: having(), stored: (_field, value) => value };

/** Who takes part is people there, and no text of theirs. */
const faithfulCrm: System = { fields: having('attendeeDetails'), stored: (_field, value) => value };

/** Cuts long notes and streets and has no department. */
const cuttingMailbox: System = {
  fields: having('department'),
  stored: (field, value) =>
    field === 'notes' || field === 'businessStreet' || field === 'body' ? value.slice(0, CUT_AT) : value,
};

/** Writes places in capitals, trims, cuts titles, has one address only and tells times in UTC. */
const formattingCrm: System = {
  fields: having('email2', 'attendeeDetails'),
  stored: (field, value) => {
    if (field === 'businessCity' || field === 'location') return value.trim().toUpperCase();
    if (field === 'span') return inUtc(value);
    return field === 'title' || field === 'subject' ? value.slice(0, CUT_AT) : value.trim();
  },
};

export const SYSTEMS = {
  faithful: { mailbox: faithfulMailbox, crm: faithfulCrm },
  'cutting mailbox': { mailbox: cuttingMailbox, crm: faithfulCrm },
  'formatting CRM': { mailbox: faithfulMailbox, crm: formattingCrm },
  'both reshape': { mailbox: cuttingMailbox, crm: formattingCrm },
} as const;
export type SystemsName = keyof typeof SYSTEMS;

/** What a system has of the fields of a module. */
export function fieldsOf({ fields }: System, module: Module): ReadonlySet<Field> {
  return new Set(FIELDS_OF[ITEM_KIND_OF[module]].filter(field => fields.has(field)));
}

/** The fields as the system would hold them. */
export function kept(system: System, fields: Fields, module: Module): Draft {
  const held: Draft = {};
  for (const field of fieldsOf(system, module))
    held[field] = system.stored(field, fields[field] ?? '') || (USUAL[field] ?? null);
  return held;
}

/** The module that what is in a container has the fields of. */
export function moduleIn(container: string): Module {
  const kind = kindOfContainer(container);
  if (kind === 'event') return 'appointments';
  return kind === 'task' ? 'tasks' : 'contacts';
}

/** The same but for the case that a system gives it and the space around it, or the zone that it tells times in. */
export function alike(a: string | null | undefined, b: string | null | undefined): boolean {
  return folded(a) === folded(b) || (isTimed(a) && isTimed(b) && sameSpan(a, b));
}

/** Only spans with times have zones. */
function isTimed(text: string | null | undefined): text is string {
  return text?.includes(']/') ?? false;
}

function folded(text: string | null | undefined): string {
  return (text ?? '').replace(/\r\n?/g, '\n').trim().toUpperCase();
}
