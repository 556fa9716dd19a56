import { createRoute, z } from '@hono/zod-openapi';
import { getOperation, type Operation } from '../db/operations.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { notFound, problemResponses } from './problem.ts';
import { answers, idParam, isoOrNull, moment } from './route.ts';
import { read } from './tenant.ts';

const operationSchema = z
  .object({
    id: z.string().openapi({ example: 'opr_k3v9q2m7x1c8b5n4z6f0' }),
    kind: z.string().openapi({ example: 'sync' }),
    pairingId: z.string().nullable(),
    policyId: z.string().nullable(),
    state: z.enum(['running', 'done', 'failed']),
    progress: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ example: { phase: 'contacts', done: 120, expected: 480 } }),
    result: z.record(z.string(), z.unknown()).nullable(),
    createdAt: moment,
    finishedAt: moment.nullable(),
  })
  .openapi('Operation');

const get = createRoute({
  ...access('viewer', 'operations.get'),
  method: 'get',
  path: '/operations/{id}',
  tags: ['pairings'],
  summary: 'How far the work is that a request started',
  request: { params: idParam('opr') },
  responses: { 200: answers(operationSchema, 'The operation'), ...problemResponses(401, 403, 404) },
});

export function serveOperations(app: Api, deps: Deps): void {
  app.openapi(get, async c => {
    const operation = await read(deps, c, tx => getOperation(tx, c.req.valid('param').id));
    if (operation === undefined) throw notFound('operation');
    return c.json(operationBody(operation), 200);
  });
}

function operationBody(operation: Operation): z.infer<typeof operationSchema> {
  return {
    ...operation,
    result: (operation.result ?? null) as Record<string, unknown> | null,
    createdAt: operation.createdAt.toISOString(),
    finishedAt: isoOrNull(operation.finishedAt),
  };
}
