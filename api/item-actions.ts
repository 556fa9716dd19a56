import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ItemView, readItem, readStory, wantRestore, wantRetry } from '../db/items-view.ts';
import { EMAILS } from '../db/messages.ts';
import { type PairingView, wantRun } from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import { access } from './auth.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { type ItemBody, itemBody, itemEventBody, itemEventSchema, itemSchema } from './item-view.ts';
import { pairingOr404 } from './pairings.ts';
import { notFound, Problem, problemResponses } from './problem.ts';
import type { RecordUrls } from './record-urls.ts';
import { answers, idParam } from './route.ts';
import { change } from './tenant.ts';
import { wakePairings } from './waking.ts';

const tags = ['history'];
const mostEvents = 500;

const retry = createRoute({
  ...access('operator', 'items.retry'),
  method: 'post',
  path: '/items/{id}/retry',
  tags,
  summary:
    'Try again in the next cycle, which runs at once: an item in quarantine, or a message that could not be archived',
  request: { params: idParam('itm') },
  responses: {
    202: answers(itemSchema, 'Stored; the ledger shows what came of it'),
    ...problemResponses(401, 403, 404, 409, 422),
  },
});

const restore = createRoute({
  ...access('admin', 'items.restore'),
  method: 'post',
  path: '/items/{id}/restore',
  tags,
  summary: 'Bring a contact back that its user had removed from the mailbox (CON-3)',
  request: { params: idParam('itm') },
  responses: {
    202: answers(itemSchema, 'Stored; the next cycle puts it into the mailbox'),
    ...problemResponses(401, 403, 404, 409, 422),
  },
});

const values = z.record(z.string(), z.unknown()).nullable();

const revealed = itemSchema
  .extend({
    mailboxValues: values.openapi({ description: 'What the mailbox held when both sides last agreed' }),
    crmValues: values.openapi({ description: 'What the CRM held then' }),
    events: z.array(itemEventSchema),
  })
  .openapi('RevealedItem');

const reveal = createRoute({
  ...access('operator', 'items.reveal'),
  method: 'post',
  path: '/items/{id}/reveal',
  tags,
  summary: 'Show the values that are masked elsewhere; audited',
  request: { params: idParam('itm') },
  responses: {
    200: answers(revealed, 'The item in clear'),
    ...problemResponses(401, 403, 404, 409, 422),
  },
});

export function serveItemActions(app: Api, deps: Deps, recordUrls: RecordUrls): void {
  app.openapi(retry, async c =>
    c.json(await request(deps, c, c.req.valid('param').id, recordUrls, retrying), 202),
  );
  app.openapi(restore, async c =>
    c.json(await request(deps, c, c.req.valid('param').id, recordUrls, restoring), 202),
  );

  app.openapi(reveal, async c => {
    const { id } = c.req.valid('param');
    const { item, events, askUrls } = await change(deps, c, async (tx, note) => {
      const { item, pairing } = await itemOr404(tx, id);
      note(id, { pairingId: pairing.id });
      const story = await readStory(tx, [id], mostEvents);
      const askUrls = await recordUrls.prepare(tx, pairing.crm_connection_id);
      return { item, events: story.get(id) ?? [], askUrls };
    });
    const { mailboxValues, crmValues, label } = item;
    const body: z.infer<typeof revealed> = {
      ...itemBody(item, await askUrls()),
      name: label?.name ?? null,
      address: label?.address ?? null,
      mailboxValues,
      crmValues,
      events: events.map(event => itemEventBody(event, 'revealed')),
    };
    return c.json(body, 200);
  });
}

type Wish = (tx: Transaction, item: ItemView, nowMs: number) => Promise<void>;

const retrying: Wish = async (tx, { row }, nowMs) => {
  const isLeftOut = row.module === EMAILS && row.state === 'excluded';
  if (row.state !== 'failing' && !isLeftOut) {
    throw new Problem('conflict', `This item is ${row.state}: there is nothing to try again.`);
  }
  await wantRetry(tx, row.id, nowMs);
};

const restoring: Wish = async (tx, { row }, nowMs) => {
  if (row.link !== 'away') {
    throw new Problem(
      'conflict',
      'This item does not stay away from the mailbox: there is nothing to bring back.',
    );
  }
  await wantRestore(tx, row.id, nowMs);
};

/** Stores the wish and has a cycle run for it. */
async function request(
  deps: Deps,
  c: Context<ApiEnv>,
  id: string,
  recordUrls: RecordUrls,
  wish: Wish,
): Promise<ItemBody> {
  const nowMs = deps.clock();
  const { item, pairing, askUrls } = await change(deps, c, async (tx, note) => {
    const { item, pairing } = await itemOr404(tx, id);
    await wish(tx, item, nowMs);
    await wantRun(tx, pairing, nowMs);
    note(id, { pairingId: pairing.id });
    const askUrls = await recordUrls.prepare(tx, pairing.crm_connection_id);
    return { ...(await itemOr404(tx, id)), askUrls };
  });
  await wakePairings(deps, c, [{ id: pairing.id, policyId: pairing.policy_id }]);
  return itemBody(item, await askUrls());
}

async function itemOr404(tx: Transaction, id: string): Promise<{ item: ItemView; pairing: PairingView }> {
  const item = await readItem(tx, id);
  if (item === undefined) throw notFound('item');
  return { item, pairing: await pairingOr404(tx, item.row.pairing_id) };
}
