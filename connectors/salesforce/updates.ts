import { SyncFailure } from '../../sync/failure.ts';
import type { CrmRecord, RecordKind } from '../../sync/record.ts';
import type { CrmWritten, Outcome } from '../connector.ts';
import { notReadBack, type RowResult, rowResults, succeeded } from './collection.ts';
import { readBack, writeHeaders } from './creates.ts';
import { invite } from './invitations.ts';
import { requestByIds } from './rows-by-id.ts';
import { selectOf } from './select.ts';
import type { RecordObject } from './shape.ts';
import { chunks } from './soql.ts';
import { prepareUpdate, type Standing, standingOf, type Update } from './update-drafts.ts';
import { rowsOf, type SubAnswer, type Subrequest } from './wire.ts';
import {
  groupsByObject,
  type Outcomes,
  type Prepared,
  prepare,
  type WriteShapes,
  type Writing,
} from './writing.ts';

type Group = ReturnType<typeof groupsByObject<Update>>[number];

/** Two objects are read, written and read again with the five parts that a composite may have. */
const objectsPerCall = 2;

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
    return event === undefined || guests === undefined ? [] : [{ event, guests }];
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
