import type { CrmWritten, MailboxWritten } from '../../connectors/connector.ts';
import type { Item } from '../../db/items.ts';
import { baseAfterSending } from '../../sync/people/bases.ts';
import { differing, isEmpty, pick, sameValue, withFields } from '../../sync/people/compare.ts';
import type { Loss } from '../../sync/people/merge.ts';
import { type Operation, type RemovalReason, reconcilePerson } from '../../sync/people/reconcile.ts';
import type { Fields, PersonField } from '../../sync/record.ts';
import { afterChange, afterWrite, isContested, parkedUntilMs } from '../../sync/rewrites.ts';
import { AGAIN, CLEAR, type EventDraft, failed, healthy, type Plan } from './plan.ts';
import type { Sides } from './sides.ts';
import type { Case, Work } from './work.ts';

/** Plans a partnership: the operations of the decision table as writes, and what is remembered after each of them. */
export function planLinked(work: Work, one: Case, item: Item, sides: Sides): Plan {
  const rules = work.rulesOf(item.module);
  const link = {
    bases: { mailbox: item.mailboxBase?.fields ?? {}, crm: item.crmBase ?? {} },
    adopted: item.adopted,
  };
  const operations = reconcilePerson(link, sides.mailbox, sides.crm, rules);
  const end = operations
    .map(operation => ending(work, one, item, operation, operations))
    .find(plan => plan !== null);
  if (end) return end;
  const draft = agreement(work, one, observed(work, item, sides), sides, operations);
  return contested(work, draft, item) ?? draft;
}

/** Operations that end the partnership. */
function ending(
  work: Work,
  one: Case,
  item: Item,
  operation: Operation,
  all: readonly Operation[],
): Plan | null {
  const events = lossEvents(all);
  switch (operation.op) {
    case 'stay-away':
      return {
        one,
        item: {
          ...item,
          link: 'away',
          state: 'excluded',
          code: `user_${operation.how}`,
          reason: AWAY[operation.how],
          fix: 'Restore the item to bring it back into the mailbox.',
          attempts: 0,
          nextAttemptAtMs: null,
        },
        events: [
          {
            action: 'stay_away',
            direction: null,
            code: `user_${operation.how}`,
            reason: AWAY[operation.how],
          },
        ],
        afterwards: CLEAR,
      };
    case 'forget':
      return {
        one,
        item: departed(item, operation.reason),
        events: [
          { action: 'forgotten', direction: null, code: operation.reason, reason: REASONS[operation.reason] },
        ],
        afterwards: CLEAR,
      };
    case 'release':
      return release(work, one, item, operation.reason, operation.categories);
    case 'delete-mailbox':
      return { ...removal(one, item, operation.reason, events), uncounted: one.crmRow?.what === 'displaced' };
    default:
      return null;
  }
}

const AWAY = {
  deleted: 'The user deleted the item in the mailbox; it stays away, the CRM record lives.',
  moved: 'The user moved the item out of the synchronized folder; it stays away, the CRM record lives.',
};

export const REASONS: Readonly<Record<RemovalReason, string>> = {
  crm_deleted: 'The record was deleted in the CRM.',
  left_owner: 'The record belongs to another user now.',
  left_access: 'The user can no longer see the record in the CRM.',
  left_age: 'The record is older than the sync start date.',
  left_limit: 'Newer contacts took its place: the policy limits their number.',
  left_module: 'The policy no longer synchronizes this module.',
};

function removal(one: Case, item: Item, reason: RemovalReason, events: EventDraft[]): Plan {
  const plan: Plan = {
    one,
    item,
    removes: true,
    events: [
      ...events,
      { action: 'deleted', direction: 'to-mailbox', code: reason, reason: REASONS[reason] },
    ],
    afterwards: CLEAR,
    onMailbox: current => departed(current, reason),
  };
  if (item.mailboxItemId !== null) plan.mailboxWrite = { op: 'delete', itemId: item.mailboxItemId };
  return plan;
}

/** The mailbox has it no longer; the entry stays for whoever asks what became of it (OPS-2, POL-28). */
function departed(item: Item, reason: RemovalReason): Item {
  return {
    ...item,
    link: 'none',
    state: 'excluded',
    code: reason,
    reason: REASONS[reason],
    fix: null,
    attempts: 0,
    nextAttemptAtMs: null,
    mailboxItemId: null,
    containerId: null,
    mailboxEtag: null,
    unheard: false,
    mailboxBase: null,
  };
}

/** The user's own item stays, without category and stamp; it is not sent anew by itself (PAIR-7). */
function release(
  work: Work,
  one: Case,
  item: Item,
  reason: RemovalReason,
  categories: readonly string[] | null,
): Plan {
  const own =
    categories ??
    (item.mailboxBase?.categories ?? []).filter(name => !Object.values(work.rules.categories).includes(name));
  const plan: Plan = {
    one,
    item,
    events: [
      {
        action: 'released',
        direction: 'to-mailbox',
        code: reason,
        reason: `${REASONS[reason]} The user's own item stays.`,
      },
    ],
    afterwards: CLEAR,
    onMailbox: (current, written) => ({
      ...current,
      link: 'already_there',
      state: 'excluded',
      code: 'already_there',
      reason: `${REASONS[reason]} The item was the user's before and stays.`,
      fix: 'Give it the category in Outlook to send it to the CRM again.',
      crmKind: null,
      crmId: null,
      crmParentId: null,
      crmBase: null,
      adopted: false,
      mailboxEtag: written?.etag ?? null,
      mailboxBase: written
        ? { fields: { ...item.mailboxBase?.fields, ...written.fields }, categories: written.categories }
        : item.mailboxBase,
    }),
  };
  if (item.mailboxItemId !== null)
    plan.mailboxWrite = { op: 'update', itemId: item.mailboxItemId, fields: {}, categories: own, key: null };
  return plan;
}

/** The item with what was seen of both sides; fields that still have to travel keep their old base. */
function observed(work: Work, item: Item, { mailboxPerson, crmPerson, crm, mailbox }: Sides): Item {
  const { nowMs } = work.step;
  const mailboxChanged =
    mailbox.state === 'present' ? differing(item.mailboxBase?.fields ?? {}, mailbox.fields) : [];
  const crmChanged = crm.state === 'present' ? differing(item.crmBase ?? {}, crm.fields) : [];
  const writes = afterChange(
    afterChange(item.writes, 'mailbox', mailboxChanged, nowMs),
    'crm',
    crmChanged,
    nowMs,
  );
  return {
    ...healthy(item),
    writes,
    ...(mailboxPerson
      ? {
          mailboxItemId: mailboxPerson.itemId,
          containerId: mailboxPerson.containerId,
          mailboxEtag: mailboxPerson.etag,
        }
      : {}),
    ...(crmPerson ? { crmParentId: crmPerson.accountId, crmModifiedAtMs: crmPerson.modifiedAtMs } : {}),
  };
}

/** What travels in each direction, and what both sides hold now. */
interface Agreement {
  readonly toMailbox: Fields;
  readonly toCrm: Fields;
  readonly categories: readonly string[] | undefined;
  readonly mailboxNow: Fields;
  readonly crmNow: Fields;
}

function agreement(work: Work, one: Case, item: Item, sides: Sides, operations: readonly Operation[]): Plan {
  const update = operations.find(operation => operation.op === 'update-mailbox');
  const wanted = operations.find(operation => operation.op === 'update-crm')?.fields ?? {};
  const agreed: Agreement = {
    toMailbox: update?.fields ?? {},
    toCrm: work.first ? {} : wanted,
    categories: update?.categories,
    mailboxNow: sides.mailbox.state === 'present' ? sides.mailbox.fields : (item.mailboxBase?.fields ?? {}),
    crmNow: sides.crm.state === 'present' ? sides.crm.fields : (item.crmBase ?? {}),
  };
  const plan: Plan = {
    one,
    item: withSeenBases(item, sides, agreed, wanted),
    events: lossEvents(operations),
    // What only the mailbox has goes in the second cycle (PAIR-6, PAIR-7).
    afterwards: work.first && !isEmpty(wanted) ? { row: 'again', notBeforeMs: work.step.nowMs + 1 } : CLEAR,
  };
  if (update) planMailboxUpdate(work, plan, item, agreed);
  if (!isEmpty(agreed.toCrm)) planCrmUpdate(work, plan, item, agreed);
  return plan;
}

function withSeenBases(
  item: Item,
  sides: Sides,
  { toMailbox, mailboxNow, crmNow }: Agreement,
  wanted: Fields,
): Item {
  const mailboxBase = item.mailboxBase?.fields ?? {};
  const crmBase = item.crmBase ?? {};
  return {
    ...item,
    mailboxBase: {
      fields: advanced(mailboxBase, mailboxNow, crmNow, wanted),
      categories: sides.mailboxPerson?.categories ?? item.mailboxBase?.categories ?? [],
    },
    crmBase: advanced(crmBase, crmNow, mailboxNow, toMailbox),
  };
}

/** The base moves to what is seen now, but not for what has yet to travel, nor while the other side is unknown. */
function advanced(base: Fields, now: Fields, other: Fields, travelling: Fields): Fields {
  const stays = keysOf(base).filter(field => travelling[field] !== undefined || other[field] === undefined);
  return withFields(withFields(base, now), pick(base, stays));
}

function planMailboxUpdate(work: Work, plan: Plan, item: Item, agreed: Agreement): void {
  if (item.mailboxItemId === null) return;
  const { toMailbox, categories, crmNow } = agreed;
  plan.mailboxWrite = {
    op: 'update',
    itemId: item.mailboxItemId,
    fields: toMailbox,
    ...(item.mailboxEtag ? { etag: item.mailboxEtag } : {}),
    ...(categories ? { categories } : {}),
  };
  const why = categories ? 'The category was put back.' : 'The CRM record changed.';
  plan.events.push({ action: 'updated', direction: 'to-mailbox', reason: told(why, toMailbox) });
  plan.onMailbox = (current, written) => mailboxSettled(work, current, written, toMailbox, crmNow);
}

function planCrmUpdate(work: Work, plan: Plan, item: Item, { toCrm, mailboxNow, crmNow }: Agreement): void {
  if (item.crmId === null || item.crmKind === null) return;
  plan.crmWrite = { op: 'update', ref: { kind: item.crmKind, id: item.crmId }, fields: toCrm };
  plan.events.push({
    action: 'updated',
    direction: 'to-crm',
    reason: told('The user changed the item.', toCrm),
  });
  plan.onCrm = (current, written) => crmSettled(work, plan, current, written, toCrm, mailboxNow, crmNow);
}

/** Names of fields, never their values. */
function told(why: string, fields: Fields): string {
  const names = keysOf(fields);
  return names.length > 0 ? `${why} Fields: ${names.join(', ')}.` : why;
}

/** The mailbox's base is what the mailbox holds now, as read back; fields on their way to the CRM keep theirs. */
function mailboxSettled(work: Work, item: Item, written: MailboxWritten, sent: Fields, crmNow: Fields): Item {
  if (!written) return item;
  const base = item.mailboxBase?.fields ?? {};
  return {
    ...item,
    mailboxEtag: written.etag,
    mailboxBase: {
      fields: withFields(base, pick(written.fields, keysOf(sent))),
      categories: written.categories,
    },
    crmBase: withFields(item.crmBase ?? {}, pick(crmNow, keysOf(sent))),
    writes: isEmpty(sent) ? item.writes : afterWrite(item.writes, 'mailbox', sent, work.step.nowMs),
  };
}

/**
 * The CRM's base is what was sent: what its own rules made of it is a change of the CRM that comes next. What stood
 * there just before and was not what we knew is overwritten by us, and kept (ARCHITECTURE.md section 5).
 */
function crmSettled(
  work: Work,
  plan: Plan,
  item: Item,
  written: CrmWritten,
  sent: Fields,
  mailboxNow: Fields,
  crmNow: Fields,
): Item {
  const { before, after } = written;
  for (const field of keysOf(sent)) {
    const stood = before?.fields[field];
    if (stood === undefined || sameValue(stood, crmNow[field]) || sameValue(stood, sent[field])) continue;
    plan.events.push(
      lossEvent({ field, side: 'crm', lost: stood, kept: sent[field] ?? null, reason: 'both_changed' }),
    );
  }
  const agreed = baseAfterSending(sent, after.fields);
  const reshaped = keysOf(agreed).some(
    field => after.fields[field] !== undefined && !sameValue(after.fields[field], agreed[field]),
  );
  if (reshaped) plan.afterwards = AGAIN;
  return {
    ...item,
    crmParentId: after.accountId,
    crmModifiedAtMs: after.modifiedAtMs,
    mailboxBase: item.mailboxBase && {
      ...item.mailboxBase,
      fields: withFields(item.mailboxBase.fields, pick(mailboxNow, keysOf(sent))),
    },
    crmBase: withFields(item.crmBase ?? {}, agreed),
    writes: afterWrite(item.writes, 'crm', sent, work.step.nowMs),
  };
}

export function lossEvents(operations: readonly Operation[]): EventDraft[] {
  return operations.flatMap(operation => (operation.op === 'keep-loser' ? [lossEvent(operation.loss)] : []));
}

export function lossEvent(loss: Loss): EventDraft {
  return {
    action: 'conflict',
    direction: loss.side === 'mailbox' ? 'to-mailbox' : 'to-crm',
    code: loss.reason,
    reason: `${LOST[loss.reason]} Field: ${loss.field}.`,
    detail: { field: loss.field, side: loss.side, lost: loss.lost, kept: loss.kept },
  };
}

const LOST: Readonly<Record<Loss['reason'], string>> = {
  both_changed: 'Both sides changed the field; the losing value is kept here.',
  not_writable: "The edit may not be written back; the CRM's value was restored and the edit is kept here.",
  record_left: 'The record left while the edit was on its way; the edit is kept here.',
  replaced: 'Another record took its place; the value is kept here.',
  unseen: 'An edit replaced more of the value than its editor could see; the whole of it is kept here.',
};

/** Something keeps undoing our writes: the item is parked instead of written again (PAIR-11). */
function contested(work: Work, plan: Plan, before: Item): Plan | null {
  const { nowMs } = work.step;
  if (!plan.item || (!plan.mailboxWrite && !plan.crmWrite) || !isContested(plan.item.writes, nowMs))
    return null;
  const verdict = {
    code: 'contested',
    reason:
      'Something keeps changing this item back after it was written: another synchronization tool may be at work.',
    fix: 'Find and stop the other tool, then retry the item.',
  };
  return {
    one: plan.one,
    item: {
      ...failed({ ...before, writes: plan.item.writes }, verdict, nowMs),
      nextAttemptAtMs: parkedUntilMs(nowMs),
    },
    events: [{ action: 'quarantined', direction: null, code: verdict.code, reason: verdict.reason }],
    afterwards: CLEAR,
  };
}

function keysOf(fields: Fields): PersonField[] {
  return Object.keys(fields) as PersonField[];
}
