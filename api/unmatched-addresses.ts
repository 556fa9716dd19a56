import { createRoute, z } from '@hono/zod-openapi';
import { listUnmatched, lockUnmatched } from '../db/unmatched-view.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { notFound, problemResponses } from './problem.ts';
import type { RecordUrls } from './record-urls.ts';
import { answers, idParam } from './route.ts';
import { change, read } from './tenant.ts';
import { prepareUrls, unmatchedBody, unmatchedSchema, unmatchedStates } from './unmatched-view.ts';

export const tags = ['unmatched addresses'];

const list = createRoute({
  ...access('viewer', 'unmatchedAddresses.list'),
  method: 'get',
  path: '/unmatched-addresses',
  tags,
  summary: 'Addresses of messages that are nobody in the CRM, with how often they were met (MAIL-9)',
  request: {
    query: pageQuery.extend({
      pairing: z.string().max(100).optional(),
      state: z.enum(unmatchedStates).default('open'),
      q: z.string().min(1).max(500).optional().openapi({ description: 'An address' }),
    }),
  },
  responses: {
    200: answers(pageOf(unmatchedSchema, 'UnmatchedAddressPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

const reveal = createRoute({
  ...access('operator', 'unmatchedAddresses.reveal'),
  method: 'post',
  path: '/unmatched-addresses/{id}/reveal',
  tags,
  summary: 'Show address and name, which are masked elsewhere; audited',
  request: { params: idParam('una') },
  responses: {
    200: answers(unmatchedSchema, 'The address in clear'),
    ...problemResponses(401, 403, 404, 409, 422),
  },
});

export function serveUnmatchedAddresses(app: Api, deps: Deps, recordUrls: RecordUrls): void {
  app.openapi(list, async c => {
    const { pairing, state, q, ...request } = c.req.valid('query');
    const { found, askUrls } = await read(deps, c, async tx => {
      const found = await listUnmatched(tx, { state, pairingId: pairing, q }, request);
      return { found, askUrls: await prepareUrls(tx, recordUrls, found.data) };
    });
    const urlOf = await askUrls();
    const data = found.data.map(view => unmatchedBody(view, urlOf));
    return c.json({ data, page: { nextCursor: found.nextCursor } }, 200);
  });

  app.openapi(reveal, async c => {
    const { id } = c.req.valid('param');
    const { view, askUrls } = await change(deps, c, async (tx, note) => {
      const view = await lockUnmatched(tx, id);
      if (view === undefined) throw notFound('unmatched address');
      note(id, { pairingId: view.row.pairing_id });
      return { view, askUrls: await prepareUrls(tx, recordUrls, [view]) };
    });
    return c.json(unmatchedBody(view, await askUrls(), 'revealed'), 200);
  });
}
