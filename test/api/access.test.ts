import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../api/deps.ts';
import { makePairing, makePolicy } from './examples.ts';
import { type History, writeHistory, writeMail } from './history.ts';
import {
  INSTALLATION_KEY,
  type Installation,
  type Send,
  startInstallation,
  type Tenant,
} from './installation.ts';

let installation: Installation;
let ours: Tenant;
let theirs: Tenant;
let ids: Record<string, string>;
let routes: Route[];
let admin: pg.Client;

interface Route {
  readonly method: string;
  /** As in the OpenAPI document, `/v1/pairings/{id}`. */
  readonly path: string;
  readonly role: Role | 'installation';
  readonly takesBody: boolean;
}

const roles = ['viewer', 'operator', 'admin'] as const;

beforeAll(async () => {
  installation = await startInstallation();
  [ours, theirs] = [await installation.tenant(), await installation.tenant()];
  ids = await idsOf(theirs);
  const { body } = await installation.with(undefined)('GET', '/openapi.json');
  routes = routesOf(body);
  admin = new pg.Client({ connectionString: installation.stored.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await installation.stop();
});

/** One living id of each kind, by the first part of the routes that take it. */
async function idsOf(tenant: Tenant): Promise<Record<string, string>> {
  const made = await makePolicy(tenant);
  const pairing = await makePairing(tenant, made.policyId, 'ann@contoso.com');
  const history: History = await writeHistory(installation.database, tenant.id, pairing);
  const { unmatchedId } = await writeMail(installation.database, tenant.id, pairing);
  const keys = (await tenant.send('GET', '/v1/api-keys')).body.data;
  const disabled = await tenant.send('POST', `/v1/pairings/${pairing}/pause`);
  return {
    organizations: tenant.id,
    'api-keys': keys[0].id,
    connections: made.crmConnectionId,
    policies: made.policyId,
    pairings: pairing,
    operations: disabled.body.operationId,
    cycles: history.cycleId,
    items: history.itemIds.linked,
    'unmatched-addresses': unmatchedId,
  };
}

function routesOf(document: { paths: Record<string, Record<string, Record<string, unknown>>> }): Route[] {
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        role: operation['x-role'] as Route['role'],
        takesBody: operation.requestBody !== undefined,
      })),
    );
}

/** Something that the route would take for JSON. Where access is refused nobody looks at it. */
function call(send: Send, { method, path, takesBody }: Route, id: string) {
  const headers = { 'if-match': '*' };
  return send(method, path.replace('{id}', id), { headers, ...(takesBody && { body: {} }) });
}

/** Everything stored but the audit log, which is to record refusals, and when keys were used. */
async function fingerprint(): Promise<string> {
  const { rows } = await admin.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname not in ('audit') order by 1`,
  );
  const parts = [];
  for (const { name } of rows) {
    const row = name === 'api_keys' ? `to_jsonb(t) - 'last_used_at'` : 'to_jsonb(t)';
    const { rows: sums } = await admin.query(
      `select md5(coalesce(string_agg((${row})::text, ',' order by (${row})::text), '')) as sum from ${name} as t`,
    );
    parts.push(`${name}:${sums[0].sum}`);
  }
  return parts.join('\n');
}

const allowed = (role: Role, needed: Route['role']): boolean =>
  needed !== 'installation' && roles.indexOf(role) >= roles.indexOf(needed);

describe('every route of the OpenAPI document', () => {
  test('says which role it needs', () => {
    expect(routes.length).toBeGreaterThan(35);
    for (const route of routes) expect(['installation', ...roles], route.path).toContain(route.role);
  });

  test.each([
    ['no key', undefined],
    ['an unknown key', `tdm_${'a'.repeat(43)}`],
    ['no key at all', 'x'],
  ])('answers 401 with %s, and changes nothing', async (_, key) => {
    const before = await fingerprint();
    for (const route of routes) {
      const answer = await call(installation.with(key), route, ids[route.path.split('/')[2] ?? ''] ?? 'none');
      expect(answer.status, `${route.method} ${route.path}`).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(answer.body).toMatchObject({ code: 'unauthorized', fix: expect.any(String) });
    }
    expect(await fingerprint()).toBe(before);
  });

  test.each(roles)(
    'answers 403 to a key whose role is below its own (%s), changes nothing and audits it',
    async role => {
      const before = await fingerprint();
      const refused = routes.filter(route => !allowed(role, route.role));
      for (const route of refused) {
        const answer = await call(theirs.as[role], route, ids[route.path.split('/')[2] ?? ''] ?? 'none');
        expect(answer.status, `${route.method} ${route.path}`).toBe(403);
        expect(answer.body.code).toBe('forbidden');
      }
      expect(await fingerprint()).toBe(before);
      const log = await theirs.send('GET', '/v1/audit?limit=200');
      const denied = log.body.data.filter((entry: { outcome: string }) => entry.outcome === 'denied');
      expect(denied.length).toBeGreaterThanOrEqual(refused.length);
    },
  );

  test('answers 403 to the installation key, unless it manages organizations', async () => {
    for (const route of routes.filter(({ role }) => role !== 'installation')) {
      const answer = await call(installation.with(INSTALLATION_KEY), route, 'none');
      expect(answer.status, `${route.method} ${route.path}`).toBe(403);
    }
  });

  test("answers another organization's id exactly like an unknown one, and changes nothing", async () => {
    const before = await fingerprint();
    const withId = routes.filter(({ path, role }) => path.includes('{id}') && role !== 'installation');
    expect(withId.length).toBeGreaterThan(20);
    for (const route of withId) {
      const foreign = ids[route.path.split('/')[2] ?? ''];
      expect(foreign, route.path).toBeDefined();
      const answers = [
        await validCall(route, foreign ?? ''),
        await validCall(route, foreign?.replace(/.$/, '~') ?? ''),
      ];
      const [known, unknown] = answers.map(({ status, body }) => ({ status, ...body, requestId: '' }));
      expect(known, `${route.method} ${route.path}`).toEqual(unknown);
      expect(known?.status).toBe(404);
    }
    expect(await fingerprint()).toBe(before);
  });

  /** The request must be right, so that only the id is wrong. */
  function validCall({ method, path, takesBody }: Route, id: string) {
    const bodies: Record<string, object> = {
      '/v1/policies/{id}/restore': { version: 1 },
    };
    const query = path.endsWith('/explain') ? '?q=ann' : '';
    return ours.send(method, path.replace('{id}', id) + query, {
      headers: { 'if-match': '*' },
      ...(takesBody && { body: bodies[path] ?? {} }),
    });
  }
});

describe('keys', () => {
  test('are refused from the moment they are revoked', async () => {
    const { id, secret } = (await ours.send('POST', '/v1/api-keys', { body: { name: 'x', role: 'admin' } }))
      .body;
    const send = installation.with(secret);
    expect((await send('GET', '/v1/organization')).status).toBe(200);
    expect((await ours.send('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
    expect((await send('GET', '/v1/organization')).status).toBe(401);
  });

  test('are shown once and stored nowhere in clear', async () => {
    const { secret } = (
      await ours.send('POST', '/v1/api-keys', {
        body: { name: 'y', role: 'viewer' },
        headers: { 'idempotency-key': 'make-y' },
      })
    ).body;
    const listed = await ours.send('GET', '/v1/api-keys');
    expect(listed.text).not.toContain(secret);
    const { rows } = await admin.query(`select to_jsonb(t)::text as row from api_keys t union all
      select to_jsonb(t)::text from idempotency_keys t union all select to_jsonb(t)::text from audit t`);
    expect(rows.map(({ row }) => row).join()).not.toContain(secret);
  });

  test('cannot be of another scheme', async () => {
    const answer = await installation.with(undefined)('GET', '/v1/organization', {
      headers: { authorization: `Basic ${Buffer.from(ours.keys.admin).toString('base64')}` },
    });
    expect(answer.status).toBe(401);
  });
});
