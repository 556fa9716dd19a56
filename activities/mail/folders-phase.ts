import type { MailboxMail } from '../../connectors/mail.ts';
import { type KnownFolder, knownFolders, rememberFolder } from '../../db/mail-folders.ts';
import { updatePairing } from '../../db/pairing-state.ts';
import { type RememberedRecord, trackedRecordsOf } from '../../db/tracked-records.ts';
import type { ExistingFolder, FolderOperation } from '../../sync/folders/forest.ts';
import { type FolderKind, isFolderKind } from '../../sync/folders/kinds.ts';
import { planFolders } from '../../sync/folders/plan.ts';
import { nextAgeing } from '../../sync/folders/tracked.ts';
import type { ActivityDeps } from '../deps.ts';
import type { OpenedConnections } from '../opened.ts';
import { inStep, requireStep, type Step } from '../step.ts';
import type { CycleRef, PhaseResult } from '../types.ts';
import { FolderWork } from './folder-work.ts';
import { existingFolders } from './forest.ts';
import { leaveFolders } from './leaving.ts';
import { digestOf, isParent } from './poll.ts';
import { readRecords } from './records.ts';

/** What happens in the mailbox meanwhile makes a plan wrong; so often it is made anew before the next cycle does it. */
const MOST_PLANS = 4;

/** Keeps the tree of folders as the policy and the CRM's records want it (MAIL-1, MAIL-5, POL-9). */
export function createFoldersPhase(deps: ActivityDeps, opened: OpenedConnections) {
  return async function folders(input: CycleRef): Promise<PhaseResult> {
    const step = await requireStep(deps, opened, input);
    const rootFolderId = step.pairing.root_folder_id;
    if (rootFolderId === null || !isDue(step)) return { more: false };
    const session = await step.crmAsUser();
    const isChanged = await readRecords(deps, step, session, input);
    if (!isChanged && step.pairing.folders_digest !== null) return { more: false };
    const records = await deps.database.inOrganization(step.organizationId, tx =>
      trackedRecordsOf(tx, step.pairing.id),
    );
    const tree = { deps, step, mail: step.mailbox().mail(), rootFolderId, cycle: input.cycle };
    const work = new FolderWork(tree);
    for (let plans = 0; plans < MOST_PLANS; plans++) {
      const { operations, existing } = await plan(tree, records, session.userId);
      if (operations.length === 0) {
        await settle(tree, records, existing);
        return { more: false };
      }
      if (!(await work.carryOut(operations, existing))) break;
    }
    return { more: false };
  };
}

/** What is in doubt stays so until the end of this phase and the next: what a failure leaves undone is due again. */
function isDue({ pairing, waitingKinds }: Step): boolean {
  const isRead = pairing.records_sweep >= pairing.sweep;
  return pairing.folders_digest === null || !isRead || waitingKinds.some(isFolderKind);
}

interface Tree {
  readonly deps: ActivityDeps;
  readonly step: Step;
  readonly mail: MailboxMail;
  readonly rootFolderId: string;
  readonly cycle: number;
}

async function plan(
  tree: Tree,
  records: readonly RememberedRecord[],
  ownUserId: string,
): Promise<{ operations: FolderOperation[]; existing: ExistingFolder[] }> {
  const { deps, step, mail, rootFolderId } = tree;
  const pairingId = step.pairing.id;
  const known = await deps.database.inOrganization(step.organizationId, tx => knownFolders(tx, pairingId));
  const existing = await existingFolders(mail, { pairingId, rootFolderId }, known);
  await remember(tree, known, existing);
  const byKind: ReadonlyMap<FolderKind, readonly RememberedRecord[]> = Map.groupBy(
    records,
    ({ kind }) => kind,
  );
  const options = { policy: step.options, ownUserId, nowMs: step.nowMs, rootFolderId };
  return { operations: planFolders(byKind, existing, options), existing };
}

/** What was found by its mark is known by its id from now on; what is gone for good is known no more. */
async function remember(
  { deps, step, cycle }: Tree,
  known: readonly KnownFolder[],
  existing: readonly ExistingFolder[],
): Promise<void> {
  const present = new Set(existing.map(({ id }) => id));
  const gone = known.map(({ folderId }) => folderId).filter(id => !present.has(id));
  const before = new Set(known.map(({ folderId }) => folderId));
  const found = existing.filter(({ id, key }) => key !== null && !before.has(id));
  if (gone.length + found.length === 0) return;
  await inStep(deps, step, async tx => {
    await leaveFolders(tx, { pairingId: step.pairing.id, cycle }, gone, step.nowMs);
    for (const { id, key } of found)
      await rememberFolder(tx, step.pairing.id, { key: key ?? '', folderId: id });
  });
}

/**
 * The tree is right: what it looks like is remembered, as the plan saw it, and when a record will be too old for its folder.
 */
async function settle(
  { deps, step, rootFolderId, cycle }: Tree,
  records: readonly RememberedRecord[],
  existing: readonly ExistingFolder[],
): Promise<void> {
  const ours = existing.filter(({ key }) => key !== null);
  const [deleted, kept] = [ours.filter(isDeleted), ours.filter(folder => !isDeleted(folder))];
  const parents = kept.flatMap(({ id, key }) => (key !== null && isParent(key) ? [id] : []));
  const inside = (parent: string) => existing.filter(({ parentId }) => parentId === parent);
  const folders = new Map([rootFolderId, ...parents].map(id => [id, inside(id)]));
  const dueMs = nextAgeing(records, step.options, step.nowMs);
  await inStep(deps, step, async tx => {
    const ids = deleted.map(({ id }) => id);
    await leaveFolders(tx, { pairingId: step.pairing.id, cycle }, ids, step.nowMs);
    await updatePairing(tx, step.pairing, {
      folders_digest: kept.length === 0 ? null : digestOf(tx.vault, step.options, folders),
      folders_due_at: dueMs === null ? null : new Date(dueMs),
    });
  });
}

/** What is wanted was brought back: the rest of what lies in Deleted Items is no longer ours. */
const isDeleted = ({ isInDeletedItems }: ExistingFolder) => isInDeletedItems;
