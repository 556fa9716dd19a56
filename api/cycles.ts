import { createRoute, z } from '@hono/zod-openapi';
import { type CycleView, listCycles, readCycle } from '../db/cycles-view.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { pairingOr404 } from './pairings.ts';
import { notFound, problemResponses } from './problem.ts';
import { answers, idParam, isoOrNull, moment } from './route.ts';
import { read } from './tenant.ts';

const tags = ['history'];

const cycleSchema = z
  .object({
    id: z.string().openapi({ example: 'cyc_k3v9q2m7x1c8b5n4z6f0' }),
    pairingId: z.string(),
    number: z.int(),
    trigger: z.string().openapi({ example: 'schedule' }),
    startedAt: moment,
    finishedAt: moment.nullable(),
    outcome: z.string().nullable().openapi({ description: 'null while it runs' }),
    counts: z
      .record(z.string(), z.record(z.string(), z.number()))
      .openapi({ description: 'By module and action', example: { contacts: { created: 3, updated: 1 } } }),
    calls: z.record(z.string(), z.number()).openapi({
      description: 'Calls used, by system',
      example: { graph: 4, salesforce: 2 },
    }),
    errors: z.array(z.record(z.string(), z.unknown())),
  })
  .openapi('Cycle');

const list = createRoute({
  ...access('viewer', 'cycles.list'),
  method: 'get',
  path: '/pairings/{id}/cycles',
  tags,
  summary: 'Cycles of a pairing, the newest first',
  request: { params: idParam('prg'), query: pageQuery },
  responses: {
    200: answers(pageOf(cycleSchema, 'CyclePage'), 'A page'),
    ...problemResponses(400, 401, 403, 404),
  },
});

const get = createRoute({
  ...access('viewer', 'cycles.get'),
  method: 'get',
  path: '/cycles/{id}',
  tags,
  summary: 'What one cycle did',
  request: { params: idParam('cyc') },
  responses: { 200: answers(cycleSchema, 'The cycle'), ...problemResponses(401, 403, 404) },
});

export function serveCycles(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const { id } = c.req.valid('param');
    const found = await read(deps, c, async tx => {
      await pairingOr404(tx, id);
      return listCycles(tx, id, c.req.valid('query'));
    });
    return c.json({ data: found.data.map(cycleBody), page: { nextCursor: found.nextCursor } }, 200);
  });

  app.openapi(get, async c => {
    const cycle = await read(deps, c, tx => readCycle(tx, c.req.valid('param').id));
    if (cycle === undefined) throw notFound('cycle');
    return c.json(cycleBody(cycle), 200);
  });
}

function cycleBody(cycle: CycleView): z.infer<typeof cycleSchema> {
  return {
    id: cycle.id,
    pairingId: cycle.pairing_id,
    number: cycle.number,
    trigger: cycle.trigger,
    startedAt: cycle.started_at.toISOString(),
    finishedAt: isoOrNull(cycle.finished_at),
    outcome: cycle.outcome,
    counts: byModule(cycle.counts),
    calls: cycle.calls as Record<string, number>,
    errors: cycle.errors as Record<string, unknown>[],
  };
}

/** Counted as `contacts.created` and `contacts.failed.validation`: the module stands before the first dot. */
function byModule(counts: Record<string, unknown>): Record<string, Record<string, number>> {
  const modules: Record<string, Record<string, number>> = {};
  for (const [key, count] of Object.entries(counts)) {
    const dot = key.indexOf('.');
    const module = dot < 0 ? key : key.slice(0, dot);
    modules[module] = { ...modules[module], [dot < 0 ? 'all' : key.slice(dot + 1)]: Number(count) };
  }
  return modules;
}
