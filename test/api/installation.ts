import { createHash, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createApp } from '../../api/app.ts';
import type { Api, Deps, Role } from '../../api/deps.ts';
import { createWorkflowClient } from '../../api/workflow-client.ts';
import { createPayloadCodec } from '../../bin/payload-codec.ts';
import { realWorld } from '../../bin/world.ts';
import { crmConnectors, mailboxConnectors, vendorHosts } from '../../connectors/registry.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { createDatabase, type TestDatabase } from '../setup/database.ts';

export const INSTALLATION_KEY = 'installation-key-of-the-tests';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape are compared, not computed with
  readonly body: any;
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export type Send = (method: string, path: string, sent?: Sent) => Promise<Answer>;

export interface Tenant {
  readonly id: string;
  readonly keys: Readonly<Record<Role, string>>;
  readonly as: Readonly<Record<Role, Send>>;
  /** As its admin. */
  readonly send: Send;
}

export interface Installation {
  readonly app: Api;
  readonly deps: Deps;
  readonly database: Database;
  readonly temporal: Client;
  readonly stored: TestDatabase;
  readonly installation: Send;
  with(key: string | undefined): Send;
  tenant(subscription?: 'lite' | 'standard' | 'premium', trial?: boolean): Promise<Tenant>;
  stop(): Promise<void>;
}

/** The API as an installation has it: its own database, the real connectors, the run's Temporal server. */
export async function startInstallation(changed: Partial<Deps> = {}): Promise<Installation> {
  const stored = await createDatabase();
  const keyRing = parseKeyRing(generateKeyRing());
  const database = openDatabase({ url: stored.applicationUrl, keyRing });
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const temporal = new Client({ connection });
  const deps: Deps = {
    database,
    workflows: createWorkflowClient(temporal, `nobody-works-${randomUUID()}`),
    mailboxConnectors,
    crmConnectors,
    world: realWorld([...vendorHosts, '127.0.0.1:9']),
    installationKeyHash: createHash('sha256').update(INSTALLATION_KEY).digest(),
    clock: () => Date.now(),
    payloadCodec: createPayloadCodec(keyRing),
    temporalUi: { url: 'http://127.0.0.1:8233', namespace: 'default' },
    allowedHosts: new Set(['localhost']),
    logger: pino({ level: 'silent' }),
    ...changed,
  };
  const app = createApp(deps);
  const sender = (key: string | undefined) => senderOf(app, key);
  return {
    app,
    deps,
    database,
    temporal,
    stored,
    installation: sender(INSTALLATION_KEY),
    with: sender,
    tenant: (subscription = 'premium', trial = false) => createTenant(sender, subscription, trial),
    async stop() {
      await connection.close();
      await database.close();
      await stored.drop();
    },
  };
}

function senderOf(app: Api, key: string | undefined): Send {
  return async (method, path, { body, headers = {} } = {}) => {
    const response = await app.request(path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body:
        isJson && !response.headers.get('content-type')?.includes('ndjson') ? JSON.parse(text) : undefined,
    };
  };
}

async function createTenant(
  sender: (key: string) => Send,
  subscription: string,
  trial: boolean,
): Promise<Tenant> {
  const body = { name: 'Contoso', subscription, trial };
  const { body: organization } = await sender(INSTALLATION_KEY)('POST', '/v1/organizations', { body });
  const send = sender(organization.apiKey);
  const secretOf = async (role: Role): Promise<string> =>
    (await send('POST', '/v1/api-keys', { body: { name: role, role } })).body.secret;
  const keys = {
    admin: organization.apiKey,
    operator: await secretOf('operator'),
    viewer: await secretOf('viewer'),
  };
  const as = { admin: sender(keys.admin), operator: sender(keys.operator), viewer: sender(keys.viewer) };
  return { id: organization.id, keys, as, send };
}
