import type { PolicyContext } from '../../sync/policy/features.ts';
import { createPolicy, type PolicyResult } from '../../sync/policy/policy.ts';
import type { Problem } from '../../sync/policy/problem.ts';
import type { Policy } from '../../sync/policy/schema.ts';

const nowMs = Date.parse('2026-03-20T10:00:00Z');
export const premium: PolicyContext = { nowMs, subscription: 'premium', trial: false };
export const standard: PolicyContext = { ...premium, subscription: 'standard' };
export const lite: PolicyContext = { ...premium, subscription: 'lite' };
export const trial: PolicyContext = { ...premium, trial: true };

/** Only what is required. */
export const required = {
  name: 'Sales',
  mailboxConnectionId: 'con_mail',
  crmConnectionId: 'con_crm',
  category: { name: 'Contoso CRM' },
};

export function policyOf(result: PolicyResult): Policy {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy;
}

export function problemsOf(result: PolicyResult): Problem[] {
  return result.ok ? [] : result.problems;
}

export const created = (input: object = {}, context = premium) =>
  createPolicy({ ...required, ...input }, context);
export const samplePolicy = (input: object = {}, context = premium) => policyOf(created(input, context));
