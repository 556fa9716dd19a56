import { SyncFailure } from '../../sync/failure.ts';
import type { CrmRecord } from '../../sync/record.ts';
import type { CrmDeleted, CrmWrite, Outcome } from '../connector.ts';
import type { RightsById } from './access.ts';
import { type RowResult, rowResults, succeeded } from './collection.ts';
import type { People } from './event-people.ts';
import { deletionOf } from './invitations.ts';
import { requestOfUser } from './persons.ts';
import { requestByIds } from './rows-by-id.ts';
import { selectOf } from './select.ts';
import { objectOf, type RecordObject } from './shape.ts';
import { chunks } from './soql.ts';
import { recordKindOf } from './update-drafts.ts';
import { type Row, rowsOf, type SubAnswer } from './wire.ts';
import type { Outcomes, Writing } from './writing.ts';

export type Delete = Extract<CrmWrite, { op: 'delete' }>;

/** Records of one object. */
interface Group {
  readonly object: RecordObject;
  readonly operations: readonly Delete[];
}

/** Beside the deletion and the user, of the five parts that a composite may have. */
const objectsPerCall = 3;

/** What is gone already is deleted. */
export async function deleteRecords(
  writing: Writing,
  deletes: readonly Delete[],
  outcomes: Outcomes,
): Promise<void> {
  const rights = (await writing.access?.rights(deletes.map(({ ref }) => ref.id))) ?? null;
  const allowed = rights === null ? deletes : await allowedOf(writing, deletes, rights, outcomes);
  const byObject = Map.groupBy(allowed, ({ ref }) => objectOf[recordKindOf(ref)]);
  const groups = [...byObject].map(([object, operations]) => ({ object, operations }));
  for (const some of chunks(groups, objectsPerCall)) await deleteGroups(writing, some, rights, outcomes);
}

/**
 * Queries, then the deletion: with one call it is known what goes, also what was saved since the last look (invariant 2). The
 * parts are carried out in their order (REST API guide, Composite).
 */
async function deleteGroups(
  writing: Writing,
  groups: readonly Group[],
  rights: RightsById | null,
  outcomes: Outcomes,
): Promise<void> {
  const shapes = await writing.schema.using(
    groups.map(({ object }) => object),
    async known => known,
  );
  const reads = groups.map(({ object, operations }) =>
    requestByIds({
      object,
      columns: selectOf(object, shapes[object]),
      ids: operations.map(({ ref }) => ref.id),
    }),
  );
  const owners = groups.some(({ object }) => object === 'Event') ? [requestOfUser(writing.userId)] : [];
  const operations = groups.flatMap(group => group.operations);
  const deletion = deletionOf(operations.map(({ ref }) => ref.id));
  const answers = await writing.wire.composite([...reads, ...owners, deletion], 'write');
  const people = peopleIn(answers.slice(reads.length, reads.length + owners.length));
  const before = new Map<string, CrmRecord>();
  for (const [index, { object }] of groups.entries())
    for (const record of await lastSeen(writing, object, rowsIn(answers[index]!), rights, people))
      before.set(record.ref.id, record);
  const results = rowResults(answers.at(-1)!, operations.length);
  operations.forEach((operation, index) => {
    const result = succeeded(recordKindOf(operation.ref), results[index]!);
    outcomes.set(operation, deleteOutcome(operation, result, before.get(operation.ref.id)));
  });
}

/** A read that failed takes nothing from a deletion that took effect. */
function rowsIn(answer: SubAnswer): readonly Row[] {
  return answer.ok ? rowsOf(answer).records : [];
}

function peopleIn(answers: readonly SubAnswer[]): People {
  return new Map(answers.flatMap(rowsIn).map(row => [String(row.Id), row]));
}

async function lastSeen(
  { forms }: Writing,
  object: RecordObject,
  rows: readonly Row[],
  rights: RightsById | null,
  people: People,
): Promise<CrmRecord[]> {
  try {
    return await forms.recordsOfGone(object, rows, rights, people);
  } catch (error) {
    if (error instanceof SyncFailure) return [];
    throw error;
  }
}

function deleteOutcome(
  { ref }: Delete,
  result: Outcome<RowResult>,
  before: CrmRecord | undefined,
): Outcome<CrmDeleted> {
  if (!result.ok && result.failure.kind !== 'gone') return result;
  return { ok: true, value: { ref, ...(before && { before }), after: null } };
}

/** Where the app's user deletes for another one: what that user may delete. The rest is gone, or forbidden. */
async function allowedOf(
  { records }: Writing,
  deletes: readonly Delete[],
  rights: RightsById,
  outcomes: Outcomes,
): Promise<Delete[]> {
  const refused = deletes.filter(({ ref }) => rights.get(ref.id)?.delete !== true);
  const rows = await records.rows(refused.map(({ ref }) => ({ kind: recordKindOf(ref), ids: [ref.id] })));
  const present = new Set(rows.map(row => String(row.Id)));
  for (const operation of refused) {
    const { ref } = operation;
    const isGone = !present.has(ref.id);
    outcomes.set(
      operation,
      isGone ? { ok: true, value: { ref, after: null } } : { ok: false, failure: forbidden() },
    );
  }
  return deletes.filter(operation => !refused.includes(operation));
}

function forbidden(): SyncFailure {
  return new SyncFailure('forbidden', 'the user may not delete this record', {
    native: 'UserRecordAccess',
    fix: 'Let the user delete the record in the CRM, or delete it there.',
  });
}
