import type { CrmConnection, MailboxConnection } from '../connectors/connector.ts';
import type { ConnectionRow } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import { SyncFailure } from '../sync/failure.ts';
import type { ActivityDeps } from './deps.ts';
import { sided } from './sided.ts';

/** Connections that stay open over cycles: tokens, describes and the limits of each mailbox live in them. */
export interface OpenedConnections {
  mailbox(tx: Transaction, row: ConnectionRow): MailboxConnection;
  crm(tx: Transaction, row: ConnectionRow): CrmConnection;
}

export function createOpenedConnections(deps: ActivityDeps): OpenedConnections {
  const mailboxes = new Map<string, Versioned<MailboxConnection>>();
  const crms = new Map<string, Versioned<CrmConnection>>();
  return {
    mailbox: (tx, row) =>
      opened(mailboxes, row, () =>
        sided(
          connectorOf(deps.mailboxConnectors, row).connect(row.settings, credentialsOf(tx, row), deps.world),
          'mailbox',
        ),
      ),
    crm: (tx, row) =>
      opened(crms, row, () =>
        sided(
          connectorOf(deps.crmConnectors, row).connect(row.settings, credentialsOf(tx, row), deps.world),
          'crm',
        ),
      ),
  };
}

interface Versioned<T> {
  readonly version: number;
  readonly connection: T;
}

/** A changed connection is opened anew; the old one ends with the calls that still use it. */
function opened<T>(cache: Map<string, Versioned<T>>, row: ConnectionRow, open: () => T): T {
  const known = cache.get(row.id);
  if (known?.version === row.version) return known.connection;
  const connection = open();
  cache.set(row.id, { version: row.version, connection });
  return connection;
}

function connectorOf<T>(connectors: ReadonlyMap<string, T>, row: ConnectionRow): T {
  const connector = connectors.get(row.system);
  if (connector) return connector;
  throw new SyncFailure('schema', `This version knows no connector for "${row.system}".`, {
    fix: `Use one of: ${[...connectors.keys()].join(', ')}.`,
  });
}

function credentialsOf(tx: Transaction, row: ConnectionRow): unknown {
  return tx.vault.open('connections', row.id, 'credentials_sealed', row.credentials_sealed);
}
