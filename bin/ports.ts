import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Environment } from './environment.ts';

const PREFERRED = {
  api: 8080,
  postgres: 54_329,
  temporal: 7233,
  temporalUi: 8233,
  graph: 8081,
  salesforce: 8082,
} as const;

export type PortName = keyof typeof PREFERRED;
export type Ports = Record<PortName, number>;

/** Ports that are held open, so that nobody else takes them before the process that is to have them starts. */
export type Reservation = {
  readonly ports: Ports;
  release(name: PortName): Promise<void>;
  releaseAll(): Promise<void>;
};

/**
 * From these any port is taken: below the ones that systems give to outgoing connections (Linux from 32,768, others
 * from 49,152), which could take one between its release here and the start of the process that is to have it.
 */
const ANY_PORT = { least: 10_000, beyond: 32_768 } as const;
const ATTEMPTS = 100;

export const PORT_NAMES = Object.keys(PREFERRED) as PortName[];

export function portsOf(environment: Environment): Partial<Ports> {
  const given = {
    api: environment.TANDEM_PORT,
    postgres: environment.TANDEM_PG_PORT,
    temporal: environment.TANDEM_TEMPORAL_PORT,
    temporalUi: environment.TANDEM_TEMPORAL_UI_PORT,
    graph: environment.TANDEM_GRAPH_PORT,
    salesforce: environment.TANDEM_SALESFORCE_PORT,
  };
  return Object.fromEntries(Object.entries(given).filter(([, port]) => port !== undefined));
}

/** For each name the first free one of: what is wanted, what it was last time, the usual one, any. */
export async function reservePorts(wanted: Partial<Ports>, lastTime: Partial<Ports>): Promise<Reservation> {
  const held = new Map<PortName, Server>();
  for (const name of PORT_NAMES) {
    held.set(name, await hold([wanted[name], lastTime[name], PREFERRED[name]]));
  }
  const release = async (name: PortName) => {
    const server = held.get(name);
    held.delete(name);
    if (server) await close(server);
  };
  return {
    ports: Object.fromEntries([...held].map(([name, server]) => [name, portOf(server)])) as Ports,
    release,
    releaseAll: async () => {
      await Promise.all(PORT_NAMES.map(release));
    },
  };
}

export async function freePort(): Promise<number> {
  const server = await hold([]);
  const port = portOf(server);
  await close(server);
  return port;
}

async function hold(candidates: readonly (number | undefined)[]): Promise<Server> {
  for (const port of candidates) {
    const server = port === undefined ? undefined : await tryListen(port);
    if (server) return server;
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const server = await tryListen(randomInt(ANY_PORT.least, ANY_PORT.beyond));
    if (server) return server;
  }
  throw new Error(`No free TCP port on 127.0.0.1 between ${ANY_PORT.least} and ${ANY_PORT.beyond}.`);
}

async function tryListen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
