import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordNotification } from '../../db/notifications.ts';
import { makePairing, makePolicy } from './examples.ts';
import { type History, writeHistory } from './history.ts';
import { type Installation, startInstallation, type Tenant } from './installation.ts';

let installation: Installation;
let tenant: Tenant;
let pairing: string;
let history: History;
beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
  pairing = await makePairing(tenant, (await makePolicy(tenant)).policyId, 'ann@contoso.com');
  history = await writeHistory(installation.database, tenant.id, pairing);
});
afterAll(() => installation.stop());

const secrets = ['Lovelace', 'ada@example.org', 'Countess', 'Byron', 'Babbage'];

describe('cycles', () => {
  test('are listed and read with their counts', async () => {
    const listed = await tenant.send('GET', `/v1/pairings/${pairing}/cycles`);
    expect(listed.body.data).toMatchObject([
      { id: history.cycleId, number: 1, trigger: 'schedule', outcome: null },
    ]);
    const one = await tenant.send('GET', `/v1/cycles/${history.cycleId}`);
    expect(one.body).toEqual(listed.body.data[0]);
    const counted = await tenant.send('GET', `/v1/pairings/${pairing}`);
    expect(counted.body.counts).toEqual({ contacts: { in_sync: 1, failing: 1, excluded: 1 } });
  });
});

describe('the ledger (OPS-2)', () => {
  const found = async (query: string) =>
    (await tenant.send('GET', `/v1/pairings/${pairing}/items?${query}`)).body.data.map(
      (row: { id: string }) => row.id,
    );

  test('shows every item with its reason, and nobody by name', async () => {
    const answer = await tenant.as.viewer('GET', `/v1/pairings/${pairing}/items`);
    expect(answer.body.data).toHaveLength(3);
    const byId = new Map(answer.body.data.map((row: { id: string }) => [row.id, row]));
    expect(byId.get(history.itemIds.linked)).toMatchObject({
      module: 'contacts',
      state: 'in_sync',
      link: 'linked',
      name: 'A••• L•••',
      address: 'a•••@e•••.org',
      crmId: '003000000000001AAA',
    });
    expect(byId.get(history.itemIds.failing)).toMatchObject({
      reason: 'The CRM refuses the phone number',
      attempts: 2,
    });
    for (const secret of secrets) expect(answer.text).not.toContain(secret);
  });

  test.each([
    ['an address', 'q=ADA@example.org'],
    ['a full name', 'q=ada%20%20lovelace'],
    ['the id of the CRM record', 'q=003000000000001AAA'],
    ['the id of the mailbox item', 'q=AAMk1'],
    ['module and state', 'module=contacts&state=in_sync'],
  ])('finds an item by %s', async (_, query) => {
    expect(await found(query)).toEqual([history.itemIds.linked]);
  });

  test('finds nothing by what is not there', async () => {
    expect(await found('q=nobody@example.org')).toEqual([]);
    expect(await found('module=leads')).toEqual([]);
  });
});

describe('explain (OPS-2)', () => {
  test("tells an item's whole story in order, masked", async () => {
    const answer = await tenant.as.viewer('GET', `/v1/pairings/${pairing}/explain?q=ada@example.org`);
    expect(answer.body.data).toHaveLength(1);
    const [{ item, events }] = answer.body.data;
    expect(item.id).toBe(history.itemIds.linked);
    expect(events.map((event: { action: string }) => event.action)).toEqual(['created', 'conflict']);
    expect(events[1]).toMatchObject({ cycle: 1, detail: { title: { mailbox: 'C•••', crm: 'A•••' } } });
    for (const secret of secrets) expect(answer.text).not.toContain(secret);
  });

  test('of something unknown is empty, without a question refused', async () => {
    expect((await tenant.send('GET', `/v1/pairings/${pairing}/explain?q=nobody`)).body.data).toEqual([]);
    expect((await tenant.send('GET', `/v1/pairings/${pairing}/explain`)).status).toBe(400);
  });
});

describe('acting on items', () => {
  const act = (id: string, action: string) => tenant.send('POST', `/v1/items/${id}/${action}`);

  test('reveal shows the values and is audited', async () => {
    const answer = await act(history.itemIds.linked, 'reveal');
    expect(answer.body).toMatchObject({
      name: 'Ada Lovelace',
      address: 'ada@example.org',
      crmValues: { lastName: 'Lovelace' },
      events: [{}, { detail: { title: { mailbox: 'Countess', crm: 'Analyst' } } }],
    });
    const log = await tenant.send('GET', '/v1/audit?action=items.reveal');
    expect(log.body.data).toMatchObject([{ target: history.itemIds.linked, outcome: 'done' }]);
    expect(log.text).not.toContain('Lovelace');
    expect((await tenant.as.viewer('POST', `/v1/items/${history.itemIds.linked}/reveal`)).status).toBe(403);
  });

  test('retry makes a failing item due at once', async () => {
    const answer = await act(history.itemIds.failing, 'retry');
    expect(answer.status).toBe(202);
    expect(Date.parse(answer.body.nextAttemptAt)).toBeLessThanOrEqual(Date.now());
    expect((await act(history.itemIds.linked, 'retry')).status).toBe(409);
  });

  test('restore lets a contact come back that stayed away (CON-3)', async () => {
    const answer = await act(history.itemIds.away, 'restore');
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ link: 'none', nextAttemptAt: expect.any(String) });
    expect((await act(history.itemIds.away, 'restore')).status).toBe(409);
  });
});

describe('held deletions (POL-20)', () => {
  test('are listed, decided by id or by pairing, once', async () => {
    const listed = await tenant.send('GET', `/v1/held-deletions?pairing=${pairing}`);
    expect(listed.body.data).toMatchObject([
      { itemId: history.itemIds.linked, state: 'held', what: 'deletion' },
    ]);
    const [{ id }] = listed.body.data;
    const decide = (verdict: string, body: object) =>
      tenant.send('POST', `/v1/held-deletions/${verdict}`, { body });
    expect((await decide('approve', { ids: [id, 'hld_none'] })).status).toBe(404);
    expect((await decide('approve', { pairingId: pairing, id })).status).toBe(400);
    expect((await decide('reject', { pairingId: pairing })).body).toEqual({ decided: 1, ids: [id] });
    expect((await decide('approve', { id })).body).toEqual({ decided: 0, ids: [] });
    const rejected = await tenant.send('GET', '/v1/held-deletions?state=rejected');
    expect(rejected.body.data).toMatchObject([
      { id, state: 'rejected', decidedBy: expect.stringMatching(/^key_/) },
    ]);
    expect((await tenant.send('GET', '/v1/held-deletions')).body.data).toEqual([]);
  });
});

describe('notifications', () => {
  test('show what was sent to whom', async () => {
    await installation.database.inOrganization(tenant.id, tx =>
      recordNotification(tx, {
        kind: 'pairing.errors',
        pairingId: pairing,
        dedupe: 'once',
        recipients: ['admin@contoso.com'],
        subject: 'Five cycles failed',
        body: 'Because …',
        state: 'kept',
        at: new Date(),
      }),
    );
    const { data } = (await tenant.send('GET', '/v1/notifications')).body;
    expect(data).toMatchObject([
      { recipients: ['admin@contoso.com'], subject: 'Five cycles failed', state: 'kept' },
    ]);
  });
});

describe('the audit log', () => {
  test('has who did what with what outcome, refusals too', async () => {
    await tenant.as.viewer('POST', `/v1/pairings/${pairing}/pause`, {
      headers: { 'x-request-id': 'trace-1' },
    });
    await tenant.send('POST', '/v1/pairings', { body: { policyId: 'pol_none', mailbox: 'x@contoso.com' } });
    const { data } = (await tenant.send('GET', '/v1/audit')).body;
    expect(data[0]).toMatchObject({
      action: 'pairings.create',
      outcome: 'failed',
      detail: { code: 'unprocessable' },
    });
    expect(data[1]).toMatchObject({ action: 'pairings.pause', outcome: 'denied', requestId: 'trace-1' });
    const done = (await tenant.send('GET', '/v1/audit?action=policies.create')).body.data;
    expect(done).toMatchObject([
      { outcome: 'done', actor: expect.stringMatching(/^key_/), target: expect.stringMatching(/^pol_/) },
    ]);
  });

  test('exports all pages as CSV and NDJSON', async () => {
    const all = (await tenant.send('GET', '/v1/audit?limit=200')).body.data.length;
    const csv = await tenant.send('GET', '/v1/audit?limit=1', { headers: { accept: 'text/csv' } });
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text.split('\r\n')[0]).toBe('id,at,actor,action,target,outcome,detail,requestId');
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(all + 1);
    const ndjson = await tenant.send('GET', '/v1/audit', { headers: { accept: 'application/x-ndjson' } });
    expect(
      ndjson.text
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).id),
    ).toHaveLength(all);
  });
});
