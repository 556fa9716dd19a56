import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.ts';
import { environmentForChild } from './environment.ts';
import { endProcess, runs } from './process-table.ts';
import type { ProcessSpec } from './processes.ts';
import { temporalVersion } from './temporal-binary.ts';

const STOP_GRACE_MS = 10_000;
/** As long as the change log is kept: what happened in a month can be looked up in the Web UI. */
const RETENTION = '30d';
/** Part of what makes a store ours: workers refuse histories whose payloads are written in another way. */
const PAYLOADS = 'payloads encrypted';

export type TemporalOptions = {
  readonly binary: string;
  readonly logFile: string;
  readonly port: number;
  readonly namespace: string;
  /** Where histories are kept; without it they end with the server. */
  readonly dbFile?: string;
  /** Port of the Web UI; without it there is none. */
  readonly uiPort?: number;
  /** Where the Web UI has payloads decrypted. */
  readonly uiCodecEndpoint?: string;
  /** The server fires a timer up to this much late; its default of one second makes tests slow. */
  readonly timerMaxShiftMs?: number;
};

/** Tells how to run Temporal's development server, a real server with Web UI on a SQLite file. */
export async function temporalProcess(options: TemporalOptions): Promise<ProcessSpec> {
  if (options.dbFile) {
    await endLeftoverTemporal(options.dbFile, options.binary);
    discardForeignStore(options.dbFile, `${temporalVersion(options.binary)}, ${PAYLOADS}`);
  }
  return {
    name: 'Temporal',
    command: options.binary,
    args: serverArguments(options),
    environment: environmentForChild({ TEMPORAL_ADDRESS: undefined, TEMPORAL_NAMESPACE: undefined }),
    logFile: options.logFile,
    kind: 'server',
    ready: () => isServing(options),
    readyWithinMs: 60_000,
    stopSignal: 'SIGTERM',
    graceMs: STOP_GRACE_MS,
    ...(options.dbFile && { pidFile: pidFile(options.dbFile) }),
  };
}

/** What a killed supervisor left behind still holds the store and the ports. */
export async function endLeftoverTemporal(dbFile: string, binary: string): Promise<void> {
  const file = pidFile(dbFile);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  if (pid > 0 && runs(pid, [binary, dbFile])) await endProcess(pid, 'SIGTERM', STOP_GRACE_MS);
  rmSync(file, { force: true });
}

/**
 * The development server makes its tables only in a new file and migrates none, so a store goes when the program
 * or the payloads changed. Nothing is lost: what should run stands in PostgreSQL.
 */
function discardForeignStore(dbFile: string, version: string): void {
  const folder = dirname(dbFile);
  const versionFile = join(folder, 'version');
  const isOurs = existsSync(versionFile) && readFileSync(versionFile, 'utf8') === version;
  if (!isOurs) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(versionFile, version);
}

function serverArguments(options: TemporalOptions): string[] {
  const { port, uiPort, uiCodecEndpoint, dbFile, timerMaxShiftMs } = options;
  const dynamicConfig: Record<string, unknown> = {
    'matching.useNewMatcher': true,
    'matching.enableFairness': true,
    ...(timerMaxShiftMs !== undefined && { 'history.timerProcessorMaxTimeShift': `${timerMaxShiftMs}ms` }),
  };
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(uiCodecEndpoint ? ['--ui-codec-endpoint', uiCodecEndpoint] : []),
    ...['--namespace', options.namespace],
    ...(dbFile ? ['--db-filename', dbFile, '--sqlite-pragma', 'journal_mode=wal'] : []),
    ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${spelled(type)}`,
    ]),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
  ];
}

/** Serves once the namespace answers; the development server makes namespaces that keep histories for a day. */
async function isServing({ binary, port, namespace }: TemporalOptions): Promise<boolean> {
  const address = ['--address', `127.0.0.1:${port}`, '--namespace', namespace];
  try {
    await promisify(execFile)(
      binary,
      ['operator', 'namespace', 'update', '--retention', RETENTION, ...address],
      { timeout: 5_000 },
    );
    return true;
  } catch {
    return false;
  }
}

/** The command line wants `Keyword` where the SDK says `KEYWORD`. */
function spelled(type: string): string {
  return type.charAt(0) + type.slice(1).toLowerCase();
}

function pidFile(dbFile: string): string {
  return `${dbFile}.pid`;
}
