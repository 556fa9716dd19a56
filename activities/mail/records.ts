import type { FolderRecord } from '../../connectors/archive.ts';
import type { CrmSession } from '../../connectors/connector.ts';
import { addToCycle } from '../../db/cycles.ts';
import { clearInbox, forgetWaitingRecords, type InboxRow, nextOfInbox } from '../../db/inbox.ts';
import { requireEpoch, updatePairing } from '../../db/pairing-state.ts';
import { forgetRecords, forgetUnseenRecords, saveTrackedRecords } from '../../db/tracked-records.ts';
import type { Transaction } from '../../db/transaction.ts';
import { enabledFolderModules, folderKindOf } from '../../sync/folders/kinds.ts';
import type { FolderModule } from '../../sync/policy/folders.ts';
import type { ActivityDeps } from '../deps.ts';
import type { Step } from '../step.ts';
import type { CycleRef } from '../types.ts';

const PAGE_SIZE = 1_000;
const CHUNK_SIZE = 200;

/** Keeps what is known of the open records in step with the CRM: all of them after a sweep, else what was heard of. */
export async function readRecords(
  deps: ActivityDeps,
  step: Step,
  session: CrmSession,
  input: CycleRef,
): Promise<void> {
  if (step.pairing.records_sweep < step.pairing.sweep) await readAll(deps, step, session, input);
  const modules = enabledFolderModules(step.options);
  for (const module of modules) await readHeard(deps, step, session, module);
  await deps.database.inOrganization(step.organizationId, tx =>
    forgetWaitingRecords(tx, step.pairing.id, modules.map(folderKindOf)),
  );
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
      await deps.database.inOrganization(step.organizationId, async tx => {
        await requireEpoch(tx, pairing.id, pairing.epoch);
        await saveTrackedRecords(tx, pairing.id, page.records, pairing.sweep);
        await addToCycle(tx, pairing.id, input.cycle, { [`${kind}.read`]: page.records.length });
      });
      deps.heartbeat();
      after = page.next;
    } while (after !== null);
  }
  await deps.database.inOrganization(step.organizationId, async tx => {
    await forgetUnseenRecords(tx, pairing.id, modules.map(folderKindOf), pairing.sweep);
    await updatePairing(tx, pairing, { records_sweep: pairing.sweep });
  });
}

async function readHeard(
  deps: ActivityDeps,
  step: Step,
  session: CrmSession,
  module: FolderModule,
): Promise<void> {
  const kind = folderKindOf(module);
  for (;;) {
    const rows = await deps.database.inOrganization(step.organizationId, tx =>
      nextOfInbox(tx, step.pairing.id, { kind, asOfMs: step.nowMs, limit: CHUNK_SIZE, except: [] }),
    );
    if (rows.length === 0) return;
    const ids = rows.map(({ sourceId }) => sourceId);
    const found = await session.records().read(kind, ids);
    const shown = ids.flatMap(id => found.get(id) ?? []).filter(record => isShown(record, module, session));
    await deps.database.inOrganization(step.organizationId, tx => remember(tx, step, rows, shown));
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
): Promise<void> {
  await requireEpoch(tx, pairing.id, pairing.epoch);
  const open = new Set(shown.map(({ id }) => id));
  const gone = rows.map(({ sourceId }) => sourceId).filter(id => !open.has(id));
  await saveTrackedRecords(tx, pairing.id, shown, pairing.sweep);
  await forgetRecords(tx, pairing.id, gone);
  await clearInbox(tx, pairing.id, rows);
}
