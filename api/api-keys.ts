import { createRoute, z } from '@hono/zod-openapi';
import { type ApiKey, createApiKey, listApiKeys, revokeApiKey } from '../db/api-keys.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { notFound, problemResponses } from './problem.ts';
import { answers, idParam, isoOrNull, moment, takes } from './route.ts';
import { change, read } from './tenant.ts';

const tags = ['organizations'];
const role = z.enum(['admin', 'operator', 'viewer']);

export const apiKeySchema = z
  .object({
    id: z.string().openapi({ example: 'key_k3v9q2m7x1c8b5n4z6f0' }),
    name: z.string(),
    role,
    hint: z.string().openapi({ description: 'The last characters of the secret' }),
    createdAt: moment,
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .openapi('ApiKey');

export function apiKeyBody(key: ApiKey): z.infer<typeof apiKeySchema> {
  return {
    ...key,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: isoOrNull(key.lastUsedAt),
    revokedAt: isoOrNull(key.revokedAt),
  };
}

const list = createRoute({
  ...access('admin', 'apiKeys.list'),
  method: 'get',
  path: '/api-keys',
  tags,
  summary: 'API keys of the organization',
  request: { query: pageQuery },
  responses: {
    200: answers(pageOf(apiKeySchema, 'ApiKeyPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

const create = createRoute({
  ...access('admin', 'apiKeys.create'),
  method: 'post',
  path: '/api-keys',
  tags,
  summary: 'Make an API key; its secret is shown once',
  request: {
    body: takes(z.strictObject({ name: z.string().trim().min(1).max(200), role }).openapi('NewApiKey')),
  },
  responses: {
    201: answers(
      apiKeySchema.extend({ secret: z.string() }).openapi('CreatedApiKey'),
      'The key with its secret',
    ),
    ...problemResponses(400, 401, 403, 409, 413, 415, 422),
  },
});

const revoke = createRoute({
  ...access('admin', 'apiKeys.revoke'),
  method: 'delete',
  path: '/api-keys/{id}',
  tags,
  summary: 'Revoke an API key; from the next request on it is refused',
  request: { params: idParam('key') },
  responses: { 204: { description: 'Revoked' }, ...problemResponses(401, 403, 404) },
});

export function serveApiKeys(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const found = await read(deps, c, tx => listApiKeys(tx, c.req.valid('query')));
    return c.json({ data: found.data.map(apiKeyBody), page: { nextCursor: found.nextCursor } }, 200);
  });

  app.openapi(create, async c => {
    const wanted = c.req.valid('json');
    const { apiKey, secret } = await change(deps, c, async (tx, note) => {
      const made = await createApiKey(tx, { ...wanted, createdAt: new Date(deps.clock()) });
      note(made.apiKey.id, { role: wanted.role });
      return made;
    });
    return c.json({ ...apiKeyBody(apiKey), secret }, 201);
  });

  app.openapi(revoke, async c => {
    const { id } = c.req.valid('param');
    await change(deps, c, async (tx, note) => {
      const key = await revokeApiKey(tx, id, new Date(deps.clock()));
      if (key === undefined) throw notFound('API key');
      note(id);
    });
    return c.body(null, 204);
  });
}
