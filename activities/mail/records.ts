import { isDeepStrictEqual } from 'node:util';
import type { FolderRecord } from '../../connectors/archive.ts';
import type { CrmSession } from '../../connectors/connector.ts';
import { addToCycle } from '../../db/cycles.ts';
import { clearInbox, forgetWaitingRecords, type InboxRow, nextOfInbox } from '../../db/inbox.ts';
import { updatePairing } from '../../db/pairing-state.ts';
import {
  forgetRecords,
  forgetUnseenRecords,
  saveTrackedRecords,
  trackedRecordsOf,
} from '../../db/tracked-records.ts';
import type { Transaction } from '../../db/transaction.ts';
import { enabledFolderModules, folderKindOf } from '../../sync/folders/kinds.ts';
import type { FolderModule } from '../../sync/policy/folders.ts';
import type { ActivityDeps } from '../deps.ts';
import { inStep, type Step } from '../step.ts';
import type { CycleRef } from '../types.ts';
import { doubtTree } from './poll.ts';

const PAGE_SIZE = 1_000;
const CHUNK_SIZE = 200;

/**
 * Keeps what is known of the open records in step with the CRM: all of them after a sweep, else what was heard of. What
 * changes by that puts the tree in doubt; true where something did.
 */
export async function readRecords(
  deps: ActivityDeps,
  step: Step,
  session: CrmSession,
  input: CycleRef,
): Promise<boolean> {
  const isSwept = step.pairing.records_sweep < step.pairing.sweep;
  if (isSwept) await readAll(deps, step, session, input);
  const modules = enabledFolderModules(step.options);
  let isChanged = isSwept;
  for (const module of modules) if (await readHeard(deps, step, session, module)) isChanged = true;
  await deps.database.inOrganization(step.organizationId, tx =>
    forgetWaitingRecords(tx, step.pairing.id, modules.map(folderKindOf)),
  );
  return isChanged;
}

/** A kind that the CRM, or its user, does not have is left out: the others go on. */
async function readAll(deps: ActivityDeps, step: Step, session: CrmSession, input: CycleRef): Promise<void> {
  const { pairing } = step;
  const modules = enabledFolderModules(step.options);
  for (const module of modules) {
    const kind = folderKindOf(module);
    if ((await session.records().lengths(kind)) === null) {
      deps.log.warn({ kind }, 'the CRM has no such records for this user');
      continue;
    }
    let after: string | null = null;
    do {
      const owned = module.filter === 'owner' ? { ownerId: session.userId } : {};
      const page = await session.records().open(kind, { ...owned, after, limit: PAGE_SIZE });
      await inStep(deps, step, async tx => {
        await saveTrackedRecords(tx, pairing.id, page.records, pairing.sweep);
        await addToCycle(tx, pairing.id, input.cycle, { [`${kind}.read`]: page.records.length });
      });
      deps.heartbeat();
      after = page.next;
    } while (after !== null);
  }
  await deps.database.inOrganization(step.organizationId, async tx => {
    await forgetUnseenRecords(tx, pairing.id, modules.map(folderKindOf), pairing.sweep);
    await doubtTree(tx, pairing);
    await updatePairing(tx, pairing, { records_sweep: pairing.sweep });
  });
}

async function readHeard(
  deps: ActivityDeps,
  step: Step,
  session: CrmSession,
  module: FolderModule,
): Promise<boolean> {
  const kind = folderKindOf(module);
  let isChanged = false;
  for (;;) {
    const rows = await deps.database.inOrganization(step.organizationId, tx =>
      nextOfInbox(tx, step.pairing.id, { kind, asOfMs: step.nowMs, limit: CHUNK_SIZE, except: [] }),
    );
    if (rows.length === 0) return isChanged;
    const ids = rows.map(({ sourceId }) => sourceId);
    const found = await session.records().read(kind, ids);
    const shown = ids.flatMap(id => found.get(id) ?? []).filter(record => isShown(record, module, session));
    const differs = await inStep(deps, step, tx => remember(tx, step, rows, shown));
    isChanged ||= differs;
    deps.heartbeat();
  }
}

/** POL-10 */
function isShown({ isOpen, ownerId }: FolderRecord, { filter }: FolderModule, { userId }: CrmSession) {
  return isOpen && (filter === 'visible' || ownerId === userId);
}

async function remember(
  tx: Transaction,
  { pairing }: Step,
  rows: readonly InboxRow[],
  shown: readonly FolderRecord[],
): Promise<boolean> {
  const open = new Set(shown.map(({ id }) => id));
  const heard = rows.map(({ sourceId }) => sourceId);
  const gone = heard.filter(id => !open.has(id));
  const before = new Map((await trackedRecordsOf(tx, pairing.id, heard)).map(record => [record.id, record]));
  const differs =
    gone.some(id => before.has(id)) ||
    shown.some(record => !isDeepStrictEqual(before.get(record.id), record));
  if (differs) await doubtTree(tx, pairing);
  await saveTrackedRecords(tx, pairing.id, shown, pairing.sweep);
  await forgetRecords(tx, pairing.id, gone);
  await clearInbox(tx, pairing.id, rows);
  return differs;
}
