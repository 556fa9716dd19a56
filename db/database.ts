import { Kysely } from 'kysely';
import { isId, type NewId, newId, type RandomBytes } from './ids.ts';
import type { KeyRing, WrappedKey } from './keys.ts';
import { createLookups, type Lookups } from './lookups.ts';
import { requireMigrated } from './migrate.ts';
import { type ConnectionPool, dialectOver, openPool } from './pool.ts';
import { drawRandom } from './random.ts';
import { type OnStatement, type Transaction, TransactionClient, transactionOver } from './transaction.ts';
import { createVault, type Vault } from './vault.ts';

export type { Transaction } from './transaction.ts';

/** Connections are those of the application's role, which row-level security binds. */
export type DatabaseOptions = CommonOptions & (ServerOptions | PoolOptions);

interface CommonOptions {
  keyRing: KeyRing;
  /** Of ids, keys, secrets and initialization vectors: the system's by default. The same bytes give the same rows. */
  randomBytes?: RandomBytes;
  /** Told of every round trip, begin and commit included. */
  onStatement?: OnStatement;
}

interface ServerOptions {
  url: string;
  /** 10 by default. */
  poolSize?: number;
}

interface PoolOptions {
  /** Ends with the database. */
  pool: ConnectionPool;
}

export interface TransactionOptions {
  /** The work may run again from its start after a deadlock or a serialization failure: it does nothing else. */
  retry?: boolean;
}

export interface Database extends Lookups {
  readonly keyRing: KeyRing;
  readonly newId: NewId;
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
const DEFAULT_POOL_SIZE = 10;

export function openDatabase(options: DatabaseOptions): Database {
  const { keyRing, randomBytes = drawRandom, onStatement = () => undefined } = options;
  const pool =
    'pool' in options ? options.pool : openPool(options.url, options.poolSize ?? DEFAULT_POOL_SIZE);
  const anywhere = new Kysely<unknown>({
    dialect: dialectOver(pool),
    log: event => onStatement(event.query.sql),
  });
  const vaults = new Map<string, Vault>();
  let closed: Promise<void> | undefined;

  async function openVault(client: TransactionClient, organizationId: string): Promise<Vault> {
    const known = vaults.get(organizationId);
    if (known) return known;
    const dataKey = keyRing.unwrap(organizationId, await readDataKey(client));
    const vault = createVault(organizationId, dataKey, randomBytes);
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
    newId: kind => newId(kind, randomBytes),
    async inOrganization(organizationId, work, { retry = false } = {}) {
      requireOrganizationId(organizationId);
      const run = () =>
        attempt(organizationId, async client =>
          work(
            transactionOver(client, {
              organizationId,
              randomBytes,
              vault: await openVault(client, organizationId),
            }),
          ),
        );
      return retry ? retried(run) : run();
    },
    async foundOrganization(organizationId, work) {
      requireOrganizationId(organizationId);
      const dataKey = Buffer.from(randomBytes(DATA_KEY_BYTES));
      const vault = createVault(organizationId, dataKey, randomBytes);
      const wrapped = keyRing.wrap(organizationId, dataKey, randomBytes);
      return attempt(organizationId, client =>
        work(transactionOver(client, { organizationId, randomBytes, vault }), wrapped),
      );
    },
    requireMigrated: () => requireMigrated(anywhere),
    close() {
      closed ??= pool.end();
      return closed;
    },
  };
}

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
