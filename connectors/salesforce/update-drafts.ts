import { SyncFailure } from '../../sync/failure.ts';
import type { CrmRef, Fields, RecordKind } from '../../sync/record.ts';
import type { CrmWrite } from '../connector.ts';
import type { Rights, RightsById } from './access.ts';
import { eventColumnsOf, taskColumnsOf } from './drafts.ts';
import { type WholeEvent, zoneOf } from './event-records.ts';
import { type Seating, seat } from './guests.ts';
import { recordOf, touchesBusinessAddress, withAdoptedAddress } from './mapping.ts';
import { type ObjectShape, objectOf } from './shape.ts';
import type { TaskPicklists } from './task-picklists.ts';
import type { Row } from './wire.ts';
import { type Prepared, participantsIn, type WriteShapes, type Writing } from './writing.ts';

export type Update = Extract<CrmWrite, { op: 'update' }>;

const rightsSource = 'UserRecordAccess';

/** What stands in the CRM before. */
export interface Standing {
  readonly shapes: WriteShapes;
  readonly picklists: TaskPicklists | null;
  readonly idByAddress: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, Row>;
  readonly events: ReadonlyMap<string, WholeEvent>;
  readonly rights: RightsById | undefined;
}

export async function standingOf(
  { records, forms, schema, access }: Writing,
  updates: readonly Update[],
): Promise<Omit<Standing, 'shapes' | 'idByAddress'>> {
  const asked = updates.filter(needsStanding).map(({ ref }) => ({ kind: recordKindOf(ref), ids: [ref.id] }));
  const rows = await records.rows(asked);
  const isEvent = new Set(updates.flatMap(({ ref }) => (ref.kind === 'event' ? [ref.id] : [])));
  const events = await forms.wholeEvents(rows.filter(row => isEvent.has(String(row.Id))));
  const isTask = updates.some(({ ref }) => ref.kind === 'task' || ref.kind === 'call');
  return {
    picklists: isTask ? await schema.picklists() : null,
    rows: new Map(rows.map(row => [String(row.Id), row])),
    events: new Map(events.map(event => [String(event.row.Id), event])),
    rights: await access?.rights(updates.map(({ ref }) => ref.id)),
  };
}

/** Whether what is sent depends on what is there. */
function needsStanding({ ref, fields }: Update): boolean {
  if (ref.kind === 'contact') return touchesBusinessAddress(fields);
  if (ref.kind === 'event') return eventParts.some(field => fields[field] !== undefined);
  const isTask = ref.kind === 'task' || ref.kind === 'call';
  return isTask && (fields.status !== undefined || fields.priority !== undefined);
}
const eventParts = ['body', 'participants', 'span', 'reminder'] as const satisfies readonly (keyof Fields)[];

export function prepareUpdate(
  { userId }: Writing,
  update: Update,
  standing: Standing,
): Omit<Prepared<Update>, 'operation'> {
  const { ref } = update;
  const kind = recordKindOf(ref);
  const object = objectOf[kind];
  if (standing.rights !== undefined && !answersForSelf(update, standing.events.get(ref.id), userId))
    requireEditable(standing.rights.get(ref.id));
  const { columns, guests } = columnsOf(kind, update, standing, userId);
  const record = { attributes: { type: object }, id: ref.id, ...columns };
  return { kind, object, record, ...(guests && { guests }) };
}

/** Whoever is invited may say so, and nothing else. */
function answersForSelf({ fields }: Update, event: WholeEvent | undefined, userId: string): boolean {
  const isInvited = event?.relations.some(({ RelationId }) => RelationId === userId) === true;
  return isInvited && Object.keys(fields).every(field => field === 'participants');
}

function columnsOf(
  kind: RecordKind,
  { ref, fields }: Update,
  { shapes, picklists, idByAddress, rows, events }: Standing,
  userId: string,
): { columns: Row; guests?: Prepared<Update>['guests'] } {
  const current = rows.get(ref.id);
  const shape = shapes[objectOf[kind]];
  if (kind === 'event') {
    const event = events.get(ref.id);
    const ownerId = event === undefined ? userId : String(event.row.OwnerId);
    return eventColumns(fields, { ownerId, userId, idByAddress, event, shape: shapes.EventRelation }, shape);
  }
  if (kind === 'call' || kind === 'task')
    return { columns: taskColumnsOf(fields, current ?? {}, shape, picklists!) };
  const complete = kind === 'contact' && current !== undefined ? withAdoptedAddress(fields, current) : fields;
  return { columns: recordOf(kind, complete, shape) };
}

function eventColumns(
  fields: Fields,
  seating: Seating,
  shape: ObjectShape,
): { columns: Row; guests?: Prepared<Update>['guests'] } {
  const { event, ownerId } = seating;
  const current = event?.row ?? {};
  const participants = participantsIn(fields);
  const guests = participants && seat(participants, seating);
  const ownerZone = event === undefined ? 'UTC' : zoneOf(ownerId, event.people);
  const columns = eventColumnsOf({ fields, current, ownerZone, listed: guests?.listed }, shape);
  const who = guests?.whoId == null || guests.whoId === current.WhoId ? {} : { WhoId: guests.whoId };
  return { columns: { ...columns, ...who }, ...(guests && { guests }) };
}

export function recordKindOf(ref: CrmRef): RecordKind {
  const { kind } = ref;
  if (kind !== 'account' && kind !== 'user' && kind !== 'invitation') return kind;
  throw new SyncFailure('permanent', `a ${kind} is never written`);
}

/** What the acted-for user does not see is gone for him, as it would be in a session of his own. */
function requireEditable(rights: Rights | undefined): void {
  if (rights?.read !== true)
    throw new SyncFailure('gone', 'the user does not see this record', { native: rightsSource });
  if (rights.edit) return;
  throw new SyncFailure('forbidden', 'the user may not edit this record', {
    native: rightsSource,
    fix: 'Give the user edit access to the record in the CRM.',
  });
}
