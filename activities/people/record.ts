import { addToCycle, type Counts } from '../../db/cycles.ts';
import { clearInbox, type InboxEntry, postponeInbox, putInbox } from '../../db/inbox.ts';
import { closeIntents } from '../../db/intents.ts';
import { type ItemEvent, recordEvents } from '../../db/item-events.ts';
import { deleteItems, type Item, saveItems } from '../../db/items.ts';
import { hashMatchKeys, nameSearchKey } from '../../db/match-keys.ts';
import { requireEpoch } from '../../db/pairing-state.ts';
import type { Transaction } from '../../db/transaction.ts';
import { addressKeys, matchKeys } from '../../sync/people/match.ts';
import { KIND_OF } from '../person-rules.ts';
import type { Executed } from './execute.ts';
import { recordGuarded } from './guarding.ts';
import type { Plan } from './plan.ts';
import { rowsOf, type Work } from './work.ts';

/** Remembers what a chunk did: links, outcomes, events, counts and the inbox in one transaction (ARCHITECTURE.md section 5). */
export async function record(tx: Transaction, work: Work, executed: Executed): Promise<void> {
  const { pairing, epoch } = { pairing: work.step.pairing, epoch: work.step.pairing.epoch };
  await requireEpoch(tx, pairing.id, epoch);
  const { done } = executed;
  await deleteItems(
    tx,
    pairing.id,
    done.flatMap(plan =>
      [plan.forget ? plan.item?.id : undefined, plan.replaces].filter(id => id !== undefined),
    ),
  );
  const kept = done.flatMap(plan => (plan.item && !plan.forget ? [withKeys(tx, plan.item)] : []));
  await saveItems(tx, pairing.id, kept, work.deps.world.now());
  await recordGuarded(
    tx,
    work,
    done.filter(plan => !plan.failed),
  );
  await recordEvents(tx, pairing.id, work.cycle, done.flatMap(eventsOf), work.deps.world.now());
  await closeAnswered(tx, work, executed);
  await settleInbox(tx, work, done);
  await addToCycle(tx, pairing.id, work.cycle, countsOf(work, executed));
}

/**
 * What an item is found by, hashed: addresses and the name for operators; an item of the user's own also by all that
 * an arriving record may match (PAIR-7).
 */
function withKeys(tx: Transaction, item: Item): Item {
  const fields = item.mailboxBase?.fields ?? item.crmBase;
  if (!fields) return item;
  const name = [fields.firstName, fields.lastName].filter(Boolean).join(' ');
  const keys = item.link === 'already_there' ? matchKeys(fields) : addressKeys(fields);
  return { ...item, matchKeys: hashMatchKeys(tx.vault, name ? [...keys, nameSearchKey(name)] : keys) };
}

function eventsOf(plan: Plan): ItemEvent[] {
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
    for (const { sourceId } of open) work.unanswered[target].add(sourceId);
    await closeIntents(
      tx,
      work.step.pairing.id,
      target,
      intents.filter(entry => !open.includes(entry)).map(({ sourceId }) => sourceId),
    );
  }
}

async function settleInbox(tx: Transaction, work: Work, done: readonly Plan[]): Promise<void> {
  const { id } = work.step.pairing;
  const cleared = done.filter(plan => plan.afterwards.row === 'clear').flatMap(plan => rowsOf(plan.one));
  await clearInbox(tx, id, cleared);
  for (const plan of done) {
    const { afterwards } = plan;
    if (afterwards.row === 'later')
      await postponeInbox(
        tx,
        id,
        rowsOf(plan.one).map(row => row.generation),
        afterwards.notBeforeMs,
      );
  }
  await putInbox(
    tx,
    id,
    done.flatMap(plan => bothSides(work, plan)),
    work.deps.world.now(),
  );
}

function bothSides(work: Work, { item, afterwards }: Plan): InboxEntry[] {
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
