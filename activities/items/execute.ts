import type { CrmWrite, MailboxWrite, Outcome } from '../../connectors/connector.ts';
import type { Item } from '../../db/items.ts';
import { isWaiting, SyncFailure } from '../../sync/failure.ts';
import { pick, withFields } from '../../sync/items/compare.ts';
import type { Loss } from '../../sync/items/merge.ts';
import { FIELDS, type Field, type Fields } from '../../sync/record.ts';
import { keepUnseen } from './losses.ts';
import { AGAIN, type EventDraft, failed, type Plan } from './plan.ts';
import type { Reach } from './work.ts';

/** What a carried-out chunk leaves: all plans settled, and whether one side asked to wait. */
export interface Executed {
  readonly done: readonly Plan[];
  /** Not tried or told to wait: their rows stay as they are. */
  readonly put: readonly Plan[];
  readonly waiting: SyncFailure | null;
  /** Failures by kind, for the cycle's judgement (PAIR-10). */
  readonly failures: ReadonlyMap<string, number>;
  readonly written: number;
}

interface Tally {
  readonly failed: Map<Plan, SyncFailure>;
  readonly waiting: Set<Plan>;
  /** Plans of which something took effect. */
  readonly begun: Set<Plan>;
  first: SyncFailure | null;
  written: number;
}

/** Carries out the writes: the CRM's first, so that what it makes of them reaches the mailbox in the same cycle. */
export async function execute(work: Reach, plans: readonly Plan[]): Promise<Executed> {
  const tally: Tally = { failed: new Map(), waiting: new Set(), begun: new Set(), first: null, written: 0 };
  await writeCrm(work, plans, tally);
  if (!tally.first) await writeMailbox(work, plans, tally);
  else for (const plan of plans) if (plan.mailboxWrite && !tally.failed.has(plan)) tally.waiting.add(plan);
  // Half done is done in part: what was overwritten must not be forgotten while the other half waits.
  for (const plan of tally.begun) if (tally.waiting.delete(plan)) lookAgain(plan, true);
  const failures = new Map<string, number>();
  for (const [plan, failure] of tally.failed) {
    settleFailure(work, plan, failure, tally.begun.has(plan));
    if (failure.kind !== 'conflict' && !isWaiting(failure.kind))
      failures.set(failure.kind, (failures.get(failure.kind) ?? 0) + 1);
  }
  return {
    done: plans.filter(plan => !tally.waiting.has(plan)),
    put: plans.filter(plan => tally.waiting.has(plan)),
    waiting: tally.first,
    failures,
    written: tally.written,
  };
}

async function writeCrm(work: Reach, plans: readonly Plan[], tally: Tally): Promise<void> {
  const writing = plans.filter(
    (plan): plan is Plan & { crmWrite: CrmWrite } =>
      plan.crmWrite !== undefined &&
      (plan.crmWrite.op !== 'update' || Object.keys(plan.crmWrite.fields).length > 0),
  );
  if (writing.length === 0) return;
  const outcomes = await work.session.write(writing.map(plan => plan.crmWrite));
  work.deps.heartbeat();
  writing.forEach((plan, index) => {
    const value = settled(plan, outcomes[index], tally);
    if (!plan.item || value === undefined) return;
    if (value.after === null) {
      keepUnseen(work, plan.item, value, plan);
      plan.item = plan.onCrmDeleted?.(plan.item) ?? plan.item;
    } else if (plan.onCrm) plan.item = plan.onCrm(plan.item, value, plan);
  });
}

async function writeMailbox(work: Reach, plans: readonly Plan[], tally: Tally): Promise<void> {
  const writing = plans.filter(
    (plan): plan is Plan & { mailboxWrite: MailboxWrite } =>
      plan.mailboxWrite !== undefined && !tally.failed.has(plan),
  );
  if (writing.length === 0) return;
  const outcomes = await work.mailbox.write(writing.map(plan => plan.mailboxWrite));
  work.deps.heartbeat();
  writing.forEach((plan, index) => {
    const value = settled(plan, outcomes[index], tally);
    if (value !== undefined && plan.item && plan.onMailbox) plan.item = plan.onMailbox(plan.item, value);
  });
}

function settled<T>(plan: Plan, outcome: Outcome<T> | undefined, tally: Tally): T | undefined {
  const answer = outcome ?? {
    ok: false,
    failure: new SyncFailure('transient', 'The batch gave no answer for this item.', { maybeApplied: true }),
  };
  if (answer.ok) {
    tally.written += 1;
    tally.begun.add(plan);
    return answer.value;
  }
  const { failure } = answer;
  if (isWaiting(failure.kind)) tally.first ??= failure;
  // What may have taken effect is not simply tried again (ARCHITECTURE.md section 5).
  if (isWaiting(failure.kind) && !failure.maybeApplied) tally.waiting.add(plan);
  else tally.failed.set(plan, failure);
  return undefined;
}

/** What one refused item becomes: looked at again, or quarantined with a reason that a person can act on. */
function settleFailure(work: Reach, plan: Plan, failure: SyncFailure, begun: boolean): void {
  plan.failed = failure;
  // A record that this user may not edit shows the CRM's values again (POL-10).
  if (failure.kind === 'forbidden' && plan.crmWrite && plan.crmWrite.op !== 'create' && plan.one.item)
    work.denied.add(plan.one.item.id);
  const anew =
    failure.kind === 'conflict' ||
    failure.kind === 'gone' ||
    (plan.one.item && work.denied.has(plan.one.item.id));
  if (anew) {
    lookAgain(plan, begun);
    return;
  }
  if (failure.maybeApplied && plan.intent) {
    plan.item = plan.one.item;
    plan.events = [];
    plan.afterwards = { row: 'later', notBeforeMs: plan.intent.deadlineAtMs };
    return;
  }
  // Whether it took effect is seen at once; later it could be taken for a user's doing.
  if (failure.maybeApplied) {
    if (plan.removes && plan.one.item) (plan.crmWrite ? work.deleting : work.removing).add(plan.one.item.id);
    lookAgain(plan, begun);
    return;
  }
  quarantine(work, plan, failure, begun);
}

/** Both sides are read anew and decided again. */
function lookAgain(plan: Plan, begun: boolean): void {
  undo(plan, begun);
  plan.afterwards = AGAIN;
}

/** What is remembered is as it was, but for what does not depend on the refused write, or took effect before it. */
function undo(plan: Plan, begun: boolean): void {
  const { otherwise, item: planned, crmWrite, mailboxWrite } = plan;
  const losses = begun || plan.failed?.maybeApplied ? lossesOf(plan) : [];
  const before = otherwise?.item ?? plan.one.item;
  const pending = mailboxWrite?.op === 'update' ? mailboxWrite.fields : {};
  const refused = begun || crmWrite?.op === 'delete' ? {} : (crmWrite?.fields ?? {});
  const losing = new Set(lossesOf(plan).map(({ detail }) => (detail as Loss).field));
  const settled = FIELDS.filter(
    field => pending[field] === undefined && refused[field] === undefined && (begun || !losing.has(field)),
  );
  plan.item = before && planned ? partlyDone(before, planned, settled) : before;
  if (begun && plan.item && planned)
    plan.item = { ...plan.item, writes: planned.writes, crmModifiedAtMs: planned.crmModifiedAtMs };
  plan.forget = false;
  plan.events = [...(otherwise?.events ?? []), ...losses];
  if (!otherwise) delete plan.replaces;
}

/** Fields that need not travel, or have, are agreed; all others are compared anew. */
function partlyDone(before: Item, planned: Item, fields: readonly Field[]): Item {
  const agreed = (base: Fields | null | undefined, after: Fields | null | undefined) =>
    withFields(base ?? {}, pick(after ?? {}, fields));
  return {
    ...before,
    crmBase: agreed(before.crmBase, planned.crmBase),
    mailboxBase: before.mailboxBase && {
      ...before.mailboxBase,
      fields: agreed(before.mailboxBase.fields, planned.mailboxBase?.fields),
    },
  };
}

/** Values that gave way: what has been overwritten, or may have been, is not seen a second time (invariant 2). */
function lossesOf(plan: Plan): EventDraft[] {
  const standing = new Set(plan.otherwise?.events);
  return plan.events.filter(event => event.action === 'conflict' && !standing.has(event));
}

function quarantine(work: Reach, plan: Plan, failure: SyncFailure, begun: boolean): void {
  const newcomer = plan.otherwise || plan.one.item ? null : plan.item;
  const verdict = {
    code: failure.kind,
    reason: failure.message,
    ...(failure.fix ? { fix: failure.fix } : {}),
  };
  undo(plan, begun);
  // Bases stay as they were agreed last, so that the change is still seen when the item is tried again.
  const item = plan.item ?? newcomer;
  plan.item = item && failed(item, verdict, work.step.nowMs);
  plan.events.push({
    action: 'quarantined',
    direction: plan.crmWrite ? 'to-crm' : 'to-mailbox',
    code: failure.kind,
    reason: failure.message,
  });
  plan.afterwards = { row: 'clear' };
}
