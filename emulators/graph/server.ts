import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl } from './control/control.ts';
import { GraphEmulator } from './emulator.ts';
import { answerGraph, answerToken } from './front.ts';
import { finishResponse, requestIds } from './protocol/finish.ts';
import { headersOf, send } from './protocol/http-exchange.ts';

export interface GraphEmulatorOptions {
  port?: number;
  host?: string;
  /** Where the state is kept between runs; without it, in memory only. */
  stateFile?: string;
  /** The origin of the links in answers; without it, the one that the request was sent to. */
  linkOrigin?: string;
  /** The time in milliseconds; without it, the computer's. */
  now?: () => number;
}

export interface RunningGraphEmulator {
  /** The origin, without a slash at the end. */
  url: string;
  port: number;
  close(): Promise<void>;
}

export async function startGraphEmulator(options: GraphEmulatorOptions = {}): Promise<RunningGraphEmulator> {
  const emulator = new GraphEmulator({ stateFile: options.stateFile, now: options.now ?? Date.now });
  const host = options.host ?? '127.0.0.1';
  const server = createServer((incoming, outgoing) => {
    const origin = options.linkOrigin ?? `http://${incoming.headers.host ?? host}`;
    serve(emulator, incoming, outgoing, origin).catch(error => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      outgoing.destroy();
    });
  });
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

/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 120_000;
const TOKEN_PATH = /^\/([^/]+)\/oauth2\/v2\.0\/token$/i;

async function serve(
  emulator: GraphEmulator,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  origin: string,
): Promise<void> {
  const target = incoming.url ?? '/';
  const [path = ''] = target.split('?', 1);
  if (path.startsWith('/_emulator')) {
    await answerControl(emulator, incoming, outgoing, target);
    return;
  }
  const tenantName = TOKEN_PATH.exec(path)?.[1];
  const outcome =
    tenantName === undefined
      ? await answerGraph(emulator, incoming, target, origin)
      : await answerToken(emulator, incoming, tenantName, `${origin}${path}`);
  emulator.log.add({
    time: new Date(emulator.clock.now()).toISOString(),
    method: incoming.method ?? '',
    target,
    ...(outcome.mailbox !== undefined && { mailbox: outcome.mailbox }),
    status: outcome.response.status,
    ...(outcome.lost && { lost: true }),
    ...(outcome.subrequests && { subrequests: outcome.subrequests }),
  });
  if (outcome.lost) {
    outgoing.destroy();
    return;
  }
  const ids = requestIds(headersOf(incoming));
  send(
    outgoing,
    finishResponse(outcome.response, ids, emulator.clock),
    ids,
    emulator.clock,
    outcome.truncated,
  );
}
