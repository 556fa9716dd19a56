import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openSalesforceEmulator, type SalesforceServiceOptions } from './open.ts';

export interface SalesforceEmulatorOptions extends SalesforceServiceOptions {
  readonly port?: number;
  readonly host?: string;
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

/** Serves a Salesforce org over plain HTTP: OAuth, the REST data API and, under /_emulator, the control interface. */
export async function startSalesforceEmulator(
  options: SalesforceEmulatorOptions = {},
): Promise<SalesforceEmulator> {
  const emulator = openSalesforceEmulator(options);
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, emulator.listener);
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
      emulator.close();
    },
  };
}
