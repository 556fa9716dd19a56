import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
const contacts = '/users/ada@example.com/contacts';
const json = { 'Content-Type': 'application/json' };
const inject = (...faults: unknown[]) => tenant.control('PUT', 'faults', faults);
const create = () => tenant.call('POST', contacts, { body: { givenName: 'A' } });
const count = async () => Number((await tenant.call('GET', `${contacts}/$count`)).body);

beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  await tenant.control('POST', 'reset');
  await tenant.control('POST', 'load', { users: [{ mail: 'ada@example.com' }, { mail: 'bob@example.com' }] });
});
afterAll(() => tenant.close());

describe('a fault', () => {
  it('answers with a status as often as told, and nothing is done', async () => {
    await inject({
      match: { method: 'POST', path: '/contacts' },
      mode: 'status',
      status: 503,
      retryAfter: 7,
      times: 2,
    });
    const first = await create();
    expect([first.status, first.headers.get('retry-after'), first.body.error.code]).toEqual([
      503,
      '7',
      'ErrorServerBusy',
    ]);
    expect((await create()).status).toBe(503);
    expect((await create()).status).toBe(201);
    expect(await count()).toBe(1);
    expect((await tenant.control('GET', 'faults')).body).toEqual([]);
  });

  it('loses an answer after the work was done', async () => {
    await inject({ match: 'POST /users/{id}/contacts', mode: 'lost-response', times: 1 });
    await expect(create()).rejects.toThrow();
    expect(await count()).toBe(1);
    expect((await tenant.control('GET', 'requests/log')).body).toContainEqual(
      expect.objectContaining({ method: 'POST', status: 201, lost: true }),
    );
  });

  it('breaks the connection before anything is done', async () => {
    await inject({ match: contacts, mode: 'disconnect', times: 1 });
    await expect(create()).rejects.toThrow();
    expect(await count()).toBe(0);
  });

  it('cuts an answer short', async () => {
    await create();
    await inject({ match: contacts, mode: 'partial', times: 1 });
    await expect(tenant.call('GET', contacts)).rejects.toThrow(SyntaxError);
  });

  it('strikes single requests of a batch', async () => {
    const steps = ['1', '2'].map(id => ({
      id,
      method: 'POST',
      url: contacts,
      headers: json,
      body: { givenName: id },
    }));
    await inject({ match: { subrequest: true, path: contacts }, mode: 'lost-response', times: 1 });
    const statuses = (await tenant.batch(steps)).body.responses.map(
      ({ status }: { status: number }) => status,
    );
    expect(statuses.sort()).toEqual([201, 503]);
    expect(await count()).toBe(2);
    await inject({ match: '$batch', mode: 'lost-response', times: 1 });
    await expect(tenant.batch(steps)).rejects.toThrow();
    expect(await count()).toBe(4);
  });

  it('expires a cursor', async () => {
    const { deltaLink } = await tenant.round(`${contacts}/delta`);
    await inject({ match: '/contacts/delta', mode: 'expired-cursor', times: 1 });
    expect((await tenant.round(`${contacts}/delta`)).rows).toEqual([]);
    const expired = await tenant.call('GET', deltaLink);
    expect([expired.status, expired.body.error.code]).toEqual([410, 'SyncStateNotFound']);
    expect(expired.headers.get('location')).toMatch(/\$deltaToken=$/);
    expect((await tenant.call('GET', deltaLink)).status).toBe(200);
  });

  it('goes by mailbox, and by pattern', async () => {
    await inject({ match: { mailbox: 'BOB@example.com' }, mode: 'status', status: 504 });
    expect((await tenant.call('GET', contacts)).status).toBe(200);
    expect((await tenant.call('GET', `/users/${tenant.users[0]!.id}`)).status).toBe(404);
    expect((await tenant.call('GET', '/users/bob@example.com/contacts')).status).toBe(504);
    await inject({ match: '/mailfolders|categories/i', mode: 'status', status: 500 });
    expect((await tenant.call('GET', '/users/ada@example.com/mailFolders')).status).toBe(500);
    expect((await tenant.call('GET', contacts)).status).toBe(200);
  });

  it('happens by chance, the same for the same seed', async () => {
    const run = async () => {
      await tenant.control('PUT', 'behaviour', { seed: 7 });
      await inject({ match: contacts, mode: 'status', status: 500, probability: 0.5 });
      const statuses: number[] = [];
      for (let time = 0; time < 20; time++) statuses.push((await tenant.call('GET', contacts)).status);
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run()).toEqual(first);
  });

  it('can strike the token endpoint', async () => {
    await inject({ match: '/oauth2/', mode: 'status', status: 429, times: 1 });
    expect((await tenant.requestToken()).status).toBe(429);
    expect((await tenant.requestToken()).status).toBe(200);
  });

  it('must be well formed', async () => {
    const refused = await inject({ match: 'x', mode: 'explode' });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toMatch(/mode/);
  });
});

describe('the control interface', () => {
  it('names what it has when asked for something else', async () => {
    const refused = await tenant.control('GET', 'nothing');
    expect(refused.status).toBe(404);
    expect(refused.body.detail).toMatch(/POST load/);
  });

  it('refuses a user twice, and loads none then', async () => {
    const refused = await tenant.control('POST', 'load', {
      users: [{ mail: 'new@example.com' }, { mail: 'ADA@example.com' }],
    });
    expect(refused.status).toBe(409);
    expect((await tenant.call('GET', '/users/new@example.com')).status).toBe(404);
  });

  it('sets the clock, which stamps items and answers', async () => {
    await tenant.control('PUT', 'clock', { now: '2027-01-02T03:04:05Z' });
    await tenant.renewToken();
    const { body, headers } = await create();
    expect(body.createdDateTime).toBe('2027-01-02T03:04:05Z');
    expect(headers.get('date')).toBe('Sat, 02 Jan 2027 03:04:05 GMT');
    expect((await tenant.control('GET', 'clock')).body).toEqual({
      now: '2027-01-02T03:04:05.000Z',
      fixed: true,
      offsetMs: 0,
    });
    await tenant.control('PUT', 'clock', { offsetMs: 0 });
    await tenant.renewToken();
  });

  it('has an empty outbox', async () => {
    expect((await tenant.control('GET', 'outbox')).body).toEqual({ value: [] });
  });
});
