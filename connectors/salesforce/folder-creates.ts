import { SyncFailure } from '../../sync/failure.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmFolderRecords, FolderRecord, RecordDraft } from '../archive.ts';
import type { Outcome } from '../connector.ts';
import { notReadBack } from './collection.ts';
import type { Values } from './default-values.ts';
import { type FolderForm, folderFormOf } from './folder-forms.ts';
import type { FolderParts } from './folder-parts.ts';
import { heldByKey, insertAll } from './inserts.ts';
import { newRecordValues } from './new-record-values.ts';
import { type DescribedShape, folderObjectOf } from './shape.ts';

type Outcomes = Map<RecordDraft, Outcome<FolderRecord>>;

/** Inserts, and reads back what the CRM made of it. What has the key already is an earlier attempt's. */
export async function createFolderRecords(
  parts: FolderParts,
  records: Pick<CrmFolderRecords, 'read'>,
  drafts: readonly RecordDraft[],
): Promise<Outcome<FolderRecord>[]> {
  const outcomes: Outcomes = new Map();
  for (const kind of new Set(drafts.map(draft => draft.kind))) {
    const own = drafts.filter(draft => draft.kind === kind);
    try {
      await createOfKind(parts, records, kind, own, outcomes);
    } catch (error) {
      if (!(error instanceof SyncFailure) || outcomes.size === 0) throw error;
      for (const draft of own) if (!outcomes.has(draft)) outcomes.set(draft, { ok: false, failure: error });
    }
  }
  return drafts.map(draft => outcomes.get(draft)!);
}

async function createOfKind(
  parts: FolderParts,
  records: Pick<CrmFolderRecords, 'read'>,
  kind: FolderKind,
  drafts: readonly RecordDraft[],
  outcomes: Outcomes,
): Promise<void> {
  const object = folderObjectOf(kind);
  const shape = object === null ? null : await parts.schema.ofWriter(object);
  const form = shape && folderFormOf(kind, shape);
  if (shape === null || form === null) {
    const failure = noSuchRecords(kind);
    for (const draft of drafts) outcomes.set(draft, { ok: false, failure });
    return;
  }
  const prepared = await prepare(parts, form, shape, drafts, outcomes);
  const results = await insertAll(
    parts.wire,
    form.object,
    prepared.map(({ values }) => values),
  );
  const ids = results.map(result => (result.ok ? result.value : heldByKey(result, shape.keyColumn)));
  const created = await readBack(
    records,
    kind,
    ids.filter(id => id !== null),
  );
  prepared.forEach(({ draft }, index) => {
    const result = results[index]!;
    const id = ids[index] ?? null;
    if (id === null && !result.ok) outcomes.set(draft, result);
    else {
      const value = created.get(id ?? '');
      outcomes.set(draft, value === undefined ? notReadBack(id ?? undefined) : { ok: true, value });
    }
  });
  if (drafts.some(draft => isRefused(outcomes.get(draft)))) parts.schema.forget(form.object);
}

/** An administrator may have given the object other fields since it was described: the next attempt asks anew. */
function isRefused(outcome: Outcome<FolderRecord> | undefined): boolean {
  return outcome?.ok === false && outcome.failure.kind === 'validation';
}

/** What cannot be sent is the failure of its draft alone. */
async function prepare(
  { wire, access, now }: FolderParts,
  form: FolderForm,
  shape: DescribedShape,
  drafts: readonly RecordDraft[],
  outcomes: Outcomes,
): Promise<{ draft: RecordDraft; values: Values }[]> {
  const openStages = form.object === 'Opportunity' ? await readOpenStages(wire) : [];
  const surroundings = { form, shape, nowMs: now(), ownerId: access?.userId ?? null, openStages };
  return drafts.flatMap(draft => {
    try {
      return [{ draft, values: newRecordValues(draft, surroundings) }];
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      outcomes.set(draft, { ok: false, failure: error });
      return [];
    }
  });
}

/** An administrator renames, adds and removes them. */
async function readOpenStages(wire: FolderParts['wire']): Promise<string[]> {
  const { records } = await wire.query(
    'SELECT ApiName FROM OpportunityStage WHERE IsActive = true AND IsClosed = false ORDER BY SortOrder',
  );
  return records.map(({ ApiName }) => String(ApiName));
}

/** A failure here is not one of the write: those who are not read back have an open outcome. */
async function readBack(
  records: Pick<CrmFolderRecords, 'read'>,
  kind: FolderKind,
  ids: readonly string[],
): Promise<Map<string, FolderRecord>> {
  try {
    return await records.read(kind, ids);
  } catch (error) {
    if (error instanceof SyncFailure) return new Map();
    throw error;
  }
}

function noSuchRecords(kind: FolderKind): SyncFailure {
  return new SyncFailure('schema', `the CRM, or its user, has no ${kind.replace('custom:', '')}`, {
    native: 'INVALID_TYPE',
    fix: "Give the user's permission set read and create rights on the object, or turn the module off in the policy.",
  });
}
