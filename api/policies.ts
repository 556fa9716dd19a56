import { createRoute, z } from '@hono/zod-openapi';
import { getOrganization } from '../db/organizations.ts';
import { createPolicy as createRow, deletePolicy, listPolicies } from '../db/policies.ts';
import { createPolicy, patchPolicy } from '../sync/policy/policy.ts';
import { policyInputSchema, policyPatchSchema } from '../sync/policy/request.ts';
import { access, keyOf } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { checkMatch, etagOf, requireMatch } from './etag.ts';
import { pageOf, pageQuery } from './paging.ts';
import { accepted, changeBy, policyOr404, requireConnections } from './policy-change.ts';
import { columnsOf, contextOf, policyBody, policyBodySchema, policyOf } from './policy-view.ts';
import { problemResponses } from './problem.ts';
import { answers, idParam, ifMatchHeader, takes } from './route.ts';
import { change, read } from './tenant.ts';

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
      const row = await changeBy(deps, c, c.req.valid('param').id, (_, before, context) => {
        requireMatch(c.req.valid('header')['if-match'], before.version);
        return patchPolicy(policyOf(before), c.req.valid('json'), context);
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
