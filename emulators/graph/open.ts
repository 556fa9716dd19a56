import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleepInRealTime } from 'node:timers/promises';
import { type RandomBytes, systemRandom } from '../randomness.ts';
import { answerControl } from './control/control.ts';
import { GraphEmulator } from './emulator.ts';
import { answerGraph, answerToken, answerUploadedPart } from './front.ts';
import { finishResponse, requestIds } from './protocol/finish.ts';
import { headersOf, send } from './protocol/http-exchange.ts';
import { isUpload } from './resources/mail/upload-routes.ts';

export interface GraphServiceOptions {
  /** Where the state is kept between runs; without it, in memory only. */
  stateFile?: string;
  /** The origin of the links in answers; without it, the one that the request was sent to. */
  linkOrigin?: string;
  /** The time in milliseconds; without it, the computer's. */
  now?: () => number;
  /** Where ids, secrets and chance come from; without it, the system's. */
  randomBytes?: RandomBytes;
  /** How an injected latency passes; without it, in real time. */
  sleep?: (delayMs: number) => Promise<void>;
}

export interface OpenGraphEmulator {
  /** The complete service: Graph, its token endpoint and the control interface. */
  listener: RequestListener;
  close(): void;
}

/** An emulator without a port of its own. */
export function openGraphEmulator(options: GraphServiceOptions = {}): OpenGraphEmulator {
  const emulator = new GraphEmulator({
    stateFile: options.stateFile,
    now: options.now ?? Date.now,
    randomBytes: options.randomBytes ?? systemRandom,
    sleep: options.sleep ?? sleepInRealTime,
  });
  return {
    listener(incoming, outgoing) {
      const origin = options.linkOrigin ?? `http://${incoming.headers.host ?? 'localhost'}`;
      serve(emulator, incoming, outgoing, origin).catch(error => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        outgoing.destroy();
      });
    },
    close: () => emulator.close(),
  };
}

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
  const headers = headersOf(incoming);
  const outcome = isUpload(path)
    ? await answerUploadedPart(emulator, incoming, headers, target, origin)
    : tenantName === undefined
      ? await answerGraph(emulator, incoming, headers, target, origin)
      : await answerToken(emulator, incoming, headers, tenantName, `${origin}${path}`);
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
  const ids = requestIds(headers, emulator.world.newId);
  send(
    outgoing,
    finishResponse(outcome.response, ids, emulator.clock),
    ids,
    emulator.clock,
    outcome.truncated,
  );
}
