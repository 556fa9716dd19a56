import { createRoute, z } from '@hono/zod-openapi';
import {
  decideHeldDeletions,
  type HeldDeletion,
  knownHeldDeletions,
  listHeldDeletions,
} from '../db/held-deletions.ts';
import { wantRun } from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import { access, keyOf } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { pairingOr404 } from './pairings.ts';
import { notFound, problemResponses } from './problem.ts';
import { answers, isoOrNull, moment, takes } from './route.ts';
import { change, read } from './tenant.ts';
import { wakePairings } from './waking.ts';

const tags = ['held deletions'];

const heldDeletion = z
  .object({
    id: z.string().openapi({ example: 'hld_k3v9q2m7x1c8b5n4z6f0' }),
    pairingId: z.string(),
    itemId: z.string(),
    module: z.string(),
    what: z.string().openapi({ description: '`deletion`, or `clear:FIELD`', example: 'deletion' }),
    side: z.enum(['mailbox', 'crm']).openapi({ description: 'Where it would be carried out' }),
    reason: z.string(),
    state: z.enum(['held', 'approved', 'rejected', 'void']),
    heldAt: moment,
    decidedAt: moment.nullable(),
    decidedBy: z.string().nullable(),
  })
  .openapi('HeldDeletion');

const which = z
  .union([
    z.strictObject({ id: z.string().min(1).max(100) }),
    z.strictObject({ ids: z.array(z.string().min(1).max(100)).min(1).max(1000) }),
    z.strictObject({ pairingId: z.string().min(1).max(100) }),
  ])
  .openapi('WhichHeldDeletions', { example: { pairingId: 'prg_k3v9q2m7x1c8b5n4z6f0' } });

type Which = z.infer<typeof which>;

const decided = z.object({ decided: z.int(), ids: z.array(z.string()) }).openapi('DecidedHeldDeletions', {
  description: 'Those that waited; what was decided before stays as it is',
});

const list = createRoute({
  ...access('viewer', 'heldDeletions.list'),
  method: 'get',
  path: '/held-deletions',
  tags,
  summary: 'Deletions that the guard stopped (POL-20)',
  request: {
    query: pageQuery.extend({
      pairing: z.string().max(100).optional(),
      state: z.enum(['held', 'approved', 'rejected', 'void']).default('held'),
    }),
  },
  responses: {
    200: answers(pageOf(heldDeletion, 'HeldDeletionPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

const approve = createRoute({
  ...access('admin', 'heldDeletions.approve'),
  method: 'post',
  path: '/held-deletions/approve',
  tags,
  summary: 'Let held deletions happen, after each item was checked again',
  request: { body: takes(which) },
  responses: {
    200: answers(decided, 'What was decided'),
    ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422),
  },
});

const reject = createRoute({
  ...access('admin', 'heldDeletions.reject'),
  method: 'post',
  path: '/held-deletions/reject',
  tags,
  summary: 'Keep the items',
  request: { body: takes(which) },
  responses: {
    200: answers(decided, 'What was decided'),
    ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422),
  },
});

export function serveHeldDeletions(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const { pairing, state, ...request } = c.req.valid('query');
    const found = await read(deps, c, tx => listHeldDeletions(tx, { pairingId: pairing, state }, request));
    return c.json({ data: found.data.map(heldDeletionBody), page: { nextCursor: found.nextCursor } }, 200);
  });

  for (const [route, verdict] of [
    [approve, 'approved'],
    [reject, 'rejected'],
  ] as const) {
    app.openapi(route, async c => {
      const { keyId } = keyOf(c);
      const nowMs = deps.clock();
      const { ids, pairings } = await change(deps, c, async (tx, note) => {
        const selected = await selectedOr404(tx, c.req.valid('json'));
        const rows = await decideHeldDeletions(tx, selected, { verdict, decidedBy: keyId, nowMs });
        const pairings = await pairingsOf(tx, rows);
        for (const pairing of pairings) {
          await wantRun(tx, pairing, nowMs);
          note(pairing.id, { decided: rows.filter(row => row.pairingId === pairing.id).map(row => row.id) });
        }
        if (rows.length === 0) note('held-deletions', { decided: [] });
        return { ids: rows.map(row => row.id), pairings };
      });
      await wakePairings(
        deps,
        c,
        pairings.map(({ id, policy_id: policyId }) => ({ id, policyId })),
      );
      return c.json({ decided: ids.length, ids }, 200);
    });
  }
}

async function selectedOr404(tx: Transaction, which: Which) {
  if ('pairingId' in which) {
    await pairingOr404(tx, which.pairingId);
    return which;
  }
  const ids = 'id' in which ? [which.id] : which.ids;
  const known = await knownHeldDeletions(tx, ids);
  if (ids.some(id => !known.has(id))) throw notFound('held deletion');
  return { ids };
}

function pairingsOf(tx: Transaction, rows: readonly { readonly pairingId: string }[]) {
  return Promise.all([...new Set(rows.map(row => row.pairingId))].map(id => pairingOr404(tx, id)));
}

function heldDeletionBody(row: HeldDeletion): z.infer<typeof heldDeletion> {
  return {
    id: row.id,
    pairingId: row.pairing_id,
    itemId: row.item_id,
    module: row.module,
    what: row.what,
    side: row.side,
    reason: row.reason,
    state: row.state,
    heldAt: row.held_at.toISOString(),
    decidedAt: isoOrNull(row.decided_at),
    decidedBy: row.decided_by,
  };
}
