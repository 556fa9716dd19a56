import { createHmac } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createApiKey } from '../db/api-keys.ts';
import { isUniqueViolation } from '../db/conflicts.ts';
import { admit, keepAnswer } from '../db/idempotency-keys.ts';
import { idPrefixes } from '../db/ids.ts';
import { createOrganization, listOrganizations, updateOrganization } from '../db/organizations.ts';
import { apiKeyBody, apiKeySchema } from './api-keys.ts';
import { access } from './auth.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { hashRequest, idempotencyKeyOf, replay } from './idempotency.ts';
import { organizationBody, organizationName, organizationSchema, subscription } from './organization-view.ts';
import { pageOf, pageQuery } from './paging.ts';
import { problemResponses } from './problem.ts';
import { answers, idParam, takes } from './route.ts';
import { audit } from './tenant.ts';

const tags = ['organizations'];

const newOrganization = z
  .strictObject({ name: organizationName, subscription, trial: z.boolean().default(false) })
  .openapi('NewOrganization');

const created = organizationSchema
  .extend({
    apiKey: z.string().openapi({ description: 'The secret of the first admin key; shown once' }),
    key: apiKeySchema,
  })
  .openapi('CreatedOrganization');

const list = createRoute({
  ...access('installation', 'organizations.list'),
  method: 'get',
  path: '/organizations',
  tags,
  summary: 'Organizations of the installation',
  request: { query: pageQuery },
  responses: {
    200: answers(pageOf(organizationSchema, 'OrganizationPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

const create = createRoute({
  ...access('installation', 'organizations.create'),
  method: 'post',
  path: '/organizations',
  tags,
  summary: 'Make an organization; answers its first admin key',
  request: { body: takes(newOrganization) },
  responses: {
    201: answers(created, 'The organization with its first admin key'),
    ...problemResponses(400, 401, 403, 409, 413, 415, 422),
  },
});

const patch = createRoute({
  ...access('installation', 'organizations.change'),
  method: 'patch',
  path: '/organizations/{id}',
  tags,
  summary: 'Change name, subscription or trial',
  request: {
    params: idParam('org'),
    body: takes(
      z
        .strictObject({
          name: organizationName.optional(),
          subscription: subscription.optional(),
          trial: z.boolean().optional(),
        })
        .openapi('OrganizationSubscription'),
    ),
  },
  responses: {
    200: answers(organizationSchema, 'The organization'),
    ...problemResponses(400, 401, 403, 404, 413, 415),
  },
});

type NewOrganization = z.infer<typeof newOrganization>;
type Created = z.infer<typeof created>;

export function serveOrganizations(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const { limit, cursor } = c.req.valid('query');
    const found = await listOrganizations(deps.database, { limit, ...(cursor && { after: cursor }) });
    return c.json({ data: found.data.map(organizationBody), page: { nextCursor: found.nextAfter } }, 200);
  });

  app.openapi(create, async c => {
    const body = await createOnce(deps, c, c.req.valid('json'));
    if (body instanceof Response) return body as never;
    return c.json(body, 201);
  });

  app.openapi(patch, async c => {
    const { id } = c.req.valid('param');
    const { name, subscription, trial } = c.req.valid('json');
    const organization = await deps.database.inOrganization(id, async tx => {
      const changed = await updateOrganization(tx, {
        ...(name !== undefined && { name }),
        ...(subscription !== undefined && { subscription }),
        ...(trial !== undefined && { trial }),
      });
      await audit(deps, c, tx, { target: id, outcome: 'done', detail: { subscription, trial } });
      return changed;
    });
    return c.json(organizationBody(organization), 200);
  });
}

/**
 * With an Idempotency-Key the id follows from the key, so that a repetition meets the organization of the first
 * request, which keeps the answer.
 */
async function createOnce(
  deps: Deps,
  c: Context<ApiEnv>,
  wanted: NewOrganization,
): Promise<Created | Response> {
  const key = idempotencyKeyOf(c);
  const at = new Date(deps.clock());
  if (key === undefined) return found(deps, c, wanted, at);
  const request = { key: `installation ${key}`, requestHash: await hashRequest(c), at };
  const id = idFromKey(deps, key);
  try {
    return await found(deps, c, wanted, at, { id, request });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const admission = await deps.database.inOrganization(id, tx => admit(tx, request));
    return replay(admission);
  }
}

interface Once {
  readonly id: string;
  readonly request: Parameters<typeof admit>[1];
}

async function found(
  deps: Deps,
  c: Context<ApiEnv>,
  wanted: NewOrganization,
  at: Date,
  once?: Once,
): Promise<Created> {
  const facts = { ...wanted, createdAt: at, ...(once && { id: once.id }) };
  const { first } = await createOrganization(deps.database, facts, async (tx, organization) => {
    const { apiKey, secret } = await createApiKey(tx, {
      name: 'First admin key',
      role: 'admin',
      createdAt: at,
    });
    const body = { ...organizationBody(organization), apiKey: secret, key: apiKeyBody(apiKey) };
    await audit(deps, c, tx, { target: organization.id, outcome: 'done' });
    if (once) {
      await admit(tx, once.request);
      await keepAnswer(tx, once.request.key, {
        status: 201,
        body: { text: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      });
    }
    return body;
  });
  return first;
}

function idFromKey(deps: Deps, key: string): string {
  const digest = createHmac('sha256', deps.installationKeyHash).update(`organization ${key}`).digest('hex');
  return idPrefixes.organization + digest.slice(0, 32);
}
