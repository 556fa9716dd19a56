import type { RecordKind } from '../../sync/record.ts';
import type { CrmQuery } from '../connector.ts';
import { and, instant, text } from './soql.ts';

const hourMs = 3_600_000;
/** The first day of the world begins so long before midnight in UTC, the last one ends so long after it. */
const earliestDayMs = 14 * hourMs;
const latestDayMs = 12 * hourMs;
const dayMs = 24 * hourMs;

/** Which rows of its object are records of a kind. */
const kindConditions: Readonly<Record<RecordKind, string>> = {
  contact: '',
  lead: 'IsConverted = false',
  // A child event is the copy of an invited user; a classic series is a pattern beside its occurrences.
  event: 'IsChild = false AND IsRecurrence = false',
  call: "TaskSubtype = 'Call' AND IsRecurrence = false",
  task: "TaskSubtype != 'Call' AND IsRecurrence = false",
};

/** Rows of a kind that the query finds. `path` leads to them from the queried object, `Event.` from a relation. */
export function conditionsOf(query: CrmQuery, path = ''): string {
  const ofKind = kindConditions[query.kind];
  return and(
    ofKind !== '' &&
      ofKind
        .split(' AND ')
        .map(condition => path + condition)
        .join(' AND '),
    query.modifiedSinceMs !== undefined && `${path}LastModifiedDate >= ${instant(query.modifiedSinceMs)}`,
    query.open === true && isTask(query.kind) && `${path}IsClosed = false`,
    query.within !== undefined && query.kind === 'event' && withinCondition(query.within, path),
  );
}

function isTask(kind: RecordKind): boolean {
  return kind === 'task' || kind === 'call';
}

/**
 * All-day events stand on midnights in UTC and are days in any zone; whether the end is the last day or the one after,
 * nothing says. So more of them are found than may be meant.
 */
function withinCondition({ fromMs, toMs }: NonNullable<CrmQuery['within']>, path: string): string {
  const between = (allDay: boolean, afterMs: number, beforeMs: number) =>
    `(${path}IsAllDayEvent = ${allDay} AND ${path}EndDateTime > ${instant(afterMs)} ` +
    `AND ${path}StartDateTime < ${instant(beforeMs)})`;
  return `(${between(false, fromMs, toMs)} OR ${between(true, fromMs - dayMs - latestDayMs - 1, toMs + earliestDayMs)})`;
}

export function ownedBy(userId: string): string {
  return `OwnerId = ${text(userId)}`;
}

/** Of the relations of a user: those that invite, unless declined (CAL-1). */
export function inviting(userId: string): string {
  return and(`RelationId = ${text(userId)}`, "Status != 'Declined'", `Event.OwnerId != ${text(userId)}`);
}

/** Where a page begins: behind the last row of the one before. */
export function afterCondition(order: CrmQuery['order'], after: string, path = ''): string {
  const id = path === '' ? 'Id' : 'EventId';
  if (order === 'id') return `${id} > ${text(after)}`;
  const [modified = '', last = ''] = after.split('|');
  const stamp = instant(Date.parse(modified));
  const column = `${path}LastModifiedDate`;
  return `(${column} < ${stamp} OR (${column} = ${stamp} AND ${id} < ${text(last)}))`;
}

export function orderOf(order: CrmQuery['order'], path = ''): string {
  const id = path === '' ? 'Id' : 'EventId';
  return order === 'id' ? `${id} ASC` : `${path}LastModifiedDate DESC, ${id} DESC`;
}
