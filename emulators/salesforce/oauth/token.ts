import { createHmac, timingSafeEqual } from 'node:crypto';
import { errors, importSPKI, jwtVerify } from 'jose';
import type { Emulator } from '../emulator.ts';
import type { Answer } from '../http/message.ts';
import type { Org } from '../org.ts';
import { type Row, text } from '../store/row.ts';

const PUBLIC_AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com'];
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The OAuth error body, which differs from the API's. */
class TokenRefusal extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

const refusal = (error: string, description: string): TokenRefusal => new TokenRefusal(error, description);

export function userNamed(org: Org, username: string): Row | undefined {
  return org.store.table('User').withValue('Username', username)[0];
}

function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Client id and secret stand in the form or in an Authorization: Basic header. */
function clientOf(
  form: URLSearchParams,
  authorization: string | undefined,
): { id: string | null; secret: string | null } {
  if (authorization?.startsWith('Basic ') && !form.has('client_id')) {
    const [id = '', secret = ''] = Buffer.from(authorization.slice(6), 'base64')
      .toString()
      .split(':')
      .map(decodeURIComponent);
    return { id, secret };
  }
  return { id: form.get('client_id'), secret: form.get('client_secret') };
}

function checkClient(
  org: Org,
  client: { id: string | null; secret: string | null },
  needsSecret: boolean,
): void {
  const { clientId, clientSecret, secretRevoked } = org.identity;
  if (client.id !== clientId) throw refusal('invalid_client_id', 'client identifier invalid');
  if (!needsSecret && client.secret === null) return;
  if (client.secret === null || secretRevoked || !sameSecret(client.secret, clientSecret))
    throw refusal('invalid_client', 'invalid client credentials');
}

function checkUser(org: Org, user: Row | undefined): Row {
  const isApproved =
    user !== undefined &&
    !org.settings.unapproved.some(name => name.toLowerCase() === text(user, 'Username')?.toLowerCase());
  if (user?.IsActive !== true || !isApproved)
    throw refusal('invalid_grant', "user hasn't approved this consumer");
  return user;
}

function assertionRefusal(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return refusal('invalid_grant', 'expired authorization code');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return refusal('invalid_grant', 'audience is invalid');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
    return refusal('invalid_client_id', 'client identifier invalid');
  return refusal('invalid_grant', 'invalid assertion');
}

async function userOfAssertion(org: Org, assertion: string, loginUrl: string): Promise<Row> {
  const { publicKey, clientId, keyRevoked } = org.identity;
  if (keyRevoked) throw refusal('invalid_grant', 'invalid assertion');
  const key = await importSPKI(publicKey, 'RS256');
  const options = {
    algorithms: ['RS256'],
    issuer: clientId,
    audience: [loginUrl, ...PUBLIC_AUDIENCES],
    currentDate: new Date(org.clock.nowMs()),
    requiredClaims: ['exp', 'sub'],
  };
  try {
    const { payload } = await jwtVerify(assertion, key, options);
    return checkUser(org, userNamed(org, payload.sub ?? ''));
  } catch (error) {
    throw error instanceof TokenRefusal ? error : assertionRefusal(error);
  }
}

function tokenBody(
  emulator: Emulator,
  user: Row,
  origin: string,
  additions: Record<string, string>,
): Record<string, string> {
  const { org, sessions } = emulator;
  const id = `${origin}/id/${org.identity.organizationId}/${user.Id}`;
  const issuedAt = String(org.clock.nowMs());
  const signature = createHmac('sha256', org.identity.clientSecret)
    .update(id + issuedAt)
    .digest('base64');
  return {
    access_token: sessions.open(user.Id).token,
    signature,
    scope: 'api refresh_token',
    instance_url: origin,
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
    ...additions,
  };
}

function refresh(emulator: Emulator, form: URLSearchParams, origin: string): Record<string, string> {
  const { org, sessions } = emulator;
  const given = form.get('refresh_token') ?? '';
  const user = org.store.table('User').get(sessions.refreshed(given) ?? '');
  if (user === undefined) throw refusal('invalid_grant', 'expired access/refresh token');
  checkUser(org, user);
  if (!org.settings.rotatesRefreshTokens) return tokenBody(emulator, user, origin, {});
  sessions.revoke(given);
  return tokenBody(emulator, user, origin, { refresh_token: sessions.newRefreshToken(user.Id) });
}

async function grant(
  emulator: Emulator,
  form: URLSearchParams,
  authorization: string | undefined,
  origin: string,
): Promise<Record<string, string>> {
  const { org } = emulator;
  const client = clientOf(form, authorization);
  switch (form.get('grant_type')) {
    case 'client_credentials':
      checkClient(org, client, true);
      return tokenBody(emulator, checkUser(org, userNamed(org, org.identity.username)), origin, {
        api_instance_url: origin,
        scope: 'api',
      });
    case JWT_BEARER: {
      const user = await userOfAssertion(org, form.get('assertion') ?? '', origin);
      return tokenBody(emulator, user, origin, { scope: 'api' });
    }
    case 'refresh_token':
      checkClient(org, client, false);
      return refresh(emulator, form, origin);
    default:
      throw refusal('unsupported_grant_type', 'grant type not supported');
  }
}

/** `POST /services/oauth2/token`. */
export async function token(
  emulator: Emulator,
  form: URLSearchParams,
  authorization: string | undefined,
  origin: string,
): Promise<Answer> {
  const headers = { 'cache-control': 'no-cache, no-store', pragma: 'no-cache' };
  try {
    return { status: 200, headers, body: await grant(emulator, form, authorization, origin) };
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    return { status: error.status, headers, body: { error: error.error, error_description: error.message } };
  }
}
