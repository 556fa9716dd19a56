import { createRoute, z } from '@hono/zod-openapi';
import { type Connection, getConnection } from '../db/connections.ts';
import { getOrganization } from '../db/organizations.ts';
import { pairingIdsOf } from '../db/pairings.ts';
import {
  changePolicy,
  createPolicy as createRow,
  deletePolicy,
  getPolicy,
  listPolicies,
  type Policy as PolicyRow,
} from '../db/policies.ts';
import type { Side } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import { createPolicy, type PolicyResult, patchPolicy } from '../sync/policy/policy.ts';
import { policyInputSchema, policyPatchSchema } from '../sync/policy/request.ts';
import type { Policy } from '../sync/policy/schema.ts';
import { access, keyOf } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { checkMatch, etagOf, requireMatch } from './etag.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  columnsOf,
  contextOf,
  policyBody,
  policyBodySchema,
  policyOf,
  refusedPolicy,
} from './policy-view.ts';
import { notFound, Problem, problemResponses } from './problem.ts';
import { answers, idParam, ifMatchHeader, takes } from './route.ts';
import { change, read } from './tenant.ts';
import { wake } from './waking.ts';

const tags = ['policies'];

/** The core judges policies: it knows defaults, subscription and the policy as it is, and tells all problems at once. */
const judgedByTheCore = z.record(z.string(), z.unknown());

const list = createRoute({
  ...access('viewer', 'policies.list'),
  method: 'get',
  path: '/policies',
  tags,
  summary: 'Sync policies',
  request: { query: pageQuery },
  responses: {
    200: answers(pageOf(policyBodySchema, 'PolicyPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

const create = createRoute({
  ...access('admin', 'policies.create'),
  method: 'post',
  path: '/policies',
  tags,
  summary: 'Make a policy; it is created disabled',
  description:
    'Only `name`, the two connections and `category.name` are required; everything else has a default.',
  request: { body: takes(policyInputSchema.openapi('NewPolicy')) },
  responses: {
    201: answers(policyBodySchema, 'The policy'),
    ...problemResponses(400, 401, 403, 409, 413, 415, 422),
  },
});

const get = createRoute({
  ...access('viewer', 'policies.get'),
  method: 'get',
  path: '/policies/{id}',
  tags,
  summary: 'A policy; its ETag is needed to change it',
  request: { params: idParam('pol') },
  responses: { 200: answers(policyBodySchema, 'The policy'), ...problemResponses(401, 403, 404) },
});

const patch = createRoute({
  ...access('admin', 'policies.change'),
  method: 'patch',
  path: '/policies/{id}',
  tags,
  summary: 'Change a policy: what is absent stays',
  description:
    '`null` sets null where null is a value; lists are replaced. Running pairings pick the new version up. ' +
    'Clearing `onlyWithCategory` of an archive needs `"confirm": true` beside it.',
  request: {
    params: idParam('pol'),
    headers: ifMatchHeader,
    body: takes(policyPatchSchema.openapi('PolicyChange')),
  },
  responses: {
    200: answers(policyBodySchema, 'The policy'),
    ...problemResponses(400, 401, 403, 404, 412, 413, 415, 422, 428),
  },
});

const remove = createRoute({
  ...access('admin', 'policies.delete'),
  method: 'delete',
  path: '/policies/{id}',
  tags,
  summary: 'Delete a policy that has no pairings',
  request: { params: idParam('pol'), headers: ifMatchHeader },
  responses: { 204: { description: 'Deleted' }, ...problemResponses(401, 403, 404, 409, 412) },
});

export function servePolicies(app: Api, deps: Deps): void {
  app.openAPIRegistry.registerPath(create);
  app.openAPIRegistry.registerPath(patch);

  app.openapi(list, async c => {
    const found = await read(deps, c, tx => listPolicies(tx, c.req.valid('query')));
    return c.json({ data: found.data.map(policyBody), page: { nextCursor: found.nextCursor } }, 200);
  });

  app.openapi({ ...create, hide: true, request: { body: takes(judgedByTheCore) } }, async c => {
    const row = await change(deps, c, async (tx, note) => {
      const context = contextOf(deps, await getOrganization(tx));
      const policy = accepted(createPolicy(c.req.valid('json'), context));
      await requireConnections(tx, policy);
      const at = new Date(deps.clock());
      const created = await createRow(tx, { ...columnsOf(policy), actor: keyOf(c).keyId, at });
      note(created.id);
      return created;
    });
    c.header('location', `/v1/policies/${row.id}`);
    c.header('etag', etagOf(row.version));
    return c.json(policyBody(row), 201);
  });

  app.openapi(get, async c => {
    const row = await read(deps, c, tx => policyOr404(tx, c.req.valid('param').id));
    c.header('etag', etagOf(row.version));
    return c.json(policyBody(row), 200);
  });

  app.openapi(
    { ...patch, hide: true, request: { ...patch.request, body: takes(judgedByTheCore) } },
    async c => {
      const { id } = c.req.valid('param');
      const { row, pairings } = await change(deps, c, async (tx, note) => {
        const before = await policyOr404(tx, id);
        requireMatch(c.req.valid('header')['if-match'], before.version);
        const context = {
          ...contextOf(deps, await getOrganization(tx)),
          everEnabled: before.enabledAt !== null,
        };
        const result = patchPolicy(policyOf(before), c.req.valid('json'), context);
        const policy = accepted(result);
        await requireConnections(tx, policy);
        const at = new Date(deps.clock());
        const changed = await changePolicy(tx, id, {
          expectedVersion: before.version,
          ...columnsOf(policy),
          actor: keyOf(c).keyId,
          at,
        });
        if (changed === undefined) throw notFound('policy');
        note(id, { version: changed.version, changed: changedOptions(result) });
        return { row: changed, pairings: await pairingIdsOf(tx, { policyId: id }) };
      });
      const { organizationId } = keyOf(c);
      await wake(deps, c, {
        pairings: pairings.map(pairing => ({ organizationId, pairingId: pairing.id, policyId: id })),
      });
      c.header('etag', etagOf(row.version));
      return c.json(policyBody(row), 200);
    },
  );

  app.openapi(remove, async c => {
    const { id } = c.req.valid('param');
    await change(deps, c, async (tx, note) => {
      const before = await policyOr404(tx, id);
      checkMatch(c.req.valid('header')['if-match'], before.version);
      await deletePolicy(tx, id);
      note(id);
    });
    return c.body(null, 204);
  });
}

export async function policyOr404(tx: Transaction, id: string): Promise<PolicyRow> {
  const row = await getPolicy(tx, id);
  if (row === undefined) throw notFound('policy');
  return row;
}

export function accepted(result: PolicyResult): Policy {
  if (result.ok) return result.policy;
  throw refusedPolicy(result.problems);
}

export function changedOptions(result: PolicyResult): { pointer: string; effect: string }[] {
  return result.ok ? result.changes.map(({ pointer, effect }) => ({ pointer, effect })) : [];
}

/** Both connections exist and are of the right side; answered with the place in the request where one is not. */
export async function requireConnections(
  tx: Transaction,
  policy: Policy,
): Promise<{ mailbox: Connection; crm: Connection }> {
  return {
    mailbox: await requireConnection(tx, 'mailbox', policy.mailboxConnectionId, '/mailboxConnectionId'),
    crm: await requireConnection(tx, 'crm', policy.crmConnectionId, '/crmConnectionId'),
  };
}

async function requireConnection(
  tx: Transaction,
  side: Side,
  id: string,
  pointer: string,
): Promise<Connection> {
  const connection = await getConnection(tx, id);
  if (connection?.side === side) return connection;
  const detail = connection ? `This is no ${side} connection` : `There is no such ${side} connection`;
  throw new Problem('unprocessable', `${pointer}: ${detail}.`, {
    fix: `Give the id of a ${side} connection, see GET /v1/connections.`,
    errors: [{ pointer, detail }],
  });
}
