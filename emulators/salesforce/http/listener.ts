import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { control } from '../control/route.ts';
import type { Emulator } from '../emulator.ts';
import { errorBody, type Failure, failure, invalidSession, notFound } from '../failure.ts';
import { tokenRefusalOf } from '../faults/faults.ts';
import { authenticate, isOAuthPath, oauth } from '../oauth/route.ts';
import { dispatch, routeOf } from '../rest/api.ts';
import { listVersions } from '../rest/versions.ts';
import { text } from '../store/row.ts';
import type { Answer, Request } from './message.ts';
import { readMultipart } from './multipart.ts';
import type { LoggedSubrequest } from './requestLog.ts';

const GZIP_FROM_BYTES = 2048;
const MAX_URI_CHARACTERS = 16_384;
const URI_TOO_LONG: Answer = {
  status: 414,
  headers: { 'content-type': 'text/html' },
  body: '<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>',
};

async function bodyOf(message: IncomingMessage): Promise<Request['body']> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const contentType = message.headers['content-type'] ?? '';
  const record = /^multipart\/form-data/i.test(contentType)
    ? await readMultipart(bytes, contentType)
    : undefined;
  return record === undefined ? { text: bytes.toString('utf8') } : { json: record };
}

async function requestOf(message: IncomingMessage): Promise<Request> {
  const url = new URL(message.url ?? '/', 'http://emulator');
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  );
  const scheme = headers['x-forwarded-proto'] ?? 'http';
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: await bodyOf(message),
    origin: `${scheme}://${headers.host ?? 'localhost'}`,
  };
}

/** What happens to one request, besides its answer: who asked, and what it cost. */
interface Served {
  readonly answer: Answer;
  readonly username: string | undefined;
  readonly subrequests: readonly LoggedSubrequest[];
  readonly apiCalls: number;
}

const refused = (error: Failure): Answer => ({ status: error.status, body: errorBody(error.entries) });

function limitHeader(emulator: Emulator): Record<string, string> {
  return {
    'sforce-limit-info': `api-usage=${emulator.usage.used()}/${emulator.org.settings.dailyApiRequests}`,
  };
}

const TOO_LARGE = 'The request is larger than the API takes: send files as multipart/form-data';

/** Multipart requests have the limits of their files instead. */
function isTooLarge({ org }: Emulator, { body }: Request): boolean {
  return 'text' in body && Buffer.byteLength(body.text) > org.settings.files.maxRequestBytes;
}

function serveData(emulator: Emulator, request: Request): Served {
  const asking = authenticate(emulator, request);
  if (asking === undefined)
    return {
      answer: { ...refused(invalidSession()), headers: { 'www-authenticate': 'Token' } },
      username: undefined,
      subrequests: [],
      apiCalls: 0,
    };
  const { org, usage } = emulator;
  const username = text(asking.user, 'Username') ?? undefined;
  if (usage.used() >= org.settings.dailyApiRequests)
    return {
      answer: {
        ...refused(failure('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')),
        headers: limitHeader(emulator),
      },
      username,
      subrequests: [],
      apiCalls: 0,
    };
  if (isTooLarge(emulator, request))
    return {
      answer: refused(failure('EXCEEDED_MAX_SIZE_REQUEST', TOO_LARGE)),
      username,
      subrequests: [],
      apiCalls: 0,
    };
  const before = usage.used();
  usage.add(1);
  const caller = { emulator, session: asking.session, user: asking.user, subrequests: [] };
  const answer = emulator.faults.answerFor(request, username) ?? dispatch(caller, request);
  org.store.commit();
  return {
    answer: { ...answer, headers: { ...answer.headers, ...limitHeader(emulator) } },
    username,
    subrequests: caller.subrequests,
    apiCalls: usage.used() - before,
  };
}

function plain(answer: Answer): Served {
  return { answer, username: undefined, subrequests: [], apiCalls: 0 };
}

/** A record's address in the browser leads to its page. */
function redirectToRecord(emulator: Emulator, request: Request): Answer {
  const id = request.path.slice(1);
  const type = emulator.org.schema.byKeyPrefix(id.slice(0, 3));
  if (!/^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(id) || type === undefined) return refused(notFound());
  return { status: 302, headers: { location: `${request.origin}/lightning/r/${type.name}/${id}/view` } };
}

async function serve(emulator: Emulator, request: Request): Promise<Served> {
  if (request.path.length + request.query.toString().length > MAX_URI_CHARACTERS) return plain(URI_TOO_LONG);
  if (isOAuthPath(request.path)) {
    const fault = emulator.faults.take(['status'], request, undefined);
    const answer = fault === undefined ? await oauth(emulator, request) : tokenRefusalOf(fault);
    emulator.org.store.commit();
    return plain(answer);
  }
  if (/^\/services\/data\/?$/.test(request.path)) return plain(listVersions());
  if (request.path.startsWith('/services/data/')) return serveData(emulator, request);
  return plain(redirectToRecord(emulator, request));
}

function encode(answer: Answer): { body: Buffer; contentType: string | undefined } {
  const { body } = answer;
  if (body === undefined) return { body: Buffer.alloc(0), contentType: undefined };
  const contentType = answer.headers?.['content-type'] ?? 'application/json;charset=UTF-8';
  if (body instanceof Uint8Array) return { body: Buffer.from(body), contentType };
  const isText = typeof body === 'string' && !contentType.startsWith('application/json');
  return { body: Buffer.from(isText ? body : JSON.stringify(body)), contentType };
}

function send(emulator: Emulator, request: Request, response: ServerResponse, answer: Answer): void {
  const { body, contentType } = encode(answer);
  const isZipped =
    body.length >= GZIP_FROM_BYTES && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const content = isZipped ? gzipSync(body, { level: 1 }) : body;
  response.sendDate = false;
  response.writeHead(answer.status, {
    ...answer.headers,
    date: new Date(emulator.org.clock.nowMs()).toUTCString(),
    'cache-control':
      answer.headers?.['cache-control'] ?? 'no-cache,must-revalidate,max-age=0,no-store,private',
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(isZipped ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
    ...(answer.status === 204 || answer.status === 304 ? {} : { 'content-length': content.length }),
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}

/** Faults of the connection itself. True when there is nothing left to answer. */
async function disturbBefore(
  emulator: Emulator,
  request: Request,
  response: ServerResponse,
  username: string | undefined,
): Promise<boolean> {
  const latency = emulator.faults.take(['latency'], request, username);
  if (latency !== undefined) await emulator.sleep(latency.delayMs ?? 1000);
  if (emulator.faults.take(['disconnect'], request, username) === undefined) return false;
  response.destroy();
  return true;
}

async function handle(emulator: Emulator, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await requestOf(message);
  if (request.path.startsWith('/_emulator'))
    return send(emulator, request, response, await control(emulator, request));
  const asking = authenticate(emulator, request);
  const username = asking ? (text(asking.user, 'Username') ?? undefined) : undefined;
  if (await disturbBefore(emulator, request, response, username)) return;
  const served = await serve(emulator, request);
  emulator.log.add({
    time: new Date(emulator.org.clock.nowMs()).toISOString(),
    method: request.method,
    target: (message.url ?? '').replace(/oauth_token=[^&]*/, 'oauth_token='),
    route: routeOf(request.method, request.path),
    user: served.username ?? null,
    status: served.answer.status,
    subrequests: served.subrequests,
    apiCalls: served.apiCalls,
  });
  if (emulator.faults.take(['lost-response'], request, username) !== undefined) response.destroy();
  else send(emulator, request, response, served.answer);
}

/** The whole emulator as a listener of node:http. */
export function listener(emulator: Emulator): RequestListener {
  return (message, response) => {
    handle(emulator, message, response).catch((error: unknown) => {
      console.error(error);
      const failed = failure(
        'UNKNOWN_EXCEPTION',
        `An unexpected error occurred: ${error instanceof Error ? error.message : String(error)}`,
      );
      response.sendDate = false;
      const date = new Date(emulator.org.clock.nowMs()).toUTCString();
      if (!response.headersSent) response.writeHead(500, { date, 'content-type': 'application/json' });
      response.end(JSON.stringify(errorBody(failed.entries)));
    });
  };
}
