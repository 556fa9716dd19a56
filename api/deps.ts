import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import type { CrmConnector, MailboxConnector, World } from '../connectors/registry.ts';
import type { Database } from '../db/database.ts';
import type { PayloadCodec } from './payload-json.ts';
import type { Workflows } from './workflows.ts';

/** Everything that the API needs from outside; it reads no environment and holds no global state. */
export interface Deps {
  readonly database: Database;
  readonly workflows: Workflows;
  /** By system: `graph`, `salesforce` … */
  readonly mailboxConnectors: ReadonlyMap<string, MailboxConnector>;
  readonly crmConnectors: ReadonlyMap<string, CrmConnector>;
  readonly world: World;
  /** SHA-256 of the installation key. */
  readonly installationKeyHash: Uint8Array;
  /** Epoch milliseconds. */
  clock(): number;
  /** Encrypts and decrypts what Temporal keeps, for people who look at it in Temporal's Web UI. */
  readonly payloadCodec: PayloadCodec;
  readonly temporalUi: { readonly url: string; readonly namespace: string };
  /** Host names that a request may be addressed to: stops DNS rebinding against a loopback binding. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly logger: Logger;
}

export type Role = 'viewer' | 'operator' | 'admin';

/** Who asks: an API key of an organization, or the installation key. */
export type Caller =
  | { readonly kind: 'key'; readonly organizationId: string; readonly keyId: string; readonly role: Role }
  | { readonly kind: 'installation' };

export interface ApiEnv {
  Variables: {
    requestId: string;
    logger: Logger;
    caller: Caller | undefined;
    /** The route's operation id, which the audit log calls the action. */
    action: string | undefined;
  };
}

export type Api = OpenAPIHono<ApiEnv>;
