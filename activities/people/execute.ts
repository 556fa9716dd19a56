import type { CrmWrite, MailboxWrite, Outcome } from '../../connectors/connector.ts';
import { isWaiting, SyncFailure } from '../../sync/failure.ts';
import { AGAIN, failed, type Plan } from './plan.ts';
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
  first: SyncFailure | null;
  written: number;
}

/** Carries out the writes: the CRM's first, so that what it makes of them reaches the mailbox in the same cycle. */
export async function execute(work: Reach, plans: readonly Plan[]): Promise<Executed> {
  const tally: Tally = { failed: new Map(), waiting: new Set(), first: null, written: 0 };
  await writeCrm(work, plans, tally);
  if (!tally.first) await writeMailbox(work, plans, tally);
  else for (const plan of plans) if (plan.mailboxWrite) tally.waiting.add(plan);
  const failures = new Map<string, number>();
  for (const [plan, failure] of tally.failed) {
    settleFailure(work, plan, failure);
    if (failure.kind !== 'conflict') failures.set(failure.kind, (failures.get(failure.kind) ?? 0) + 1);
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
    if (value && plan.item && plan.onCrm) plan.item = plan.onCrm(plan.item, value);
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
    return answer.value;
  }
  if (isWaiting(answer.failure.kind)) {
    tally.waiting.add(plan);
    tally.first ??= answer.failure;
  } else {
    tally.failed.set(plan, answer.failure);
  }
  return undefined;
}

/** What one refused item becomes: looked at again, or quarantined with a reason that a person can act on. */
function settleFailure(work: Reach, plan: Plan, failure: SyncFailure): void {
  plan.failed = failure;
  // A record that this user may not edit shows the CRM's values again (POL-10).
  if (failure.kind === 'forbidden' && plan.crmWrite?.op === 'update' && plan.one.item)
    work.denied.add(plan.one.item.id);
  const anew =
    failure.kind === 'conflict' ||
    failure.kind === 'gone' ||
    (plan.one.item && work.denied.has(plan.one.item.id));
  if (anew) {
    lookAgain(plan);
    return;
  }
  if (failure.maybeApplied && plan.intent) {
    plan.item = plan.one.item;
    plan.events = [];
    plan.afterwards = { row: 'later', notBeforeMs: plan.intent.deadlineAtMs };
    return;
  }
  quarantine(work, plan, failure);
}

/** Nothing is agreed: both sides are read anew and decided again. */
function lookAgain(plan: Plan): void {
  plan.item = plan.one.item;
  plan.forget = false;
  plan.events = [];
  plan.afterwards = AGAIN;
}

function quarantine(work: Reach, plan: Plan, failure: SyncFailure): void {
  const base = plan.item ?? plan.one.item;
  const verdict = {
    code: failure.kind,
    reason: failure.message,
    ...(failure.fix ? { fix: failure.fix } : {}),
  };
  const before = plan.one.item ?? base;
  if (before) {
    // Bases stay as they were agreed last, so that the change is still seen when the item is tried again.
    plan.item = failed(
      { ...before, crmId: base?.crmId ?? before.crmId, crmKind: base?.crmKind ?? before.crmKind },
      verdict,
      work.step.nowMs,
    );
  }
  plan.forget = false;
  plan.events = [
    {
      action: 'quarantined',
      direction: plan.crmWrite ? 'to-crm' : 'to-mailbox',
      code: failure.kind,
      reason: failure.message,
    },
  ];
  plan.afterwards = { row: 'clear' };
}
