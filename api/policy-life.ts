import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { getOrganization } from '../db/organizations.ts';
import { markStarting, pairingIdsOf } from '../db/pairings.ts';
import { changePolicy, type Policy as PolicyRow } from '../db/policies.ts';
import { getPolicyVersion, listPolicyVersions } from '../db/policy-versions.ts';
import type { Transaction } from '../db/transaction.ts';
import { problemsToEnable, readPolicy, restorePolicy } from '../sync/policy/policy.ts';
import { policySchema } from '../sync/policy/schema.ts';
import { access, keyOf } from './auth.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { checkMatch, etagOf } from './etag.ts';
import { pageOf, pageQuery } from './paging.ts';
import { changeBy, policyOr404, requireConnections } from './policy-change.ts';
import { requireOffered } from './policy-offer.ts';
import {
  columnsOf,
  contextOf,
  policyBody,
  policyBodySchema,
  policyOf,
  refusedPolicy,
} from './policy-view.ts';
import { notFound, Problem, problemResponses } from './problem.ts';
import { answers, idParam, ifMatchHeader, moment, takes } from './route.ts';
import { change, read } from './tenant.ts';
import { wakePairings } from './waking.ts';

const tags = ['policies'];

const enable = createRoute({
  ...access('admin', 'policies.enable'),
  method: 'post',
  path: '/policies/{id}/enable',
  tags,
  summary: 'Validate everything and start the pairings (POL-1); safe to repeat',
  request: { params: idParam('pol'), headers: ifMatchHeader },
  responses: {
    200: answers(policyBodySchema, 'The policy, enabled'),
    ...problemResponses(401, 403, 404, 409, 412, 422),
  },
});

const disable = createRoute({
  ...access('admin', 'policies.disable'),
  method: 'post',
  path: '/policies/{id}/disable',
  tags,
  summary: 'Let each pairing finish its page, then stop; safe to repeat',
  request: { params: idParam('pol'), headers: ifMatchHeader },
  responses: {
    200: answers(policyBodySchema, 'The policy, disabled'),
    ...problemResponses(401, 403, 404, 409, 412, 422),
  },
});

const policyVersion = z
  .object({
    version: z.int(),
    actor: z.string().openapi({ description: 'The API key that made it' }),
    createdAt: moment,
    policy: policySchema,
  })
  .openapi('PolicyVersion');

const versions = createRoute({
  ...access('viewer', 'policies.versions'),
  method: 'get',
  path: '/policies/{id}/versions',
  tags,
  summary: 'Every version of a policy, the newest first',
  request: { params: idParam('pol'), query: pageQuery },
  responses: {
    200: answers(pageOf(policyVersion, 'PolicyVersionPage'), 'A page'),
    ...problemResponses(400, 401, 403, 404),
  },
});

const restore = createRoute({
  ...access('admin', 'policies.restore'),
  method: 'post',
  path: '/policies/{id}/restore',
  tags,
  summary: 'Make the policy what it was in an earlier version, as a new version',
  request: {
    params: idParam('pol'),
    headers: ifMatchHeader,
    body: takes(z.strictObject({ version: z.int().min(1) }).openapi('PolicyRestore')),
  },
  responses: {
    200: answers(policyBodySchema, 'The policy'),
    ...problemResponses(400, 401, 403, 404, 409, 412, 413, 415, 422),
  },
});

export function servePolicyLife(app: Api, deps: Deps): void {
  for (const [route, enabled] of [
    [enable, true],
    [disable, false],
  ] as const) {
    app.openapi(route, async c => {
      const row = await turn(deps, c, c.req.valid('param').id, enabled, c.req.valid('header')['if-match']);
      c.header('etag', etagOf(row.version));
      return c.json(policyBody(row), 200);
    });
  }

  app.openapi(versions, async c => {
    const { id } = c.req.valid('param');
    const found = await read(deps, c, async tx => {
      await policyOr404(tx, id);
      return listPolicyVersions(tx, id, c.req.valid('query'));
    });
    const data = found.data.map(({ version, actor, createdAt, options, name, enabled }) => ({
      version,
      actor,
      createdAt: createdAt.toISOString(),
      policy: readPolicy({ ...options, name, enabled }),
    }));
    return c.json({ data, page: { nextCursor: found.nextCursor } }, 200);
  });

  app.openapi(restore, async c => {
    const { id } = c.req.valid('param');
    const row = await changeBy(deps, c, id, async (tx, before, context) => {
      checkMatch(c.req.valid('header')['if-match'], before.version);
      const wanted = await getPolicyVersion(tx, id, c.req.valid('json').version);
      if (wanted === undefined) throw notFound('version of this policy');
      const earlier = readPolicy({ ...wanted.options, name: wanted.name, enabled: wanted.enabled });
      return restorePolicy(policyOf(before), earlier, context);
    });
    c.header('etag', etagOf(row.version));
    return c.json(policyBody(row), 200);
  });
}

/** Safe to repeat: a policy that is so already makes no new version, and its pairings are told once more. */
async function turn(
  deps: Deps,
  c: Context<ApiEnv>,
  id: string,
  enabled: boolean,
  ifMatch: string | undefined,
): Promise<PolicyRow> {
  const { row, pairings } = await change(deps, c, async (tx, note) => {
    const before = await policyOr404(tx, id);
    checkMatch(ifMatch, before.version);
    if (enabled) await requireEnableable(deps, tx, before);
    const stopping = enabled ? [] : await pairingIdsOf(tx, { policyId: id });
    const row = await setEnabled(tx, before, enabled, keyOf(c).keyId, new Date(deps.clock()));
    note(id, { version: row.version });
    return { row, pairings: enabled ? await pairingIdsOf(tx, { policyId: id }) : stopping };
  });
  await wakePairings(deps, c, pairings, enabled ? [row.crmConnectionId] : []);
  return row;
}

/** POL-1: enabling validates everything that can be told without the systems; they are asked by each pairing. */
async function requireEnableable(deps: Deps, tx: Transaction, row: PolicyRow): Promise<void> {
  const policy = policyOf(row);
  const problems = problemsToEnable(policy, contextOf(deps, await getOrganization(tx)));
  if (problems.length > 0) throw refusedPolicy(problems);
  const connections = await requireConnections(tx, policy);
  requireOffered(deps, policy, connections.crm);
  for (const connection of [connections.mailbox, connections.crm]) {
    if (connection.state === 'ok') continue;
    throw new Problem('unprocessable', `The connection "${connection.name}" is dead: ${connection.reason}`, {
      fix: connection.fix ?? `Give it new credentials: PATCH /v1/connections/${connection.id}.`,
    });
  }
}

async function setEnabled(
  tx: Transaction,
  before: PolicyRow,
  enabled: boolean,
  actor: string,
  at: Date,
): Promise<PolicyRow> {
  if (before.enabled === enabled) return before;
  const options = columnsOf({ ...policyOf(before), enabled }).options;
  const row = await changePolicy(tx, before.id, {
    expectedVersion: before.version,
    enabled,
    options,
    actor,
    at,
  });
  if (row === undefined) throw notFound('policy');
  if (enabled) await markStarting(tx, row.id);
  return row;
}
