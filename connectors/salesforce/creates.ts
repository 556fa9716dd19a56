import { appointmentOfText } from '../../sync/calendar/text-form.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { CrmRecord, CrmRef } from '../../sync/record.ts';
import type { CrmWrite, CrmWritten, Outcome } from '../connector.ts';
import { createdIds, notReadBack, type RowResult, rowResults, succeeded } from './collection.ts';
import { eventColumnsOf, taskColumnsOf } from './drafts.ts';
import { zoneOf } from './event-records.ts';
import { seat } from './guests.ts';
import { afterSaving, invite } from './invitations.ts';
import { recordOf } from './mapping.ts';
import { type ObjectShape, objectOf, type RecordObject } from './shape.ts';
import { chunks, list } from './soql.ts';
import type { TaskPicklists } from './task-picklists.ts';
import type { Row, Subrequest } from './wire.ts';
import {
  groupsByObject,
  type Outcomes,
  type Prepared,
  participantsIn,
  prepare,
  type WriteShapes,
  type Writing,
} from './writing.ts';

/** Owners are decided by us, not by the assignment rules for leads. */
export const writeHeaders = { 'Sforce-Auto-Assign': 'FALSE' };

/** Keys have up to 255 characters: Salesforce takes addresses of 16,384 bytes. */
const keysPerQuery = 40;

export type Create = Extract<CrmWrite, { op: 'create' }>;

/** What is known before records are made. */
interface Surroundings {
  readonly shapes: WriteShapes;
  readonly picklists: TaskPicklists | null;
  readonly idByAddress: ReadonlyMap<string, string>;
  readonly zone: string;
  readonly keysInUse: ReadonlySet<string>;
}

/** Upsert by key, or insert where there is no field for it; then read back what the CRM made of it. */
export async function createRecords(
  writing: Writing,
  creates: readonly Create[],
  shapes: WriteShapes,
  idByAddress: ReadonlyMap<string, string>,
  outcomes: Outcomes,
): Promise<void> {
  const objects = new Set(creates.map(({ kind }) => objectOf[kind]));
  const surroundings = {
    shapes,
    idByAddress,
    picklists: objects.has('Task') ? await writing.schema.picklists() : null,
    zone: creates.some(remindsOfDay) ? await ownZone(writing) : 'UTC',
    keysInUse: await keysOfCalls(writing, creates, shapes),
  };
  const prepared = prepare(creates, outcomes, create => prepareCreate(writing, create, surroundings));
  if (prepared.length === 0) return;
  const groups = groupsByObject(prepared);
  const requests = groups.map(({ object, entries }) => createRequest(object, entries, shapes[object]));
  const answers = await writing.wire.composite(requests, 'write');
  const results = groups.map(({ entries }, index) => rowResults(answers[index]!, entries.length));
  await inviteToCreated(writing, groups, results, shapes.EventRelation);
  const refs = groups.flatMap(({ entries }, index) => refsOf(entries, results[index]!));
  const records = await readBack(writing, refs);
  groups.forEach(({ entries }, index) => {
    entries.forEach(({ operation }, position) => {
      outcomes.set(operation, createOutcome(operation, results[index]![position]!, records));
    });
  });
}

function prepareCreate(
  { userId, access }: Writing,
  create: Create,
  surroundings: Surroundings,
): Omit<Prepared<Create>, 'operation'> {
  const { kind, key, accountId } = create;
  const object = objectOf[kind];
  const { keyColumn } = surroundings.shapes[object];
  const { columns, guests } = columnsOf(create, userId, surroundings);
  const record = {
    attributes: { type: object },
    ...columns,
    ...(keyColumn !== null && { [keyColumn]: key }),
    ...(kind === 'contact' && accountId != null && { AccountId: accountId }),
    ...(kind === 'call' && !surroundings.keysInUse.has(key) && { TaskSubtype: 'Call' }),
    ...(access !== null && { OwnerId: access.userId }),
  };
  return { kind, object, record, ...(guests && { guests }) };
}

function columnsOf(
  { kind, fields }: Create,
  userId: string,
  { shapes, picklists, idByAddress, zone }: Surroundings,
): { columns: Row; guests?: Prepared<Create>['guests'] } {
  const shape = shapes[objectOf[kind]];
  if (kind === 'contact' || kind === 'lead') return { columns: recordOf(kind, fields, shape) };
  if (kind !== 'event') return { columns: taskColumnsOf(fields, {}, shape, picklists!) };
  const participants = participantsIn(fields);
  const guests =
    participants &&
    seat(participants, {
      ownerId: userId,
      userId,
      idByAddress,
      event: undefined,
      shape: shapes.EventRelation,
    });
  const draft = { fields, current: {}, ownerZone: zone, listed: guests?.listed };
  const who = guests?.whoId == null ? {} : { WhoId: guests.whoId };
  return { columns: { ...eventColumnsOf(draft, shape), ...who }, ...(guests && { guests }) };
}

/** What makes a task a call is told when it is made and never again, not even the same (object reference, Task). */
async function keysOfCalls(
  { wire }: Writing,
  creates: readonly Create[],
  shapes: WriteShapes,
): Promise<Set<string>> {
  const keys = creates.filter(({ kind }) => kind === 'call').map(({ key }) => key);
  const keyColumn = keys.length === 0 ? null : shapes.Task.keyColumn;
  if (keyColumn === null) return new Set();
  const answers = await wire.queries(
    chunks(keys, keysPerQuery).map(
      group => `SELECT ${keyColumn} FROM Task WHERE ${keyColumn} IN ${list(group)}`,
    ),
  );
  return new Set(answers.flatMap(({ records }) => records.map(row => String(row[keyColumn]))));
}

/** From the beginning of days in its owner's zone the reminders of all-day events count. */
function remindsOfDay({ kind, fields }: Create): boolean {
  if (kind !== 'event') return false;
  const { span, reminderMinutes } = appointmentOfText(fields);
  return span?.allDay === true && reminderMinutes != null;
}

async function ownZone({ persons, userId }: Writing): Promise<string> {
  return zoneOf(userId, await persons.byIds([userId]));
}

function createRequest(
  object: RecordObject,
  entries: readonly Prepared<Create>[],
  { keyColumn }: ObjectShape,
): Subrequest {
  const collection = '/composite/sobjects';
  return {
    method: keyColumn === null ? 'POST' : 'PATCH',
    url: keyColumn === null ? collection : `${collection}/${object}/${keyColumn}`,
    body: { allOrNone: false, records: entries.map(entry => entry.record) },
    headers: writeHeaders,
  };
}

async function inviteToCreated(
  { wire, records, forms }: Writing,
  groups: readonly { readonly entries: readonly Prepared<Create>[] }[],
  results: readonly (readonly Outcome<RowResult>[])[],
  shape: ObjectShape,
): Promise<void> {
  const guestsById = new Map(
    groups.flatMap(({ entries }, index) =>
      entries.flatMap(({ guests }, position) => {
        const [id] = createdIds([results[index]![position]!]);
        return id !== undefined && guests !== undefined && guests.answers.size > 0
          ? [[id, guests] as const]
          : [];
      }),
    ),
  );
  if (guestsById.size === 0) return;
  await afterSaving(async () => {
    const rows = await records.rows([{ kind: 'event', ids: [...guestsById.keys()] }]);
    const events = await forms.wholeEvents(rows);
    const invitations = events.map(event => ({ event, guests: guestsById.get(String(event.row.Id))! }));
    await invite(wire, shape, invitations);
  });
}

function refsOf(entries: readonly Prepared<Create>[], results: readonly Outcome<RowResult>[]): CrmRef[] {
  return entries.flatMap(({ kind }, position) => createdIds([results[position]!]).map(id => ({ kind, id })));
}

/** A failure here is not one of the write: those who are not read back have an open outcome. */
export async function readBack(
  { records }: Writing,
  refs: readonly CrmRef[],
): Promise<Map<string, CrmRecord>> {
  try {
    const results = await records.read(refs);
    return new Map(
      results.flatMap(result => (result.type === 'present' ? [[result.record.ref.id, result.record]] : [])),
    );
  } catch (error) {
    if (error instanceof SyncFailure) return new Map();
    throw error;
  }
}

function createOutcome(
  { kind }: Create,
  rawResult: Outcome<RowResult>,
  records: ReadonlyMap<string, CrmRecord>,
): Outcome<CrmWritten> {
  const result = succeeded(kind, rawResult);
  if (!result.ok) return result;
  const { id } = result.value;
  const after = records.get(id ?? '');
  if (after === undefined) return notReadBack(id);
  return { ok: true, value: { ref: after.ref, after, existed: result.value.created === false } };
}
