import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startOrg, type TestOrg } from './org.ts';

const JWT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const JANE = 'jane@example.com';
let org: TestOrg;

beforeAll(async () => {
  org = await startOrg();
  await org.control('POST', '/load', {
    users: [
      { Username: JANE, LastName: 'Doe' },
      { Username: 'gone@example.com', LastName: 'Gone', IsActive: false },
    ],
  });
});
afterAll(() => org.close());

describe('OAuth', () => {
  it('client credentials run as the integration user and answer an identity address', async () => {
    const { status, body } = await org.token({
      grant_type: 'client_credentials',
      client_id: org.info.clientId,
      client_secret: org.info.clientSecret,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      instance_url: org.emulator.url,
      api_instance_url: org.emulator.url,
    });
    expect(body.id).toMatch(new RegExp(`^${org.emulator.url}/id/00D\\w{15}/005\\w{15}$`));
    expect(body.refresh_token).toBeUndefined();
    const client = clientOf(org.emulator.url, body.access_token);
    const me = await client.call('GET', `/services/oauth2/userinfo`);
    expect(me.body.preferred_username).toBe(org.info.username);
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client_id', 'client identifier invalid'],
    ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client', 'invalid client credentials'],
    ['an unknown grant', { grant_type: 'magic' }, 'unsupported_grant_type', 'grant type not supported'],
    [
      'a dead refresh token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      'invalid_grant',
      'expired access/refresh token',
    ],
  ])('refuses %s', async (_, change, error, error_description) => {
    const form = {
      grant_type: 'client_credentials',
      client_id: org.info.clientId,
      client_secret: org.info.clientSecret,
      ...change,
    };
    expect(await org.token(form)).toMatchObject({ status: 400, body: { error, error_description } });
  });

  it('JWT bearer gives a session of the named user', async () => {
    const jane = await org.as(JANE);
    const id = await jane.create('Contact', { LastName: 'Own' });
    const { body } = await jane.query(
      `SELECT CreatedBy.Username, Owner.Name FROM Contact WHERE Id = '${id}'`,
    );
    expect(body.records[0]).toMatchObject({ CreatedBy: { Username: JANE }, Owner: { Name: 'Doe' } });
  });

  it('accepts the public login host as audience', async () => {
    const assertion = await org.assertion(JANE, { audience: 'https://login.salesforce.com' });
    expect((await org.token({ grant_type: JWT, assertion })).status).toBe(200);
  });

  it.each([
    ['a foreign audience', { audience: 'https://elsewhere.example' }, 'invalid_grant', 'audience is invalid'],
    ['a foreign issuer', { issuer: 'x' }, 'invalid_client_id', 'client identifier invalid'],
    ['an expired assertion', { expiresInSeconds: -60 }, 'invalid_grant', 'expired authorization code'],
    [
      'another key',
      {
        key: generateKeyPairSync('rsa', { modulusLength: 2048 })
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      },
      'invalid_grant',
      'invalid assertion',
    ],
  ])('refuses %s', async (_, overrides, error, error_description) => {
    const assertion = await org.assertion(JANE, overrides);
    expect(await org.token({ grant_type: JWT, assertion })).toMatchObject({
      status: 400,
      body: { error, error_description },
    });
  });

  it.each(['gone@example.com', 'unknown@example.com'])('refuses %s as a user', async username => {
    const assertion = await org.assertion(username);
    expect(await org.token({ grant_type: JWT, assertion })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: "user hasn't approved this consumer" },
    });
  });

  it('refuses users that have not approved the app, a revoked secret and a revoked key', async () => {
    await org.control('PUT', '/app', { unapproved: [JANE], secretRevoked: true });
    await expect(org.as(JANE)).rejects.toThrow('invalid_grant');
    expect(
      (
        await org.token({
          grant_type: 'client_credentials',
          client_id: org.info.clientId,
          client_secret: org.info.clientSecret,
        })
      ).body.error,
    ).toBe('invalid_client');
    await org.control('PUT', '/app', { unapproved: [], secretRevoked: false, keyRevoked: true });
    await expect(org.as(JANE)).rejects.toThrow('invalid assertion');
    await org.control('PUT', '/app', { keyRevoked: false });
    expect((await org.as(JANE)).token).toMatch(/!/);
  });

  it('refreshes, with rotation when the app wants it', async () => {
    const { body } = await org.control('POST', '/authorize', { username: JANE });
    const form = {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      client_id: org.info.clientId,
    };
    expect((await org.token(form)).body.refresh_token).toBeUndefined();
    await org.control('PUT', '/app', { rotatesRefreshTokens: true });
    const rotated = await org.token(form);
    expect(rotated.body.refresh_token).toMatch(/^5Aep861/);
    expect((await org.token(form)).body.error).toBe('invalid_grant');
    await org.control('PUT', '/app', { rotatesRefreshTokens: false });
  });

  it('answers 401 without a session, after revocation and after two hours', async () => {
    const expired = [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }];
    expect(await clientOf(org.emulator.url, 'nonsense').call('GET', '/limits')).toMatchObject({
      status: 401,
      body: expired,
    });
    const jane = await org.as(JANE);
    await fetch(`${org.emulator.url}/services/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: jane.token }),
    });
    expect(await jane.call('GET', '/limits')).toMatchObject({ status: 401, body: expired });
    const other = await org.as(JANE);
    expect((await other.call('GET', '/limits')).status).toBe(200);
    await org.advance(2 * 3_600_000);
    expect((await other.call('GET', '/limits')).status).toBe(401);
  });

  it('ends the sessions of a user who becomes inactive', async () => {
    const jane = await org.as(JANE);
    await org.control('POST', '/load', { users: [{ Username: JANE, IsActive: false }] });
    expect((await jane.call('GET', '/limits')).status).toBe(401);
    await org.control('POST', '/load', { users: [{ Username: JANE, IsActive: true }] });
  });
});

describe('versions', () => {
  it('lists supported versions without a session', async () => {
    const { body } = await clientOf(org.emulator.url, '').call('GET', '/services/data');
    expect(body[0].version).toBe('41.0');
    expect(body.at(-1)).toMatchObject({ version: '68.0', url: '/services/data/v68.0', label: "Winter '27" });
  });

  it.each([
    ['v30.0', 410, 'GONE'],
    ['v99.0', 404, 'NOT_FOUND'],
    ['v67.5', 404, 'NOT_FOUND'],
  ])('%s answers %i', async (version, status, errorCode) => {
    const jane = await org.as(JANE);
    expect(await jane.call('GET', `/services/data/${version}/limits`)).toMatchObject({
      status,
      body: [{ errorCode }],
    });
  });

  it('a supported version lists its resources and the identity address', async () => {
    const jane = await org.as(JANE);
    const { body } = await jane.call('GET', '');
    expect(body.query).toBe('/services/data/v67.0/query');
    expect((await jane.call('GET', new URL(body.identity).pathname)).status).toBe(200);
  });
});
