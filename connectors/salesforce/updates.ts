import { SyncFailure } from '../../sync/failure.ts';
import type { CrmRecord, CrmRef, Fields, RecordKind } from '../../sync/record.ts';
import type { CrmWrite, CrmWritten, Outcome } from '../connector.ts';
import type { Rights, RightsById } from './access.ts';
import { notReadBack, type RowResult, rowResults, succeeded } from './collection.ts';
import { readBack, writeHeaders } from './creates.ts';
import { eventColumnsOf, taskColumnsOf } from './drafts.ts';
import { type WholeEvent, zoneOf } from './event-records.ts';
import { invite } from './invitations.ts';
import { recordOf, touchesBusinessAddress, withAdoptedAddress } from './mapping.ts';
import { requestByIds } from './rows-by-id.ts';
import { selectOf } from './select.ts';
import { objectOf, type RecordObject, type Shapes } from './shape.ts';
import { chunks } from './soql.ts';
import type { TaskPicklists } from './task-picklists.ts';
import { type Row, rowsOf, type SubAnswer, type Subrequest } from './wire.ts';
import {
  groupsByObject,
  type Outcomes,
  type Prepared,
  participantsIn,
  prepare,
  seat,
  type Writing,
} from './writing.ts';

export type Update = Extract<CrmWrite, { op: 'update' }>;
type WriteShapes = Shapes<RecordObject | 'EventRelation'>;
type Group = ReturnType<typeof groupsByObject<Update>>[number];

/** Two objects are read, written and read again with the five parts that a composite may have. */
const objectsPerCall = 2;
const rightsSource = 'UserRecordAccess';

/** What stands in the CRM before. */
interface Standing {
  readonly shapes: WriteShapes;
  readonly picklists: TaskPicklists | null;
  readonly idByAddress: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, Row>;
  readonly events: ReadonlyMap<string, WholeEvent>;
  readonly rights: RightsById | undefined;
}

export async function updateRecords(
  writing: Writing,
  updates: readonly Update[],
  shapes: WriteShapes,
  idByAddress: ReadonlyMap<string, string>,
  outcomes: Outcomes,
): Promise<void> {
  const standing = { ...(await standingOf(writing, updates)), shapes, idByAddress };
  const prepared = prepare(updates, outcomes, update => prepareUpdate(writing, update, standing));
  for (const groups of chunks(groupsByObject(prepared), objectsPerCall))
    await updateGroups(writing, groups, standing, outcomes);
}

async function standingOf(
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

function prepareUpdate(
  { userId }: Writing,
  update: Update,
  standing: Standing,
): Omit<Prepared<Update>, 'operation'> {
  const { ref } = update;
  const kind = recordKindOf(ref);
  const object = objectOf[kind];
  const event = standing.events.get(ref.id);
  const isOwn = event?.row.OwnerId === userId;
  if (standing.rights !== undefined && !isOwn) requireEditable(standing.rights.get(ref.id));
  const { columns, guests } = columnsOf(kind, update, standing);
  const record = { attributes: { type: object }, id: ref.id, ...columns };
  return { kind, object, record, ...(guests && { guests }) };
}

function columnsOf(
  kind: RecordKind,
  { ref, fields }: Update,
  { shapes, picklists, idByAddress, rows, events }: Standing,
): { columns: Row; guests?: Prepared<Update>['guests'] } {
  const current = rows.get(ref.id);
  const shape = shapes[objectOf[kind]];
  if (kind === 'event') return eventColumns(fields, events.get(ref.id), shapes, idByAddress);
  if (kind === 'call' || kind === 'task')
    return { columns: taskColumnsOf(fields, current ?? {}, shape, picklists!) };
  const complete = kind === 'contact' && current !== undefined ? withAdoptedAddress(fields, current) : fields;
  return { columns: recordOf(kind, complete, shape) };
}

function eventColumns(
  fields: Fields,
  event: WholeEvent | undefined,
  shapes: WriteShapes,
  idByAddress: ReadonlyMap<string, string>,
): { columns: Row; guests?: Prepared<Update>['guests'] } {
  const current = event?.row ?? {};
  const ownerId = String(current.OwnerId);
  const participants = participantsIn(fields);
  const guests = participants && seat(participants, idByAddress, ownerId, event, shapes.EventRelation);
  const ownerZone = event === undefined ? 'UTC' : zoneOf(ownerId, event.people);
  const columns = eventColumnsOf({ fields, current, ownerZone, listed: guests?.listed }, shapes.Event);
  const who = guests?.whoId == null || guests.whoId === current.WhoId ? {} : { WhoId: guests.whoId };
  return { columns: { ...columns, ...who }, ...(guests && { guests }) };
}

/** Query, update, query: what is overwritten and what the CRM made of it are known with one call. */
async function updateGroups(
  writing: Writing,
  groups: readonly Group[],
  standing: Standing,
  outcomes: Outcomes,
): Promise<void> {
  const reads = groups.map(({ object, entries }) =>
    requestByIds({
      object,
      columns: selectOf(object, standing.shapes[object]),
      ids: entries.map(entry => entry.operation.ref.id),
    }),
  );
  const entries = groups.flatMap(group => group.entries);
  const changed = entries.filter(({ record }) => Object.keys(record).length > emptyRecordSize);
  const patches = changed.length === 0 ? [] : [patchOf(changed)];
  const answers = await writing.wire.composite([...reads, ...patches, ...reads], 'write');
  const results = patches.length === 0 ? [] : rowResults(answers[reads.length]!, changed.length);
  const resultOf = new Map(changed.map((entry, index) => [entry, results[index]!]));
  const before = new Map<string, CrmRecord>();
  const after = new Map<string, CrmRecord>();
  for (const [index, { object }] of groups.entries()) {
    const shown = await bothShown(
      writing,
      object,
      answers[index]!,
      answers[reads.length + patches.length + index]!,
    );
    for (const record of shown.before) before.set(record.ref.id, record);
    for (const record of shown.after) after.set(record.ref.id, record);
  }
  const saved = entries.filter(entry => isSaved(entry, resultOf.get(entry)));
  for (const [id, record] of await reinvited(writing, saved, standing)) after.set(id, record);
  for (const entry of entries) {
    const { operation, kind } = entry;
    outcomes.set(operation, updateOutcome(operation, kind, resultOf.get(entry), before, after));
  }
}

/** Attributes and id. */
const emptyRecordSize = 2;

function patchOf(entries: readonly Prepared<Update>[]): Subrequest {
  return {
    method: 'PATCH',
    url: '/composite/sobjects',
    body: { allOrNone: false, records: entries.map(entry => entry.record) },
    headers: writeHeaders,
  };
}

/** A read that failed beside a write leaves its outcome open, it does not fail the others. */
async function bothShown(
  { records }: Writing,
  object: RecordObject,
  before: SubAnswer,
  after: SubAnswer,
): Promise<{ before: CrmRecord[]; after: CrmRecord[] }> {
  const [earlier, later] = [before, after].map(answer => (answer.ok ? rowsOf(answer).records : []));
  const shown = await records.shown(object, [...earlier!, ...later!]).catch(failedRead);
  const present = (part: readonly (CrmRecord | null)[]) => part.filter(record => record !== null);
  return { before: present(shown.slice(0, earlier!.length)), after: present(shown.slice(earlier!.length)) };
}

function failedRead(error: unknown): [] {
  if (error instanceof SyncFailure) return [];
  throw error;
}

function isSaved({ guests }: Prepared<Update>, result: Outcome<RowResult> | undefined): boolean {
  return guests !== undefined && (result === undefined || (result.ok && result.value.success));
}

/** The events whose people changed, as they are then. */
async function reinvited(
  writing: Writing,
  saved: readonly Prepared<Update>[],
  { events, shapes }: Standing,
): Promise<Map<string, CrmRecord>> {
  const invitations = saved.flatMap(({ operation, guests }) => {
    const event = events.get(operation.ref.id);
    return event === undefined || guests === undefined ? [] : [{ event, answers: guests.answers }];
  });
  const isChanged = await invite(writing.wire, shapes.EventRelation, invitations);
  return isChanged
    ? readBack(
        writing,
        saved.map(({ operation }) => operation.ref),
      )
    : new Map();
}

function updateOutcome(
  { ref }: Update,
  kind: RecordKind,
  rawResult: Outcome<RowResult> | undefined,
  before: ReadonlyMap<string, CrmRecord>,
  after: ReadonlyMap<string, CrmRecord>,
): Outcome<CrmWritten> {
  const result = rawResult && succeeded(kind, rawResult);
  if (result?.ok === false) return result;
  const was = before.get(ref.id);
  const is = after.get(ref.id);
  if (is === undefined) return rawResult === undefined ? gone() : notReadBack();
  return { ok: true, value: { ref, after: is, ...(was !== undefined && { before: was }) } };
}

/** Nothing was sent for it, and it is not there. */
function gone(): Outcome<never> {
  return {
    ok: false,
    failure: new SyncFailure('gone', 'the record is not there, or the user does not see it'),
  };
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
