import { createHash, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { SyncFailure } from '../../sync/failure.ts';
import { type Http, withoutEffect } from '../http.ts';
import { privateKeyOf } from '../private-key.ts';
import type { HttpAnswer, World } from '../world.ts';
import type { GraphCredentials, GraphSettings } from './settings.ts';

/** Renewed this long before it expires, so that no request leaves with a token that dies on the way. */
const renewBeforeMs = 5 * 60_000;
const TOKEN_ID_BYTES = 16;
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const granted = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() });
const refused = z.object({ error: z.string(), error_description: z.string().default('') });

/** The app's own token (client credentials), shared by all mailboxes of a connection. */
export class GraphToken {
  readonly #http: Http;
  readonly #settings: GraphSettings;
  readonly #credentials: GraphCredentials;
  readonly #world: Pick<World, 'now' | 'randomBytes'>;
  #current: { readonly value: string; readonly renewAtMs: number } | null = null;
  #pending: Promise<string> | null = null;

  constructor(
    http: Http,
    settings: GraphSettings,
    credentials: GraphCredentials,
    world: Pick<World, 'now' | 'randomBytes'>,
  ) {
    this.#http = http;
    this.#settings = settings;
    this.#credentials = credentials;
    this.#world = world;
  }

  /** A valid token; concurrent callers wait for the same request. */
  value(): Promise<string> {
    if (this.#current !== null && this.#world.now() < this.#current.renewAtMs)
      return Promise.resolve(this.#current.value);
    this.#pending ??= this.#request().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** Drops a token that the server has refused; a newer one stays. */
  discard(value: string): void {
    if (this.#current?.value === value) this.#current = null;
  }

  async #request(): Promise<string> {
    const answer = await this.#http({
      method: 'POST',
      url: tokenUrl(this.#settings),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(await this.#form()).toString(),
    }).catch((error: unknown) => {
      throw error instanceof SyncFailure ? withoutEffect(error) : error;
    });
    const token = granted.safeParse(jsonOf(answer));
    if (answer.status !== 200 || !token.success) throw refusal(answer);
    const lifetimeMs = token.data.expires_in * 1000;
    this.#current = {
      value: token.data.access_token,
      renewAtMs: this.#world.now() + Math.max(lifetimeMs - renewBeforeMs, lifetimeMs / 2),
    };
    return token.data.access_token;
  }

  async #form(): Promise<Record<string, string>> {
    const credentials = this.#credentials;
    const proof =
      'clientSecret' in credentials
        ? { client_secret: credentials.clientSecret }
        : { client_assertion_type: assertionType, client_assertion: await this.#assertion(credentials) };
    return {
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      scope: `${new URL(this.#settings.baseUrl).origin}/.default`,
      ...proof,
    };
  }

  async #assertion(credentials: Extract<GraphCredentials, { certificate: string }>): Promise<string> {
    const key = privateKeyOf(credentials.privateKey);
    const certificate = new X509Certificate(credentials.certificate).raw;
    const thumbprint = (hash: string) => createHash(hash).update(certificate).digest('base64url');
    const nowSeconds = Math.floor(this.#world.now() / 1000);
    return new SignJWT()
      .setProtectedHeader({
        alg: 'RS256',
        typ: 'JWT',
        x5t: thumbprint('sha1'),
        'x5t#S256': thumbprint('sha256'),
      })
      .setIssuer(credentials.clientId)
      .setSubject(credentials.clientId)
      .setAudience(tokenUrl(this.#settings))
      .setJti(Buffer.from(this.#world.randomBytes(TOKEN_ID_BYTES)).toString('base64url'))
      .setNotBefore(nowSeconds)
      .setExpirationTime(nowSeconds + 300)
      .sign(key);
  }
}

export function tokenUrl(settings: GraphSettings): string {
  return (
    settings.tokenUrl ??
    `https://login.microsoftonline.com/${encodeURIComponent(settings.tenantId)}/oauth2/v2.0/token`
  );
}

function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    return null;
  }
}

function refusal(answer: HttpAnswer): SyncFailure {
  const error = refused.safeParse(jsonOf(answer));
  if (answer.status >= 500 || answer.status === 429 || !error.success) {
    return new SyncFailure('transient', `the token endpoint answered ${answer.status}`, {
      native: String(answer.status),
    });
  }
  const text = error.data.error_description.split(/\r?\n/)[0] ?? '';
  return new SyncFailure('auth', `Microsoft Entra refuses the app: ${text || error.data.error}`, {
    native: /AADSTS\d+/.exec(text)?.[0] ?? error.data.error,
    fix: 'Check tenant and client id, and enter a valid client secret or certificate in the connection.',
  });
}
