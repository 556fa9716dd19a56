import { type NewIntent, openIntents } from '../../db/intents.ts';
import { type ItemEvent, recordEvents } from '../../db/item-events.ts';
import { saveItems } from '../../db/items.ts';
import { requireEpoch } from '../../db/pairing-state.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { SyncFailure } from '../../sync/failure.ts';
import type { Module } from '../../sync/record.ts';
import type { ActivityDeps } from '../deps.ts';
import type { OpenedConnections } from '../opened.ts';
import type { CycleRef, PhaseResult } from '../types.ts';
import { nextCases } from './cases.ts';
import { execute } from './execute.ts';
import { findOut } from './findings.ts';
import { guardPlans } from './guarding.ts';
import { withKeys } from './keys.ts';
import { Looks } from './looks.ts';
import { displacedBeforeMs, evictOverflow } from './overflow.ts';
import { type Plan, withoutRivals } from './plan.ts';
import { findArrivalCandidates, planArrival, readAdoptable } from './plan-arrival.ts';
import { planOffer } from './plan-offer.ts';
import { eventsOf, giveWay } from './record.ts';
import { recoverIntents } from './recover.ts';
import { Remembering } from './remembering.ts';
import { readSides, type Sides } from './sides.ts';
import { sortCases } from './sorting.ts';
import { planSuccessions } from './successors.ts';
import { type Case, openWork, type Work } from './work.ts';

/** A step ends after this time and is called again, so that Temporal sees progress and other steps get their turn. */
const SLICE_MS = 60_000;

type ItemPhase = (input: CycleRef) => Promise<PhaseResult>;

/** One after the other; what stops one of them stops those behind it. */
export function inTurn(phases: readonly ItemPhase[]): ItemPhase {
  return async input => {
    for (const phase of phases) {
      const result = await phase(input);
      if (result.more || result.waitUntilMs !== undefined || result.blocked) return result;
    }
    return { more: false };
  };
}

/** Works through what waits for one module, chunk by chunk, until nothing is left. */
export function createItemPhase(deps: ActivityDeps, opened: OpenedConnections, module: Module) {
  return async function people(input: CycleRef): Promise<PhaseResult> {
    const work = await openWork(deps, opened, input, module);
    await recoverIntents(work);
    const untilMs = deps.world.now() + SLICE_MS;
    const ended = await workThrough(work, new Remembering(work), untilMs);
    if (ended) return ended;
    await evictOverflow(work);
    return { more: (await work.inTransaction(tx => nextCases(tx, work))).length > 0 };
  };
}

/** Chunk after chunk; null when nothing is left. */
async function workThrough(
  work: Work,
  remembering: Remembering,
  untilMs: number,
): Promise<PhaseResult | null> {
  const { world, heartbeat } = work.deps;
  const looks = new Looks();
  for (;;) {
    const cases = await chunkOf(work, remembering);
    if (cases.length === 0) break;
    const waiting = await workOn(work, cases, looks, remembering);
    heartbeat();
    if (waiting) {
      await remembering.settle();
      const waitUntilMs = world.now() + (waiting.retryAfterMs ?? DEFAULT_WAIT_MS);
      return { more: false, waitUntilMs, reason: waiting.kind };
    }
    if (world.now() > untilMs) {
      await remembering.settle();
      return { more: true };
    }
  }
  return null;
}

/** The next cases; those that may depend on the chunk before are read again once it is remembered. */
async function chunkOf(work: Work, remembering: Remembering): Promise<Case[]> {
  const cases = await work.inTransaction(tx => nextCases(tx, work, remembering.generations));
  if (cases.length > 0 && remembering.isIndependent(cases)) return cases;
  if (remembering.generations.length === 0) return cases;
  await remembering.settle();
  return work.inTransaction(tx => nextCases(tx, work));
}

const DEFAULT_WAIT_MS = 60_000;

async function workOn(
  work: Work,
  cases: readonly Case[],
  looks: Looks,
  remembering: Remembering,
): Promise<SyncFailure | null> {
  const sides = await readSides(work, cases);
  const drafts = (await plan(work, cases, sides)).map(draft => looks.bounded(draft, work.step.nowMs));
  const plans = await commitIntents(work, drafts);
  const executed = await execute(work, plans);
  await remembering.add(executed);
  return executed.waiting;
}

/** Decides every case by what it is: a partnership, a record that arrives, an item that is offered. */
async function plan(work: Work, cases: readonly Case[], sides: ReadonlyMap<Case, Sides>): Promise<Plan[]> {
  const sorted = sortCases(work, cases, sides);
  // Items of the mailbox are remembered first, so that a record of the same person finds its partner (PAIR-7).
  const arrivals = sorted.offers.length > 0 ? [] : sorted.arrivals;
  const arriving = arrivals.flatMap(({ sides: { crmRecord: crmPerson } }) => (crmPerson ? [crmPerson] : []));
  const candidates = await findArrivalCandidates(work, arriving);
  const limitMs = await displacedBeforeMs(work);
  const adoptable = await readAdoptable(work, arriving, candidates);
  const findings = sorted.offers.length > 0 ? await findOut(work, sorted.offers) : null;
  return withoutRivals([
    ...sorted.plans,
    ...(await planSuccessions(work, sorted.successions)),
    ...arrivals.map(({ one, sides: both }) =>
      planArrival(work, one, both, { ...candidates, limitMs }, adoptable),
    ),
    ...(findings ? sorted.offers.map(offer => planOffer(work, offer, findings)) : []),
  ]);
}

/** The guard's word, the intents and the values that are to give way are committed before anything is written. */
async function commitIntents(work: Work, drafts: readonly Plan[]): Promise<Plan[]> {
  const { pairing } = work.step;
  return work.inTransaction(async tx => {
    await requireEpoch(tx, pairing.id, pairing.epoch);
    const plans = await guardPlans(tx, work, drafts);
    const { id: pairingId, epoch } = pairing;
    const nowMs = work.deps.world.now();
    const creates = plans.flatMap(({ intent }) => (intent ? [intent] : []));
    await openIntents(tx, { pairingId, epoch, op: 'create' }, creates, nowMs);
    const removals = plans.flatMap(plan => removalOf(plan, nowMs) ?? []);
    await openIntents(tx, { pairingId, epoch, op: 'delete' }, removals, nowMs);
    await bindAhead(tx, work, plans);
    await recordEvents(tx, pairing.id, work.cycle, plans.flatMap(lossesOf), work.deps.world.now());
    return plans;
  });
}

/**
 * Without it, what was taken out just before a crash would seem to have been deleted by the mailbox's user, or by somebody
 * in the CRM (CON-3, CON-4, CAL-1).
 */
function removalOf({ one, removes, mailboxWrite, crmWrite }: Plan, nowMs: number): NewIntent | null {
  if (!removes || !one.item) return null;
  const fromCrm = crmWrite?.op === 'delete' ? crmWrite.ref.id : null;
  const key = fromCrm ?? (mailboxWrite?.op === 'delete' ? mailboxWrite.itemId : null);
  if (key === null) return null;
  return {
    target: fromCrm === null ? 'mailbox' : 'crm',
    module: one.item.module,
    key,
    sourceId: one.item.id,
    containerId: one.item.containerId,
    payload: null,
    deadlineAtMs: nowMs,
  };
}

/** A partnership whose first write overwrites values stands before it: the values are kept with it. */
async function bindAhead(tx: Transaction, work: Work, plans: readonly Plan[]): Promise<void> {
  const { pairing } = work.step;
  const bound = plans.filter(plan => lossesOf(plan).length > 0);
  await giveWay(
    tx,
    work,
    bound.filter(({ otherwise }) => otherwise !== undefined),
  );
  const items = bound.flatMap(({ otherwise }) => (otherwise ? [withKeys(tx, otherwise.item)] : []));
  await saveItems(tx, pairing.id, items, work.deps.world.now());
}

/** Once they are overwritten, whoever comes after a crash does not see them any more (invariant 2). */
function lossesOf(plan: Plan): ItemEvent[] {
  const writes = plan.crmWrite !== undefined || plan.mailboxWrite !== undefined;
  const stands = plan.otherwise?.item ?? plan.one.item;
  if (!writes || stands?.id !== plan.item?.id) return [];
  return eventsOf(plan).filter(({ action }) => action === 'conflict');
}
