import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
beforeAll(async () => {
  tenant = await startTenant([
    {
      mail: 'ada@example.com',
      userPrincipalName: 'ada.l@corp.example.com',
      displayName: 'Ada',
      timeZone: 'W. Europe Standard Time',
    },
    { mail: 'bob@example.com', displayName: 'Bob', jobTitle: 'Seller' },
    { mail: 'cy@example.com', displayName: 'Cy', mailbox: false },
  ]);
});
afterAll(() => tenant.close());

describe('users', () => {
  it('are found by id and by principal name without case, and not by another address', async () => {
    const [ada] = tenant.users;
    for (const key of [ada!.id, ada!.id.toUpperCase(), 'ADA.L@corp.example.com']) {
      const { status, body } = await tenant.call('GET', `/users/${key}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: ada!.id, mail: 'ada@example.com', displayName: 'Ada' });
      expect(body['@odata.context']).toBe(`${tenant.url}/v1.0/$metadata#users/$entity`);
    }
    const other = await tenant.call('GET', '/users/ada@example.com');
    expect(other.status).toBe(404);
    expect(other.body.error.code).toBe('Request_ResourceNotFound');
  });

  it('are filtered, selected and paged', async () => {
    const found = await tenant.call(
      'GET',
      "/users?$filter=mail eq 'BOB@example.com'&$select=id,jobTitle,proxyAddresses",
    );
    expect(found.body.value).toEqual([
      { id: tenant.users[1]!.id, jobTitle: 'Seller', proxyAddresses: ['SMTP:bob@example.com'] },
    ]);
    const byProxy = await tenant.call(
      'GET',
      "/users?$filter=proxyAddresses/any(p:p eq 'smtp:cy@example.com')",
    );
    expect(byProxy.body.value.map((user: { displayName: string }) => user.displayName)).toEqual(['Cy']);
    const first = await tenant.call('GET', '/users?$top=2');
    expect(first.body.value).toHaveLength(2);
    const second = await tenant.call('GET', first.body['@odata.nextLink']);
    expect(second.body.value).toHaveLength(1);
    expect(second.body).not.toHaveProperty('@odata.nextLink');
  });

  it('may have no mailbox', async () => {
    expect((await tenant.call('GET', '/users/cy@example.com')).status).toBe(200);
    const refused = await tenant.call('GET', '/users/cy@example.com/contacts');
    expect(refused.status).toBe(404);
    expect(refused.body.error.code).toBe('MailboxNotEnabledForRESTAPI');
    const unknown = await tenant.call('GET', '/users/nobody@example.com/contacts');
    expect(unknown.status).toBe(404);
    expect(unknown.body.error).toMatchObject({
      code: 'ErrorInvalidUser',
      message: "The requested user 'nobody@example.com' is invalid.",
    });
  });
});

describe('the organization', () => {
  it('has the domains of its users, and tells them by a role of its own', async () => {
    const { status, body } = await tenant.call('GET', '/organization?$select=verifiedDomains');
    expect(status).toBe(200);
    const names = body.value[0].verifiedDomains.map((domain: { name: string }) => domain.name);
    expect(names).toEqual(['example.com', 'corp.example.com', 'emulated.onmicrosoft.com']);
    expect((await tenant.call('GET', '/organization?$select=colour')).status).toBe(400);
    const { roles } = (await tenant.control('GET', 'info')).body;
    await tenant.control('PUT', 'app', { roles: ['User.Read.All'] });
    const refused = await tenant.call('GET', '/organization');
    await tenant.control('PUT', 'app', { roles });
    expect(refused.status).toBe(403);
    expect(refused.body.error.code).toBe('Authorization_RequestDenied');
  });
});

describe('mailbox settings', () => {
  it('are read, also one by one, and changed', async () => {
    const path = '/users/ada@example.com/mailboxSettings';
    expect((await tenant.call('GET', `${path}/timeZone`)).body.value).toBe('W. Europe Standard Time');
    const changed = await tenant.call('PATCH', path, {
      body: { timeZone: 'Tokyo Standard Time', language: { locale: 'ja-JP' } },
    });
    expect(changed.status).toBe(200);
    const { body } = await tenant.call('GET', path);
    expect(body).toMatchObject({ timeZone: 'Tokyo Standard Time', language: { locale: 'ja-JP' } });
    expect(body.workingHours.daysOfWeek).toHaveLength(5);
  });

  it('refuse an unknown time zone', async () => {
    const refused = await tenant.call('PATCH', '/users/ada@example.com/mailboxSettings', {
      body: { timeZone: 'Nowhere' },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.error.code).toBe('TimeZoneNotSupportedException');
  });

  it('list the time zones in both standards', async () => {
    const names = async (path: string) =>
      (await tenant.call('GET', `/users/ada@example.com/outlook/${path}`)).body.value.map(
        ({ alias }: { alias: string }) => alias,
      );
    expect(await names('supportedTimeZones')).toContain('W. Europe Standard Time');
    expect(
      await names("supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')"),
    ).toContain('Europe/Berlin');
  });
});

describe('master categories', () => {
  const path = '/users/bob@example.com/outlook/masterCategories';

  it('are created, recoloured and deleted', async () => {
    const created = await tenant.call('POST', path, { body: { displayName: 'CRM', color: 'preset7' } });
    expect(created.status).toBe(201);
    const { id } = created.body;
    const changed = await tenant.call('PATCH', `${path}/${id}`, { body: { color: 'preset4' } });
    expect(changed.body).toMatchObject({ id, displayName: 'CRM', color: 'preset4' });
    expect((await tenant.call('GET', path)).body.value).toEqual([
      { id, displayName: 'CRM', color: 'preset4' },
    ]);
    expect((await tenant.call('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await tenant.call('GET', `${path}/${id}`)).status).toBe(404);
  });

  it('have unique names that stay, and colours of the palette', async () => {
    const { body } = await tenant.call('POST', path, { body: { displayName: 'Once' } });
    expect(body.color).toBe('none');
    expect((await tenant.call('POST', path, { body: { displayName: 'once' } })).status).toBe(409);
    expect(
      (await tenant.call('PATCH', `${path}/${body.id}`, { body: { displayName: 'Twice' } })).status,
    ).toBe(400);
    expect((await tenant.call('POST', path, { body: { displayName: 'X', color: 'preset25' } })).status).toBe(
      400,
    );
  });
});
