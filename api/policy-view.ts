import { z } from '@hono/zod-openapi';
import type { Organization } from '../db/organizations.ts';
import type { Policy as PolicyRow } from '../db/policies.ts';
import type { JsonObject } from '../db/schema.ts';
import type { PolicyContext } from '../sync/policy/features.ts';
import { readPolicy } from '../sync/policy/policy.ts';
import type { Problem as PolicyProblem } from '../sync/policy/problem.ts';
import { type Policy, policySchema } from '../sync/policy/schema.ts';
import type { Deps } from './deps.ts';
import { Problem } from './problem.ts';
import { moment } from './route.ts';

export const policyBodySchema = policySchema
  .extend({
    id: z.string().openapi({ example: 'pol_k3v9q2m7x1c8b5n4z6f0' }),
    version: z.int(),
    createdAt: moment,
    updatedAt: moment,
  })
  .openapi('Policy');

export type PolicyBody = z.infer<typeof policyBodySchema>;

/** The policy as of today: its row says what it is called and whether it runs, its document the rest. */
export function policyOf(
  row: Omit<PolicyRow, 'id' | 'version' | 'enabledAt' | 'createdAt' | 'updatedAt'>,
): Policy {
  const { name, enabled, mailboxConnectionId, crmConnectionId } = row;
  return readPolicy({ ...row.options, name, enabled, mailboxConnectionId, crmConnectionId });
}

export function policyBody(row: PolicyRow): PolicyBody {
  return {
    id: row.id,
    version: row.version,
    ...policyOf(row),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What a row stores of a policy: the whole document, so that versions are complete. */
export function columnsOf(policy: Policy) {
  const { name, mailboxConnectionId, crmConnectionId } = policy;
  return { name, mailboxConnectionId, crmConnectionId, options: policy as unknown as JsonObject };
}

export function contextOf(deps: Deps, organization: Organization): PolicyContext {
  return { nowMs: deps.clock(), subscription: organization.subscription, trial: organization.trial };
}

/** Problems that lie in the text of the request are 400, those that lie in what is allowed are 422. */
const ofTheRequest = new Set<PolicyProblem['code']>([
  'required',
  'unknown_field',
  'invalid_type',
  'invalid_value',
  'too_small',
  'too_big',
]);

export function refusedPolicy(problems: readonly PolicyProblem[]): Problem {
  const errors = problems.map(({ pointer, detail }) => ({ pointer, detail }));
  const detail = errors
    .map(error => `${error.pointer}: ${error.detail}`)
    .join('; ')
    .slice(0, 2000);
  if (problems.some(({ code }) => ofTheRequest.has(code)))
    return new Problem('invalid_request', detail, { errors });
  const onlySubscription = problems.every(({ code }) => code === 'subscription');
  return new Problem(onlySubscription ? 'option_not_allowed' : 'unprocessable', detail, { errors });
}
