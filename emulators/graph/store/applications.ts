import { createHmac, timingSafeEqual } from 'node:crypto';
import { type RandomBytes, randomText } from '../../randomness.ts';
import type { Clock } from './clock.ts';

/** Roles of the product. */
const DEFAULT_ROLES = [
  'Calendars.ReadWrite',
  'Contacts.ReadWrite',
  'Mail.ReadWrite',
  'Mail.Send',
  'MailboxSettings.ReadWrite',
  'Organization.Read.All',
  'Tasks.ReadWrite.All',
  'User.Read.All',
];

export const DEFAULT_TENANT_ID = '5f1c2d7e-8a3b-4c6d-9e0f-1a2b3c4d5e6f';
export const TOKEN_LIFETIME_SECONDS = 3599;

export interface Application {
  clientId: string;
  clientSecret: string;
  /** PEM of a certificate or public key with which client assertions are checked. */
  publicKey?: string;
  roles: string[];
  /** Mail addresses the application may open; all when absent. */
  mailboxes?: string[];
  disabled?: boolean;
  /** Tokens of an earlier epoch were revoked. */
  epoch: number;
}

export function defaultApplication(): Application {
  return {
    clientId: 'c0ffee00-1d2e-4f3a-8b4c-5d6e7f8091a2',
    clientSecret: 'emulated~secret~of~the~default~application',
    roles: [...DEFAULT_ROLES],
    epoch: 0,
  };
}

interface Claims {
  appid: string;
  epoch: number;
  exp: number;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = encode({ typ: 'JWT', alg: 'HS256' });
const CACHED_TOKENS = 1000;

/** Issues and checks access tokens: signed, so that they outlive a restart. */
export class AccessTokens {
  readonly #key: Buffer;
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  readonly #checked = new Map<string, Claims>();

  constructor(key: string, clock: Clock, randomBytes: RandomBytes) {
    this.#key = Buffer.from(key, 'base64');
    this.#clock = clock;
    this.#randomBytes = randomBytes;
  }

  static newKey(randomBytes: RandomBytes): string {
    return randomText(randomBytes, 32, 'base64');
  }

  issue(application: Application, tenantId: string): string {
    const issuedAt = Math.floor(this.#clock.now() / 1000);
    const payload = encode({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + TOKEN_LIFETIME_SECONDS,
      appid: application.clientId,
      idtyp: 'app',
      roles: application.roles,
      tid: tenantId,
      epoch: application.epoch,
      uti: randomText(this.#randomBytes, 12, 'base64url'),
      ver: '1.0',
    });
    return `${HEADER}.${payload}.${this.#signature(payload)}`;
  }

  /** The claims of a token that this tenant issued and that is not over. */
  verify(token: string): Claims | 'expired' | 'invalid' {
    const claims = this.#checked.get(token) ?? this.#read(token);
    if (!claims) return 'invalid';
    return claims.exp * 1000 > this.#clock.now() ? claims : 'expired';
  }

  #read(token: string): Claims | undefined {
    const [header, payload, signature] = token.split('.');
    if (header !== HEADER || !payload || !signature) return undefined;
    const expected = Buffer.from(this.#signature(payload));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    if (this.#checked.size >= CACHED_TOKENS) this.#checked.clear();
    this.#checked.set(token, claims);
    return claims;
  }

  #signature(payload: string): string {
    return createHmac('sha256', this.#key).update(`${HEADER}.${payload}`).digest('base64url');
  }
}
