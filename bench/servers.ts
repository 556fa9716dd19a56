import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APPLICATION_ROLE, ensureDatabase, withLogin } from '../bin/database.ts';
import { type Environment, environmentForChild, readEnvironment } from '../bin/environment.ts';
import { freePort } from '../bin/ports.ts';
import { postgresProcess, postgresUrl } from '../bin/postgres.ts';
import { nodeProcess, type RunningProcess, startProcess } from '../bin/processes.ts';
import { temporalProcess } from '../bin/temporal.ts';
import { findTemporal } from '../bin/temporal-binary.ts';
import { generateKeyRing } from '../db/keys.ts';
import { migrate } from '../db/migrate.ts';

const NAMESPACE = 'default';
const PASSWORD = 'bench';

export interface Emulator {
  readonly url: string;
  readonly pid: number;
  /** Calls the emulator's own interface. */
  control<T>(method: string, name: string, body?: unknown): Promise<T>;
}

/** Everything that the product needs around it, as processes of their own. */
export interface Servers {
  readonly graph: Emulator;
  readonly salesforce: Emulator;
  readonly postgresPid: number;
  readonly temporalPid: number;
  /** A superuser's connection to the product's database. */
  readonly adminUrl: string;
  /** The environment of a worker of this installation. */
  readonly variables: Readonly<Record<string, string>>;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const started: RunningProcess[] = [];
  const start = async (...spec: Parameters<typeof startProcess>) => {
    const running = await startProcess(...spec);
    started.push(running);
    return running;
  };
  const stop = async () => {
    await Promise.all(started.map(running => running.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [postgres, temporal, graph, salesforce] = await Promise.all([
      startPostgres(folder, start),
      startTemporal(readEnvironment(), folder, start),
      startEmulator('graph', folder, start),
      startEmulator('salesforce', folder, start),
    ]);
    const variables = {
      TANDEM_DATABASE_APP_URL: postgres.applicationUrl,
      TANDEM_KEYS: generateKeyRing(),
      TANDEM_INSTALLATION_ID: randomUUID(),
      TANDEM_INSTALLATION_KEY: randomBytes(24).toString('base64url'),
      TANDEM_ALLOWED_HOSTS: [graph, salesforce].map(({ url }) => new URL(url).host).join(','),
      TANDEM_LOG_LEVEL: 'error',
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: NAMESPACE,
    };
    return {
      ...{ graph, salesforce, variables, folder, stop },
      adminUrl: postgres.adminUrl,
      postgresPid: postgres.pid,
      temporalPid: temporal.pid,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Start = typeof startProcess;

/** With fsync, as in production: the product commits often. */
async function startPostgres(folder: string, start: Start) {
  const options = {
    dataDir: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    port: await freePort(),
    password: PASSWORD,
  };
  const { pid } = await start(await postgresProcess(options));
  const database = 'tandem';
  const ownerUrl = await ensureDatabase(postgresUrl(options), database, PASSWORD);
  await migrate({ ownerUrl, applicationPassword: PASSWORD });
  return {
    pid,
    adminUrl: postgresUrl(options, database),
    applicationUrl: withLogin(ownerUrl, { user: APPLICATION_ROLE, password: PASSWORD, database }),
  };
}

async function startTemporal(environment: Environment, folder: string, start: Start) {
  const binary = findTemporal(environment);
  if (!binary)
    throw new Error('No Temporal server on this machine: `npm run bench` fetches or builds one first.');
  const port = await freePort();
  const { pid } = await start(
    await temporalProcess({
      ...{ binary, port, namespace: NAMESPACE },
      dbFile: join(folder, 'temporal', 'temporal.db'),
      logFile: join(folder, 'temporal.log'),
      timerMaxShiftMs: 1,
    }),
  );
  return { pid, address: `127.0.0.1:${port}` };
}

/** Without a state file: an emulator that is slow would make every floor, and so every ratio, look good. */
async function startEmulator(name: 'graph' | 'salesforce', folder: string, start: Start): Promise<Emulator> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { pid } = await start({
    name: `emulator of ${name}`,
    ...nodeProcess(`emulators/${name}/main.ts`, ['--port', String(port)]),
    environment: environmentForChild({}),
    logFile: join(folder, `emulator-${name}.log`),
    ready: async () => (await fetch(`${url}/_emulator/info`).catch(() => undefined))?.ok ?? false,
    readyWithinMs: 60_000,
    graceMs: 10_000,
  });
  return { url, pid, control: (method, path, body) => control(`${url}/_emulator/${path}`, method, body) };
}

async function control<T>(url: string, method: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
