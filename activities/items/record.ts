import { addToCycle, type Counts } from '../../db/cycles.ts';
import { clearInbox, handOverInbox, type InboxEntry, postponeInbox, putInbox } from '../../db/inbox.ts';
import { closeIntents, noteMade } from '../../db/intents.ts';
import { type ItemEvent, recordEvents } from '../../db/item-events.ts';
import { deleteItems, saveItems } from '../../db/items.ts';
import { requireEpoch } from '../../db/pairing-state.ts';
import type { Transaction } from '../../db/transaction.ts';
import { KIND_OF } from '../../sync/modules.ts';
import type { Executed } from './execute.ts';
import { recordGuarded } from './guarding.ts';
import { withKeys } from './keys.ts';
import { type Plan, withoutRecord } from './plan.ts';
import { type Planning, rowsOf, type Work } from './work.ts';

/** Remembers what a chunk did: links, outcomes, events, counts and the inbox in one transaction (ARCHITECTURE.md section 5). */
export async function record(tx: Transaction, work: Work, executed: Executed): Promise<void> {
  const { pairing, epoch } = { pairing: work.step.pairing, epoch: work.step.pairing.epoch };
  await requireEpoch(tx, pairing.id, epoch);
  const { done } = executed;
  await deleteItems(
    tx,
    pairing.id,
    done.flatMap(plan => (plan.forget && plan.item ? [plan.item.id] : [])),
  );
  await giveWay(tx, work, done);
  const kept = done.flatMap(plan => (plan.item && !plan.forget ? [withKeys(tx, plan.item)] : []));
  await saveItems(tx, pairing.id, kept, work.deps.world.now());
  await recordGuarded(
    tx,
    work,
    done.filter(plan => !plan.failed),
  );
  await recordEvents(tx, pairing.id, work.cycle, done.flatMap(eventsOf), work.deps.world.now());
  await closeAnswered(tx, work, executed);
  await closeRemovals(tx, work, done);
  await settleInbox(tx, work, done);
  await addToCycle(tx, pairing.id, work.cycle, countsOf(work, executed));
}

/** Entries that plans take the record from. */
export async function giveWay(tx: Transaction, work: Work, plans: readonly Plan[]): Promise<void> {
  const { id } = work.step.pairing;
  const entries = plans.flatMap(({ replaces }) => replaces ?? []);
  const gone = entries.filter(entry => withoutRecord(entry) === null);
  await deleteItems(
    tx,
    id,
    gone.map(entry => entry.id),
  );
  const kept = entries.flatMap(entry => withoutRecord(entry) ?? []);
  await saveItems(
    tx,
    id,
    kept.map(entry => withKeys(tx, entry)),
    work.deps.world.now(),
  );
}

export function eventsOf(plan: Plan): ItemEvent[] {
  const itemId = plan.item?.id;
  if (itemId === undefined) return [];
  return plan.events.map(event => ({
    itemId,
    action: event.action,
    direction: event.direction,
    code: event.code ?? null,
    reason: event.reason,
    ...(event.detail === undefined ? {} : { detail: event.detail }),
  }));
}

/** A create that may still take effect keeps its intent; all others are answered. */
async function closeAnswered(tx: Transaction, work: Work, { done, put }: Executed): Promise<void> {
  for (const target of ['mailbox', 'crm'] as const) {
    const intents = [...done, ...put].flatMap(plan =>
      plan.intent?.target === target ? [{ plan, sourceId: plan.intent.sourceId }] : [],
    );
    const open = intents.filter(({ plan }) => plan.failed?.maybeApplied);
    for (const { plan, sourceId } of open) {
      work.unanswered[target].add(sourceId);
      const madeId = plan.failed?.madeId;
      if (madeId !== undefined) await noteMade(tx, work.step.pairing.id, { target, sourceId }, madeId);
    }
    await closeIntents(
      tx,
      work.step.pairing.id,
      target,
      intents.filter(entry => !open.includes(entry)).map(({ sourceId }) => sourceId),
    );
  }
}

/** Entries that are settled: whoever finds one without its item from now on has found its user's doing. */
async function closeRemovals(tx: Transaction, work: Work, done: readonly Plan[]): Promise<void> {
  const settled = done.flatMap(({ one, removes, failed, afterwards }) => {
    const isOpen =
      one.item !== null && (removes || work.removing.has(one.item.id) || work.deleting.has(one.item.id));
    return isOpen && !failed?.maybeApplied && afterwards.row === 'clear' ? [one.item.id] : [];
  });
  for (const id of settled) {
    work.removing.delete(id);
    work.deleting.delete(id);
  }
  for (const target of ['mailbox', 'crm'] as const)
    await closeIntents(tx, work.step.pairing.id, target, settled);
}

async function settleInbox(tx: Transaction, work: Work, done: readonly Plan[]): Promise<void> {
  const { id } = work.step.pairing;
  const cleared = done.filter(plan => plan.afterwards.row === 'clear').flatMap(plan => rowsOf(plan.one));
  await clearInbox(tx, id, cleared);
  const later = done.flatMap(({ one, afterwards }) =>
    afterwards.row === 'later' ? rowsOf(one).map(row => ({ row, notBeforeMs: afterwards.notBeforeMs })) : [],
  );
  for (const [notBeforeMs, rows] of Map.groupBy(later, entry => entry.notBeforeMs)) {
    await postponeInbox(
      tx,
      id,
      rows.map(({ row }) => row.generation),
      notBeforeMs,
    );
  }
  for (const { one, afterwards } of done) {
    if (afterwards.row !== 'elsewhere') continue;
    const generations = rowsOf(one).map(row => row.generation);
    await handOverInbox(tx, id, generations, KIND_OF[afterwards.module]);
  }
  await putInbox(
    tx,
    id,
    done.flatMap(plan => bothSides(work, plan)),
    work.deps.world.now(),
  );
}

export function bothSides(work: Pick<Planning, 'module'>, { item, afterwards }: Plan): InboxEntry[] {
  if (!item || afterwards.row !== 'again') return [];
  const { notBeforeMs = null } = afterwards;
  const kind = KIND_OF[item.module];
  const entry = (side: 'mailbox' | 'crm', sourceId: string | null): InboxEntry[] =>
    sourceId === null ? [] : [{ side, sourceId, kind, what: 'retry', notBeforeMs }];
  return work.module === item.module || item.link === 'linked'
    ? [...entry('mailbox', item.mailboxItemId), ...entry('crm', item.crmId)]
    : [];
}

function countsOf(work: Work, { done, failures, written }: Executed): Counts {
  const counts: Record<string, number> = {};
  const add = (name: string, count = 1) => {
    counts[`${work.module}.${name}`] = (counts[`${work.module}.${name}`] ?? 0) + count;
  };
  for (const plan of done)
    for (const event of plan.events)
      add(event.direction ? `${event.action}_${event.direction.replace('-', '_')}` : event.action);
  if (written > 0) add('written', written);
  for (const [kind, count] of failures) add(`failed.${kind}`, count);
  return counts;
}
