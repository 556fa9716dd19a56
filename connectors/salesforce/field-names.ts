import type { Field, RecordKind } from '../../sync/record.ts';
import { personFieldNames, fieldsIn as personFieldsIn } from './mapping.ts';
import { isVisible, type ObjectShape, objectOf } from './shape.ts';

const eventFields: ReadonlyMap<string, Field> = new Map([
  ['Subject', 'subject'],
  ['Location', 'location'],
  ['Description', 'body'],
  ['StartDateTime', 'span'],
  ['EndDateTime', 'span'],
  ['DurationInMinutes', 'span'],
  ['IsAllDayEvent', 'span'],
  ['ActivityDate', 'span'],
  ['ActivityDateTime', 'span'],
  ['ShowAs', 'showAs'],
  ['IsPrivate', 'privacy'],
  ['IsReminderSet', 'reminder'],
  ['ReminderDateTime', 'reminder'],
]);
const taskFields: ReadonlyMap<string, Field> = new Map([
  ['Subject', 'subject'],
  ['Description', 'body'],
  ['ActivityDate', 'dueDay'],
  ['Status', 'status'],
  ['Priority', 'priority'],
  ['IsReminderSet', 'remindAt'],
  ['ReminderDateTime', 'remindAt'],
]);

/** The fields that this org can hold of a record. Who takes part in events, and what tasks lead to, is shown of each. */
export function fieldsIn(kind: RecordKind, shape: ObjectShape): Set<Field> {
  if (kind === 'contact' || kind === 'lead') return personFieldsIn(kind, shape);
  if (!isVisible(shape)) return new Set();
  const names = [...namesOf(kind)].flatMap(([column, field]) => (shape.columns.has(column) ? [field] : []));
  return new Set([...names, kind === 'event' ? 'participants' : 'links']);
}

/** Our name of a column, for messages. */
export function fieldName(kind: RecordKind): (column: string) => string {
  const names = namesOf(kind);
  return column => names.get(column) ?? `${objectOf[kind]}.${column}`;
}

function namesOf(kind: RecordKind): ReadonlyMap<string, Field> {
  if (kind === 'contact' || kind === 'lead') return personFieldNames(kind);
  return kind === 'event' ? eventFields : taskFields;
}
