import { createRoute, z } from '@hono/zod-openapi';
import { listPairings, readPairing } from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { createPairings, newPairing } from './pairing-creation.ts';
import { type PairingBody, pairingBodies, pairingSchema, pairingStates, runUrlOf } from './pairing-view.ts';
import { notFound, Problem, problemBody, problemResponses, problemSchema } from './problem.ts';
import { answers, idParam, takes } from './route.ts';
import { read } from './tenant.ts';

const tags = ['pairings'];
const mostAtOnce = 500;

const creationResult = z
  .union([
    z.object({ status: z.literal(201), pairing: pairingSchema }),
    z.object({ status: z.int(), error: problemSchema }),
  ])
  .openapi('PairingResult', { description: 'Of one pairing of the array, in its order' });

const list = createRoute({
  ...access('viewer', 'pairings.list'),
  method: 'get',
  path: '/pairings',
  tags,
  summary: 'Pairings of a mailbox with a CRM user',
  request: {
    query: pageQuery.extend({
      policy: z.string().max(100).optional(),
      state: z.enum(pairingStates).optional(),
      q: z.string().min(1).max(320).optional().openapi({ description: 'Part of an address, or an id' }),
    }),
  },
  responses: {
    200: answers(pageOf(pairingSchema, 'PairingPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

const create = createRoute({
  ...access('admin', 'pairings.create'),
  method: 'post',
  path: '/pairings',
  tags,
  summary: 'Pair a mailbox with a CRM user, or up to 500 at once',
  description:
    'Works also while mailbox and CRM are away: they are looked up by the first cycle, and what does not fit shows ' +
    'as state `blocked` with reason and fix. A pairing of an enabled policy starts at once.',
  request: { body: takes(z.union([newPairing, z.array(newPairing).min(1).max(mostAtOnce)])) },
  responses: {
    201: answers(pairingSchema, 'The pairing'),
    207: answers(z.object({ data: z.array(creationResult) }), 'For an array: a result each, in its order'),
    ...problemResponses(400, 401, 403, 409, 413, 415, 422),
  },
});

const get = createRoute({
  ...access('viewer', 'pairings.get'),
  method: 'get',
  path: '/pairings/{id}',
  tags,
  summary: 'A pairing with its state',
  request: { params: idParam('prg') },
  responses: { 200: answers(pairingSchema, 'The pairing'), ...problemResponses(401, 403, 404) },
});

export function servePairings(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const { policy, state, q, ...request } = c.req.valid('query');
    const body = await read(deps, c, async tx => {
      const found = await listPairings(tx, { policyId: policy, state, q }, request);
      return { data: await pairingBodies(deps, tx, found.data), page: { nextCursor: found.nextCursor } };
    });
    return c.json(body, 200);
  });

  app.openapi(create, async c => {
    const wanted = c.req.valid('json');
    const results = await createPairings(deps, c, Array.isArray(wanted) ? wanted : [wanted]);
    const { requestId } = c.var;
    if (Array.isArray(wanted))
      return c.json({ data: results.map(result => resultBody(result, requestId)) }, 207);
    const [result] = results;
    if (result === undefined || result instanceof Problem) throw result ?? new Error('No result.');
    c.header('location', `/v1/pairings/${result.id}`);
    return c.json(result, 201);
  });

  app.openapi(get, async c => {
    const { id } = c.req.valid('param');
    const [body] = await read(deps, c, async tx => pairingBodies(deps, tx, [await pairingOr404(tx, id)]));
    if (body === undefined) throw notFound('pairing');
    const runId = await deps.workflows.runId(id).catch((error: unknown) => {
      c.get('logger').warn({ err: error }, 'Temporal does not answer');
      return null;
    });
    return c.json({ ...body, runUrl: runUrlOf(deps, id, runId) }, 200);
  });
}

export async function pairingOr404(tx: Transaction, id: string) {
  const row = await readPairing(tx, id);
  if (row === undefined) throw notFound('pairing');
  return row;
}

function resultBody(result: PairingBody | Problem, requestId: string): z.infer<typeof creationResult> {
  if (!(result instanceof Problem)) return { status: 201, pairing: result };
  return { status: result.status, error: problemBody(result, requestId) };
}
