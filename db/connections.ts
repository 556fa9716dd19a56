import { StaleVersion, unlessInUse } from './conflicts.ts';
import type { Transaction } from './database.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { JsonObject, Side } from './schema.ts';

/** A mailbox system or a CRM, without its credentials: those are written, used and never shown. */
export interface Connection {
  id: string;
  name: string;
  side: Side;
  system: string;
  settings: JsonObject;
  apiShare: number;
  version: number;
  state: 'ok' | 'dead';
  reason: string | null;
  fix: string | null;
  stateSince: Date | null;
  polledAt: Date | null;
  budgetUsed: number | null;
  budgetLimit: number | null;
  createdAt: Date;
}

export interface ConnectionFacts {
  name: string;
  side: Side;
  system: string;
  settings: JsonObject;
  credentials: JsonObject;
  apiShare?: number;
  createdAt: Date;
}

export interface ConnectionChange {
  name?: string;
  settings?: JsonObject;
  credentials?: JsonObject;
  apiShare?: number;
}

const columns = [
  'id',
  'name',
  'side',
  'system',
  'settings',
  'api_share as apiShare',
  'version',
  'state',
  'reason',
  'fix',
  'state_since as stateSince',
  'polled_at as polledAt',
  'budget_used as budgetUsed',
  'budget_limit as budgetLimit',
  'created_at as createdAt',
] as const;

const byId: Keyset<Connection> = {
  list: 'connections',
  columns: ['id'],
  direction: 'asc',
  key: row => [row.id],
};

export function createConnection(tx: Transaction, facts: ConnectionFacts): Promise<Connection> {
  const id = tx.newId('connection');
  return tx
    .insertInto('connections')
    .values({
      id,
      name: facts.name,
      side: facts.side,
      system: facts.system,
      settings: JSON.stringify(facts.settings),
      credentials_sealed: sealCredentials(tx, id, facts.credentials),
      ...(facts.apiShare === undefined ? {} : { api_share: facts.apiShare }),
      created_at: facts.createdAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

export function getConnection(tx: Transaction, id: string): Promise<Connection | undefined> {
  return tx.selectFrom('connections').select(columns).where('id', '=', id).executeTakeFirst();
}

export function listConnections(tx: Transaction, request: PageRequest): Promise<Page<Connection>> {
  return page(tx, tx.selectFrom('connections').select(columns), byId, request);
}

/** Undefined when there is none; throws `StaleVersion` unless `expectedVersion` is the current one. */
export async function updateConnection(
  tx: Transaction,
  id: string,
  expectedVersion: number,
  change: ConnectionChange,
): Promise<Connection | undefined> {
  const updated = await tx
    .updateTable('connections')
    .set(eb => ({
      version: eb('version', '+', 1),
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.settings ? { settings: JSON.stringify(change.settings) } : {}),
      ...(change.credentials ? { credentials_sealed: sealCredentials(tx, id, change.credentials) } : {}),
      ...(change.apiShare === undefined ? {} : { api_share: change.apiShare }),
    }))
    .where('id', '=', id)
    .where('version', '=', expectedVersion)
    .returning(columns)
    .executeTakeFirst();
  if (updated) return updated;
  const current = await getConnection(tx, id);
  if (current) throw new StaleVersion(current.version);
  return undefined;
}

/** For connectors, never for an answer of the API. */
export async function openCredentials(tx: Transaction, id: string): Promise<JsonObject | undefined> {
  const row = await tx
    .selectFrom('connections')
    .select('credentials_sealed')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  return tx.vault.open('connections', id, 'credentials_sealed', row.credentials_sealed) as JsonObject;
}

/** Holds the connection until the transaction ends, so that of several who notice one comes first. */
export async function setConnectionState(
  tx: Transaction,
  id: string,
  next: { state: 'ok' | 'dead'; reason: string | null; fix: string | null; at: Date },
): Promise<void> {
  await tx
    .updateTable('connections')
    .set(column => ({
      state: next.state,
      reason: next.reason,
      fix: next.fix,
      state_since: column
        .case()
        .when('state', '=', next.state)
        .then(column.ref('state_since'))
        .else(next.at)
        .end(),
    }))
    .where('id', '=', id)
    .execute();
}

/** False when there is none; throws `StillInUse` while a policy names it. */
export async function deleteConnection(tx: Transaction, id: string): Promise<boolean> {
  const deletion = tx.deleteFrom('connections').where('id', '=', id).executeTakeFirst();
  const { numDeletedRows } = await unlessInUse(
    deletion,
    'Policies use this connection: delete those policies, or give them another connection, first.',
  );
  return numDeletedRows > 0n;
}

function sealCredentials(tx: Transaction, id: string, credentials: JsonObject): Buffer {
  return tx.vault.seal('connections', id, 'credentials_sealed', credentials);
}
