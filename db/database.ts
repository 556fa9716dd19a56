import { randomBytes } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { isId } from './ids.ts';
import type { KeyRing, WrappedKey } from './keys.ts';
import { createLookups, type Lookups } from './lookups.ts';
import { requireMigrated } from './migrate.ts';
import { type OnStatement, type Transaction, TransactionClient, transactionOver } from './transaction.ts';
import { createVault, type Vault } from './vault.ts';

export type { Transaction } from './transaction.ts';

export interface DatabaseOptions {
  /** Connects as the application's role, which row-level security binds. */
  url: string;
  keyRing: KeyRing;
  /** 10 by default. */
  poolSize?: number;
  /** Told of every round trip, begin and commit included. */
  onStatement?: OnStatement;
}

export interface TransactionOptions {
  /** The work may run again from its start after a deadlock or a serialization failure: it does nothing else. */
  retry?: boolean;
}

export interface Database extends Lookups {
  readonly keyRing: KeyRing;
  /** The only door to tenant rows: one transaction that sees one organization. */
  inOrganization<T>(
    organizationId: string,
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** As `inOrganization`, for one that is being made: `work` inserts its row with this new data key. */
  foundOrganization<T>(
    organizationId: string,
    work: (tx: Transaction, dataKey: WrappedKey) => Promise<T>,
  ): Promise<T>;
  /** Throws unless the tables are exactly as this release made them. */
  requireMigrated(): Promise<void>;
  close(): Promise<void>;
}

export class UnknownOrganization extends Error {
  override readonly name = 'UnknownOrganization';
}

const DATA_KEY_BYTES = 32;
const MAX_ATTEMPTS = 3;
/** PostgreSQL appendix A: serialization_failure, deadlock_detected. */
const RETRYABLE = new Set(['40001', '40P01']);
/** No transaction waits for a remote system, so none lasts this long in good order. */
const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

export function openDatabase(options: DatabaseOptions): Database {
  const { keyRing, onStatement = () => undefined } = options;
  const pool = openPool(options);
  const anywhere = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: event => onStatement(event.query.sql),
  });
  const vaults = new Map<string, Vault>();

  async function openVault(client: TransactionClient, organizationId: string): Promise<Vault> {
    const known = vaults.get(organizationId);
    if (known) return known;
    const vault = createVault(organizationId, keyRing.unwrap(organizationId, await readDataKey(client)));
    vaults.set(organizationId, vault);
    return vault;
  }

  async function attempt<T>(
    organizationId: string,
    work: (client: TransactionClient) => Promise<T>,
  ): Promise<T> {
    const connection = await pool.connect();
    const client = new TransactionClient(connection, onStatement);
    try {
      await client.begin(organizationId);
      const result = await work(client);
      await client.commit();
      connection.release();
      return result;
    } catch (error) {
      await client.rollback().then(
        () => connection.release(),
        (broken: Error) => connection.release(broken),
      );
      throw error;
    }
  }

  return {
    ...createLookups(anywhere),
    keyRing,
    async inOrganization(organizationId, work, { retry = false } = {}) {
      requireOrganizationId(organizationId);
      const run = () =>
        attempt(organizationId, async client =>
          work(transactionOver(client, organizationId, await openVault(client, organizationId))),
        );
      return retry ? retried(run) : run();
    },
    async foundOrganization(organizationId, work) {
      requireOrganizationId(organizationId);
      const dataKey = randomBytes(DATA_KEY_BYTES);
      const vault = createVault(organizationId, dataKey);
      return attempt(organizationId, client =>
        work(transactionOver(client, organizationId, vault), keyRing.wrap(organizationId, dataKey)),
      );
    },
    requireMigrated: () => requireMigrated(anywhere),
    close: () => anywhere.destroy(),
  };
}

function openPool({ url, poolSize = 10 }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types: { getTypeParser },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  });
  // A restart of the server or a time-out ends connections between two queries, and Node ends the process over an
  // 'error' that nobody hears. The pool drops them; whoever uses one learns it from the next query.
  pool.on('error', () => undefined);
  pool.on('connect', client => client.on('error', () => undefined));
  return pool;
}

/** Sequence numbers and positions stay far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = ((oid: number, format?: 'text') =>
  oid === pg.types.builtins.INT8
    ? Number
    : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;

async function readDataKey(client: TransactionClient): Promise<WrappedKey> {
  const { rows } = await client.run(
    'select key_id as "keyId", data_key_wrapped as wrapped from organizations',
  );
  const [row] = rows as WrappedKey[];
  if (!row) throw new UnknownOrganization('There is no organization with this id.');
  return row;
}

function requireOrganizationId(id: string): void {
  if (!isId('organization', id)) throw new UnknownOrganization('This is not the id of an organization.');
}

async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await run();
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (attempts === MAX_ATTEMPTS || !RETRYABLE.has(code)) throw error;
    }
  }
}
