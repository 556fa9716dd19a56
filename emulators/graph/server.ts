import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GraphServiceOptions, openGraphEmulator } from './open.ts';

export interface GraphEmulatorOptions extends GraphServiceOptions {
  port?: number;
  host?: string;
}

export interface RunningGraphEmulator {
  /** The origin, without a slash at the end. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 120_000;

export async function startGraphEmulator(options: GraphEmulatorOptions = {}): Promise<RunningGraphEmulator> {
  const emulator = openGraphEmulator(options);
  const host = options.host ?? '127.0.0.1';
  const server = createServer(emulator.listener);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    async close() {
      await stop(server);
      emulator.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
