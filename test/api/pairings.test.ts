import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePairing, makePolicy } from './examples.ts';
import { type Installation, startInstallation, type Tenant } from './installation.ts';

let installation: Installation;
let tenant: Tenant;
beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
});
afterAll(() => installation.stop());

const workflowOf = (pairingId: string) => installation.temporal.workflow.getHandle(`pairing:${pairingId}`);

describe('creating pairings', () => {
  test('of a disabled policy starts nothing and says so', async () => {
    const { policyId } = await makePolicy(tenant);
    const body = { policyId, mailbox: 'Ann@contoso.com' };
    const created = await tenant.send('POST', '/v1/pairings', { body });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      policyId,
      mailbox: 'Ann@contoso.com',
      crmUser: { id: null, email: null, timeZone: null },
      state: 'disabled',
      lastCycle: null,
      counts: {},
      workflowId: `pairing:${created.body.id}`,
    });
    expect(created.headers.get('location')).toBe(`/v1/pairings/${created.body.id}`);
    await expect(workflowOf(created.body.id).describe()).rejects.toThrow();
  });

  test('of an enabled policy starts its workflow and the feed of its CRM (PAIR-2)', async () => {
    const { policyId, crmConnectionId } = await makePolicy(tenant);
    await tenant.send('POST', `/v1/policies/${policyId}/enable`);
    const id = await makePairing(tenant, policyId, 'ben@contoso.com');
    const description = await workflowOf(id).describe();
    expect(description.type).toBe('pairing');
    expect(description.searchAttributes).toMatchObject({ PairingId: [id], OrganizationId: [tenant.id] });
    const feed = installation.temporal.workflow.getHandle(`feed:${crmConnectionId}`);
    expect((await feed.describe()).type).toBe('feed');
    const { body } = await tenant.send('GET', `/v1/pairings/${id}`);
    expect(body.state).toBe('initializing');
    expect(body.runUrl).toContain(description.runId);
  });

  test('a second one of the same mailbox is refused and names the first (PAIR-5)', async () => {
    const { policyId } = await makePolicy(tenant);
    const first = await makePairing(tenant, policyId, 'cleo@contoso.com');
    const second = await tenant.send('POST', '/v1/pairings', {
      body: { policyId, mailbox: 'CLEO@contoso.com' },
    });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'mailbox_taken' });
    expect(second.body.detail).toContain(first);
  });

  test('in another organization says nothing of the first', async () => {
    const other = await installation.tenant();
    const { policyId } = await makePolicy(other);
    await makePairing(other, policyId, 'ann@contoso.com');
  });

  test('many at once answers each', async () => {
    const { policyId } = await makePolicy(tenant);
    const body = [
      { policyId, mailbox: 'd1@contoso.com' },
      { policyId, mailbox: 'd1@contoso.com' },
      { policyId: 'pol_unknown', mailbox: 'd2@contoso.com' },
      { policyId, mailbox: 'd3@contoso.com', crmUser: 'd3@contoso.com.sandbox' },
    ];
    const answer = await tenant.send('POST', '/v1/pairings', { body });
    expect(answer.status).toBe(207);
    expect(answer.body.data.map((result: { status: number }) => result.status)).toEqual([201, 409, 422, 201]);
    expect(answer.body.data[1].error.detail).toContain(answer.body.data[0].pairing.id);
  });

  test('takes up to 500', async () => {
    const { policyId } = await makePolicy(tenant);
    const pairings = (count: number, name: string) =>
      Array.from({ length: count }, (_, n) => ({ policyId, mailbox: `${name}${n}@contoso.com` }));
    const all = await tenant.send('POST', '/v1/pairings', { body: pairings(500, 'many') });
    expect(all.status).toBe(207);
    expect(all.body.data.every((result: { status: number }) => result.status === 201)).toBe(true);
    const tooMany = await tenant.send('POST', '/v1/pairings', { body: pairings(501, 'more') });
    expect(tooMany.status).toBe(400);
  });

  test.each([
    ['no address', { mailbox: 'nobody' }, '/mailbox'],
    ['an unknown field', { mailbox: 'e@contoso.com', colour: 'red' }, '/colour'],
    ['a wrong type', { mailbox: 5 }, '/mailbox'],
    ['a wrong CRM user', { mailbox: 'e@contoso.com', crmUser: 5 }, '/crmUser'],
  ])('refuses %s and points at it', async (_, wrong, pointer) => {
    const { policyId } = await makePolicy(tenant);
    const answer = await tenant.send('POST', '/v1/pairings', { body: { policyId, ...wrong } });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test('keeps the CRM user that the admin gave (PAIR-1)', async () => {
    const { policyId } = await makePolicy(tenant);
    const body = [
      { policyId, mailbox: 'f1@contoso.com', crmUser: '005000000000001AAA' },
      { policyId, mailbox: 'f2@contoso.com', crmUser: { email: 'f@contoso.com' } },
    ];
    const { data } = (await tenant.send('POST', '/v1/pairings', { body })).body;
    expect(data[0].pairing.crmUser).toMatchObject({ id: '005000000000001AAA' });
    expect(data[1].pairing.crmUser).toMatchObject({ email: 'f@contoso.com' });
  });
});

describe('listing pairings', () => {
  test('filters by policy, state and text, and pages', async () => {
    const own = await installation.tenant();
    const { policyId } = await makePolicy(own);
    const ids = [];
    for (const name of ['ann', 'ben', 'b_n'])
      ids.push(await makePairing(own, policyId, `${name}@contoso.com`));
    const idsOf = async (query: string) =>
      (await own.send('GET', `/v1/pairings?${query}`)).body.data.map((row: { id: string }) => row.id).sort();
    expect(await idsOf(`policy=${policyId}`)).toEqual([...ids].sort());
    expect(await idsOf('policy=pol_none')).toEqual([]);
    expect(await idsOf('state=disabled')).toEqual([...ids].sort());
    expect(await idsOf('state=in_sync')).toEqual([]);
    expect(await idsOf('q=B_N')).toEqual([ids[2]]);
    expect(await idsOf(`q=${ids[0]}`)).toEqual([ids[0]]);

    const first = (await own.send('GET', '/v1/pairings?limit=2')).body;
    const second = (await own.send('GET', `/v1/pairings?limit=2&cursor=${first.page.nextCursor}`)).body;
    expect([...first.data, ...second.data].map((row: { id: string }) => row.id).sort()).toEqual(
      [...ids].sort(),
    );
    expect(second.page.nextCursor).toBeNull();
    expect((await own.send('GET', '/v1/pairings?cursor=forged')).status).toBe(400);
  });
});

describe('acting on pairings (PAIR-4)', () => {
  async function running(mailbox: string): Promise<string> {
    const { policyId } = await makePolicy(tenant);
    await tenant.send('POST', `/v1/policies/${policyId}/enable`);
    return makePairing(tenant, policyId, mailbox);
  }

  test('pause and resume are operations, safe to repeat; the later word counts', async () => {
    const id = await running('g@contoso.com');
    const paused = await tenant.send('POST', `/v1/pairings/${id}/pause`);
    expect(paused.status).toBe(202);
    const again = await tenant.send('POST', `/v1/pairings/${id}/pause`);
    expect(again.body).toEqual(paused.body);
    const operation = () => tenant.send('GET', `/v1/operations/${paused.body.operationId}`);
    expect((await operation()).body).toMatchObject({ kind: 'pause', state: 'running', pairingId: id });
    expect((await tenant.send('GET', `/v1/pairings/${id}`)).body.desired).toBe('paused');

    const resumed = await tenant.send('POST', `/v1/pairings/${id}/resume`);
    expect(resumed.status).toBe(202);
    expect((await operation()).body).toMatchObject({ state: 'failed' });
    expect((await tenant.send('GET', `/v1/pairings/${id}`)).body.desired).toBe('running');
  });

  test('sync asks for a cycle and a poll, and waits for the next cycle', async () => {
    const id = await running('h@contoso.com');
    const answer = await tenant.send('POST', `/v1/pairings/${id}/sync`);
    expect(answer.status).toBe(202);
    const rows = await installation.database.inOrganization(tenant.id, async tx => ({
      pairing: await tx.selectFrom('pairings').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
      operation: await tx
        .selectFrom('operations')
        .selectAll()
        .where('id', '=', answer.body.operationId)
        .executeTakeFirstOrThrow(),
    }));
    expect(rows.pairing.run_requested_at).not.toBeNull();
    expect(rows.operation.until_cycle).toBe(1);
  });

  test('sync of a paused pairing, or of a disabled policy, says what to do', async () => {
    const id = await running('i@contoso.com');
    await tenant.send('POST', `/v1/pairings/${id}/pause`);
    const paused = await tenant.send('POST', `/v1/pairings/${id}/sync`);
    expect(paused.body).toMatchObject({ status: 409, fix: expect.stringContaining('Resume') });
    const { policyId } = await makePolicy(tenant);
    const idle = await makePairing(tenant, policyId, 'j@contoso.com');
    const disabled = await tenant.send('POST', `/v1/pairings/${idle}/sync`);
    expect(disabled.body).toMatchObject({ status: 409, fix: expect.stringContaining('Enable') });
  });

  test('deleting one that never ran removes it at once; the mailbox can be paired anew (PAIR-12)', async () => {
    const { policyId } = await makePolicy(tenant);
    const id = await makePairing(tenant, policyId, 'k@contoso.com');
    const answer = await tenant.send('DELETE', `/v1/pairings/${id}?mailbox=keep`);
    expect(answer.status).toBe(202);
    const operation = await tenant.send('GET', `/v1/operations/${answer.body.operationId}`);
    expect(operation.body).toMatchObject({ kind: 'remove', state: 'done' });
    expect((await tenant.send('GET', `/v1/pairings/${id}`)).status).toBe(404);
    await makePairing(tenant, policyId, 'k@contoso.com');
  });

  test('deleting a running one leaves the end to its workflow', async () => {
    const id = await running('l@contoso.com');
    const answer = await tenant.send('DELETE', `/v1/pairings/${id}`);
    expect(answer.status).toBe(202);
    expect((await tenant.send('GET', `/v1/pairings/${id}`)).body.desired).toBe('removed');
    expect((await tenant.send('POST', `/v1/pairings/${id}/resume`)).status).toBe(409);
    expect((await tenant.send('DELETE', `/v1/pairings/${id}`)).body).toEqual(answer.body);
  });

  test('cleaning up with the deletion is refused clearly, and nothing is deleted', async () => {
    const id = await running('m@contoso.com');
    const answer = await tenant.send('DELETE', `/v1/pairings/${id}?mailbox=cleanup`);
    expect(answer.body).toMatchObject({ status: 422, fix: expect.stringContaining('mailbox=keep') });
    expect((await tenant.send('GET', `/v1/pairings/${id}`)).body.desired).toBe('running');
  });
});

describe('without Temporal', () => {
  test('rows are written, the answer warns, and reading works (PAIR-4)', async () => {
    const away = async () => {
      throw new Error('unavailable');
    };
    const lonely = await startInstallation({
      workflows: { startOrSignalPairing: away, startOrSignalFeed: away, runId: away, ping: away },
    });
    try {
      const owner = await lonely.tenant();
      const { policyId } = await makePolicy(owner);
      await owner.send('POST', `/v1/policies/${policyId}/enable`);
      const created = await owner.send('POST', '/v1/pairings', {
        body: { policyId, mailbox: 'n@contoso.com' },
      });
      expect(created.status).toBe(201);
      expect(created.headers.get('warning')).toContain('199');
      expect((await owner.send('GET', `/v1/pairings/${created.body.id}`)).status).toBe(200);
      expect((await lonely.with(undefined)('GET', '/readyz')).body).toEqual({
        ready: false,
        checks: { database: 'ok', migrations: 'ok', temporal: 'failed' },
      });
    } finally {
      await lonely.stop();
    }
  });
});
