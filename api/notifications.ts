import { createRoute, z } from '@hono/zod-openapi';
import { listNotifications, type Notification } from '../db/notifications.ts';
import { access } from './auth.ts';
import type { Api, Deps } from './deps.ts';
import { pageOf, pageQuery } from './paging.ts';
import { problemResponses } from './problem.ts';
import { answers, isoOrNull, moment } from './route.ts';
import { read } from './tenant.ts';

const notificationSchema = z
  .object({
    id: z.string().openapi({ example: 'ntf_k3v9q2m7x1c8b5n4z6f0' }),
    kind: z.string(),
    pairingId: z.string().nullable(),
    connectionId: z.string().nullable(),
    recipients: z.array(z.string()),
    subject: z.string(),
    body: z.string(),
    state: z.enum(['pending', 'sent', 'kept', 'failed']).openapi({
      description: 'kept: the installation has no mail server, so it is shown here only',
    }),
    error: z.string().nullable(),
    createdAt: moment,
    sentAt: moment.nullable(),
  })
  .openapi('Notification');

const list = createRoute({
  ...access('operator', 'notifications.list'),
  method: 'get',
  path: '/notifications',
  tags: ['history'],
  summary: 'What was sent to whom, the newest first',
  request: { query: pageQuery },
  responses: {
    200: answers(pageOf(notificationSchema, 'NotificationPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

export function serveNotifications(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const found = await read(deps, c, tx => listNotifications(tx, c.req.valid('query')));
    return c.json({ data: found.data.map(notificationBody), page: { nextCursor: found.nextCursor } }, 200);
  });
}

function notificationBody(notification: Notification): z.infer<typeof notificationSchema> {
  return {
    ...notification,
    createdAt: notification.createdAt.toISOString(),
    sentAt: isoOrNull(notification.sentAt),
  };
}
