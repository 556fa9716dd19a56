import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Environment, readEnvironment } from '../../bin/environment.ts';
import { freePort } from '../../bin/ports.ts';
import { type RunningProcess, startProcess } from '../../bin/processes.ts';
import { temporalProcess } from '../../bin/temporal.ts';
import { findTemporal } from '../../bin/temporal-binary.ts';
import { DEFAULT_NAMESPACE } from '../../bin/temporal-target.ts';
import { findTestServer } from '../../bin/test-server.ts';
import { startDatabaseServer } from './database-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A role that may create databases and roles; tests use `createDatabase` of database.ts. */
    adminUrl: string;
    temporalAddress: string;
    /** The time-skipping server's executable, null when this machine has none. */
    timeSkippingServer: string | null;
  }
}

type Started = { readonly address: string; readonly process?: RunningProcess };

/** One PostgreSQL and one Temporal for the whole run; both end with it, also when it is killed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const environment = readEnvironment();
  const folder = mkdtempSync(join(tmpdir(), 'tandem-test-'));
  const [database, temporal] = await Promise.all([
    startDatabaseServer(environment, folder),
    startTemporal(environment, folder),
  ]);
  project.provide('adminUrl', database.adminUrl);
  project.provide('temporalAddress', temporal.address);
  project.provide('timeSkippingServer', findTestServer(environment) ?? null);
  return async () => {
    await Promise.all([database.stop(), temporal.process?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
}

async function startTemporal(environment: Environment, folder: string): Promise<Started> {
  if (environment.TEMPORAL_ADDRESS) return { address: environment.TEMPORAL_ADDRESS };
  const binary = findTemporal(environment);
  if (!binary) throw new Error('No Temporal server on this machine: `npm test` fetches or builds one first.');
  const port = await freePort();
  const spec = await temporalProcess({
    binary,
    port,
    logFile: join(folder, 'temporal.log'),
    namespace: environment.TEMPORAL_NAMESPACE ?? DEFAULT_NAMESPACE,
    timerMaxShiftMs: 1,
  });
  return { address: `127.0.0.1:${port}`, process: await startProcess(spec) };
}
