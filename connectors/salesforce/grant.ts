import { SignJWT } from 'jose';
import { privateKeyOf } from '../private-key.ts';
import type { SalesforceCredentials } from './settings.ts';

/** Salesforce refuses assertions that are valid for longer (OAuth 2.0 JWT Bearer Flow). */
const assertionLifetimeSeconds = 180;

/** The parameters of a token request for this user; with a client secret it is always the app's own user. */
export async function grantFor(
  credentials: SalesforceCredentials,
  loginUrl: string,
  username: string,
  nowMs: number,
): Promise<Readonly<Record<string, string>>> {
  if ('clientSecret' in credentials) {
    return {
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    };
  }
  const key = privateKeyOf(credentials.privateKey);
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(credentials.clientId)
    .setSubject(username)
    .setAudience(audienceOf(loginUrl))
    .setExpirationTime(Math.floor(nowMs / 1000) + assertionLifetimeSeconds)
    .sign(key);
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    client_id: credentials.clientId,
    assertion,
  };
}

/** Assertions are for the login service, also where a My Domain address answers for it. */
function audienceOf(loginUrl: string): string {
  const { hostname, origin } = new URL(loginUrl);
  if (!hostname.endsWith('.salesforce.com')) return origin;
  const isSandbox = hostname === 'test.salesforce.com' || hostname.includes('.sandbox.');
  return isSandbox ? 'https://test.salesforce.com' : 'https://login.salesforce.com';
}
