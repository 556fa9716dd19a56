import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crmConnection, makePolicy } from './examples.ts';
import { type Installation, startInstallation, type Tenant } from './installation.ts';

let installation: Installation;
let tenant: Tenant;
beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
});
afterAll(() => installation.stop());

const connections = async () => (await tenant.send('GET', '/v1/connections?limit=200')).body.data.length;

describe('Idempotency-Key', () => {
  test('gives the first answer again, and does the work once', async () => {
    const sent = { body: crmConnection, headers: { 'idempotency-key': 'a' } };
    const first = await tenant.send('POST', '/v1/connections', sent);
    const before = await connections();
    const again = await tenant.send('POST', '/v1/connections', sent);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await connections()).toBe(before);
  });

  test('is refused for another request', async () => {
    const headers = { 'idempotency-key': 'b' };
    await tenant.send('POST', '/v1/connections', { body: crmConnection, headers });
    const body = { ...crmConnection, name: 'Other' };
    const other = await tenant.send('POST', '/v1/connections', { body, headers });
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  test('works once also for many at the same time', async () => {
    const before = await connections();
    const sent = { body: crmConnection, headers: { 'idempotency-key': 'c' } };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => tenant.send('POST', '/v1/connections', sent)),
    );
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(await connections()).toBe(before + 1);
  });

  test('of a refused request can be used again', async () => {
    const headers = { 'idempotency-key': 'd' };
    expect((await tenant.send('POST', '/v1/connections', { body: {}, headers })).status).toBe(400);
    expect((await tenant.send('POST', '/v1/connections', { body: crmConnection, headers })).status).toBe(201);
  });

  test('belongs to the API key that sent it', async () => {
    const sent = { body: { name: 'x', role: 'viewer' }, headers: { 'idempotency-key': 'e' } };
    const { secret } = (
      await tenant.send('POST', '/v1/api-keys', { body: { name: 'second', role: 'admin' } })
    ).body;
    const first = await tenant.send('POST', '/v1/api-keys', sent);
    const other = await installation.with(secret)('POST', '/v1/api-keys', sent);
    expect(other.body.secret).not.toBe(first.body.secret);
  });
});

describe('bodies', () => {
  const post = (body: string, type = 'application/json') =>
    tenant.send('POST', '/v1/connections', { body, headers: { 'content-type': type } });

  test('larger than 1 MB are refused, with and without a Content-Length', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(1024 * 1024) });
    expect((await post(large)).body).toMatchObject({ status: 413, code: 'body_too_large' });
    const stream = new Blob([large]).stream();
    const chunked = await installation.app.request('/v1/connections', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tenant.keys.admin}`,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  test('must be JSON', async () => {
    expect((await post('<a/>', 'text/xml')).body).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
    expect((await post('{"name":')).body).toMatchObject({ status: 400, code: 'invalid_request' });
    expect((await post('[]')).status).toBe(400);
    expect((await post('null')).status).toBe(400);
  });
});

describe('answers', () => {
  test('carry the request id that came, unless it could forge a log line', async () => {
    const given = await tenant.send('GET', '/v1/organization', { headers: { 'x-request-id': 'abc-1' } });
    expect(given.headers.get('x-request-id')).toBe('abc-1');
    const forged = await tenant.send('GET', '/v1/connections/none', { headers: { 'x-request-id': 'a b"' } });
    const made = forged.headers.get('x-request-id');
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    expect(forged.body.requestId).toBe(made);
  });

  test('are not framed, sniffed, cached or shared with other origins', async () => {
    const { headers } = await tenant.send('GET', '/v1/organization', {
      headers: { origin: 'https://evil.example' },
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect((await tenant.send('OPTIONS', '/v1/organization')).status).toBe(404);
  });

  test('come only under a known host name', async () => {
    const answer = await installation.app.request('http://rebound.example/v1/organization', {
      headers: { authorization: `Bearer ${tenant.keys.admin}` },
    });
    expect(answer.status).toBe(421);
  });

  test('of an unknown route are problems, too', async () => {
    expect((await tenant.send('GET', '/v1/nothing')).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await installation.with(undefined)('GET', '/nothing')).headers.get('content-type')).toContain(
      'problem+json',
    );
  });

  test('say nothing of the cause when something breaks here', async () => {
    const broken = await startInstallation();
    const owner = await broken.tenant();
    await broken.database.close();
    const answer = await owner.send('GET', '/v1/organization');
    expect(answer.body).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.text).not.toMatch(/pool|pg|sql/i);
    await broken.stop().catch(() => undefined);
  });
});

describe('the log (OPS-4)', () => {
  test('has one line per request, by route, with its id and without what was searched or sent', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: line => void lines.push(line) });
    const logged = await startInstallation({ logger });
    try {
      const owner = await logged.tenant();
      lines.length = 0;
      const headers = { 'x-request-id': 'trace-7' };
      await owner.send('GET', '/v1/pairings?q=ada@example.org', { headers });
      await owner.send('POST', '/v1/connections', { body: crmConnection, headers });
      expect(lines.map(line => JSON.parse(line))).toMatchObject([
        { requestId: 'trace-7', method: 'GET', route: '/v1/pairings', status: 200 },
        { requestId: 'trace-7', method: 'POST', route: '/v1/connections', status: 201 },
      ]);
      expect(lines.join()).not.toMatch(/ada@example\.org|canary|tdm_/);
    } finally {
      await logged.stop();
    }
  });
});

describe('queries', () => {
  test.each(['limit=0', 'limit=201', 'limit=x', 'colour=red', 'cursor=forged'])(
    '%s is refused',
    async query => {
      expect((await tenant.send('GET', `/v1/connections?${query}`)).status).toBe(400);
    },
  );

  test('a cursor of one list is refused by another', async () => {
    await makePolicy(tenant);
    await makePolicy(tenant);
    const { page } = (await tenant.send('GET', '/v1/connections?limit=1')).body;
    expect((await tenant.send('GET', `/v1/policies?limit=1&cursor=${page.nextCursor}`)).status).toBe(400);
  });
});

describe('health and metrics (OPS-4)', () => {
  test('answer without a key', async () => {
    const anyone = installation.with(undefined);
    expect((await anyone('GET', '/livez')).body).toEqual({ alive: true });
    const ready = await anyone('GET', '/readyz');
    expect([ready.status, ready.body.checks]).toEqual([
      200,
      { database: 'ok', migrations: 'ok', temporal: 'ok' },
    ]);
    const metrics = await anyone('GET', '/metrics');
    expect(metrics.text).toContain('route="/v1/connections",status="201"');
    expect(metrics.text).not.toMatch(/con_[0-9a-z]{20}/);
  });
});
