import { createRoute, z } from '@hono/zod-openapi';
import { createConnection, deleteConnection, listConnections } from '../db/connections.ts';
import { access } from './auth.ts';
import {
  changeConnection,
  connectionOr404,
  connectionPatch,
  credentials,
  settings,
  shareOf,
} from './connection-change.ts';
import { apiShare, connectionBody, connectionName, connectionSchema, side } from './connection-view.ts';
import { checkReachability } from './connectors.ts';
import type { Api, Deps } from './deps.ts';
import { etagOf } from './etag.ts';
import { pageOf, pageQuery } from './paging.ts';
import { notFound, problemResponses } from './problem.ts';
import { answers, idParam, ifMatchHeader, takes } from './route.ts';
import { change, read } from './tenant.ts';

const tags = ['connections'];

const newConnection = z
  .strictObject({
    name: connectionName,
    side,
    system: z.string().min(1).max(50),
    settings,
    credentials,
    apiShare: apiShare.optional(),
  })
  .openapi('NewConnection', {
    example: {
      name: 'Contoso mailboxes',
      side: 'mailbox',
      system: 'graph',
      settings: { tenantId: 'contoso.com' },
      credentials: { clientId: '7f0c…', clientSecret: '…' },
    },
  });

const list = createRoute({
  ...access('viewer', 'connections.list'),
  method: 'get',
  path: '/connections',
  tags,
  summary: 'Connections, without their credentials',
  request: { query: pageQuery },
  responses: {
    200: answers(pageOf(connectionSchema, 'ConnectionPage'), 'A page'),
    ...problemResponses(400, 401, 403),
  },
});

const create = createRoute({
  ...access('admin', 'connections.create'),
  method: 'post',
  path: '/connections',
  tags,
  summary: 'Say how a mailbox system or a CRM is reached',
  description: 'Nothing is sent to it yet: POST /v1/connections/{id}/test does that.',
  request: { body: takes(newConnection) },
  responses: {
    201: answers(connectionSchema, 'The connection'),
    ...problemResponses(400, 401, 403, 409, 413, 415, 422),
  },
});

const get = createRoute({
  ...access('viewer', 'connections.get'),
  method: 'get',
  path: '/connections/{id}',
  tags,
  summary: 'A connection, without its credentials',
  request: { params: idParam('con') },
  responses: { 200: answers(connectionSchema, 'The connection'), ...problemResponses(401, 403, 404) },
});

const patch = createRoute({
  ...access('admin', 'connections.change'),
  method: 'patch',
  path: '/connections/{id}',
  tags,
  summary: 'Change a connection; new credentials wake its pairings',
  description: 'What is absent stays. Changing an address needs the credentials again.',
  request: { params: idParam('con'), headers: ifMatchHeader, body: takes(connectionPatch) },
  responses: {
    200: answers(connectionSchema, 'The connection'),
    ...problemResponses(400, 401, 403, 404, 412, 413, 415, 422),
  },
});

const remove = createRoute({
  ...access('admin', 'connections.delete'),
  method: 'delete',
  path: '/connections/{id}',
  tags,
  summary: 'Delete a connection that no policy uses',
  request: { params: idParam('con') },
  responses: { 204: { description: 'Deleted' }, ...problemResponses(401, 403, 404, 409) },
});

export function serveConnections(app: Api, deps: Deps): void {
  app.openapi(list, async c => {
    const found = await read(deps, c, tx => listConnections(tx, c.req.valid('query')));
    return c.json({ data: found.data.map(connectionBody), page: { nextCursor: found.nextCursor } }, 200);
  });

  app.openapi(create, async c => {
    const wanted = c.req.valid('json');
    const checked = checkReachability(deps, wanted);
    const connection = await change(deps, c, async (tx, note) => {
      const created = await createConnection(tx, {
        name: wanted.name,
        side: wanted.side,
        system: wanted.system,
        ...checked,
        ...shareOf(wanted),
        createdAt: new Date(deps.clock()),
      });
      note(created.id, { system: created.system });
      return created;
    });
    c.header('location', `/v1/connections/${connection.id}`);
    c.header('etag', etagOf(connection.version));
    return c.json(connectionBody(connection), 201);
  });

  app.openapi(get, async c => {
    const { id } = c.req.valid('param');
    const connection = await read(deps, c, tx => connectionOr404(tx, id));
    c.header('etag', etagOf(connection.version));
    return c.json(connectionBody(connection), 200);
  });

  app.openapi(patch, async c => {
    const { id } = c.req.valid('param');
    const connection = await changeConnection(
      deps,
      c,
      id,
      c.req.valid('json'),
      c.req.valid('header')['if-match'],
    );
    c.header('etag', etagOf(connection.version));
    return c.json(connectionBody(connection), 200);
  });

  app.openapi(remove, async c => {
    const { id } = c.req.valid('param');
    await change(deps, c, async (tx, note) => {
      if (!(await deleteConnection(tx, id))) throw notFound('connection');
      note(id);
    });
    return c.body(null, 204);
  });
}
