import { type Confirmed, confirmationProblems, takeConfirmation } from './confirmation.ts';
import { contradictions } from './contradictions.ts';
import { diffPolicies, type OptionChange } from './effects.ts';
import {
  daysAgo,
  intervalFloor,
  type PolicyContext,
  subscriptionProblems,
  trialProblems,
} from './features.ts';
import { completed, merged } from './merge.ts';
import { isRecord } from './option.ts';
import { type Problem, problemsOf } from './problem.ts';
import { type Policy, policySchema } from './schema.ts';

export interface ChangeContext extends PolicyContext {
  /** The policy was enabled at least once. */
  everEnabled: boolean;
}

export type PolicyResult =
  | { ok: true; policy: Policy; changes: OptionChange[] }
  | { ok: false; problems: Problem[] };

const usualStartDays = 15;
const usualPeakMinutes = 15;
const usualOffPeakMinutes = 60;

/** A new policy: what is absent has its default, and everything that is wrong with the rest is told at once. */
export function createPolicy(input: unknown, context: PolicyContext): PolicyResult {
  if (!isRecord(input)) return notAnObject;
  const { document, confirmed } = takeConfirmation(input);
  const checked = check(merged(policySchema, computedDefaults(context), document));
  if (!checked.ok) return checked;
  const { policy } = checked;
  const problems = [
    ...enabledElsewhere(false, policy),
    ...contradictions(policy),
    ...subscriptionProblems(policy, context),
    ...trialProblems(policy, context),
    ...confirmationProblems(undefined, policy, confirmed),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policy, changes: [] };
}

/** What is absent stays, lists are replaced, null sets null where null is a value. */
export function patchPolicy(current: Policy, patch: unknown, context: ChangeContext): PolicyResult {
  if (!isRecord(patch)) return notAnObject;
  const { document, confirmed } = takeConfirmation(patch);
  return changed(current, merged(policySchema, current, document), confirmed, context);
}

/** The policy becomes what it was in an earlier version, as far as that is allowed today; enabled stays as it is. */
export function restorePolicy(current: Policy, version: Policy, context: ChangeContext): PolicyResult {
  const confirmed = { sentItems: true, inbox: true };
  return changed(current, { ...version, enabled: current.enabled }, confirmed, context);
}

/** A stored policy as of today: options that came later have their defaults. */
export function readPolicy(stored: unknown): Policy {
  return policySchema.parse(completed(policySchema, stored));
}

/** What keeps a policy from being enabled (POL-1): everything but what was right when it was saved. */
export function problemsToEnable(
  policy: Policy,
  context: Pick<PolicyContext, 'subscription' | 'intervalFloors'>,
): Problem[] {
  const checked = check(policy);
  if (!checked.ok) return checked.problems;
  return [...contradictions(checked.policy), ...subscriptionProblems(checked.policy, context)];
}

function changed(
  current: Policy,
  document: unknown,
  confirmed: Confirmed,
  context: ChangeContext,
): PolicyResult {
  const checked = check(document);
  if (!checked.ok) return checked;
  const { policy } = checked;
  const changes = diffPolicies(current, policy);
  const touched = new Set(changes.map(({ pointer }) => pointer));
  const problems = [
    ...enabledElsewhere(current.enabled, policy),
    ...locks(changes, context.everEnabled),
    ...contradictions(policy),
    // What was allowed when it was saved (before a downgrade, early in a trial) does not hinder other changes.
    ...[...subscriptionProblems(policy, context), ...trialProblems(policy, context)].filter(({ pointer }) =>
      touched.has(pointer),
    ),
    ...confirmationProblems(current, policy, confirmed),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policy, changes };
}

function check(document: unknown): { ok: true; policy: Policy } | { ok: false; problems: Problem[] } {
  const complete = completed(policySchema, document);
  const parsed = policySchema.safeParse(complete);
  if (parsed.success) return { ok: true, policy: settled(parsed.data) };
  return { ok: false, problems: problemsOf(parsed.error.issues, policySchema, complete) };
}

/** POL-21: creating leads instead of contacts switches the creation of accounts off. */
function settled(policy: Policy): Policy {
  const settle = <Group extends Pick<Policy['inbox'], 'creation'>>(group: Group): Group => {
    const { creation } = group;
    return {
      ...group,
      creation: {
        ...creation,
        accountIfUnmatched: creation.accountIfUnmatched && !creation.leadInsteadOfContact,
      },
    };
  };
  return {
    ...policy,
    smartConvert: settle(policy.smartConvert),
    sentItems: settle(policy.sentItems),
    inbox: settle(policy.inbox),
  };
}

/** Defaults that depend on the day and the subscription (POL-2, POL-4). */
function computedDefaults(context: PolicyContext) {
  const floor = intervalFloor(context);
  return {
    general: { syncStartDate: daysAgo(context.nowMs, usualStartDays) },
    schedule: {
      peak: { everyMinutes: Math.max(usualPeakMinutes, floor) },
      offPeak: { everyMinutes: Math.max(usualOffPeakMinutes, floor) },
    },
  };
}

function enabledElsewhere(before: boolean, { enabled }: Policy): Problem[] {
  if (enabled === before) return [];
  const detail = 'A policy is created disabled; use POST /v1/policies/{id}/enable or /disable';
  return [{ pointer: '/enabled', code: 'read_only', detail }];
}

function locks(changes: OptionChange[], everEnabled: boolean): Problem[] {
  return changes
    .filter(
      ({ effect }) => effect === 'locked-after-save' || (effect === 'locked-after-enabling' && everEnabled),
    )
    .map(({ pointer, before, effect }) => ({
      pointer,
      code: 'locked',
      detail: `Fixed since the policy was ${effect === 'locked-after-save' ? 'saved' : 'first enabled'}: leave it at ${JSON.stringify(before)} or make a new policy`,
    }));
}

const notAnObject: PolicyResult = {
  ok: false,
  problems: [{ pointer: '', code: 'invalid_type', detail: 'Send the policy as a JSON object' }],
};
