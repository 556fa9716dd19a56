import type { z } from 'zod';
import type {
  CrmConnection,
  CrmConnector,
  MailboxConnection,
  MailboxConnector,
  World,
} from '../connectors/registry.ts';
import { type Connection, openCredentials } from '../db/connections.ts';
import type { JsonObject, Side } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import { SyncFailure } from '../sync/failure.ts';
import type { Deps } from './deps.ts';
import { flawsOf } from './failures.ts';
import { notFound, Problem } from './problem.ts';

/** What a connection says of itself, checked by the connector of its system. */
export interface Reachability {
  readonly side: Side;
  readonly system: string;
  readonly settings: JsonObject;
  readonly credentials: JsonObject;
}

function connectorOf(deps: Deps, side: Side, system: string): MailboxConnector | CrmConnector {
  const offered = side === 'mailbox' ? deps.mailboxConnectors : deps.crmConnectors;
  const connector = offered.get(system);
  if (connector) return connector;
  const detail = `There is no ${side} system "${system}". Here are: ${[...offered.keys()].join(', ')}`;
  throw new Problem('invalid_request', detail, { errors: [{ pointer: '/system', detail }] });
}

/** Settings and credentials as the connector takes them, or every place that it refuses. Nothing is sent anywhere. */
export function checkReachability(deps: Deps, { side, system, settings, credentials }: Reachability) {
  const connector = connectorOf(deps, side, system);
  const checked = {
    settings: parsed(connector.settings, settings, '/settings'),
    credentials: parsed(connector.credentials, credentials, '/credentials'),
  };
  requireAllowedHosts(connector, checked, deps.world);
  const { apiShare: _, ...kept } = checked.settings;
  return { ...checked, settings: kept };
}

function parsed(schema: z.ZodType, value: JsonObject, base: string): JsonObject {
  const result = schema.safeParse(value);
  if (result.success) return result.data as JsonObject;
  const errors = flawsOf(result.error.issues, base);
  throw new Problem('invalid_request', `${base.slice(1)} are not what this system needs.`, { errors });
}

/** Connectors refuse addresses that are not on the installation's host list before they send anything. */
function requireAllowedHosts(
  connector: MailboxConnector | CrmConnector,
  { settings, credentials }: Pick<Reachability, 'settings' | 'credentials'>,
  world: World,
): void {
  try {
    connector.connect(settings, credentials, world);
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    const facts = error.fix === undefined ? {} : { fix: error.fix };
    throw new Problem('unprocessable', error.message, {
      ...facts,
      errors: [{ pointer: '/settings', detail: error.message }],
    });
  }
}

/** The parts of a stored connection that reach its system; the caller connects outside the transaction. */
export async function reachabilityOf(tx: Transaction, connection: Connection): Promise<Reachability> {
  const credentials = await openCredentials(tx, connection.id);
  if (credentials === undefined) throw notFound('connection');
  const { side, system, settings } = connection;
  return { side, system, settings, credentials };
}

export function connectMailboxes(deps: Deps, to: Reachability): MailboxConnection {
  const connector = connectorOf(deps, 'mailbox', to.system) as MailboxConnector;
  return connector.connect(to.settings, to.credentials, deps.world);
}

export function connectCrm(deps: Deps, to: Reachability): CrmConnection {
  const connector = connectorOf(deps, 'crm', to.system) as CrmConnector;
  return connector.connect(to.settings, to.credentials, deps.world);
}
