import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setConnectionState } from '../../db/connections.ts';
import { type Made, makePairing, makePolicy } from './examples.ts';
import { type Installation, startInstallation, type Tenant } from './installation.ts';

let installation: Installation;
let tenant: Tenant;
let made: Made;
beforeAll(async () => {
  installation = await startInstallation({ clock: () => Date.UTC(2026, 2, 20, 12) });
  tenant = await installation.tenant();
  made = await makePolicy(tenant);
});
afterAll(() => installation.stop());

const draft = (more: object = {}) => {
  const { mailboxConnectionId, crmConnectionId } = made;
  return {
    name: 'Service',
    mailboxConnectionId,
    crmConnectionId,
    category: { name: 'Contoso Service' },
    ...more,
  };
};

describe('creating policies', () => {
  test('needs little; everything else has its default', async () => {
    const created = await tenant.send('POST', '/v1/policies', { body: draft() });
    expect(created.status).toBe(201);
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.body).toMatchObject({
      id: expect.stringMatching(/^pol_/),
      enabled: false,
      version: 1,
      general: { syncStartDate: '2026-03-05', errorNotifications: [] },
      schedule: {
        peak: { from: '08:00', to: '18:00', everyMinutes: 15 },
        blackout: { from: '00:00', to: '05:00' },
      },
      category: { name: 'Contoso Service', color: 'preset7' },
      modules: { contacts: { enabled: false, filter: 'owner', direction: 'both' } },
      deletionGuard: { count: 25, percent: 20 },
      names: { createQuote: expect.any(String), assignTo: 'Assign To' },
      retentionDays: 90,
    });
    const read = await tenant.send('GET', `/v1/policies/${created.body.id}`);
    expect(read.body).toEqual(created.body);
  });

  test.each([
    ['an unknown option', { calendar: { color: 1 } }, 400, '/calendar/color'],
    ['a wrong type', { retentionDays: 'long' }, 400, '/retentionDays'],
    [
      'a value out of bounds',
      { assignTo: { modules: { cases: { maximumItems: 100 } } } },
      400,
      '/assignTo/modules/cases/maximumItems',
    ],
    ['no category name', { category: {} }, 400, '/category/name'],
    ['a connection of the other side', { crmConnectionId: 'MAILBOX' }, 422, '/crmConnectionId'],
    ['an unknown connection', { mailboxConnectionId: 'con_none' }, 422, '/mailboxConnectionId'],
    ['being born enabled', { enabled: true }, 422, '/enabled'],
  ])('refuses %s and points at it', async (_, wrong, status, pointer) => {
    const body = JSON.parse(
      JSON.stringify(draft(wrong)).replace('"MAILBOX"', `"${made.mailboxConnectionId}"`),
    );
    const answer = await tenant.send('POST', '/v1/policies', { body });
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test.each([
    ['lite', { smartConvert: { enabled: true } }, 'smartConvert', 'standard or premium'],
    ['standard', { sentItems: { enabled: true } }, 'sentItems', 'premium'],
    ['standard', { schedule: { peak: { everyMinutes: 5 } } }, 'everyMinutes', 'standard'],
  ] as const)(
    'refuses on %s what it does not have, naming option and subscription (POL-21)',
    async (subscription, options, option, named) => {
      const other = await installation.tenant(subscription);
      const { mailboxConnectionId, crmConnectionId } = await makePolicy(other);
      const body = { ...draft(options), mailboxConnectionId, crmConnectionId };
      const answer = await other.send('POST', '/v1/policies', { body });
      expect(answer.body).toMatchObject({ status: 422, code: 'option_not_allowed' });
      expect(answer.body.detail).toContain(option);
      expect(answer.body.detail).toContain(named);
    },
  );

  test('holds a trial to 15 days back (POL-2)', async () => {
    const trial = await installation.tenant('premium', true);
    const { mailboxConnectionId, crmConnectionId } = await makePolicy(trial);
    const body = {
      ...draft({ general: { syncStartDate: '2026-01-01' } }),
      mailboxConnectionId,
      crmConnectionId,
    };
    const answer = await trial.send('POST', '/v1/policies', { body });
    expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: '/general/syncStartDate' }] });
  });
});

describe('changing policies', () => {
  const read = async (id: string) => {
    const answer = await tenant.send('GET', `/v1/policies/${id}`);
    return { body: answer.body, etag: answer.headers.get('etag') ?? '' };
  };
  const change = (id: string, body: unknown, etag?: string) =>
    tenant.send('PATCH', `/v1/policies/${id}`, {
      body,
      headers: etag === undefined ? {} : { 'if-match': etag },
    });

  test('needs If-Match, and the current one: two admins cannot overwrite each other unseen', async () => {
    const { policyId } = await makePolicy(tenant);
    const { etag } = await read(policyId);
    expect((await change(policyId, { retentionDays: 30 })).status).toBe(428);
    const changed = await change(policyId, { retentionDays: 30 }, etag);
    expect(changed.status).toBe(200);
    const stale = await change(policyId, { retentionDays: 60 }, etag);
    expect(stale.body).toMatchObject({ status: 412, code: 'version_changed' });
    expect(stale.headers.get('etag')).toBe(changed.headers.get('etag'));
    expect((await read(policyId)).body.retentionDays).toBe(30);
  });

  test('leaves what is absent, takes null where it is a value, and makes a version', async () => {
    const { policyId } = await makePolicy(tenant, { contacts: { maximum: 100 } });
    const before = await read(policyId);
    const body = {
      schedule: { blackout: null },
      modules: { contacts: { enabled: true } },
      contacts: { maximum: null },
    };
    const after = await change(policyId, body, before.etag);
    expect(after.body).toMatchObject({
      version: 2,
      schedule: { ...before.body.schedule, blackout: null },
      modules: { ...before.body.modules, contacts: { ...before.body.modules.contacts, enabled: true } },
      contacts: { ...before.body.contacts, maximum: null },
    });
    const wrong = await change(policyId, { retentionDays: null }, after.headers.get('etag') ?? '');
    expect(wrong.body).toMatchObject({ status: 400, errors: [{ pointer: '/retentionDays' }] });
  });

  test('keeps the category name as it was first saved (POL-6)', async () => {
    const { policyId } = await makePolicy(tenant);
    const answer = await change(policyId, { category: { name: 'Other' } }, (await read(policyId)).etag);
    expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: '/category/name' }] });
  });

  test('archives mail without category only when confirmed (POL-23)', async () => {
    const { policyId } = await makePolicy(tenant);
    const body = { inbox: { enabled: true, onlyWithCategory: false } };
    expect((await change(policyId, body, (await read(policyId)).etag)).status).toBe(422);
    const confirmed = { inbox: { ...body.inbox, confirm: true } };
    expect((await change(policyId, confirmed, (await read(policyId)).etag)).body.inbox.onlyWithCategory).toBe(
      false,
    );
  });

  test('every version can be read and restored', async () => {
    const { policyId } = await makePolicy(tenant);
    await change(policyId, { retentionDays: 30 }, (await read(policyId)).etag);
    const { data } = (await tenant.send('GET', `/v1/policies/${policyId}/versions`)).body;
    expect(data.map((row: { version: number }) => row.version)).toEqual([2, 1]);
    expect(data[1]).toMatchObject({ actor: expect.stringMatching(/^key_/), policy: { retentionDays: 90 } });
    const restored = await tenant.send('POST', `/v1/policies/${policyId}/restore`, { body: { version: 1 } });
    expect(restored.body).toMatchObject({ version: 3, retentionDays: 90 });
    const unknown = await tenant.send('POST', `/v1/policies/${policyId}/restore`, { body: { version: 9 } });
    expect(unknown.status).toBe(404);
  });
});

describe('enabling and disabling policies (POL-1)', () => {
  test('starts all pairings, is safe to repeat, and disabling signals them', async () => {
    const { policyId } = await makePolicy(tenant);
    const pairing = await makePairing(tenant, policyId, 'ann@contoso.com');
    const enabled = await tenant.send('POST', `/v1/policies/${policyId}/enable`);
    expect(enabled.body).toMatchObject({ enabled: true, version: 2 });
    const workflow = installation.temporal.workflow.getHandle(`pairing:${pairing}`);
    expect((await workflow.describe()).status.name).toBe('RUNNING');
    expect((await tenant.send('GET', `/v1/pairings/${pairing}`)).body.state).toBe('initializing');

    const again = await tenant.send('POST', `/v1/policies/${policyId}/enable`);
    expect(again.body.version).toBe(2);
    const disabled = await tenant.send('POST', `/v1/policies/${policyId}/disable`);
    expect(disabled.body).toMatchObject({ enabled: false, version: 3 });
    const { events } = await workflow.fetchHistory();
    expect(events?.filter(event => event.workflowExecutionSignaledEventAttributes)).toHaveLength(3);
  });

  test('is refused while a connection is dead, with what to do', async () => {
    const { policyId, mailboxConnectionId } = await makePolicy(tenant);
    const dead = {
      state: 'dead' as const,
      reason: 'secret expired',
      fix: 'Renew the secret',
      at: new Date(),
    };
    await installation.database.inOrganization(tenant.id, tx =>
      setConnectionState(tx, mailboxConnectionId, dead),
    );
    const answer = await tenant.send('POST', `/v1/policies/${policyId}/enable`);
    expect(answer.body).toMatchObject({ status: 422, fix: 'Renew the secret' });
    expect(answer.body.detail).toContain('secret expired');
  });

  test('is refused after a downgrade, naming the option', async () => {
    const other = await installation.tenant('premium');
    const { policyId } = await makePolicy(other, { assignTo: { enabled: true } });
    await installation.installation('PATCH', `/v1/organizations/${other.id}`, {
      body: { subscription: 'lite' },
    });
    const answer = await other.send('POST', `/v1/policies/${policyId}/enable`);
    expect(answer.body).toMatchObject({ status: 422, code: 'option_not_allowed' });
    expect(answer.body.detail).toContain('assignTo');
  });
});

describe('deleting policies', () => {
  test('is refused while they have pairings', async () => {
    const { policyId } = await makePolicy(tenant);
    const pairing = await makePairing(tenant, policyId, 'zoe@contoso.com');
    expect((await tenant.send('DELETE', `/v1/policies/${policyId}`)).body).toMatchObject({
      status: 409,
      code: 'in_use',
    });
    await tenant.send('DELETE', `/v1/pairings/${pairing}`);
    expect((await tenant.send('DELETE', `/v1/policies/${policyId}`)).status).toBe(204);
    expect((await tenant.send('GET', `/v1/policies/${policyId}`)).status).toBe(404);
  });
});
