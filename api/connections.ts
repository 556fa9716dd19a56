import { createRoute, z } from '@hono/zod-openapi';
import {
  type Connection,
  type ConnectionChange,
  createConnection,
  deleteConnection,
  getConnection,
  listConnections,
  setConnectionState,
  updateConnection,
} from '../db/connections.ts';
import { pairingIdsOf } from '../db/pairings.ts';
import type { JsonObject } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import { access, keyOf } from './auth.ts';
import { apiShare, connectionBody, connectionName, connectionSchema, side } from './connection-view.ts';
import { checkReachability, reachabilityOf } from './connectors.ts';
import type { Api, Deps } from './deps.ts';
import { checkMatch, etagOf } from './etag.ts';
import { pageOf, pageQuery } from './paging.ts';
import { notFound, Problem, problemResponses } from './problem.ts';
import { answers, idParam, ifMatchHeader, takes } from './route.ts';
import { change, read } from './tenant.ts';
import { wake } from './waking.ts';

const tags = ['connections'];

const settings = z.record(z.string(), z.unknown()).openapi({
  description: 'graph: {tenantId, baseUrl?, tokenUrl?}; salesforce: {loginUrl, username}',
});
const credentials = z.record(z.string(), z.unknown()).openapi({
  description:
    'Write-only. graph: {clientId, clientSecret} or {clientId, certificate, privateKey}; ' +
    'salesforce: {clientId, privateKey} (JWT bearer) or {clientId, clientSecret}',
});

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

const connectionPatch = z
  .strictObject({
    name: connectionName.optional(),
    settings: settings.optional(),
    credentials: credentials.optional(),
    apiShare: apiShare.optional(),
  })
  .openapi('ConnectionChange');

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
    const wanted = c.req.valid('json');
    const { connection, pairings } = await change(deps, c, async (tx, note) => {
      const before = await connectionOr404(tx, id);
      checkMatch(c.req.valid('header')['if-match'], before.version);
      const values = await changeOf(deps, tx, before, wanted);
      const updated = await updateConnection(tx, id, before.version, values);
      if (updated === undefined) throw notFound('connection');
      if (values.credentials) {
        await setConnectionState(tx, id, {
          state: 'ok',
          reason: null,
          fix: null,
          at: new Date(deps.clock()),
        });
      }
      note(id, { changed: Object.keys(wanted) });
      return {
        connection: await connectionOr404(tx, id),
        pairings: await pairingIdsOf(tx, { connectionId: id }),
      };
    });
    const { organizationId } = keyOf(c);
    await wake(deps, c, {
      pairings: pairings.map(({ id: pairingId, policyId }) => ({ organizationId, pairingId, policyId })),
      feeds: connection.side === 'crm' && pairings.length > 0 ? [{ organizationId, connectionId: id }] : [],
    });
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

export async function connectionOr404(tx: Transaction, id: string): Promise<Connection> {
  const connection = await getConnection(tx, id);
  if (connection === undefined) throw notFound('connection');
  return connection;
}

/** What is stored, checked by the connector as a whole: old settings may not fit new credentials. */
async function changeOf(
  deps: Deps,
  tx: Transaction,
  before: Connection,
  wanted: z.infer<typeof connectionPatch>,
): Promise<ConnectionChange> {
  const { name } = wanted;
  const plain = { ...(name !== undefined && { name }), ...shareOf(wanted) };
  if (wanted.settings === undefined && wanted.credentials === undefined) return plain;
  const settings = withoutNulls({ ...before.settings, ...wanted.settings });
  if (wanted.credentials === undefined) requireSameAddresses(before.settings, settings);
  const credentials = wanted.credentials ?? (await reachabilityOf(tx, before)).credentials;
  const checked = checkReachability(deps, { ...before, settings, credentials });
  return {
    ...plain,
    settings: checked.settings,
    ...(wanted.credentials && { credentials: checked.credentials }),
  };
}

/** The share belongs to the connection; systems that take it among their settings mean the same. */
function shareOf({
  apiShare: share,
  settings,
}: Pick<z.infer<typeof connectionPatch>, 'apiShare' | 'settings'>) {
  const wanted = apiShare.safeParse(share ?? settings?.apiShare);
  return wanted.success ? { apiShare: wanted.data } : {};
}

/** null takes an optional setting back to its default. */
function withoutNulls(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}

/** Whoever may change an address but does not know the credentials must not have them sent somewhere else. */
function requireSameAddresses(before: JsonObject, after: JsonObject): void {
  const moved = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    key => key.endsWith('Url') && before[key] !== after[key],
  );
  if (moved.length === 0) return;
  throw new Problem('unprocessable', `Changing ${moved.join(', ')} needs the credentials again.`, {
    fix: 'Send the credentials in the same request.',
    errors: [{ pointer: '/credentials', detail: 'Needed, because an address changes' }],
  });
}
