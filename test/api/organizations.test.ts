import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installation, startInstallation } from './installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.stop());

describe('organizations', () => {
  test('are made with the installation key; the first admin key works at once', async () => {
    const body = { name: 'Fabrikam', subscription: 'standard', trial: true };
    const created = await installation.installation('POST', '/v1/organizations', { body });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      ...body,
      id: expect.stringMatching(/^org_/),
      key: { role: 'admin' },
    });
    const own = await installation.with(created.body.apiKey)('GET', '/v1/organization');
    expect(own.body).toMatchObject({ id: created.body.id, ...body });
    const listed = await installation.installation('GET', '/v1/organizations?limit=200');
    expect(listed.body.data.map((row: { id: string }) => row.id)).toContain(created.body.id);
    expect(listed.text).not.toContain(created.body.apiKey);
  });

  test('are made once for one Idempotency-Key', async () => {
    const body = { name: 'Adatum', subscription: 'lite' };
    const headers = { 'idempotency-key': 'adatum-1' };
    const first = await installation.installation('POST', '/v1/organizations', { body, headers });
    const again = await installation.installation('POST', '/v1/organizations', { body, headers });
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await installation.installation('POST', '/v1/organizations', {
      body: { ...body, name: 'Other' },
      headers,
    });
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  test('change subscription and trial by the installation key alone', async () => {
    const tenant = await installation.tenant('lite');
    const path = `/v1/organizations/${tenant.id}`;
    const changed = await installation.installation('PATCH', path, { body: { subscription: 'premium' } });
    expect(changed.body).toMatchObject({ subscription: 'premium', trial: false, name: 'Contoso' });
    const own = await tenant.send('PATCH', '/v1/organization', { body: { subscription: 'lite' } });
    expect(own.body).toMatchObject({ status: 400, errors: [{ pointer: '/subscription' }] });
    const renamed = await tenant.send('PATCH', '/v1/organization', { body: { name: 'Contoso Ltd' } });
    expect(renamed.body).toMatchObject({ name: 'Contoso Ltd', subscription: 'premium' });
    const unknown = await installation.installation('PATCH', '/v1/organizations/org_0', {
      body: { trial: true },
    });
    expect(unknown.status).toBe(404);
  });

  test.each([
    ['a subscription that is not sold', { name: 'x', subscription: 'gold' }, '/subscription'],
    ['no name', { subscription: 'lite' }, '/name'],
    ['an empty name', { name: ' ', subscription: 'lite' }, '/name'],
    ['an unknown field', { name: 'x', subscription: 'lite', plan: 1 }, '/plan'],
  ])('refuse %s', async (_, body, pointer) => {
    const answer = await installation.installation('POST', '/v1/organizations', { body });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer }] });
  });
});

describe('API keys', () => {
  test('of every role are listed by hint, without the secret', async () => {
    const tenant = await installation.tenant();
    const { data } = (await tenant.send('GET', '/v1/api-keys')).body;
    expect(data.map((key: { role: string }) => key.role).sort()).toEqual(['admin', 'operator', 'viewer']);
    expect(data[0].hint).toHaveLength(4);
    const wrong = await tenant.send('POST', '/v1/api-keys', { body: { name: 'x', role: 'owner' } });
    expect(wrong.status).toBe(400);
  });
});
