import { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { APPLICATION_ROLE, OWNER_ROLE } from '../../bin/database.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import type { RandomBytes } from '../../db/ids.ts';
import type { KeyRing } from '../../db/keys.ts';
import { migrate } from '../../db/migrate.ts';
import type { OnStatement } from '../../db/transaction.ts';
import { Emptying } from './emptying.ts';
import { connectTo } from './pglite-connection.ts';
import { SingleConnection } from './single-connection.ts';

export interface ProcessDatabaseOptions {
  readonly keyRing: KeyRing;
  readonly randomBytes: RandomBytes;
  readonly onStatement?: OnStatement;
}

/** PostgreSQL in this process: nothing else touches it, so the same statements give the same rows in the same order. */
export interface ProcessDatabase {
  /** As one process of the product sees it. Closing it rolls back what it had begun, as the end of a process does. */
  open(options: ProcessDatabaseOptions): Database;
  /** As it was right after the migrations, whatever has run since. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** As bin/postgres.ts makes servers: upper and lower case, and what sorts before what, are the same there. */
const INITDB = ['--locale-provider=builtin', '--locale=C.UTF-8'];

/** Nothing here outlives the process, so the log is not for recovery. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
];

/** The database's own superuser, as PGlite has it. */
const SUPERUSER = 'postgres';

export async function openProcessDatabase(): Promise<ProcessDatabase> {
  const database = await PGlite.create({
    initDbStartParams: INITDB,
    startParams: [...PGlite.defaultStartParams, ...SETTINGS.flatMap(setting => ['-c', setting])],
  });
  const client = await connectTo(database, SUPERUSER);
  const connection = new SingleConnection(client);
  const emptying = new Emptying(client);
  await makeTables(client, connection);
  return {
    open: options => openDatabase({ ...options, pool: connection.pool() }),
    async empty() {
      if (connection.inUse) throw new Error('A transaction is still open: close its database first.');
      await become(client, SUPERUSER);
      await emptying.run();
      await become(client, APPLICATION_ROLE);
    },
    async close() {
      await client.end();
      await database.close();
    },
  };
}

/** As bin/migrate.ts does on a server: by an owner who is no superuser. The product then works as its own role. */
async function makeTables(client: pg.Client, connection: SingleConnection): Promise<void> {
  await client.query(
    `create role ${OWNER_ROLE} login createrole; alter database postgres owner to ${OWNER_ROLE}`,
  );
  await become(client, OWNER_ROLE);
  await migrate({ ownerPool: connection.pool() });
  await become(client, APPLICATION_ROLE);
}

/** The session began as a superuser's, so it may become any role, and binding ones bind. */
async function become(client: pg.Client, role: string): Promise<void> {
  await client.query(`set session authorization ${role}`);
}
