import { intervalFloor } from '../sync/policy/features.ts';
import { nextDue } from '../sync/schedule/due.ts';
import { budgetStretch } from '../sync/schedule/feed.ts';
import { stableOffset } from '../sync/schedule/offset.ts';
import { resolveTimeZone } from '../sync/schedule/zone.ts';
import { apiUsedShare } from './budget.ts';
import type { Step } from './step.ts';

const DAY_MS = 86_400_000;
/** Links are compared with what the user sees this often (ARCHITECTURE.md section 4). */
const SWEEP_EVERY_MS = 7 * DAY_MS;
/** The ownership stamp is refreshed this often (PAIR-5). */
const STAMP_EVERY_MS = 7 * DAY_MS;

/** When the next cycle starts by the policy's schedule, epoch ms (POL-4, POL-5). */
export function nextDueMs(step: Step, nowMs: number): number {
  const { options, pairing } = step;
  const { timeZone } = resolveTimeZone({
    schedule: options.schedule,
    crmUserZone: pairing.crm_time_zone,
    mailboxZone: pairing.mailbox_time_zone,
  });
  const due = nextDue({
    policySchedule: options.schedule,
    timeZone,
    now: nowMs,
    lastStartedAt: pairing.last_cycle_at?.getTime() ?? null,
    pairingOffset: stableOffset(pairing.id),
    minimumIntervalMinutes: intervalFloor({ subscription: step.organization.subscription }),
  }).dueAtMs;
  return Math.round(nowMs + (due - nowMs) * stretchOf(step));
}

const MOST_STRETCH = 8;

/** Intervals grow before the CRM's share is used up, and never beyond all measure (POL-25). */
function stretchOf({ crmConnection }: Step): number {
  const { budget_used: used, budget_limit: limit } = crmConnection;
  const share = used === null || limit === null ? 0 : apiUsedShare(crmConnection, { used, limit });
  return Math.min(MOST_STRETCH, budgetStretch(share));
}

export type Trigger = 'schedule' | 'manual' | 'start';

/** What makes a cycle due now, or when one will be. */
export function whenDue(step: Step): { readonly trigger: Trigger } | { readonly dueAtMs: number } {
  const { pairing, nowMs } = step;
  if (pairing.run_requested_at) return { trigger: 'manual' };
  if (pairing.initialized_at === null && pairing.due_at === null) return { trigger: 'start' };
  if (pairing.state === 'paused' || pairing.state === 'disabled') return { trigger: 'start' };
  if (pairing.state === 'blocked' && worksAgain(step)) return { trigger: 'start' };
  const due = pairing.due_at?.getTime() ?? nowMs;
  if (due <= nowMs) return { trigger: 'schedule' };
  if (step.policy.version === pairing.policy_version) return { dueAtMs: due };
  return { dueAtMs: nextDueMs(step, nowMs) };
}

/** A connection that was dead at the last cycle no longer is: nobody waits for the schedule. */
function worksAgain({ pairing, mailboxConnection, crmConnection }: Step): boolean {
  const connections = [mailboxConnection, crmConnection];
  if (connections.some(({ state }) => state === 'dead')) return false;
  const since = Math.max(...connections.map(({ state_since: at }) => at?.getTime() ?? 0));
  return since > (pairing.last_cycle_at?.getTime() ?? 0);
}

export function sweepDue({ pairing, nowMs }: Step): boolean {
  return pairing.sweep_wanted || nowMs - (pairing.swept_at?.getTime() ?? 0) > SWEEP_EVERY_MS;
}

export function stampDue({ pairing, nowMs }: Step): boolean {
  return nowMs - (pairing.stamped_at?.getTime() ?? 0) > STAMP_EVERY_MS;
}
