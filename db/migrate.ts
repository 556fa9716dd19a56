import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompiledQuery, Kysely, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';
import { type ConnectionPool, dialectOver } from './pool.ts';

const here = import.meta.dirname;
const folder = join(here, 'migrations');
const HISTORY_SCHEMA = 'tandem_migrations';
const HISTORY = `${HISTORY_SCHEMA}.kysely_migration`;

/** Serialises what several starting processes run after the migrations; any number that nobody else uses. */
const ACCESS_LOCK = 7_263_361;

/** Connects as the role that owns the tables. It needs CREATEROLE the first time, no superuser. */
export type MigrateOptions = ({ ownerUrl: string } | { ownerPool: ConnectionPool }) & {
  /** Sets the password of the application's role; without it, whoever runs the server has set one. */
  applicationPassword?: string;
};

/** Brings the tables up to date (all or nothing), then roles, grants and row-level security. Safe to repeat. */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const pool =
    'ownerPool' in options ? options.ownerPool : new pg.Pool({ connectionString: options.ownerUrl, max: 2 });
  const owner = new Kysely<unknown>({ dialect: dialectOver(pool) });
  try {
    const applied = await applyMigrations(owner);
    await applyAccess(owner, options.applicationPassword);
    return { applied };
  } finally {
    await owner.destroy();
  }
}

/** Throws unless exactly the migrations of this release have been applied. */
export async function requireMigrated(database: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(HISTORY)} order by name`.execute(
    database,
  );
  const applied = rows.map(row => row.name).join(', ');
  const expected = (await migrationNames()).join(', ');
  if (applied === expected) return;
  throw new Error(
    `The database has the migrations ${applied}, this release needs ${expected}: run \`migrate\`.`,
  );
}

async function applyMigrations(owner: Kysely<unknown>): Promise<string[]> {
  const migrator = new Migrator({ db: owner, provider: sqlFiles, migrationTableSchema: HISTORY_SCHEMA });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) {
    const failed = results.find(result => result.status === 'Error')?.migrationName ?? 'before the first';
    throw new Error(`The database could not be migrated (${failed}): nothing was changed.`, { cause: error });
  }
  return results.map(result => result.migrationName);
}

async function applyAccess(owner: Kysely<unknown>, password: string | undefined): Promise<void> {
  const access = await readFile(join(here, 'access.sql'), 'utf8');
  await owner.transaction().execute(async tx => {
    await tx.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${ACCESS_LOCK})`));
    await tx.executeQuery(CompiledQuery.raw(access));
    if (password !== undefined) {
      await tx.executeQuery(
        CompiledQuery.raw(`alter role tandem_app with login password ${pg.escapeLiteral(password)}`),
      );
    }
  });
}

/** Reads `migrations/*.sql`; their names give the order. There is no way down: a backup is. */
const sqlFiles: MigrationProvider = {
  getMigrations: async () => Object.fromEntries((await migrationNames()).map(name => [name, sqlFile(name)])),
};

async function migrationNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files.flatMap(file => (file.endsWith('.sql') ? [file.slice(0, -'.sql'.length)] : [])).sort();
}

function sqlFile(name: string): Migration {
  return {
    async up(db) {
      await db.executeQuery(CompiledQuery.raw(await readFile(join(folder, `${name}.sql`), 'utf8')));
    },
  };
}
