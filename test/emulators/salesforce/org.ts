import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  type SalesforceEmulator,
  type SalesforceEmulatorOptions,
  startSalesforceEmulator,
} from '../../../emulators/salesforce/server.ts';

const VERSION = 'v67.0';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // The tests read vendor JSON of many shapes.
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, not trusted
  readonly body: any;
}

export interface Info {
  readonly loginUrl: string;
  readonly instanceUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly privateKey: string;
  readonly organizationId: string;
}

/** Raw HTTP as one user. */
export interface Client {
  readonly token: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  query(soql: string, all?: boolean): Promise<Reply>;
  /** Ids or names of the records a query finds. */
  column(soql: string, field?: string): Promise<unknown[]>;
  create(object: string, fields: Record<string, unknown>): Promise<string>;
}

export interface TestOrg {
  readonly emulator: SalesforceEmulator;
  readonly info: Info;
  readonly admin: Client;
  control(method: string, path: string, body?: unknown): Promise<Reply>;
  as(username: string): Promise<Client>;
  token(form: Record<string, string>): Promise<Reply>;
  assertion(
    username: string,
    overrides?: { issuer?: string; audience?: string; expiresInSeconds?: number; key?: string },
  ): Promise<string>;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Reply> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}

export function clientOf(url: string, token: string): Client {
  const call: Client['call'] = (method, path, body, headers = {}) =>
    send(
      /^\/(services|id)\//.test(path) || path === '/services/data'
        ? url + path
        : `${url}/services/data/${VERSION}${path}`,
      method,
      body,
      { authorization: `Bearer ${token}`, ...headers },
    );
  const query: Client['query'] = (soql, all = false) =>
    call('GET', `/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`);
  return {
    token,
    call,
    query,
    async column(soql, field = 'Id') {
      const { status, body } = await query(soql);
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body.records.map((record: Record<string, unknown>) => record[field]);
    },
    async create(object, fields) {
      const { status, body } = await call('POST', `/sobjects/${object}`, fields);
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body.id;
    },
  };
}

const START = '2026-03-02T10:00:00Z';

/** An org of its own for a test file, with a clock that stands until it is advanced. */
export async function startOrg(options: SalesforceEmulatorOptions = {}): Promise<TestOrg> {
  const emulator = await startSalesforceEmulator(options);
  const control: TestOrg['control'] = (method, path, body) =>
    send(`${emulator.url}/_emulator${path}`, method, body, {});
  await control('PUT', '/clock', { now: START });
  const info: Info = (await control('GET', '/info')).body;
  const token: TestOrg['token'] = form =>
    send(`${emulator.url}/services/oauth2/token`, 'POST', new URLSearchParams(form), {});

  const assertion: TestOrg['assertion'] = async (username, overrides = {}) => {
    const { now } = (await control('GET', '/clock')).body;
    const expires = Math.floor(Date.parse(now) / 1000) + (overrides.expiresInSeconds ?? 180);
    return new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(overrides.issuer ?? info.clientId)
      .setSubject(username)
      .setAudience(overrides.audience ?? info.loginUrl)
      .setExpirationTime(expires)
      .sign(createPrivateKey(overrides.key ?? info.privateKey));
  };

  const as: TestOrg['as'] = async username => {
    const { status, body } = await token({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await assertion(username),
    });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return clientOf(emulator.url, body.access_token);
  };

  return {
    emulator,
    info,
    admin: await as(info.username),
    control,
    as,
    token,
    assertion,
    advance: async ms => void (await control('PUT', '/clock', { advanceMs: ms })),
    close: () => emulator.close(),
  };
}
