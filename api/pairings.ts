import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createPairing, listPairings, readPairing } from '../db/pairings.ts';
import { getPolicy, type Policy } from '../db/policies.ts';
import type { Transaction } from '../db/transaction.ts';
import { access, keyOf } from './auth.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { type PairingBody, pairingBodies, pairingSchema, pairingStates, runUrlOf } from './pairing-view.ts';
import { notFound, Problem, problemBody, problemResponses, problemSchema } from './problem.ts';
import { answers, idParam, takes } from './route.ts';
import { audit, read } from './tenant.ts';
import { wake } from './waking.ts';

const tags = ['pairings'];
const mostAtOnce = 500;

const newPairing = z
  .strictObject({
    policyId: z.string().min(1).max(100),
    mailbox: z
      .string()
      .trim()
      .max(320)
      .pipe(z.email('Give an e-mail address such as ann@contoso.com'))
      .openapi({
        type: 'string',
        format: 'email',
        example: 'ann@contoso.com',
        description: "Address of the user's mailbox",
      }),
    crmUser: z
      .union([
        z.string().trim().min(1).max(320),
        z.strictObject({ id: z.string().min(1).max(100) }),
        z.strictObject({ email: z.email().max(320) }),
      ])
      .optional()
      .openapi({
        description:
          'Id, user name or e-mail address; without it the CRM user with the address of the mailbox',
      }),
  })
  .openapi('NewPairing');

type NewPairing = z.infer<typeof newPairing>;

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
    const results = await createAll(deps, c, Array.isArray(wanted) ? wanted : [wanted]);
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

/** One transaction for all: each that can be created is, the others say why not. */
async function createAll(
  deps: Deps,
  c: Context<ApiEnv>,
  wanted: readonly NewPairing[],
): Promise<(PairingBody | Problem)[]> {
  const { organizationId } = keyOf(c);
  const { results, policies } = await read(deps, c, async tx => {
    const policies = await readPolicies(tx, wanted);
    const results: (PairingBody | Problem)[] = [];
    for (const one of wanted) results.push(await createOne(deps, c, tx, one, policies.get(one.policyId)));
    return { results, policies };
  });
  const started = results.filter(
    result => !(result instanceof Problem) && policies.get(result.policyId)?.enabled === true,
  ) as PairingBody[];
  const feeds = new Set(started.flatMap(({ policyId }) => policies.get(policyId)?.crmConnectionId ?? []));
  await wake(deps, c, {
    pairings: started.map(({ id, policyId }) => ({ organizationId, pairingId: id, policyId })),
    feeds: [...feeds].map(connectionId => ({ organizationId, connectionId })),
  });
  return results;
}

async function readPolicies(tx: Transaction, wanted: readonly NewPairing[]): Promise<Map<string, Policy>> {
  const policies = new Map<string, Policy>();
  for (const id of new Set(wanted.map(({ policyId }) => policyId))) {
    const policy = await getPolicy(tx, id);
    if (policy) policies.set(id, policy);
  }
  return policies;
}

async function createOne(
  deps: Deps,
  c: Context<ApiEnv>,
  tx: Transaction,
  wanted: NewPairing,
  policy: Policy | undefined,
): Promise<PairingBody | Problem> {
  if (policy === undefined) {
    const detail = 'There is no such policy';
    return new Problem('unprocessable', `${detail}.`, { errors: [{ pointer: '/policyId', detail }] });
  }
  const { mailbox, crmUser } = wanted;
  const facts = { policyId: policy.id, starts: policy.enabled, mailbox, crmUserWanted: wantedUser(crmUser) };
  const result = await createPairing(tx, facts, deps.clock());
  if ('takenBy' in result) {
    return new Problem('mailbox_taken', `${mailbox} is in the pairing ${result.takenBy} already.`, {
      fix: `Delete that pairing first: DELETE /v1/pairings/${result.takenBy}?mailbox=keep.`,
    });
  }
  await audit(deps, c, tx, { target: result.id, outcome: 'done', detail: { policyId: policy.id } });
  const [body] = await pairingBodies(deps, tx, [await pairingOr404(tx, result.id)]);
  if (body === undefined) throw new Error('The pairing was not stored.');
  return body;
}

function wantedUser(crmUser: NewPairing['crmUser']): string | null {
  if (crmUser === undefined || typeof crmUser === 'string') return crmUser ?? null;
  return 'id' in crmUser ? crmUser.id : crmUser.email;
}

function resultBody(result: PairingBody | Problem, requestId: string): z.infer<typeof creationResult> {
  if (!(result instanceof Problem)) return { status: 201, pairing: result };
  return { status: result.status, error: problemBody(result, requestId) };
}
