import type { Participant } from '../../sync/calendar/appointment.ts';
import { appointmentOfText } from '../../sync/calendar/text-form.ts';
import type { Fields } from '../../sync/record.ts';
import { taskOfText } from '../../sync/tasks/text-form.ts';
import { presentIn } from './activity-values.ts';
import { joinDescription, listOf, splitDescription } from './described-people.ts';
import { eventRecordOf } from './event-mapping.ts';
import type { ObjectShape } from './shape.ts';
import { taskRecordOf } from './task-mapping.ts';
import type { TaskPicklists } from './task-picklists.ts';
import type { Row } from './wire.ts';

/** Object reference, Event: Description. */
const longestDescription = 32_000;

export interface EventDraft {
  readonly fields: Fields;
  /** As it stands, {} for a new one. */
  readonly current: Row;
  readonly ownerZone: string;
  /** Who takes part and is nobody in the CRM; undefined leaves them as they are. */
  readonly listed: readonly Participant[] | undefined;
}

/** The columns that set exactly these fields of an event; its people are relations (invitations.ts). */
export function eventColumnsOf({ fields, current, ownerZone, listed }: EventDraft, shape: ObjectShape): Row {
  const { body, ...appointment } = appointmentOfText(fields);
  const columns = eventRecordOf(appointment, current, shape, ownerZone);
  if (body === undefined && listed === undefined) return columns;
  const told = typeof current.Description === 'string' ? current.Description : null;
  const before = splitDescription(told ?? '');
  const maxLength = shape.columns.get('Description')?.maxLength ?? longestDescription;
  const list = listed === undefined ? before.list : listOf(listed, maxLength);
  const text = body === undefined ? before.text : (body?.text ?? null);
  const description = joinDescription(text, list, maxLength);
  return description === told ? columns : { ...columns, ...presentIn(shape, { Description: description }) };
}

export function taskColumnsOf(
  fields: Fields,
  current: Row,
  shape: ObjectShape,
  picklists: TaskPicklists,
): Row {
  return taskRecordOf(taskOfText(fields), current, shape, picklists);
}
