import type { Updateable } from 'kysely';
import { beginCycle, endCycle, type RunningCycle, readCycle } from '../db/cycles.ts';
import { requestedAfter, updatePairing } from '../db/pairing-state.ts';
import type { PairingsTable } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import { ALERT_AFTER, commonFailure, explainFailure } from '../sync/cycle.ts';
import { deliver, noteErrors, noteRecovery } from './alerts.ts';
import { connectionDied, connectionRecovered, isDoubtful } from './connection-alerts.ts';
import type { ActivityDeps } from './deps.ts';
import { nextDueMs } from './due.ts';
import { feedFailure } from './feed-failure.ts';
import type { OpenedConnections } from './opened.ts';
import { STOPPED, standingOf } from './standing.ts';
import { beginStep, type Step } from './step.ts';
import type { FinishInput, Standing } from './types.ts';

/** Ends a cycle: log, state, error streak, messages, and when the next one is due. */
export function createFinish(deps: ActivityDeps, opened: OpenedConnections) {
  return async function finish(input: FinishInput): Promise<Standing> {
    const step = await beginStep(deps, opened, input);
    if (!step) return STOPPED;
    await judgeConnections(deps, step, input);
    const standing = await deps.database.inOrganization(step.organizationId, tx =>
      end(tx, deps, step, withFeed(step, input)),
    );
    await deliver(deps, step.organizationId);
    return standing;
  };
}

/** A cycle that could not hear the CRM did only half of its work. */
function withFeed(step: Step, input: FinishInput): FinishInput {
  const failure = input.failure ?? (input.waited ? null : feedFailure(step));
  return failure ? { ...input, failure } : input;
}

/** A refused credential is the connection's matter, told once for all its pairings (PAIR-10). */
async function judgeConnections(
  deps: ActivityDeps,
  step: Step,
  { failure, waited }: FinishInput,
): Promise<void> {
  if (failure?.kind === 'auth') {
    const row = failure.side === 'crm' ? step.crmConnection : step.mailboxConnection;
    const told = explainFailure('auth', failure.side);
    await connectionDied(deps, step.organizationId, row, {
      message: told.reason,
      fix: failure.fix ?? told.fix,
    });
  } else if (!failure && !waited && isDoubtful(step.mailboxConnection)) {
    await connectionRecovered(deps, step.organizationId, step.mailboxConnection);
  }
}

/** What a cycle's end says about the pairing. */
interface Ending {
  readonly outcome: 'done' | 'error' | 'blocked' | 'waiting';
  readonly state: PairingsTable['state'] extends { __select__: infer S } ? S : never;
  readonly reason: string | null;
  readonly fix: string | null;
  /** Whether it counts towards the five in a row. */
  readonly counts: boolean;
}

async function end(tx: Transaction, deps: ActivityDeps, step: Step, input: FinishInput): Promise<Standing> {
  const { pairing, nowMs } = step;
  const cycle = input.cycle ?? pairing.cycle + 1;
  await beginCycle(tx, pairing.id, cycle, 'schedule', nowMs);
  const waiting = await waitingSince(tx, step);
  const ended = await readCycle(tx, pairing.id, cycle);
  const ending = judge(step, input, ended, waiting);
  const errors = input.failure
    ? [{ phase: input.failure.phase, kind: input.failure.kind, message: ending.reason ?? '' }]
    : [];
  await endCycle(tx, pairing.id, cycle, ending.outcome, errors, nowMs);
  const streak = ending.counts
    ? pairing.error_streak + 1
    : ending.outcome === 'done'
      ? 0
      : pairing.error_streak;
  const since = streak === 0 ? null : (pairing.error_since ?? new Date(nowMs));
  const notified = await tell(tx, deps, step, ending, streak, since);
  const dueAtMs = dueAfter(step, input, waiting);
  await updatePairing(tx, pairing, {
    ...progressOf(step, ending),
    state: ending.state,
    reason: ending.reason,
    fix: ending.fix,
    cycle,
    error_streak: streak,
    error_since: since,
    notified,
    last_cycle_id: ended.id,
    last_cycle_at: new Date(ended.startedAtMs),
    run_requested_at: requestedAfter(ended.startedAtMs),
    due_at: new Date(dueAtMs),
  });
  return standingOf(
    step,
    { next: 'sleep', dueAtMs },
    { cycle, state: ending.state, errorStreak: streak, note: ending.reason ?? ending.outcome },
  );
}

function progressOf({ pairing, nowMs }: Step, ending: Ending): Updateable<PairingsTable> {
  if (ending.outcome !== 'done' || pairing.initial !== null) return {};
  return { progress: null, ...(pairing.initialized_at === null ? { initialized_at: new Date(nowMs) } : {}) };
}

function judge(step: Step, { failure, waited }: FinishInput, ended: RunningCycle, waiting: Waiting): Ending {
  const { pairing } = step;
  if (waited)
    return {
      outcome: 'waiting',
      state: pairing.initialized_at ? 'catching_up' : 'initializing',
      reason: waited.reason,
      fix: null,
      counts: false,
    };
  if (failure?.kind === 'blocked')
    return { outcome: 'blocked', state: 'blocked', reason: pairing.reason, fix: pairing.fix, counts: true };
  if (failure) {
    const told = explainFailure(failure.kind, failure.side);
    const dead = failure.kind === 'auth';
    return {
      outcome: dead ? 'blocked' : 'error',
      state: dead ? 'blocked' : 'degraded',
      reason: told.reason,
      fix: failure.fix ?? told.fix,
      counts: !dead,
    };
  }
  const common = commonFailure(ended.counts);
  if (common) {
    const told = explainFailure(common.kind, undefined);
    return {
      outcome: 'error',
      state: 'degraded',
      reason: `${common.failed} writes of ${common.module} failed alike. ${told.reason}`,
      fix: told.fix,
      counts: true,
    };
  }
  return {
    outcome: 'done',
    state: waiting.rows > 0 ? 'catching_up' : 'in_sync',
    reason: null,
    fix: null,
    counts: false,
  };
}

async function tell(
  tx: Transaction,
  deps: ActivityDeps,
  step: Step,
  ending: Ending,
  streak: number,
  since: Date | null,
): Promise<boolean> {
  const { pairing } = step;
  if (streak >= ALERT_AFTER && !pairing.notified && since) {
    await noteErrors(tx, deps, step, {
      streak,
      sinceMs: since.getTime(),
      cause: ending.reason ?? '',
      fix: ending.fix ?? '',
    });
    return true;
  }
  if (streak === 0 && pairing.notified) {
    await noteRecovery(tx, deps, step);
    return false;
  }
  return pairing.notified;
}

interface Waiting {
  readonly rows: number;
  /** When an unanswered create may be believed lost, epoch ms. */
  readonly deadlineMs: number | null;
}

async function waitingSince(tx: Transaction, { pairing }: Step): Promise<Waiting> {
  const rows = await tx
    .selectFrom('inbox')
    .select(count => count.fn.countAll<number>().as('rows'))
    .where('pairing_id', '=', pairing.id)
    .executeTakeFirstOrThrow();
  const intent = await tx
    .selectFrom('intents')
    .select(min => min.fn.min('deadline_at').as('deadline'))
    .where('pairing_id', '=', pairing.id)
    .executeTakeFirst();
  return { rows: rows.rows, deadlineMs: intent?.deadline?.getTime() ?? null };
}

/** What waits for a late answer is looked up as soon as the answer can no longer come. */
function dueAfter(step: Step, { waited }: FinishInput, { deadlineMs }: Waiting): number {
  if (waited) return Math.max(waited.untilMs, step.nowMs + 1_000);
  const scheduled = nextDueMs(step, step.nowMs);
  return deadlineMs === null ? scheduled : Math.min(scheduled, Math.max(deadlineMs, step.nowMs + 1_000));
}
