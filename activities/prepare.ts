import { ensureFeedCursors, feedCursors } from '../db/change-log.ts';
import { saveCursors } from '../db/cursors.ts';
import { relocateItems } from '../db/lost-container.ts';
import { updatePairing } from '../db/pairing-state.ts';
import { enabledFolderModules, folderKindOf } from '../sync/folders/kinds.ts';
import { formatStamp, judgeStamp } from '../sync/stamp.ts';
import type { ActivityDeps } from './deps.ts';
import { stampDue } from './due.ts';
import { feedKinds } from './feed-kinds.ts';
import { currentWindow, missingContainers } from './horizon.ts';
import { identify, type Problem } from './identify.ts';
import { missingArchives } from './mail/features.ts';
import { furnish, GIVE_UP_MARK, obstacle, type Prepared, survey } from './mailbox-setup.ts';
import type { OpenedConnections } from './opened.ts';
import { enabledModules } from './rules.ts';
import { savePairing } from './standing.ts';
import { requireStep, type Step } from './step.ts';
import type { CycleRef, PhaseResult } from './types.ts';

/** Prepares the mailbox, and repairs what users changed of ours: categories, folders, stamp (PAIR-5, PAIR-6, CON-6). */
export function createPrepare(deps: ActivityDeps, opened: OpenedConnections) {
  return async function prepare(input: CycleRef): Promise<PhaseResult> {
    const step = await requireStep(deps, opened, input);
    const problem = (await identify(deps, step)) ?? (await prepareMailbox(deps, step));
    if (!problem) {
      await join(deps, step);
      return { more: false };
    }
    await savePairing(deps, step, { state: 'blocked', reason: problem.reason, fix: problem.fix });
    return { more: false, blocked: true };
  };
}

async function prepareMailbox(deps: ActivityDeps, step: Step): Promise<Problem | null> {
  const mailbox = step.mailbox();
  const found = await survey(step, mailbox);
  const problem = obstacle(step, found);
  if (problem) return problem;
  const prepared = await furnish(step, mailbox, found);
  await remember(deps, step, prepared);
  return stamp(deps, step, prepared.root_folder_id);
}

async function remember(deps: ActivityDeps, step: Step, prepared: Prepared): Promise<void> {
  const { pairing, nowMs } = step;
  const watched = await containersToWatch(step);
  const containers = [prepared.contact_folder_id, prepared.default_folder_id].filter(id => id !== null);
  await deps.database.inOrganization(step.organizationId, async tx => {
    const lost = pairing.contact_folder_id;
    if (lost !== null && lost !== prepared.contact_folder_id)
      await relocateItems(tx, pairing.id, lost, nowMs);
    const fresh = [...containers, ...watched].filter(
      id => !step.cursors.some(cursor => cursor.containerId === id),
    );
    await saveCursors(
      tx,
      pairing.id,
      fresh.map(containerId => ({ containerId, cursor: null, enumerating: true, readAtMs: null })),
    );
    await updatePairing(tx, pairing, { ...prepared });
  });
}

/** The calendar's range, the list of tasks and the archived folders, where the policy needs them and they are not watched yet. */
async function containersToWatch(step: Step): Promise<string[]> {
  const missing = missingContainers(step);
  return [
    ...(missing.includes('event') ? [currentWindow(step.options, step.pairing.id, step.nowMs)] : []),
    ...(missing.includes('task') ? [await step.mailbox().defaultTaskList()] : []),
    ...missingArchives(step),
  ];
}

/** Written when it is missing or a week old, and read again before work: two writers find each other (PAIR-5). */
async function stamp(deps: ActivityDeps, step: Step, rootFolderId: string): Promise<Problem | null> {
  const { pairing } = step;
  const mailbox = step.mailbox();
  const before = await mailbox.mailFolder(rootFolderId);
  const own = { installationId: step.installationId, pairingId: pairing.id, counter: pairing.stamp_counter };
  const fresh = judgeStamp(before?.stamp ?? null, own).verdict === 'ours' && !stampDue(step);
  if (fresh) return null;
  const next = { ...own, counter: pairing.stamp_counter + 1 };
  await deps.database.inOrganization(step.organizationId, tx =>
    updatePairing(tx, pairing, { stamp_counter: next.counter, stamped_at: new Date(step.nowMs) }),
  );
  await mailbox.writeFolderStamp(rootFolderId, formatStamp(next));
  const after = await mailbox.mailFolder(rootFolderId);
  const verdict = judgeStamp(after?.stamp ?? null, next);
  if (verdict.verdict === 'ours') return null;
  return {
    reason:
      verdict.verdict === 'foreign'
        ? verdict.reason
        : 'The mark of ownership cannot be kept in this mailbox.',
    fix: GIVE_UP_MARK,
  };
}

/** Takes the place in the CRM's change log before the first query, so that nothing in between is missed. */
async function join(deps: ActivityDeps, step: Step): Promise<void> {
  const { crmConnection, organizationId, pairing } = step;
  if (pairing.position !== null) return;
  const known = await deps.database.inOrganization(organizationId, tx => feedCursors(tx, crmConnection.id));
  const cursor = known.length > 0 ? null : await step.crm.startCursor();
  await deps.database.inOrganization(organizationId, async tx => {
    if (cursor !== null)
      await ensureFeedCursors(
        tx,
        crmConnection.id,
        feedKinds(enabledModules(step.options), enabledFolderModules(step.options).map(folderKindOf)),
        cursor,
      );
    const { seq } = await tx
      .selectFrom('connections')
      .select('seq')
      .where('id', '=', crmConnection.id)
      .executeTakeFirstOrThrow();
    await updatePairing(tx, pairing, { position: seq, initial: JSON.stringify({ kind: null, after: null }) });
  });
  await deps.fleet.startFeed({ organizationId, connectionId: crmConnection.id });
}
