import { join } from 'node:path';
import type { Environment } from '../../bin/environment.ts';
import { freePort } from '../../bin/ports.ts';
import { postgresProcess, postgresUrl } from '../../bin/postgres.ts';
import { startProcess } from '../../bin/processes.ts';
import { createTemplate } from './template.ts';

export interface DatabaseServer {
  /** Of a role that may create databases and roles. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** A server with the template: the one that the environment names, or one of our own that keeps its files in `folder`. */
export async function startDatabaseServer(environment: Environment, folder: string): Promise<DatabaseServer> {
  if (environment.DATABASE_URL) {
    await createTemplate(environment.DATABASE_URL);
    return { adminUrl: environment.DATABASE_URL, stop: async () => undefined };
  }
  const options = {
    dataDir: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    port: await freePort(),
    password: 'test',
    disposable: true,
  };
  const running = await startProcess(await postgresProcess(options));
  await createTemplate(postgresUrl(options));
  return { adminUrl: postgresUrl(options), stop: () => running.stop() };
}
