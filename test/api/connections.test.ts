import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCredentials, setConnectionState } from '../../db/connections.ts';
import { crmConnection, mailboxConnection, makePairing, makePolicy } from './examples.ts';
import { type Installation, startInstallation, type Tenant } from './installation.ts';

let installation: Installation;
let tenant: Tenant;
beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
});
afterAll(() => installation.stop());

const create = (body: unknown) => tenant.send('POST', '/v1/connections', { body });
const credentialsOf = (id: string) =>
  installation.database.inOrganization(tenant.id, tx => openCredentials(tx, id));

describe('creating connections', () => {
  test.each([mailboxConnection, crmConnection])(
    'keeps the credentials of $system to itself',
    async example => {
      const created = await create(example);
      expect(created.status).toBe(201);
      const { name, side, system } = example;
      expect(created.body).toMatchObject({ name, side, system, state: 'ok', apiShare: 0.5 });
      const read = await tenant.send('GET', `/v1/connections/${created.body.id}`);
      const listed = await tenant.send('GET', '/v1/connections');
      for (const answer of [created, read, listed]) expect(answer.text).not.toContain('canary');
      expect(await credentialsOf(created.body.id)).toEqual(example.credentials);
    },
  );

  test('takes the share of the API limit (POL-25)', async () => {
    expect((await create({ ...crmConnection, apiShare: 0.25 })).body.apiShare).toBe(0.25);
    const among = { ...crmConnection, settings: { ...crmConnection.settings, apiShare: 0.3 } };
    expect((await create(among)).body.apiShare).toBe(0.3);
    expect((await create({ ...crmConnection, apiShare: 1.5 })).status).toBe(400);
  });

  test.each([
    ['an unknown system', { system: 'fax' }, 400, '/system'],
    ['a system of the other side', { system: 'salesforce' }, 400, '/system'],
    ['a missing setting', { settings: {} }, 400, '/settings/tenantId'],
    ['an unknown setting', { settings: { tenantId: 't', colour: 1 } }, 400, '/settings/colour'],
    ['a missing credential', { credentials: { clientId: 'c' } }, 400, '/credentials/clientSecret'],
    [
      'a host that is not on the list',
      { settings: { tenantId: 't', baseUrl: 'https://evil.example' } },
      422,
      '/settings',
    ],
    ['an unknown field', { colour: 'red' }, 400, '/colour'],
  ])('refuses %s', async (_, wrong, status, pointer) => {
    const answer = await create({ ...mailboxConnection, ...wrong });
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(answer.text).not.toContain('canary');
  });
});

describe('changing connections', () => {
  const change = (id: string, body: unknown, headers = {}) =>
    tenant.send('PATCH', `/v1/connections/${id}`, { body, headers });

  test('merges settings; a changed address needs the credentials again', async () => {
    const { id } = (await create(mailboxConnection)).body;
    const renamed = await change(id, { settings: { tenantId: 'fabrikam.com' } });
    expect(renamed.body.settings).toEqual({ ...mailboxConnection.settings, tenantId: 'fabrikam.com' });
    const moved = { settings: { baseUrl: 'https://graph.microsoft.us/v1.0' } };
    expect((await change(id, moved)).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/credentials' }],
    });
    expect((await change(id, { settings: { baseUrl: null } })).status).toBe(422);
    const { credentials } = mailboxConnection;
    expect((await change(id, { ...moved, credentials })).body.settings).toMatchObject(moved.settings);
  });

  test('new credentials make a dead connection live and wake its pairings', async () => {
    const { policyId, crmConnectionId } = await makePolicy(tenant);
    await tenant.send('POST', `/v1/policies/${policyId}/enable`);
    const pairing = await makePairing(tenant, policyId, 'ann@contoso.com');
    const dead = { state: 'dead' as const, reason: 'refused', fix: 'renew', at: new Date() };
    await installation.database.inOrganization(tenant.id, tx =>
      setConnectionState(tx, crmConnectionId, dead),
    );
    const credentials = { clientId: 'client', clientSecret: 'new' };
    expect((await change(crmConnectionId, { credentials })).body).toMatchObject({
      state: 'ok',
      reason: 'New credentials were given and not tried yet.',
    });
    expect(await credentialsOf(crmConnectionId)).toEqual(credentials);
    const history = await installation.temporal.workflow.getHandle(`pairing:${pairing}`).fetchHistory();
    const signals = history.events?.filter(event => event.workflowExecutionSignaledEventAttributes) ?? [];
    expect(signals.length).toBe(2);
  });

  test('a stale If-Match is refused, the current one taken', async () => {
    const { id } = (await create(crmConnection)).body;
    const etag = (await tenant.send('GET', `/v1/connections/${id}`)).headers.get('etag') ?? '';
    expect((await change(id, { name: 'A' }, { 'if-match': etag })).status).toBe(200);
    expect((await change(id, { name: 'B' }, { 'if-match': etag })).status).toBe(412);
    expect((await change(id, { side: 'mailbox' })).status).toBe(400);
  });
});

describe('deleting connections', () => {
  test('is refused while a policy uses them', async () => {
    const { crmConnectionId } = await makePolicy(tenant);
    const used = await tenant.send('DELETE', `/v1/connections/${crmConnectionId}`);
    expect(used.body).toMatchObject({ status: 409, code: 'in_use' });
    const { id } = (await create(crmConnection)).body;
    expect((await tenant.send('DELETE', `/v1/connections/${id}`)).status).toBe(204);
    expect((await tenant.send('GET', `/v1/connections/${id}`)).status).toBe(404);
  });
});

describe('testing connections (OPS-3)', () => {
  test.each([mailboxConnection, crmConnection])('says that $system does not answer', async example => {
    const { id } = (await create(example)).body;
    const answer = await tenant.as.operator('POST', `/v1/connections/${id}/test`);
    expect(answer.status).toBe(200);
    expect(answer.body.ok).toBe(false);
    expect(answer.body.checks.length).toBeGreaterThan(0);
    expect(answer.text).not.toContain('canary');
  });
});

describe('the directory', () => {
  test('says which system does not answer', async () => {
    const { policyId } = await makePolicy(tenant);
    const answer = await tenant.send('GET', `/v1/directory?policy=${policyId}`);
    expect(answer.body).toMatchObject({ status: 502, code: 'remote_failed' });
    expect((await tenant.send('GET', '/v1/directory?policy=pol_none')).status).toBe(404);
    expect((await tenant.send('GET', '/v1/directory')).status).toBe(400);
  });
});
