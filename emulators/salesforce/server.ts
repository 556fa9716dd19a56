import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.ts';
import type { Emulator } from './emulator.ts';
import { createFaults } from './faults/faults.ts';
import { listener } from './http/listener.ts';
import { createRequestLog } from './http/requestLog.ts';
import { createSessions } from './oauth/sessions.ts';
import { openOrg } from './org.ts';
import { createUsage } from './rest/usage.ts';
import { seed } from './seed.ts';
import { createCursors } from './soql/cursors.ts';

export interface SalesforceEmulatorOptions {
  readonly port?: number;
  readonly host?: string;
  /** Where the org is kept; without it, it lasts as long as the process. */
  readonly stateFile?: string;
  readonly clock?: Clock;
}

export interface SalesforceEmulator {
  /** Login and instance address in one. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Longer than clients keep idle connections, so that none is reset under a request. */
const KEEP_ALIVE_MS = 65_000;
/** Above what the API takes, so that the refusal is the API's. */
const MAX_HEADER_BYTES = 262_144;

function openEmulator(options: SalesforceEmulatorOptions): Emulator {
  const org = openOrg({ stateFile: options.stateFile, clock: options.clock });
  seed(org);
  const usage = createUsage(
    org.clock,
    (org.store.document('usage') as Record<string, number> | undefined) ?? {},
  );
  org.store.commit();
  return {
    org,
    usage,
    sessions: createSessions(org),
    cursors: createCursors(),
    log: createRequestLog(),
    faults: createFaults(),
  };
}

/** Serves a Salesforce org over plain HTTP: OAuth, the REST data API and, under /_emulator, the control interface. */
export async function startSalesforceEmulator(
  options: SalesforceEmulatorOptions = {},
): Promise<SalesforceEmulator> {
  const emulator = openEmulator(options);
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, listener(emulator));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      emulator.org.store.putDocument('usage', emulator.usage.snapshot());
      emulator.org.store.commit();
      emulator.org.store.close();
    },
  };
}
