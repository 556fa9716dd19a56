import { createRoute, z } from '@hono/zod-openapi';
import { listItems, readStory } from '../db/items-view.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { itemBody, itemEventBody, itemEventSchema, itemSchema, itemStates } from './item-view.ts';
import { pageOf, pageQuery } from './paging.ts';
import { pairingOr404 } from './pairings.ts';
import { problemResponses } from './problem.ts';
import type { RecordUrls } from './record-urls.ts';
import { answers, idParam } from './route.ts';
import { read } from './tenant.ts';

const tags = ['history'];
/** One explanation shows so much and no more; what it left out is older, or found by a narrower question. */
const mostItems = 20;
const mostEvents = 500;
const searchedBy =
  'Of people an address or the full name; of messages the sender, the whole subject or the Message-ID; ' +
  'of everything its id, that of the mailbox item or that of the CRM record';

const list = createRoute({
  ...access('viewer', 'items.list'),
  method: 'get',
  path: '/pairings/{id}/items',
  tags,
  summary: 'The ledger: every item with its state and reason',
  request: {
    params: idParam('prg'),
    query: pageQuery.extend({
      module: z.string().max(50).optional(),
      state: z.enum(itemStates).optional(),
      q: z.string().min(1).max(500).optional().openapi({ description: searchedBy }),
    }),
  },
  responses: {
    200: answers(pageOf(itemSchema, 'ItemPage'), 'A page'),
    ...problemResponses(400, 401, 403, 404),
  },
});

const explain = createRoute({
  ...access('viewer', 'items.explain'),
  method: 'get',
  path: '/pairings/{id}/explain',
  tags,
  summary: 'The story of an item: every decision with its cycle and reason (OPS-2)',
  request: {
    params: idParam('prg'),
    query: z.strictObject({
      q: z.string().min(1).max(500).openapi({ description: searchedBy }),
    }),
  },
  responses: {
    200: answers(
      z
        .object({ data: z.array(z.object({ item: itemSchema, events: z.array(itemEventSchema) })) })
        .openapi('Explanation'),
      'The items found, each with its decisions, the oldest first; none when nothing is known of it',
    ),
    ...problemResponses(400, 401, 403, 404),
  },
});

export function serveItems(app: Api, deps: Deps, recordUrls: RecordUrls): void {
  app.openapi(list, async c => {
    const { module, state, q, ...request } = c.req.valid('query');
    const { found, askUrls } = await read(deps, c, async tx => {
      const pairing = await pairingOr404(tx, c.req.valid('param').id);
      return {
        found: await listItems(tx, pairing.id, { module, state, q }, request),
        askUrls: await recordUrls.prepare(tx, pairing.crm_connection_id),
      };
    });
    const urlOf = await askUrls();
    const data = found.data.map(item => itemBody(item, urlOf));
    return c.json({ data, page: { nextCursor: found.nextCursor } }, 200);
  });

  app.openapi(explain, async c => {
    const { q } = c.req.valid('query');
    const { items, story, askUrls } = await read(deps, c, async tx => {
      const pairing = await pairingOr404(tx, c.req.valid('param').id);
      const { data: items } = await listItems(tx, pairing.id, { q }, { limit: mostItems });
      const ids = items.map(item => item.row.id);
      return {
        items,
        story: await readStory(tx, ids, mostEvents),
        askUrls: await recordUrls.prepare(tx, pairing.crm_connection_id),
      };
    });
    const urlOf = await askUrls();
    const data = items.map(item => ({
      item: itemBody(item, urlOf),
      events: (story.get(item.row.id) ?? []).map(event => itemEventBody(event, 'masked')),
    }));
    return c.json({ data }, 200);
  });
}
