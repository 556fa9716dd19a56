import type { RequestListener } from 'node:http';
import inject from 'light-my-request';
import { exchange } from '../../bin/exchange.ts';
import type { HttpAnswer, HttpRequest } from '../../connectors/world.ts';

/** The way to one emulator: over a socket, or straight into its listener. */
export interface Reach {
  readonly origin: string;
  /** Throws the error of the transport when there is no whole answer. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const GENEROUS = { timeoutMs: 120_000, maxBytes: 256 * 1024 * 1024 };

export function overSocket(server: { readonly url: string; close(): Promise<void> }): Reach {
  return {
    origin: server.url,
    send: request => exchange(request, GENEROUS),
    close: () => server.close(),
  };
}

/** The same HTTP without a socket, and so without the system's idea of what comes first. */
export function inProcess(
  origin: string,
  service: { readonly listener: RequestListener; close(): void | Promise<void> },
): Reach {
  return {
    origin,
    send: request => intoListener(service.listener, request),
    close: async () => {
      await service.close();
    },
  };
}

async function intoListener(listener: RequestListener, request: HttpRequest): Promise<HttpAnswer> {
  const { statusCode, headers, payload } = await inject(listener, {
    method: request.method as 'GET',
    url: request.url,
    headers: { ...request.headers },
    ...(request.body !== undefined && { payload: request.body }),
  }).catch((error: Error) => {
    throw Object.assign(error, { code: 'ECONNRESET' });
  });
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : String(value ?? ''),
      ]),
    ),
    body: payload,
  };
}

/** The body of an answer that is none of an error. */
export async function answerOf<T>(request: HttpRequest, sent: Promise<HttpAnswer>): Promise<T> {
  const { status, body } = await sent;
  if (status >= 400) throw new Error(`${request.method} ${request.url} answered ${status}: ${body}`);
  return (body === '' ? null : JSON.parse(body)) as T;
}

/** An emulator's own interface. */
export type Control = (method: string, name: string, body?: unknown) => Promise<unknown>;

export function controlOf(reach: Reach): Control {
  return (method, name, body) => {
    const request = {
      method,
      url: `${reach.origin}/_emulator/${name}`,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    return answerOf(request, reach.send(request));
  };
}
