import { createPublicKey, X509Certificate } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import type { GraphResponse } from '../protocol/exchange.ts';
import { type Application, TOKEN_LIFETIME_SECONDS } from '../store/applications.ts';
import type { Tenant } from '../store/tenant.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface Refusal {
  error: string;
  number: number;
  text: string;
  status?: number;
}

class TokenError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.text);
    this.refusal = refusal;
  }
}

/** The token endpoint of the tenant: client credentials with a secret or a signed assertion. */
export async function answerTokenRequest(
  { tenant, newId }: { tenant: Tenant; newId: () => string },
  tenantName: string,
  form: URLSearchParams,
  tokenUrl: string,
): Promise<GraphResponse> {
  try {
    const application = await authenticate(tenant, tenantName, form, tokenUrl);
    return {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: TOKEN_LIFETIME_SECONDS,
        ext_expires_in: TOKEN_LIFETIME_SECONDS,
        access_token: tenant.tokens.issue(application, tenant.id),
      },
    };
  } catch (error) {
    if (error instanceof TokenError) return refused(error.refusal, tenant.clock.now(), newId);
    throw error;
  }
}

async function authenticate(
  tenant: Tenant,
  tenantName: string,
  form: URLSearchParams,
  tokenUrl: string,
): Promise<Application> {
  if (tenantName.toLowerCase() !== tenant.id) {
    throw new TokenError({
      error: 'invalid_request',
      number: 90002,
      text: `Tenant '${tenantName}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    });
  }
  checkGrant(form);
  const clientId = form.get('client_id') ?? '';
  const application = tenant.application(clientId);
  if (!application || application.disabled) {
    throw new TokenError({
      error: 'unauthorized_client',
      number: 700016,
      text: `Application with identifier '${clientId}' was not found in the directory.`,
    });
  }
  const assertion = form.get('client_assertion');
  if (assertion !== null) await checkAssertion(application, assertion, form, tokenUrl, tenant);
  else checkSecret(application, form.get('client_secret'));
  return application;
}

function checkGrant(form: URLSearchParams): void {
  if (form.get('grant_type') !== 'client_credentials') {
    throw new TokenError({
      error: 'unsupported_grant_type',
      number: 70003,
      text: `The app requested an unsupported grant type '${form.get('grant_type') ?? ''}'.`,
    });
  }
  const scope = form.get('scope');
  if (!scope) {
    throw new TokenError({
      error: 'invalid_request',
      number: 900144,
      text: "The request body must contain the following parameter: 'scope'.",
    });
  }
  if (!scope.endsWith('/.default')) {
    throw new TokenError({
      error: 'invalid_scope',
      number: 1002012,
      text: `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    });
  }
}

function checkSecret(application: Application, secret: string | null): void {
  if (secret === null) {
    throw new TokenError({
      error: 'invalid_client',
      number: 7000216,
      text: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
      status: 401,
    });
  }
  if (secret === application.clientSecret) return;
  throw new TokenError({
    error: 'invalid_client',
    number: 7000215,
    text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${application.clientId}'.`,
    status: 401,
  });
}

async function checkAssertion(
  application: Application,
  assertion: string,
  form: URLSearchParams,
  tokenUrl: string,
  tenant: Tenant,
): Promise<void> {
  const refuse = (number: number, text: string) =>
    new TokenError({ error: 'invalid_client', number, text, status: 401 });
  if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
    throw refuse(50027, 'JWT token is invalid or malformed.');
  }
  if (application.publicKey === undefined) {
    throw refuse(
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application.',
    );
  }
  try {
    const now = tenant.clock.now();
    const { aud } = decodeJwt(assertion);
    const expected = [tokenUrl, `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`];
    if (![aud].flat().some(audience => audience !== undefined && expected.includes(audience))) {
      throw refuse(
        700023,
        `Client assertion audience claim does not match Realm issuer. Expected one of: ${expected.join(', ')}.`,
      );
    }
    await jwtVerify(assertion, publicKeyOf(application.publicKey), {
      algorithms: ['RS256', 'PS256'],
      issuer: application.clientId,
      subject: application.clientId,
      currentDate: new Date(now),
      requiredClaims: ['exp'],
      clockTolerance: 300,
    });
  } catch (error) {
    if (error instanceof TokenError) throw error;
    throw refuse(
      700027,
      `Client assertion failed signature validation. ${error instanceof Error ? error.message : ''}`,
    );
  }
}

function publicKeyOf(pem: string) {
  return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

function refused(
  { error, number, text, status = 400 }: Refusal,
  now: number,
  newId: () => string,
): GraphResponse {
  const traceId = newId();
  const correlationId = newId();
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${number}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    },
  };
}
