import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crmConnection, mailboxConnection, makePairing, makePolicy } from './examples.ts';
import { writeHistory } from './history.ts';
import { type Installation, type Send, startInstallation, type Tenant } from './installation.ts';

let installation: Installation;
let tenant: Tenant;
let routes: Route[];
let ids: Record<string, string>;

interface Route {
  readonly method: string;
  readonly path: string;
  readonly role: string;
  readonly queries: readonly string[];
  readonly takesBody: boolean;
}

const hostileTexts = [
  '',
  '\0',
  'a\0b',
  '\ud800',
  '‮',
  "'; drop table pairings; --",
  '%',
  '../../etc/passwd',
  '{{7*7}}',
  '🙂'.repeat(100),
  'x'.repeat(5000),
  '9'.repeat(40),
];
const hostileBodies: unknown[] = [
  null,
  [],
  0,
  '',
  [[]],
  { __proto__: null },
  { constructor: 1 },
  [null],
  1e308,
];

beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
  const made = await makePolicy(tenant);
  const pairing = await makePairing(tenant, made.policyId, 'ann@contoso.com');
  const { cycleId, itemIds } = await writeHistory(installation.database, tenant.id, pairing);
  ids = {
    connections: made.crmConnectionId,
    policies: made.policyId,
    pairings: pairing,
    cycles: cycleId,
    items: itemIds.linked,
    ...{ operations: 'opr_0', 'api-keys': 'key_0', organizations: tenant.id },
  };
  const { body } = await installation.with(undefined)('GET', '/openapi.json');
  routes = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        role: operation['x-role'] ?? 'viewer',
        queries: (operation.parameters ?? []).flatMap(({ in: where, name }) =>
          where === 'query' && name ? [name] : [],
        ),
        takesBody: operation.requestBody !== undefined,
      })),
  );
});
afterAll(() => installation.stop());

interface Operation {
  readonly 'x-role'?: string;
  readonly parameters?: readonly { readonly in?: string; readonly name?: string }[];
  readonly requestBody?: object;
}

const senderOf = ({ role }: Route): Send =>
  role === 'installation' ? installation.installation : tenant.send;
const pathOf = ({ path }: Route, id?: string) =>
  path.replace('{id}', encodeURIComponent((id ?? ids[path.split('/')[2] ?? ''] ?? 'none').toWellFormed()));

/** Deleting would take away what the other requests are about. */
const lasting = () => routes.filter(({ method }) => method !== 'DELETE');

async function expectOrderly(
  answer: Promise<{ status: number; text: string; headers: Headers }>,
  what: string,
) {
  const { status, text, headers } = await answer;
  expect(status, `${what}: ${text}`).toBeLessThan(500);
  if (status >= 400) expect(headers.get('content-type'), what).toContain('problem+json');
}

describe('whatever is sent, nothing breaks here', () => {
  test('in ids', async () => {
    for (const route of routes.filter(({ path }) => path.includes('{id}'))) {
      for (const text of hostileTexts.filter(text => text !== '')) {
        const headers = { 'if-match': '*' };
        const answer = senderOf(route)(route.method, pathOf(route, text), {
          headers,
          ...(route.takesBody && { body: {} }),
        });
        await expectOrderly(answer, `${route.method} ${route.path} ${JSON.stringify(text)}`);
      }
    }
  });

  test('in queries', async () => {
    for (const route of lasting().filter(({ method }) => method === 'GET')) {
      for (const name of route.queries) {
        for (const text of hostileTexts) {
          const query = `?${name}=${encodeURIComponent(text.toWellFormed())}`;
          await expectOrderly(senderOf(route)('GET', pathOf(route) + query), `${route.path}${query}`);
        }
      }
    }
  });

  test('as bodies', async () => {
    for (const route of lasting().filter(({ takesBody }) => takesBody)) {
      for (const body of hostileBodies) {
        const answer = senderOf(route)(route.method, pathOf(route), {
          body: JSON.stringify(body),
          headers: { 'if-match': '*' },
        });
        await expectOrderly(answer, `${route.method} ${route.path} ${JSON.stringify(body)}`);
      }
    }
  });

  test.each([
    ['POST', '/v1/connections', mailboxConnection],
    ['POST', '/v1/connections', crmConnection],
    [
      'POST',
      '/v1/policies',
      { name: 'A', mailboxConnectionId: 'M', crmConnectionId: 'C', category: { name: 'A' } },
    ],
    ['POST', '/v1/policies/POLICY/restore', { version: 1 }],
    [
      'PATCH',
      '/v1/policies/POLICY',
      { name: 'A', category: { color: 'preset1' }, excluded: { domains: ['a.com'] } },
    ],
    ['POST', '/v1/pairings', { policyId: 'P', mailbox: 'b@contoso.com', crmUser: 'x' }],
    ['POST', '/v1/api-keys', { name: 'A', role: 'viewer' }],
    ['PATCH', '/v1/organization', { name: 'A' }],
    ['POST', '/v1/held-deletions/approve', { ids: ['a'] }],
  ])('in each value of the body of %s %s', async (method, path, example) => {
    for (const hostile of [...hostileTexts, 1e308, -1, 2 ** 40, true, null, {}, []]) {
      for (const body of withEachLeaf(example, hostile)) {
        const answer = tenant.send(method, path.replace('POLICY', ids.policies ?? ''), {
          body,
          headers: { 'if-match': '*' },
        });
        await expectOrderly(answer, `${method} ${path} ${JSON.stringify(body)}`);
      }
    }
  });

  test('in headers', async () => {
    for (const name of ['idempotency-key', 'if-match', 'x-request-id', 'accept', 'authorization']) {
      for (const text of ['', ' ', '"', 'x'.repeat(4000), ';;,,==', '*/*;q=x']) {
        const answer = installation.app.request(`/v1/policies/${ids.policies}`, {
          method: 'PATCH',
          headers: {
            authorization: `Bearer ${tenant.keys.admin}`,
            'content-type': 'application/json',
            [name]: text,
          },
          body: '{}',
        });
        expect((await answer).status, `${name}: ${text}`).toBeLessThan(500);
      }
    }
  });
});

/** The example with one value after the other replaced. */
function* withEachLeaf(example: unknown, replacement: unknown): Generator<unknown> {
  if (typeof example !== 'object' || example === null) {
    yield replacement;
    return;
  }
  for (const [key, value] of Object.entries(example)) {
    for (const changed of withEachLeaf(value, replacement)) {
      yield Array.isArray(example) ? [changed] : { ...example, [key]: changed };
    }
  }
}
