import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type GraphServiceOptions,
  type OpenGraphEmulator,
  openGraphEmulator,
} from '../../../emulators/graph/open.ts';
import { type InProcessClient, inProcessClient, type Seen, seededBytes } from '../in-process.ts';

const START = Date.parse('2026-03-02T10:00:00Z');
const contacts = '/v1.0/users/ada@example.com/contacts';
const stable = { prefer: 'IdType="ImmutableId"' };
const json = { 'Content-Type': 'application/json' };
const open: OpenGraphEmulator[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const emulator of open.splice(0)) emulator.close();
});

interface Tenant extends InProcessClient {
  auth: Record<string, string>;
  /** The latencies that passed. */
  slept: number[];
  fault(...faults: unknown[]): Promise<unknown>;
}

/** A tenant with two mailboxes; its clock stands, whatever time the machine has. */
async function openTenant(seed: string, options: GraphServiceOptions = {}): Promise<Tenant> {
  const slept: number[] = [];
  const emulator = openGraphEmulator({
    randomBytes: seededBytes(seed),
    now: () => START,
    sleep: async delayMs => void slept.push(delayMs),
    ...options,
  });
  open.push(emulator);
  const client = inProcessClient(emulator.listener);
  const { tenantId, clientId, clientSecret } = await client.send({ url: '/_emulator/info' });
  const users = [{ mail: 'ada@example.com' }, { mail: 'bob@example.com' }];
  await client.send({ method: 'POST', url: '/_emulator/load', body: { users } });
  const { access_token } = await client.send({
    method: 'POST',
    url: `/${tenantId}/oauth2/v2.0/token`,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  return {
    ...client,
    auth: { authorization: `Bearer ${access_token}` },
    slept,
    fault: (...faults) => client.send({ method: 'PUT', url: '/_emulator/faults', body: faults }),
  };
}

/** Something of everything: writes, pages, a delta round, batches, refusals and what goes wrong on purpose. */
async function aDay({ send, auth, fault }: Tenant): Promise<void> {
  const headers = { ...auth, ...stable };
  const create = (givenName: string) =>
    send({ method: 'POST', url: contacts, headers, body: { givenName, surname: 'S' } });
  const first = await create('A');
  await Promise.all(['B', 'C', 'D', 'E', 'F', 'G'].map(create));
  await send({ method: 'PATCH', url: `${contacts}/${first.id}`, headers, body: { jobTitle: 'Chief' } });
  await send({ url: `${contacts}?$top=2&$orderby=givenName`, headers });
  const small = { ...auth, prefer: 'IdType="ImmutableId", odata.maxpagesize=4' };
  const page = await send({ url: `${contacts}/delta`, headers: small });
  const last = await send({ url: page['@odata.nextLink'], headers: small });
  await send({ method: 'DELETE', url: `${contacts}/${first.id}`, headers: auth });
  await send({ url: last['@odata.deltaLink'], headers });
  const category = { displayName: 'Key', color: 'preset1' };
  await send({
    method: 'POST',
    url: '/v1.0/users/bob@example.com/outlook/masterCategories',
    headers: auth,
    body: category,
  });
  const steps = ['1', '2', '3', '4', '5'].map(id => ({
    id,
    method: 'POST',
    url: '/users/bob@example.com/contacts',
    headers: json,
    body: { givenName: id },
  }));
  const batch = () => send({ method: 'POST', url: '/v1.0/$batch', headers: auth, body: { requests: steps } });
  await batch();
  await fault({ match: { subrequest: true }, mode: 'status', status: 503, probability: 0.5 });
  await batch();
  await fault({ match: contacts, mode: 'status', status: 500, probability: 0.5 });
  for (let time = 0; time < 6; time += 1) await send({ url: `${contacts}/$count`, headers: auth });
  await fault({ match: contacts, mode: 'latency', delayMs: 3_600_000, times: 1 });
  await send({ url: contacts, headers: auth });
  await fault({ match: contacts, mode: 'lost-response', times: 1 });
  await create('H');
  await fault({ match: '/contacts/delta', mode: 'expired-cursor', times: 1 });
  await send({ url: last['@odata.deltaLink'], headers });
  await send({ url: contacts });
  await send({ method: 'POST', url: '/any/oauth2/v2.0/token', body: new URLSearchParams() });
  await send({ method: 'POST', url: '/_emulator/reset', body: {} });
  await send({ url: '/_emulator/behaviour' });
}

async function record(seed: string): Promise<Seen[]> {
  const tenant = await openTenant(seed);
  await aDay(tenant);
  return tenant.seen;
}

describe('determinism: the service without sockets', () => {
  it('answers the same requests with the same bytes, given the same seed and clock', async () => {
    const seen = await record('seed');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-01-01T00:00:00Z') });
    expect(await record('seed')).toEqual(seen);
    expect(await record('other')).not.toEqual(seen);
    expect(seen.length).toBeGreaterThanOrEqual(30);
    expect(new Set(seen.map(({ answer }) => answer?.status))).toEqual(
      new Set([200, 201, 204, 400, 401, 410, 429, 500, undefined]),
    );
    const dates = seen.flatMap(({ answer }) => (answer ? [answer.headers.date] : []));
    expect(new Set(dates)).toEqual(new Set(['Mon, 02 Mar 2026 10:00:00 GMT']));
  });

  it('lets a latency pass in the time it is given', async () => {
    const tenant = await openTenant('seed');
    await tenant.fault({ mode: 'latency', delayMs: 3_600_000 });
    await tenant.send({ url: contacts, headers: tenant.auth });
    expect(tenant.slept).toEqual([3_600_000]);
  });

  it('points its links to the host that was asked, or to the origin it was given', async () => {
    const linkOf = async ({ send, auth }: Tenant): Promise<string> =>
      (await send({ url: `${contacts}/delta`, headers: auth }))['@odata.deltaLink'];
    expect(new URL(await linkOf(await openTenant('seed'))).origin).toBe('http://service.example');
    const elsewhere = { linkOrigin: 'https://graph.example' };
    expect(new URL(await linkOf(await openTenant('seed', elsewhere))).origin).toBe('https://graph.example');
  });
});

describe('a connection that breaks', () => {
  it('is seen without sockets: before and after the work, in a batch, at the token endpoint', async () => {
    const { send, seen, auth, fault } = await openTenant('seed');
    const count = async () => Number(await send({ url: `${contacts}/$count`, headers: auth }));
    const create = { method: 'POST', url: contacts, headers: auth, body: { givenName: 'A' } } as const;
    const step = { id: '1', method: 'POST', url: '/users/ada@example.com/contacts', headers: json };
    const batch = { requests: [{ ...step, body: { givenName: 'B' } }] };

    await fault({ match: 'POST', mode: 'disconnect', times: 1 });
    await send(create);
    expect([seen.at(-1)?.answer, await count()]).toEqual([undefined, 0]);
    await fault({ match: 'POST', mode: 'lost-response', times: 1 });
    await send(create);
    expect([seen.at(-1)?.answer, await count()]).toEqual([undefined, 1]);
    await fault({ match: '$batch', mode: 'lost-response', times: 1 });
    await send({ method: 'POST', url: '/v1.0/$batch', headers: auth, body: batch });
    expect([seen.at(-1)?.answer, await count()]).toEqual([undefined, 2]);
    await fault({ match: '/oauth2/', mode: 'disconnect', times: 1 });
    await send({ method: 'POST', url: '/any/oauth2/v2.0/token', body: new URLSearchParams() });
    expect(seen.at(-1)?.answer).toBeUndefined();
  });

  it('leaves half an answer', async () => {
    const { send, auth, fault } = await openTenant('seed');
    await fault({ match: contacts, mode: 'partial', times: 1 });
    await expect(send({ url: contacts, headers: auth })).rejects.toThrow(SyntaxError);
  });
});
