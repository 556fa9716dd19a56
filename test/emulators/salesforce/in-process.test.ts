import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type OpenSalesforceEmulator,
  openSalesforceEmulator,
  type SalesforceServiceOptions,
} from '../../../emulators/salesforce/open.ts';
import { type InProcessClient, inProcessClient, type Seen, seededBytes } from '../in-process.ts';

const START_MS = Date.parse('2026-03-02T10:00:00Z');
const data = '/services/data/v67.0';
const query = (soql: string) => `${data}/query?q=${encodeURIComponent(soql)}`;
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const open: OpenSalesforceEmulator[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const emulator of open.splice(0)) emulator.close();
});

interface Org extends InProcessClient {
  readonly info: Record<string, string>;
  readonly auth: Record<string, string>;
  /** The latencies that passed. */
  readonly slept: number[];
  fault(...faults: unknown[]): Promise<unknown>;
}

/** An org whose clock stands, whatever time the machine has. */
async function openOrg(seed: string, options: SalesforceServiceOptions = {}): Promise<Org> {
  const slept: number[] = [];
  const emulator = openSalesforceEmulator({
    randomBytes: seededBytes(seed),
    clock: { nowMs: () => START_MS },
    privateKey,
    sleep: async delayMs => void slept.push(delayMs),
    ...options,
  });
  open.push(emulator);
  const client = inProcessClient(emulator.listener);
  const info = await client.send({ url: '/_emulator/info' });
  const { access_token } = await client.send({
    method: 'POST',
    url: '/services/oauth2/token',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: info.clientId,
      client_secret: info.clientSecret,
    }),
  });
  return {
    ...client,
    info,
    auth: { authorization: `Bearer ${access_token}` },
    slept,
    fault: (...faults) => client.send({ method: 'PUT', url: '/_emulator/faults', body: faults }),
  };
}

async function signIn({ send, info }: Org): Promise<void> {
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(info.clientId!)
    .setSubject(info.username!)
    .setAudience(info.loginUrl!)
    .setExpirationTime(START_MS / 1000 + 180)
    .sign(createPrivateKey(privateKey));
  await send({
    method: 'POST',
    url: '/services/oauth2/token',
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
  });
}

/** Something of everything: writes, queries and their cursors, composites, refusals and what goes wrong on purpose. */
async function aDay(org: Org): Promise<void> {
  const { send, auth: headers, fault, info } = org;
  const contacts = `${data}/sobjects/Contact`;
  await signIn(org);
  const field = { name: 'Ext__c', externalId: true, unique: true };
  await send({ method: 'POST', url: '/_emulator/schema', body: { object: 'Contact', fields: [field] } });
  await send({
    method: 'POST',
    url: '/_emulator/load',
    body: { roles: [{ Name: 'Sales' }], users: [{ Username: 'ada@example.com', Role: 'Sales' }] },
  });
  const { id } = await send({ method: 'POST', url: contacts, headers, body: { LastName: 'A' } });
  await send({ method: 'PATCH', url: `${contacts}/${id}`, headers, body: { Title: 'Chief' } });
  await send({ url: `${contacts}/${id}`, headers });
  await send({ method: 'PATCH', url: `${contacts}/Ext__c/x`, headers, body: { LastName: 'X' } });
  const records = Array.from({ length: 200 }, (_, i) => ({
    attributes: { type: 'Contact' },
    LastName: `L${i}`,
    Email: `l${i}@example.com`,
  }));
  const collection = {
    method: 'POST',
    url: `${data}/composite/sobjects`,
    headers,
    body: { records },
  } as const;
  await send(collection);
  await fault({ match: '/composite/sobjects', mode: 'partial', times: 1 });
  await send(collection);
  const all = query('SELECT Id, LastName, Email FROM Contact ORDER BY SystemModstamp, Id');
  const small = { ...headers, 'sforce-query-options': 'batchSize=200' };
  const page = await send({ url: all, headers: small });
  await send({ url: page.nextRecordsUrl, headers: small });
  await send({ url: all, headers: { ...headers, 'accept-encoding': 'gzip' } });
  const again = await send({ url: all, headers: small });
  await fault({ match: '/query/01g', mode: 'expired-cursor', times: 1 });
  await send({ url: again.nextRecordsUrl, headers: small });
  const parts = ['a', 'b', 'c'].map(referenceId => ({
    ...{ method: 'GET', referenceId },
    url: query(`SELECT Id FROM Contact WHERE Email = 'l1@example.com' LIMIT 1`),
  }));
  const composite = { method: 'POST', url: `${data}/composite`, headers } as const;
  await send({ ...composite, body: { compositeRequest: parts } });
  await fault({ match: { soql: 'l1@' }, mode: 'status', status: 503, probability: 0.5 });
  await send({ ...composite, body: { compositeRequest: parts } });
  await fault({ match: '/limits', mode: 'status', status: 500, probability: 0.5 });
  for (let time = 0; time < 8; time += 1) await send({ url: `${data}/limits`, headers });
  await fault({ match: '/limits', mode: 'latency', delayMs: 3_600_000, times: 1 });
  await send({ url: `${data}/limits`, headers });
  await fault({ match: contacts, mode: 'lost-response', times: 1 });
  await send({ method: 'POST', url: contacts, headers, body: { LastName: 'Lost' } });
  await send({ method: 'HEAD', url: `${contacts}/${id}`, headers });
  await send({ method: 'DELETE', url: `${contacts}/${id}`, headers });
  await send({ url: `${contacts}/${id}`, headers });
  await send({ url: `${data}/sobjects/Contact/describe`, headers });
  await send({ url: query('SELECT Nothing FROM Contact'), headers });
  await send({ url: contacts });
  await send({ url: `/id/${info.organizationId}/005000000000000`, headers });
  await Promise.all(
    ['P', 'Q', 'R'].map(LastName => send({ ...composite, url: contacts, body: { LastName } })),
  );
  await send({ method: 'POST', url: '/_emulator/authorize', body: { username: info.username } });
  await send({ method: 'POST', url: '/_emulator/reset', body: {} });
}

async function record(seed: string): Promise<Seen[]> {
  const org = await openOrg(seed);
  await aDay(org);
  return org.seen;
}

describe('determinism: the service without sockets', () => {
  it('answers the same requests with the same bytes, given the same seed and clock', async () => {
    const seen = await record('seed');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-01-01T00:00:00Z') });
    expect(await record('seed')).toEqual(seen);
    expect(await record('other')).not.toEqual(seen);
    expect(seen.length).toBeGreaterThanOrEqual(30);
    expect(new Set(seen.map(({ answer }) => answer?.status))).toEqual(
      new Set([200, 201, 204, 400, 401, 404, 500, undefined]),
    );
    expect(seen.some(({ answer }) => answer?.headers['content-encoding'] === 'gzip')).toBe(true);
    const dates = seen.flatMap(({ answer }) => (answer ? [answer.headers.date] : []));
    expect(new Set(dates)).toEqual(new Set(['Mon, 02 Mar 2026 10:00:00 GMT']));
  });

  it('lets a latency pass in the time it is given', async () => {
    const org = await openOrg('seed');
    await org.fault({ mode: 'latency', delayMs: 3_600_000 });
    await org.send({ url: `${data}/limits`, headers: org.auth });
    expect(org.slept).toEqual([3_600_000]);
  });

  it('signs a new org in with the key it is given, and refuses another kind of key', async () => {
    const org = await openOrg('seed');
    expect(org.info.privateKey).toBe(privateKey);
    await signIn(org);
    expect(org.seen.at(-1)?.answer?.status).toBe(200);
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const otherKey = ec.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => openSalesforceEmulator({ privateKey: otherKey })).toThrow(/must be RSA/);
  });

  it('keeps what an administrator defines to the org where it was defined', async () => {
    const [changed, other] = [await openOrg('one'), await openOrg('two')];
    const definition = {
      object: 'Project__c',
      fields: [
        { name: 'Lead__c', type: 'reference', referenceTo: ['Contact'] },
        { name: 'Part_of__c', type: 'reference', referenceTo: ['Project__c'] },
      ],
    };
    await changed.send({ method: 'POST', url: '/_emulator/schema', body: definition });
    const added = { object: 'Contact', fields: [{ name: 'Ext__c' }] };
    await changed.send({ method: 'POST', url: '/_emulator/schema', body: added });
    const describe = async ({ send, auth }: Org) => {
      const { fields, childRelationships } = await send({
        url: `${data}/sobjects/Contact/describe`,
        headers: auth,
      });
      const names = (list: { name?: string; childSObject?: string }[]) =>
        list.map(({ name, childSObject }) => name ?? childSObject);
      return [names(fields).includes('Ext__c'), names(childRelationships).includes('Project__c')];
    };
    expect(await describe(changed)).toEqual([true, true]);
    expect(await describe(other)).toEqual([false, false]);
    await changed.send({ url: `${data}/sobjects/Project__c/describe`, headers: changed.auth });
    expect(changed.seen.at(-1)?.answer?.bytes).toContain('"childSObject":"Project__c"');
  });
});

describe('a connection that breaks', () => {
  it('is seen without sockets, before and after the work', async () => {
    const { send, seen, auth: headers, fault } = await openOrg('seed');
    const contacts = `${data}/sobjects/Contact`;
    const create = { method: 'POST', url: contacts, headers, body: { LastName: 'A' } } as const;
    const count = async () =>
      (await send({ url: query('SELECT COUNT() FROM Contact'), headers })).totalSize as number;

    await fault({ match: contacts, mode: 'disconnect', times: 1 });
    await send(create);
    expect([seen.at(-1)?.answer, await count()]).toEqual([undefined, 0]);
    await fault({ match: contacts, mode: 'lost-response', times: 1 });
    await send(create);
    expect([seen.at(-1)?.answer, await count()]).toEqual([undefined, 1]);
  });
});
