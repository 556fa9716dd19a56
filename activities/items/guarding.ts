import {
  closeHeld,
  type Decision,
  type HeldRemoval,
  holdRemovals,
  recentRemovals,
  recordRemovals,
  removalDecisions,
} from '../../db/deletions.ts';
import { countLinked, type Item } from '../../db/items.ts';
import type { Transaction } from '../../db/transaction.ts';
import { type GuardLimits, mayRemove } from '../../sync/guard.ts';
import { differing, isBlank, isEmpty, pick } from '../../sync/items/compare.ts';
import { FIELDS, type Field, type Fields } from '../../sync/record.ts';
import { CLEAR, nothing, type Plan } from './plan.ts';
import { restoration } from './plan-ending.ts';
import type { Work } from './work.ts';

const DELETION = 'deletion';

/**
 * The mass deletion guard (POL-20): more removals, or clearings of one field, than allowed within 24 hours are held
 * for an admin. What was approved goes ahead, what was rejected is undone; every plan comes back, perhaps changed.
 */
export async function guardPlans(tx: Transaction, work: Work, plans: readonly Plan[]): Promise<Plan[]> {
  const asked = plans.filter(plan => removalsOf(plan).length > 0);
  if (asked.length === 0) return [...plans];
  const { pairing, crmConnection, nowMs, options } = work.step;
  const decisions = await removalDecisions(
    tx,
    asked.flatMap(plan => plan.item?.id ?? []),
  );
  const { guarded, held } = guardRemovals(plans, {
    decisions,
    recent: await recentRemovals(tx, pairing.id, crmConnection.id, work.module, nowMs),
    total: await countLinked(tx, pairing.id, work.module),
    limits: options.deletionGuard,
  });
  await holdRemovals(
    tx,
    pairing.id,
    held.map(removal => ({ ...removal, module: work.module })),
    nowMs,
  );
  return guarded;
}

/** What is known about a module's removals. */
export interface RemovalStanding {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly recent: ReadonlyMap<string, { readonly pairing: number; readonly connection: number }>;
  readonly total: number;
  readonly limits: GuardLimits;
}

type Held = Omit<HeldRemoval, 'module'>;

/** Every plan as it may be carried out, and what has to wait for an admin. */
export function guardRemovals(
  plans: readonly Plan[],
  { decisions, recent, total, limits }: RemovalStanding,
): { readonly guarded: Plan[]; readonly held: Held[] } {
  const open = countOpen(plans, decisions);
  const blocked = new Set(
    [...open]
      .filter(
        ([what, count]) =>
          !mayRemove(
            {
              asked: count,
              total,
              recent: recent.get(what)?.pairing ?? 0,
              recentOfConnection: recent.get(what)?.connection ?? 0,
            },
            limits,
          ),
      )
      .map(([what]) => what),
  );
  const answers = plans.map(plan => guard(plan, decisions, blocked));
  return { guarded: answers.map(({ plan }) => plan), held: answers.flatMap(({ held }) => held) };
}

/** What a plan takes away: the item, or the value of a field on one side. */
export function removalsOf(plan: Plan): string[] {
  if (plan.removes) return plan.uncounted ? [] : [DELETION];
  const { mailboxWrite, crmWrite } = plan;
  const before = plan.otherwise?.item ?? plan.one.item;
  // What was empty before is not cleared: an address travels whole.
  const cleared = (write: Write, base: Fields | null | undefined) =>
    FIELDS.filter(field => clears(write, field) && base?.[field] !== null);
  const fields = new Set([
    ...cleared(mailboxWrite, before?.mailboxBase?.fields),
    ...cleared(crmWrite, before?.crmBase),
  ]);
  return [...fields].map(field => `clear:${field}`);
}

function decisionOn(
  decisions: ReadonlyMap<string, Decision>,
  plan: Plan,
  what: string,
): Decision | undefined {
  return decisions.get(`${plan.item?.id}|${what}`);
}

function countOpen(plans: readonly Plan[], decisions: ReadonlyMap<string, Decision>): Map<string, number> {
  const open = new Map<string, Set<string>>();
  for (const plan of plans) {
    for (const what of removalsOf(plan)) {
      if (decisionOn(decisions, plan, what) !== undefined) continue;
      open.set(what, (open.get(what) ?? new Set()).add(unitOf(plan)));
    }
  }
  return new Map([...open].map(([what, units]) => [what, units.size]));
}

/** What is counted as one: an item, or all occurrences of a series (POL-20). */
function unitOf({ item }: Plan): string {
  return item?.meeting?.seriesId ?? item?.id ?? '';
}

interface Guarded {
  readonly plan: Plan;
  readonly held: readonly Held[];
}

function guard(plan: Plan, decisions: ReadonlyMap<string, Decision>, blocked: ReadonlySet<string>): Guarded {
  const removals = removalsOf(plan);
  const waits = removals.filter(what => {
    const decision = decisionOn(decisions, plan, what);
    return decision === 'held' || decision === 'rejected' || (decision === undefined && blocked.has(what));
  });
  if (waits.length === 0 || !plan.item) return { plan, held: [] };
  const rejected = waits.some(what => decisionOn(decisions, plan, what) === 'rejected');
  const itemId = plan.item.id;
  const held = waits
    .filter(what => decisionOn(decisions, plan, what) === undefined)
    .map(what => ({
      itemId,
      what,
      side: plan.mailboxWrite ? ('mailbox' as const) : ('crm' as const),
      reason: HELD.reason,
    }));
  if (rejected) return { plan: rejectedPlan(plan, waits), held: [] };
  return { plan: heldPlan(plan), held };
}

const HELD = {
  code: 'mass_deletion',
  reason: 'More items than the policy allows would be removed within 24 hours; this one is held.',
  fix: 'Approve or reject it under held deletions.',
};

/** Nothing is written and nothing is agreed: the question stands until an admin answers it. */
function heldPlan(plan: Plan): Plan {
  const { one, otherwise, replaces } = plan;
  const before = otherwise?.item ?? one.item ?? plan.item;
  return {
    one,
    ...(otherwise && replaces !== undefined ? { replaces } : {}),
    item: before && {
      ...whereFound(before, plan.item),
      ...{ state: 'held', code: HELD.code, reason: HELD.reason, fix: HELD.fix },
    },
    events: [
      ...(otherwise?.events ?? []),
      { action: 'held', direction: null, code: HELD.code, reason: HELD.reason },
    ],
    afterwards: CLEAR,
  };
}

/** An item that was found again under another id is held, and kept, as that one. */
function whereFound(before: Item, found: Item | null): Item {
  if (found?.id !== before.id || found.mailboxItemId === before.mailboxItemId) return before;
  return { ...before, mailboxItemId: found.mailboxItemId, mailboxEtag: found.mailboxEtag };
}

/** An admin said no: a deletion leaves the item with its user; a cleared value comes back from the other side. */
function rejectedPlan(plan: Plan, waits: readonly string[]): Plan {
  const before = plan.one.item ?? plan.item;
  if (!before) return plan;
  if (!waits.includes(DELETION)) return withValuesBack(plan, waits);
  if (plan.crmWrite) return keptInCrm(plan, before);
  return {
    one: plan.one,
    item: {
      ...whereFound(before, plan.item),
      link: 'already_there',
      state: 'excluded',
      code: 'kept_by_admin',
      reason: 'The record left the CRM or the user; an administrator kept the item in the mailbox.',
      fix: null,
      crmId: null,
      crmKind: null,
      crmParentId: null,
      crmBase: null,
    },
    events: [
      {
        action: 'kept',
        direction: null,
        code: 'kept_by_admin',
        reason: 'An administrator rejected the deletion: the item stays with its user.',
      },
    ],
    afterwards: CLEAR,
  };
}

const KEPT = {
  code: 'kept_by_admin',
  reason: 'An administrator rejected the deletion in the CRM: both sides stay as they are.',
  fix: null,
};

/** The record stays: what its user deleted comes back, what was only to be withdrawn goes on. */
function keptInCrm(plan: Plan, before: Item): Plan {
  if (before.mailboxItemId !== null && plan.events.every(({ code }) => code !== 'user_deleted'))
    return { ...nothing(plan.one), item: { ...before, state: 'excluded', ...KEPT } };
  return restoration(plan.one, before, 'rejected');
}

/** What was not to be cleared stays where it is, and comes back on the side that cleared it, if that may be written. */
function withValuesBack(plan: Plan, waits: readonly string[]): Plan {
  const { item, mailboxWrite, crmWrite } = plan;
  const before = plan.one.item;
  if (!item || !before) return plan;
  const back = waits.map(what => what.slice('clear:'.length) as Field);
  const inMailbox = back.filter(field => clears(mailboxWrite, field));
  const inCrm = back.filter(field => clears(crmWrite, field) && !inMailbox.includes(field));
  const toCrm = pick(
    before.mailboxBase?.fields ?? {},
    inMailbox.filter(field => plan.crmTakes?.(field)),
  );
  return {
    ...withWrites(plan, before, {
      mailbox: { ...without(fieldsOf(mailboxWrite), inMailbox), ...pick(before.crmBase ?? {}, inCrm) },
      crm: { ...stillSent(item, without(fieldsOf(crmWrite), inCrm)), ...toCrm },
    }),
    item: {
      ...item,
      crmBase: { ...item.crmBase, ...nulls(inMailbox) },
      mailboxBase: item.mailboxBase && {
        ...item.mailboxBase,
        fields: { ...item.mailboxBase.fields, ...nulls(inCrm) },
      },
    },
    events: [
      ...plan.events,
      {
        action: 'restored',
        direction: null,
        code: 'clearing_rejected',
        reason: 'An administrator rejected the clearing; the value was put back.',
      },
    ],
  };
}

/** The other lines of an address travel with one that changed, and not by themselves. */
function stillSent(item: Item, fields: Fields): Fields {
  return differing(item.crmBase ?? {}, fields).length > 0 ? fields : {};
}

function withWrites(
  plan: Plan,
  before: Item,
  fields: { readonly mailbox: Fields; readonly crm: Fields },
): Plan {
  const { mailboxWrite, crmWrite, ...rest } = plan;
  const next: Plan = { ...rest };
  const recategorizes = mailboxWrite?.op === 'update' && mailboxWrite.categories !== undefined;
  if (before.mailboxItemId !== null && (recategorizes || !isEmpty(fields.mailbox)))
    next.mailboxWrite = {
      ...(mailboxWrite?.op === 'update' ? mailboxWrite : { op: 'update', itemId: before.mailboxItemId }),
      fields: fields.mailbox,
    };
  if (before.crmId !== null && before.crmKind !== null && !isEmpty(fields.crm))
    next.crmWrite = {
      op: 'update',
      ref: { kind: before.crmKind, id: before.crmId },
      fields: fields.crm,
    };
  return next;
}

type Write = Plan['mailboxWrite'] | Plan['crmWrite'];

function fieldsOf(write: Write): Fields {
  return write?.op === 'update' ? write.fields : {};
}

function clears(write: Write, field: Field): boolean {
  const value = fieldsOf(write)[field];
  return value !== undefined && isBlank(value);
}

function nulls(fields: readonly Field[]): Fields {
  return Object.fromEntries(fields.map(field => [field, null]));
}

function without(fields: Fields, names: readonly Field[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !names.includes(field as Field)));
}

/** What was really removed counts for 24 hours, and its question is closed. */
export async function recordGuarded(tx: Transaction, work: Work, done: readonly Plan[]): Promise<void> {
  const removing = done.flatMap(plan =>
    plan.one.item || plan.item ? removalsOf(plan).map(what => ({ plan: counted(plan), what })) : [],
  );
  if (removing.length === 0) return;
  const { pairing, crmConnection, nowMs } = work.step;
  const units = new Map(
    removing.map(({ plan, what }) => [`${unitOf(plan)}|${what}`, { itemId: unitOf(plan), what }]),
  );
  await recordRemovals(tx, pairing.id, crmConnection.id, work.module, [...units.values()], nowMs);
  await closeHeld(
    tx,
    removing.map(({ plan, what }) => ({ itemId: plan.item?.id ?? '', what })),
  );
}

/** As it was counted when it was asked for: what is remembered of a removed event no longer tells its series. */
function counted(plan: Plan): Plan {
  return plan.one.item ? { ...plan, item: plan.one.item } : plan;
}
