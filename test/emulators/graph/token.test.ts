import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

const path = '/users/ada@example.com/contacts';

describe('the token endpoint', () => {
  it('gives a bearer token for a client secret', async () => {
    const { status, body } = await tenant.requestToken();
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
    expect((await tenant.call('GET', path, { token: body.access_token })).status).toBe(200);
  });

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['an unknown application', { client_id: 'nobody' }, 400, 'unauthorized_client', 700016],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['a delegated scope', { scope: 'https://graph.microsoft.com/User.Read' }, 400, 'invalid_scope', 1002012],
  ])('refuses %s', async (_what, changes, status, error, code) => {
    const refused = await tenant.requestToken(changes);
    expect(refused.status).toBe(status);
    expect(refused.body).toMatchObject({ error, error_codes: [code] });
    expect(refused.body.error_description).toMatch(
      new RegExp(`^AADSTS${code}: .*Trace ID: .*Correlation ID: `),
    );
  });

  it('takes a client assertion signed with the registered key, and no other', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await tenant.control('PUT', 'app', { publicKey: publicKey.export({ type: 'spki', format: 'pem' }) });
    const { clientId, tenantId } = tenant.info;
    const request = async (key: typeof privateKey) =>
      tenant.requestToken({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT({ jti: 'once' })
          .setProtectedHeader({ alg: 'RS256' })
          .setIssuer(clientId)
          .setSubject(clientId)
          .setAudience(`${tenant.url}/${tenantId}/oauth2/v2.0/token`)
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(key),
      });
    expect((await request(privateKey)).status).toBe(200);
    expect((await request(other.privateKey)).body).toMatchObject({
      error: 'invalid_client',
      error_codes: [700027],
    });
  });
});

describe('access', () => {
  it('needs a token', async () => {
    const refused = await tenant.call('GET', path, { token: undefined });
    expect(refused.status).toBe(401);
    expect(refused.body.error.code).toBe('InvalidAuthenticationToken');
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect((await tenant.call('GET', path, { token: 'made.up.token' })).status).toBe(401);
  });

  it('ends when the token is 3599 seconds old', async () => {
    const token = await tenant.renewToken();
    await tenant.control('PUT', 'clock', { offsetMs: 3_590_000 });
    expect((await tenant.call('GET', path, { token })).status).toBe(200);
    await tenant.control('PUT', 'clock', { offsetMs: 3_600_000 });
    expect((await tenant.call('GET', path, { token })).body.error.code).toBe('InvalidAuthenticationToken');
    await tenant.control('PUT', 'clock', {});
  });

  it('ends with a revoked token, and with a rotated secret no new one is given', async () => {
    const token = await tenant.renewToken();
    await tenant.control('PUT', 'app', { clientSecret: 'rotated', revokeTokens: true });
    expect((await tenant.call('GET', path, { token })).status).toBe(401);
    expect((await tenant.requestToken()).body.error).toBe('invalid_client');
    await tenant.control('PUT', 'app', { clientSecret: tenant.info.clientSecret });
    await tenant.renewToken();
  });

  it('goes by the roles of the application', async () => {
    await tenant.control('PUT', 'app', { roles: ['Contacts.Read'] });
    expect((await tenant.call('GET', path)).status).toBe(200);
    const write = await tenant.call('POST', path, { body: {} });
    expect(write.status).toBe(403);
    expect(write.body.error).toMatchObject({
      code: 'ErrorAccessDenied',
      message: 'Access is denied. Check credentials and try again.',
    });
    const users = await tenant.call('GET', '/users');
    expect(users.status).toBe(403);
    expect(users.body.error.code).toBe('Authorization_RequestDenied');
    await tenant.control('PUT', 'app', { roles: tenant.info.roles });
  });

  it('goes by the scope of mailboxes', async () => {
    await tenant.control('PUT', 'app', { mailboxes: ['bob@example.com'] });
    expect((await tenant.call('GET', path)).body.error.code).toBe('ErrorAccessDenied');
    await tenant.control('PUT', 'app', { mailboxes: null });
    expect((await tenant.call('GET', path)).status).toBe(200);
  });

  it('has no "me" for an application', async () => {
    const refused = await tenant.call('GET', '/me/contacts');
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toBe('/me request is only valid with delegated authentication flow.');
  });
});
