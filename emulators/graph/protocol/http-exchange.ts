import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../store/clock.ts';
import { badRequest, GraphError, tooLarge } from './errors.ts';
import type { GraphResponse } from './exchange.ts';
import type { RequestIds } from './finish.ts';

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export async function readBody(incoming: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  if (incoming.method === 'GET' || incoming.method === 'DELETE') {
    incoming.resume();
    return Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped: a client that is still sending would otherwise see a reset.
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) throw tooLarge();
  return Buffer.concat(chunks);
}

/** The body as the service reads it: JSON when its type says so, text otherwise. */
export function parseBody(bytes: Buffer, contentType: string | null): unknown {
  if (bytes.length === 0) return undefined;
  if (contentType === null) {
    throw new GraphError(
      400,
      'RequestBodyRead',
      'A missing or empty content type header was found when trying to read a message. The content type header is required.',
    );
  }
  const text = bytes.toString('utf8');
  if (!/json/i.test(contentType)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    );
  }
}

export function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  const { rawHeaders } = incoming;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!);
  }
  return headers;
}

/** Content goes out as it is, everything else as JSON. */
function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

export function send(
  outgoing: ServerResponse,
  response: GraphResponse,
  ids: RequestIds,
  clock: Clock,
  truncated = false,
): void {
  const content = bytesOf(response.body);
  const sent = truncated ? content.subarray(0, Math.floor(content.length / 2)) : content;
  outgoing.sendDate = false;
  outgoing.writeHead(response.status, {
    ...response.headers,
    'Cache-Control': 'no-cache',
    'OData-Version': '4.0',
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    'x-ms-ags-diagnostic':
      '{"ServerInfo":{"DataCenter":"Emulated","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"EMULATOR"}}',
    Date: new Date(clock.now()).toUTCString(),
    ...(response.status !== 204 && { 'Content-Length': sent.length }),
  });
  outgoing.end(sent);
}
