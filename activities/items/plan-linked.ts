import type { CrmWritten, MailboxWritten } from '../../connectors/connector.ts';
import type { Item } from '../../db/items.ts';
import { baseAfterSending } from '../../sync/items/bases.ts';
import { differing, isEmpty, pick, sameValue, withFields } from '../../sync/items/compare.ts';
import type { MailboxSide, Operation } from '../../sync/items/operation.ts';
import { reconcile } from '../../sync/items/reconcile.ts';
import { crmTakes, type ItemRules } from '../../sync/items/rules.ts';
import type { Field, Fields } from '../../sync/record.ts';
import { afterChange, afterWrite, isContested, parkedUntilMs } from '../../sync/rewrites.ts';
import { lossEvent, lossEvents } from './losses.ts';
import { AGAIN, CLEAR, failed, healthy, nothing, type Plan } from './plan.ts';
import { planEnding } from './plan-ending.ts';
import type { Sides } from './sides.ts';
import type { Case, Planning } from './work.ts';

/** Plans a partnership: the operations of the decision table as writes, and what is remembered after each of them. */
export function planLinked(work: Planning, one: Case, item: Item, sides: Sides): Plan {
  if (isPatient(work, one, item, sides)) return nothing(one);
  const rules = work.rulesOf(item.module);
  const link = {
    bases: { mailbox: item.mailboxBase?.fields ?? {}, crm: item.crmBase ?? {} },
    adopted: item.adopted,
    meeting: item.meeting,
    follows: sides.follows,
  };
  const mailbox = work.removing.has(item.id) ? withoutOurs(sides) : sides.mailbox;
  const operations = reconcile(link, mailbox, sides.crm, rules);
  const end = operations
    .map(operation => planEnding(work, one, located(item, sides), operation, operations))
    .find(plan => plan !== null);
  if (end) return end;
  const draft = agreement(work, one, observed(work, item, sides), sides, operations, item.code);
  return contested(work, draft, item) ?? draft;
}

/** Hearing once more of a record that says nothing new is no reason to try early what was refused (PAIR-10). */
function isPatient({ step }: Planning, { mailboxRow }: Case, item: Item, { crm, mailbox }: Sides): boolean {
  const waits = item.state === 'failing' && (item.nextAttemptAtMs ?? 0) > step.nowMs;
  if (mailboxRow || !(waits || hasRefusedEdit(item, mailbox))) return false;
  return crm.state === 'present' && differing(item.crmBase ?? {}, crm.fields).length === 0;
}

/** An edit of a meeting that the CRM does not take, and that may not be undone in the mailbox either (POL-10, POL-18). */
function hasRefusedEdit(item: Item, mailbox: MailboxSide): boolean {
  if (item.code !== HAS_ATTENDEES.code || mailbox.state !== 'present') return false;
  return differing(item.mailboxBase?.fields ?? {}, mailbox.fields).length > 0;
}

/** What we took out ourselves, though nobody answered, was not taken out by its user: it may come back. */
function withoutOurs({ mailbox, crm }: Sides): MailboxSide {
  return mailbox.state === 'gone' && crm.state === 'left' ? { state: 'unchanged' } : mailbox;
}

/** The item under the id that it was found with. */
export function located(item: Item, { mailboxItem: mailboxPerson }: Sides): Item {
  return mailboxPerson
    ? { ...item, mailboxItemId: mailboxPerson.itemId, mailboxEtag: mailboxPerson.etag }
    : item;
}

/** The item with what was seen of both sides; fields that still have to travel keep their old base. */
function observed(
  work: Planning,
  item: Item,
  { mailboxItem: mailboxPerson, crmRecord: crmPerson, crm, mailbox }: Sides,
): Item {
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
          meeting: mailboxPerson.meeting ?? null,
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

function agreement(
  work: Planning,
  one: Case,
  item: Item,
  sides: Sides,
  operations: readonly Operation[],
  codeBefore: string | null,
): Plan {
  const update = operations.find(operation => operation.op === 'update-mailbox');
  const withheld = operations.find(operation => operation.op === 'withhold')?.fields ?? {};
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
    item: withheldFrom(
      withSeenBases(
        item,
        sides,
        { ...agreed, toMailbox: { ...agreed.toMailbox, ...withheld } },
        // An edit that the CRM does not take is no agreement either, as long as it may not be undone.
        { ...wanted, ...withheld },
      ),
      withheld,
    ),
    crmTakes: field => isEditable(sides) && !work.first && crmTakes(field, work.rulesOf(item.module)),
    events: lossEvents(operations),
    // What only the mailbox has goes in the second cycle (PAIR-6, PAIR-7).
    afterwards: work.first && !isEmpty(wanted) ? { row: 'again', notBeforeMs: work.step.nowMs + 1 } : CLEAR,
  };
  if (sides.follows && plan.item) plan.item = following(plan.item, agreed, work.rulesOf(item.module));
  if (!isEmpty(withheld) && codeBefore !== HAS_ATTENDEES.code)
    plan.events.push({
      action: 'excluded',
      direction: 'to-mailbox',
      code: HAS_ATTENDEES.code,
      reason: HAS_ATTENDEES.reason,
    });
  if (update) planMailboxUpdate(work, plan, item, agreed);
  else planSeriesMark(work, plan, operations);
  if (!isEmpty(agreed.toCrm)) planCrmUpdate(work, plan, item, agreed);
  return plan;
}

const HAS_ATTENDEES = {
  code: 'has_attendees',
  reason:
    "Others take part in this meeting, who would be told of a change: the CRM's values are not written to the mailbox.",
  fix: 'Change the meeting in Outlook, or let the policy send invitations (calendar.invitations).',
};

/**
 * Of who follows, the CRM's values are the base: what its copy says otherwise is an edit that travels when it is this
 * pairing's turn to write the record (CAL-2).
 */
function following(item: Item, { crmNow }: Agreement, rules: ItemRules): Item {
  const taken = pick(
    crmNow,
    keysOf(crmNow).filter(field => crmTakes(field, rules)),
  );
  return {
    ...item,
    crmBase: withFields(item.crmBase ?? {}, crmNow),
    mailboxBase: item.mailboxBase && {
      ...item.mailboxBase,
      fields: withFields(item.mailboxBase.fields, taken),
    },
  };
}

/** The ledger says what is left out, and why (POL-18, invariant 1). */
function withheldFrom(item: Item, fields: Fields): Item {
  return isEmpty(fields) ? item : { ...item, state: 'excluded', ...HAS_ATTENDEES };
}

function isEditable({ crm }: Sides): boolean {
  return crm.state === 'present' && crm.editable;
}

function withSeenBases(
  item: Item,
  sides: Sides,
  { toMailbox, toCrm, mailboxNow, crmNow }: Agreement,
  wanted: Fields,
): Item {
  const mailboxBase = item.mailboxBase?.fields ?? {};
  const crmBase = item.crmBase ?? {};
  // What waits for the second cycle is an edit of what the CRM says now, also when it is cleared meanwhile (PAIR-7).
  const waiting = differing(mailboxBase, mailboxNow).filter(
    field => wanted[field] !== undefined && toCrm[field] === undefined,
  );
  return {
    ...item,
    mailboxBase: {
      fields: withFields(advanced(mailboxBase, mailboxNow, crmNow, wanted), pick(crmNow, waiting)),
      categories: sides.mailboxItem?.categories ?? item.mailboxBase?.categories ?? [],
    },
    crmBase: advanced(crmBase, crmNow, mailboxNow, toMailbox),
  };
}

/** The base moves to what is seen now, but not for what has yet to travel, nor while the other side is unknown. */
function advanced(base: Fields, now: Fields, other: Fields, travelling: Fields): Fields {
  const stays = keysOf(base).filter(field => travelling[field] !== undefined || other[field] === undefined);
  return withFields(withFields(base, now), pick(base, stays));
}

function planMailboxUpdate(work: Planning, plan: Plan, item: Item, agreed: Agreement): void {
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

/** Once per series and run: what is told of its other occurrences afterwards has the category. */
function planSeriesMark({ markedSeries }: Planning, plan: Plan, operations: readonly Operation[]): void {
  const mark = operations.find(operation => operation.op === 'mark-series');
  if (!mark || markedSeries.has(mark.seriesId)) return;
  markedSeries.add(mark.seriesId);
  plan.mailboxWrite = { op: 'update', itemId: mark.seriesId, fields: {}, categories: mark.categories };
  plan.events.push({ action: 'updated', direction: 'to-mailbox', reason: 'The series got the category.' });
}

function planCrmUpdate(
  work: Planning,
  plan: Plan,
  item: Item,
  { toCrm, mailboxNow, crmNow }: Agreement,
): void {
  if (item.crmId === null || item.crmKind === null) return;
  plan.crmWrite = { op: 'update', ref: { kind: item.crmKind, id: item.crmId }, fields: toCrm };
  plan.events.push({
    action: 'updated',
    direction: 'to-crm',
    reason: told('The user changed the item.', toCrm),
  });
  plan.onCrm = (current, written, carriedOut) =>
    crmSettled(work, carriedOut, current, written, toCrm, mailboxNow, crmNow);
}

/** Names of fields, never their values. */
function told(why: string, fields: Fields): string {
  const names = keysOf(fields);
  return names.length > 0 ? `${why} Fields: ${names.join(', ')}.` : why;
}

/** The mailbox's base is what the mailbox holds now, as read back; fields on their way to the CRM keep theirs. */
function mailboxSettled(
  work: Planning,
  item: Item,
  written: MailboxWritten,
  sent: Fields,
  crmNow: Fields,
): Item {
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
  work: Planning,
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
    if (stood === undefined || sameValue(field, stood, crmNow[field]) || sameValue(field, stood, sent[field]))
      continue;
    plan.events.push(
      lossEvent({ field, side: 'crm', lost: stood, kept: sent[field] ?? null, reason: 'both_changed' }),
    );
  }
  const agreed = baseAfterSending(sent, after.fields);
  const reshaped = keysOf(agreed).some(
    field => after.fields[field] !== undefined && !sameValue(field, after.fields[field], agreed[field]),
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

/** Something keeps undoing our writes: the item is parked instead of written again (PAIR-11). */
function contested(work: Planning, plan: Plan, before: Item): Plan | null {
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

function keysOf(fields: Fields): Field[] {
  return Object.keys(fields) as Field[];
}
