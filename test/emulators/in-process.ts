import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders, RequestListener } from 'node:http';
import { inject } from 'light-my-request';

/** Bytes that follow from a seed and from how many were taken before. */
export function seededBytes(seed: string): (size: number) => Uint8Array {
  let block = 0;
  return size => {
    const blocks: Buffer[] = [];
    for (let taken = 0; taken < size; taken += 32) {
      blocks.push(createHash('sha256').update(`${seed}/${block}`).digest());
      block += 1;
    }
    return Buffer.concat(blocks).subarray(0, size);
  };
}

export interface SentRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  url: string;
  headers?: Record<string, string>;
  /** JSON, or a form. */
  body?: unknown;
}

/** All that a client could see of an answer: undefined when the connection broke. */
export interface Seen {
  request: string;
  answer: { status: number; headers: OutgoingHttpHeaders; bytes: string } | undefined;
}

export interface InProcessClient {
  /** Everything asked so far, in the order of asking. */
  readonly seen: Seen[];
  /** The JSON of the answer; undefined without an answer. */
  // biome-ignore lint/suspicious/noExplicitAny: bodies are read as a foreign client reads them
  send(request: SentRequest): Promise<any>;
}

const ORIGIN = 'service.example';

function payloadOf(body: unknown): { payload?: string; headers: Record<string, string> } {
  if (body === undefined) return { headers: {} };
  if (body instanceof URLSearchParams)
    return {
      payload: body.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
  return { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** Speaks to a service without sockets and writes down what it sees. */
export function inProcessClient(listener: RequestListener): InProcessClient {
  const seen: Seen[] = [];
  return {
    seen,
    async send({ method = 'GET', url, headers, body }) {
      const entry: Seen = { request: `${method} ${url}`, answer: undefined };
      seen.push(entry);
      const { payload, headers: types } = payloadOf(body);
      const response = await inject(listener, {
        method,
        url,
        headers: { host: ORIGIN, ...types, ...headers },
        ...(payload !== undefined && { payload }),
      }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'LIGHT_ECONNRESET') throw error;
      });
      if (!response) return undefined;
      const { statusCode: status, rawPayload, headers: sent } = response;
      entry.answer = { status, headers: sent, bytes: rawPayload.toString('latin1') };
      return /json/.test(String(sent['content-type'])) && !sent['content-encoding'] && rawPayload.length > 0
        ? JSON.parse(response.payload)
        : response.payload;
    },
  };
}
