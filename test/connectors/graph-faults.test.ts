import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxWrite } from '../../connectors/connector.ts';
import { Lane } from '../../connectors/graph/lane.ts';
import { connectGraph } from '../conformance/graph-subject.ts';
import { type EmulatedGraph, emulatedGraph } from '../emulated/graph.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const create = (containerId: string, lastName: string): MailboxWrite => ({
  op: 'create',
  containerId,
  key: `key ${lastName}`,
  fields: { lastName },
  categories: [],
});

describe('Microsoft Graph when it fails', () => {
  let graph: EmulatedGraph;
  let mailbox: Mailbox;
  let folderId: string;

  beforeAll(async () => {
    graph = await emulatedGraph();
    mailbox = connectGraph(graph, graph.hosts).mailbox(graph.address);
    folderId = (await mailbox.createContactFolder('Faults')).id;
  });
  afterEach(() => graph.control('PUT', 'faults', []));
  afterAll(() => graph.close());

  const fault = (fault: object) => graph.control('PUT', 'faults', [fault]);
  const requests = async () => {
    const { totals } = (await graph.control('GET', 'requests')) as { totals: { http: number } };
    return totals.http;
  };

  it('invariant 14: fails only the throttled part of a batch, then sends nothing before its time', async () => {
    const own = connectGraph(graph, graph.hosts).mailbox(graph.address);
    await fault({
      mode: 'status',
      status: 429,
      retryAfter: 30,
      times: 1,
      match: { method: 'POST', subrequest: true },
    });
    const outcomes = await own.items('contact').write(['A', 'B', 'C'].map(name => create(folderId, name)));
    const failures = outcomes.flatMap(outcome => (outcome.ok ? [] : [outcome.failure]));
    expect(failures).toMatchObject([{ kind: 'throttled', retryAfterMs: 30_000 }]);
    const before = await requests();
    await expect(own.categories()).rejects.toMatchObject({ kind: 'throttled', native: 'RetryAfter' });
    await expect(own.items('contact').write([create(folderId, 'D')])).rejects.toMatchObject({
      kind: 'throttled',
    });
    expect(await requests()).toBe(before);
  });

  it('invariant 5: an expired cursor asks for a new enumeration', async () => {
    const page = await mailbox.changes(folderId, null);
    await fault({ mode: 'expired-cursor' });
    expect(page).toMatchObject({ type: 'page' });
    const again = await mailbox.changes(folderId, page.type === 'page' ? page.cursor : null);
    expect(again).toEqual({ type: 'resync' });
  });

  it.each([403, 500, 503])('invariant 5: %i on a container is no evidence of anything', async status => {
    await fault({ mode: 'status', status, times: 1, match: { path: 'delta' } });
    const own = connectGraph(graph, graph.hosts).mailbox(graph.address);
    await expect(own.changes(folderId, null)).rejects.toMatchObject({ name: 'SyncFailure' });
  });

  it('invariant 8: says that a write whose answer is lost may have taken effect', async () => {
    await fault({ mode: 'lost-response', times: 1, match: { path: '$batch' } });
    const write = mailbox.items('contact').write([create(folderId, 'Lost')]);
    await expect(write).rejects.toMatchObject({ kind: 'transient', maybeApplied: true });
    expect([...(await mailbox.items('contact').findByKeys(folderId, ['key Lost'])).keys()]).toEqual([
      'key Lost',
    ]);
  });

  it('reads again after a lost answer: a read has no effect', async () => {
    await fault({ mode: 'disconnect', times: 1, match: { path: '$batch' } });
    const failure = await mailbox.changes(folderId, null).catch(error => error);
    expect(failure).toMatchObject({ kind: 'transient' });
    expect(failure.maybeApplied).toBeUndefined();
  });

  it('does not take a cut answer for an empty one', async () => {
    await fault({ mode: 'partial', times: 1, match: { path: '$batch' } });
    await expect(mailbox.changes(folderId, null)).rejects.toMatchObject({ kind: 'transient' });
  });

  it('renews a revoked token once', async () => {
    await graph.control('PUT', 'app', { revokeTokens: true });
    await expect(mailbox.categories()).resolves.toEqual([]);
    await graph.control('PUT', 'app', { revokeTokens: true });
    await expect(mailbox.changes(folderId, null)).resolves.toMatchObject({ type: 'page' });
  });

  it('shows whole rows as whole and partial ones as partial', async () => {
    await mailbox.items('contact').write([create(folderId, 'Partial')]);
    const whole = await mailbox.changes(folderId, null);
    if (whole.type !== 'page') throw new Error(whole.type);
    expect(whole.changes.every(change => change.type === 'present' && !change.partial)).toBe(true);
    await graph.control('PUT', 'behaviour', { deltaPartialRows: true });
    const [item] = [...(await mailbox.items('contact').findByKeys(folderId, ['key Partial'])).values()];
    await mailbox.items('contact').write([{ op: 'update', itemId: item!.itemId, fields: { title: 'CEO' } }]);
    const partial = await mailbox.changes(folderId, whole.cursor);
    await graph.control('PUT', 'behaviour', { deltaPartialRows: false });
    expect(partial).toMatchObject({ changes: [{ type: 'present', partial: true }] });
  });

  it('OPS-3 names what a missing role costs, who can grant it and how', async () => {
    const roles = ['User.Read.All', 'Mail.ReadWrite', 'MailboxSettings.ReadWrite', 'Directory.ReadWrite.All'];
    await graph.control('PUT', 'app', { roles, revokeTokens: true });
    const checks = await connectGraph(graph, graph.hosts).test(graph.address);
    await graph.control('PUT', 'app', { roles: [...roles, 'Contacts.ReadWrite'], revokeTokens: true });
    expect(checks.filter(check => check.state !== 'ok')).toMatchObject([
      { check: 'Directory.ReadWrite.All', state: 'too_broad' },
      {
        check: 'Contacts.ReadWrite',
        state: 'missing',
        fix: expect.stringContaining('New-ManagementRoleAssignment'),
      },
      { check: 'Calendars.ReadWrite', state: 'missing', detail: expect.stringContaining('appointments') },
      { check: 'Tasks.ReadWrite.All', state: 'missing', fix: expect.stringContaining('admin-consent') },
    ]);
  });

  it.each(['pkcs1', 'pkcs8'] as const)('signs in by certificate, with its key as %s', async type => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const certificate = selfSignedCertificate(publicKey, privateKey);
    await graph.control('PUT', 'app', { publicKey: certificate });
    const key = privateKey.export({ type, format: 'pem' }).toString();
    const credentials = { clientId: graph.credentials.clientId, certificate, privateKey: key };
    const own = connectGraph({ ...graph, credentials }, graph.hosts).mailbox(graph.address);
    expect((await own.identity()).address).toBe(graph.address);
  });

  it('answers a dead secret as auth, with the way out', async () => {
    const dead = { ...graph, credentials: { ...graph.credentials, clientSecret: 'wrong' } };
    const connection = connectGraph(dead, graph.hosts);
    const failure = { kind: 'auth', fix: expect.stringContaining('client secret') };
    await expect(connection.mailbox(graph.address).identity()).rejects.toMatchObject(failure);
    expect(await connection.test()).toMatchObject([{ stage: 'sign-in', state: 'missing' }]);
  });

  it('reliability 7.17: refuses addresses that are not on the host list', () => {
    expect(() => connectGraph(graph, new Set(['graph.microsoft.com']))).toThrow(/host list/);
  });
});

describe('a Graph that misbehaves', () => {
  const seen: (string | undefined)[] = [];
  let page: object = {};
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', chunk => {
      text += chunk;
    });
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.endsWith('/token')) {
        seen.push(text);
        response.end(JSON.stringify({ access_token: 'opaque', expires_in: 3599 }));
        return;
      }
      const { requests = [] } = JSON.parse(text || '{}') as { requests?: { id: string }[] };
      response.end(
        JSON.stringify({ responses: requests.map(({ id }) => ({ id, status: 200, body: page })) }),
      );
    });
  });
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const connect = (credentials: object = { clientId: 'id', clientSecret: 'secret' }) => {
    const settings = { tenantId: 't', baseUrl: `${origin}/v1.0`, tokenUrl: `${origin}/token` };
    return connectGraph({ settings, credentials, address: '' } as never, new Set([new URL(origin).host]));
  };

  it('reliability 7.17: refuses links to other hosts', async () => {
    page = { value: [], '@odata.nextLink': 'https://evil.example/v1.0/users/x/contacts/delta?$skiptoken=1' };
    await expect(connect().mailbox('x').changes('folder', null)).rejects.toMatchObject({
      native: 'ForeignLink',
    });
  });

  it('reliability 7.17: cuts pages that never end', async () => {
    page = { value: [], '@odata.nextLink': `${origin}/v1.0/users/x/contacts/delta?$skiptoken=1` };
    const mailbox = connect().mailbox('x');
    const first = await mailbox.changes('folder', null);
    expect(first).toMatchObject({ type: 'page', more: true });
    const cursor = first.type === 'page' ? first.cursor : null;
    await expect(mailbox.changes('folder', cursor)).rejects.toMatchObject({ native: 'EndlessPages' });
  });

  it('takes a page without a link for incomplete, not for the last', async () => {
    page = { value: [] };
    await expect(connect().mailbox('x').changes('folder', null)).rejects.toMatchObject({
      native: 'IncompletePage',
    });
  });

  it('asks for one token however many wait for it', async () => {
    page = { value: [], '@odata.deltaLink': `${origin}/v1.0/users/x/contacts/delta?$deltatoken=1` };
    seen.length = 0;
    const connection = connect();
    await Promise.all(['a', 'b', 'c', 'd'].map(user => connection.mailbox(user).changes('folder', null)));
    expect(seen).toHaveLength(1);
  });

  it('refuses a private key that cannot be read, and says what is wanted', async () => {
    const privateKey = '-----BEGIN PRIVATE KEY-----\nbm8ga2V5\n-----END PRIVATE KEY-----';
    const credentials = { clientId: 'id', certificate: '-----BEGIN CERTIFICATE-----', privateKey };
    const failure = { kind: 'auth', fix: expect.stringContaining('PEM') };
    await expect(connect(credentials).mailbox('x').identity()).rejects.toMatchObject(failure);
  });
});

describe('the way to one mailbox', () => {
  it('invariant 14: has at most four requests in flight, batches by their size, in order', async () => {
    const lane = new Lane(() => 0);
    let inFlight = 0;
    let most = 0;
    const started: number[] = [];
    const sizes = [1, 20, 2, 1, 4, 3, 1, 1];
    await Promise.all(
      sizes.map((size, index) =>
        lane.run(size, async () => {
          started.push(index);
          inFlight += Math.min(size, 4);
          most = Math.max(most, inFlight);
          await new Promise(resolve => setImmediate(resolve));
          inFlight -= Math.min(size, 4);
        }),
      ),
    );
    expect(most).toBeLessThanOrEqual(4);
    expect(started).toEqual(sizes.map((_, index) => index));
  });

  it('opens again when the pause is over', async () => {
    let nowMs = 0;
    const lane = new Lane(() => nowMs);
    lane.closeFor(1_000);
    await expect(lane.run(1, async () => 'sent')).rejects.toMatchObject({
      kind: 'throttled',
      retryAfterMs: 1_000,
    });
    nowMs = 1_000;
    await expect(lane.run(1, async () => 'sent')).resolves.toBe('sent');
  });
});
