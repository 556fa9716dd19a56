import type { MailboxProbeResult } from '../connectors/connector.ts';
import { takeFromLog } from '../db/change-log.ts';
import { removeCursors } from '../db/cursors.ts';
import { beginCycle } from '../db/cycles.ts';
import { recordIdleCycle } from '../db/idle-cycle.ts';
import { forgetWaitingMessages, requeueDueItems, requeueDueMessages, waitingKinds } from '../db/inbox.ts';
import { retryMessages, stirMessages } from '../db/messages.ts';
import { finishOperationsOfCycle, finishOperationsOfKind } from '../db/operations.ts';
import { requestedAfter, updatePairing } from '../db/pairing-state.ts';
import { removePairing } from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import { archivedFolderOf, kindOfContainer } from '../sync/containers.ts';
import { SyncFailure } from '../sync/failure.ts';
import { enabledFolderModules, folderKindOf } from '../sync/folders/kinds.ts';
import { sameCategory } from '../sync/items/rules.ts';
import { ITEM_KIND_OF, KIND_OF, MODULES } from '../sync/modules.ts';
import type { Module } from '../sync/record.ts';
import { judgeStamp } from '../sync/stamp.ts';
import type { PairingInput } from '../workflows/messages.ts';
import { isDoubtful } from './connection-alerts.ts';
import { deadConnection } from './dead-connection.ts';
import type { ActivityDeps } from './deps.ts';
import { nextDueMs, stampDue, sweepDue, type Trigger, whenDue } from './due.ts';
import { feedFailure } from './feed-failure.ts';
import { isHorizonShort, missingContainers } from './horizon.ts';
import { takePages } from './intake.ts';
import {
  archivedContainers,
  mailPhases,
  messageCategories,
  missingArchives,
  retiredArchives,
  watchedCursors,
} from './mail/features.ts';
import { folderParents, mailPhasesDue, noteDoubts, phasesOfFolders } from './mail/poll.ts';
import type { OpenedConnections } from './opened.ts';
import { phasesFor } from './phases.ts';
import { reprocesses } from './policy-change.ts';
import { categoriesOf, enabledModules, filterOf, syncedContainer } from './rules.ts';
import { markSide } from './sided.ts';
import { STOPPED, savePairing, standingOf } from './standing.ts';
import { beginStep, type Step } from './step.ts';
import type { Phase, Standing } from './types.ts';

/**
 * Looks whether a cycle is due and what it has to do. A cycle that finds nothing ends here: one round trip to the
 * mailbox, none to the CRM, two short transactions (ARCHITECTURE.md section 4).
 */
export function createDetect(deps: ActivityDeps, opened: OpenedConnections) {
  return async function detect(input: PairingInput): Promise<Standing> {
    const step = await beginStep(deps, opened, input);
    if (!step) return STOPPED;
    const parked = await park(deps, step);
    if (parked) return parked;
    const due = whenDue(step);
    const blocked = await deadConnection(deps, step, due);
    if (blocked) return blocked;
    if ('dueAtMs' in due) {
      await savePairing(deps, step, { due_at: new Date(due.dueAtMs) });
      return standingOf(step, { next: 'sleep', dueAtMs: due.dueAtMs });
    }
    // Who asked for it, and who was away, sees what the CRM holds now.
    if (due.trigger === 'schedule' || !isPrepared(step)) return look(deps, step, due.trigger);
    const fresh = await afterFeed(deps, opened, step, input);
    if (fresh.crmConnection.state === 'dead')
      throw markSide(new SyncFailure('auth', 'The CRM refused the credentials of the feed.'), 'crm');
    return look(deps, fresh, due.trigger);
  };
}

/** What the admin wants comes first: removed, disabled, paused. */
async function park(deps: ActivityDeps, step: Step): Promise<Standing | null> {
  const { pairing, policy, nowMs } = step;
  if (pairing.desired === 'removed') {
    await deps.database.inOrganization(step.organizationId, tx => removePairing(tx, pairing.id, nowMs));
    return STOPPED;
  }
  if (!policy.enabled) {
    const archives = step.cursors.map(({ containerId }) => containerId).filter(isArchive);
    if (archives.length > 0)
      await deps.database.inOrganization(step.organizationId, tx => endArchives(tx, step, archives));
    await savePairing(deps, step, {
      state: 'disabled',
      reason: 'The policy is disabled.',
      fix: 'Enable the policy to start its pairings.',
      due_at: null,
    });
    return standingOf(step, { next: 'stop' }, { state: 'disabled', note: 'policy disabled' });
  }
  if (pairing.desired === 'paused') {
    if (pairing.state !== 'paused') await pause(deps, step);
    return standingOf(step, { next: 'wait' }, { state: 'paused', note: 'paused' });
  }
  return null;
}

async function pause(deps: ActivityDeps, step: Step): Promise<void> {
  await deps.database.inOrganization(step.organizationId, async tx => {
    await updatePairing(tx, step.pairing, {
      state: 'paused',
      reason: 'Paused by an administrator.',
      fix: 'Resume the pairing.',
      due_at: null,
    });
    await finishOperationsOfKind(tx, step.pairing.id, 'pause', step.nowMs);
  });
}

const FEED_WAIT_MS = 30_000;
/** The feed has tried three times by then. */
const FAILING_FEED_WAIT_MS = 8_000;
const FEED_LOOK_MS = 250;

/** Sync now asks the feed first and waits for it, at most 30 seconds; then it goes on without. */
async function afterFeed(
  deps: ActivityDeps,
  opened: OpenedConnections,
  step: Step,
  input: PairingInput,
): Promise<Step> {
  const requestedMs = step.pairing.run_requested_at?.getTime() ?? step.nowMs;
  const startedMs = deps.world.now();
  const patienceMs = ({ feedFailures }: Step) =>
    Object.keys(feedFailures).length > 0 ? FAILING_FEED_WAIT_MS : FEED_WAIT_MS;
  let latest = step;
  while (
    (latest.crmConnection.polled_at?.getTime() ?? 0) < requestedMs &&
    deps.world.now() - startedMs < patienceMs(latest)
  ) {
    if (latest === step) {
      await deps.fleet.startFeed({
        organizationId: step.organizationId,
        connectionId: step.crmConnection.id,
      });
    }
    await deps.world.sleep(FEED_LOOK_MS);
    deps.heartbeat();
    latest = (await beginStep(deps, opened, input)) ?? latest;
  }
  return latest;
}

async function look(deps: ActivityDeps, step: Step, trigger: Trigger): Promise<Standing> {
  if (!isPrepared(step))
    return begin(deps, step, trigger, [
      ...(['prepare', 'load'] as const),
      ...phasesFor(enabledModules(step.options)),
      ...mailPhases(step.options),
    ]);
  const probed = await probe(step);
  return deps.database.inOrganization(step.organizationId, async tx => {
    const phases = await takeIn(tx, step, probed);
    if (phases.length === 0) return idle(tx, deps, step, trigger);
    return beginIn(tx, step, trigger, phases);
  });
}

function isPrepared(step: Step): boolean {
  const { pairing } = step;
  return (
    pairing.root_folder_id !== null &&
    pairing.crm_user_id !== null &&
    pairing.position !== null &&
    syncedContainer(step, 'contact') !== '' &&
    missingContainers(step).length === 0 &&
    missingArchives(step).length === 0
  );
}

async function probe(step: Step): Promise<MailboxProbeResult> {
  const { pairing, options } = step;
  return step.mailbox().probe({
    containers: watchedCursors(step).map(({ containerId, cursor }) => ({ id: containerId, cursor })),
    rootFolderId: pairing.root_folder_id,
    contactFolderId: options.contacts.separateFolder ? pairing.contact_folder_id : null,
    categories: true,
    folderParents: folderParents(step),
  });
}

/** Stores what was heard from both sides and says which phases have work. */
async function takeIn(tx: Transaction, step: Step, probed: MailboxProbeResult): Promise<Phase[]> {
  const { pairing } = step;
  const pages = step.cursors.flatMap(before => {
    const page = probed.pages.get(before.containerId);
    return page ? [{ before, page }] : [];
  });
  await takePages(tx, step, pages);
  if (step.logAhead) await takeLog(tx, step);
  await endArchives(tx, step, retiredArchives(step));
  if (pairing.policy_version !== step.policy.version) await retryMessages(tx, pairing.id, step.nowMs);
  if (step.nextAttemptMs !== null && step.nextAttemptMs <= step.nowMs) {
    await requeueDueItems(tx, pairing.id, step.nowMs);
    await requeueDueMessages(tx, pairing.id, archivedContainers(step.options), step.nowMs);
  }
  const heard = pages.some(({ page }) => page.type === 'page' && page.changes.length > 0);
  const kinds =
    heard || step.logAhead || step.nextAttemptMs !== null
      ? await waitingKinds(tx, pairing.id, step.nowMs)
      : step.waitingKinds;
  const loads =
    watchedCursors(step).some(cursor => cursor.enumerating) ||
    pages.some(({ page }) => page.type !== 'page' || page.more) ||
    (step.options.modules.appointments.enabled && isHorizonShort(step.cursors, step.options, step.nowMs));
  const phases: Phase[] = [];
  if (needsRepair(step, probed)) phases.push('prepare');
  if (loads || pairing.initial !== null || sweepDue(step) || (await reprocesses(tx, step)))
    phases.push('load');
  const working = MODULES.filter(module => {
    const { enabled } = step.options.modules[module];
    const follows = phases.length > 0 && (enabled || (phases.includes('load') && isWatched(step, module)));
    return kinds.includes(KIND_OF[module]) || follows;
  });
  const found = await phasesOfFolders(tx, step, probed);
  await noteDoubts(tx, step, found, phases.length > 0);
  return [...phases, ...phasesFor(working), ...mailPhasesDue(step, found, kinds, phases.length > 0)];
}

/** What is no longer archived is heard of no more; switched on again, it begins anew (POL-23). */
async function endArchives(
  tx: Transaction,
  { pairing }: Step,
  containerIds: readonly string[],
): Promise<void> {
  if (containerIds.length === 0) return;
  await removeCursors(tx, pairing.id, containerIds);
  await forgetWaitingMessages(tx, pairing.id, containerIds.map(archivedFolderOf));
}

const isArchive = (containerId: string) => kindOfContainer(containerId) === 'message';

/** Also what a policy no longer has may have items that are to leave. */
function isWatched({ cursors }: Step, module: Module): boolean {
  return cursors.some(({ containerId }) => kindOfContainer(containerId) === ITEM_KIND_OF[module]);
}

async function takeLog(tx: Transaction, step: Step): Promise<void> {
  const { pairing, options, nowMs } = step;
  const place = {
    pairingId: pairing.id,
    connectionId: step.crmConnection.id,
    position: pairing.position ?? 0,
  };
  await stirMessages(tx, place, nowMs);
  const modules = enabledModules(options);
  const folders = enabledFolderModules(options);
  const position = await takeFromLog(
    tx,
    {
      ...place,
      userId: pairing.crm_user_id ?? '',
      kinds: [...modules.map(module => KIND_OF[module]), ...folders.map(folderKindOf)],
      visibleKinds: [
        ...modules.filter(module => filterOf(options, module) === 'visible').map(module => KIND_OF[module]),
        ...folders.filter(({ filter }) => filter === 'visible').map(folderKindOf),
      ],
    },
    nowMs,
  );
  await updatePairing(tx, pairing, { position });
}

/** What users renamed or deleted of the product's is put right before anything else (CON-6, PAIR-5). */
function needsRepair(step: Step, { root, contactFolder, categories, pages }: MailboxProbeResult): boolean {
  const { pairing, options } = step;
  const names = [
    ...Object.values(categoriesOf(options)),
    ...messageCategories(options).map(({ name }) => name),
  ];
  if (!root || root.folder.name !== options.category.name) return true;
  if (options.contacts.separateFolder && contactFolder?.name !== options.category.name) return true;
  if ([...pages.values()].some(page => page.type === 'container-gone')) return true;
  if (categories && !names.every(name => categories.some(category => sameCategory(category.name, name))))
    return true;
  const own = { installationId: step.installationId, pairingId: pairing.id, counter: pairing.stamp_counter };
  return judgeStamp(root.stamp, own).verdict !== 'ours' || stampDue(step);
}

async function begin(deps: ActivityDeps, step: Step, trigger: Trigger, phases: Phase[]): Promise<Standing> {
  return deps.database.inOrganization(step.organizationId, async tx => {
    await noteDoubts(tx, step, new Set(), true);
    return beginIn(tx, step, trigger, phases);
  });
}

async function beginIn(tx: Transaction, step: Step, trigger: Trigger, phases: Phase[]): Promise<Standing> {
  const { pairing, nowMs } = step;
  const cycle = pairing.cycle + 1;
  const state =
    pairing.initialized_at === null
      ? 'initializing'
      : pairing.state === 'paused' || pairing.state === 'disabled'
        ? 'catching_up'
        : pairing.state;
  await beginCycle(tx, pairing.id, cycle, trigger, nowMs);
  await updatePairing(tx, pairing, {
    state,
    last_cycle_at: new Date(nowMs),
    run_requested_at: requestedAfter(nowMs),
  });
  return standingOf(step, { next: 'phases', phases }, { cycle, state, note: phases.join(', ') });
}

/** Finding nothing to do says something, too: what had failed works, or the CRM is not heard at all. */
function isNewsworthy(step: Step): boolean {
  const { pairing, mailboxConnection } = step;
  return (
    pairing.notified ||
    pairing.error_streak > 0 ||
    isDoubtful(mailboxConnection) ||
    feedFailure(step) !== null
  );
}

async function idle(tx: Transaction, deps: ActivityDeps, step: Step, trigger: Trigger): Promise<Standing> {
  const { pairing, nowMs } = step;
  const dueAtMs = nextDueMs({ ...step, pairing: { ...pairing, last_cycle_at: new Date(nowMs) } }, nowMs);
  const number = pairing.cycle + 1;
  if (isNewsworthy(step))
    return standingOf(
      step,
      { next: 'phases', phases: [] },
      { cycle: (await beginIn(tx, step, trigger, [])).cycle },
    );
  const endedAtMs = deps.world.now();
  await recordIdleCycle(tx, pairing, {
    number,
    trigger,
    startedAtMs: nowMs,
    endedAtMs,
    dueAtMs,
    calls: { graph: 1 },
  });
  if (trigger !== 'schedule')
    await finishOperationsOfCycle(tx, { pairingId: pairing.id, cycle: number, at: new Date(endedAtMs) });
  return standingOf(
    step,
    { next: 'sleep', dueAtMs },
    { cycle: number, state: 'in_sync', errorStreak: 0, note: 'nothing to do' },
  );
}
