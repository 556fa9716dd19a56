import { SyncFailure } from '../../sync/failure.ts';
import type { CrmWrite, Outcome } from '../connector.ts';
import { type RowResult, rowResults, succeeded } from './collection.ts';
import { deletionOf } from './invitations.ts';
import { recordKindOf } from './update-drafts.ts';
import type { Outcomes, Writing } from './writing.ts';

export type Delete = Extract<CrmWrite, { op: 'delete' }>;

/** What is gone already is deleted. */
export async function deleteRecords(
  writing: Writing,
  deletes: readonly Delete[],
  outcomes: Outcomes,
): Promise<void> {
  const allowed = await allowedOf(writing, deletes, outcomes);
  if (allowed.length === 0) return;
  const [answer] = await writing.wire.composite([deletionOf(allowed.map(({ ref }) => ref.id))], 'write');
  const results = rowResults(answer!, allowed.length);
  allowed.forEach((operation, index) => {
    const result = succeeded(recordKindOf(operation.ref), results[index]!);
    outcomes.set(operation, deleteOutcome(result));
  });
}

function deleteOutcome(result: Outcome<RowResult>): Outcome<null> {
  if (result.ok || result.failure.kind === 'gone') return { ok: true, value: null };
  return result;
}

/** Where the app's user deletes for another one: what that user may delete. The rest is gone, or forbidden. */
async function allowedOf(
  { access, records }: Writing,
  deletes: readonly Delete[],
  outcomes: Outcomes,
): Promise<Delete[]> {
  if (access === null) return [...deletes];
  const rights = await access.rights(deletes.map(({ ref }) => ref.id));
  const refused = deletes.filter(({ ref }) => rights.get(ref.id)?.delete !== true);
  const rows = await records.rows(refused.map(({ ref }) => ({ kind: recordKindOf(ref), ids: [ref.id] })));
  const present = new Set(rows.map(row => String(row.Id)));
  for (const operation of refused) {
    const isGone = !present.has(operation.ref.id);
    outcomes.set(operation, isGone ? { ok: true, value: null } : { ok: false, failure: forbidden() });
  }
  return deletes.filter(operation => !refused.includes(operation));
}

function forbidden(): SyncFailure {
  return new SyncFailure('forbidden', 'the user may not delete this record', {
    native: 'UserRecordAccess',
    fix: 'Let the user delete the record in the CRM, or delete it there.',
  });
}
