import { Agent, request as send } from 'undici';
import { SyncFailure } from '../sync/failure.ts';

/** One exchange with a vendor, as plain text: both vendors speak JSON. */
interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const connectionPool = new Agent({ connections: 64, keepAliveTimeout: 30_000, allowH2: false });

/** Errors that undici and the operating system report before anything was sent. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The only way out of a connector. Credentials travel to allowed hosts only; redirects are refused, because the
 * clients would send the token along; answers are bounded in time and size; nothing is retried.
 */
export function createHttp(allowedHosts: ReadonlySet<string>, limits: HttpLimits): Http {
  return async request => {
    requireAllowedHost(request.url, allowedHosts);
    const answer = await exchange(request, limits);
    if (answer.status >= 300 && answer.status < 400 && answer.headers.location !== undefined) {
      throw new SyncFailure(
        'permanent',
        `${hostOf(request.url)} redirects to another address, which is refused`,
        {
          native: String(answer.status),
          fix: 'Set the final address in the settings of the connection.',
        },
      );
    }
    return answer;
  };
}

/**
 * An entry is `host`, `host:port` or `*.domain`. Plain http is for entries that name their port and for loopback:
 * a vendor's cloud never gets a credential unencrypted.
 */
export function isAllowedHost(url: URL, allowedHosts: ReadonlySet<string>): boolean {
  if (allowedHosts.has(url.host) && (url.port !== '' || isConfidential(url))) return true;
  if (!isConfidential(url)) return false;
  if (allowedHosts.has(url.hostname)) return true;
  return url.hostname
    .split('.')
    .some((_, index, labels) => index > 0 && allowedHosts.has(`*.${labels.slice(index).join('.')}`));
}

export function requireAllowedHost(address: string, allowedHosts: ReadonlySet<string>): URL {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SyncFailure('permanent', `"${address}" is not an http address`, {
      fix: 'Correct the address in the settings of the connection.',
    });
  }
  if (!isAllowedHost(url, allowedHosts)) {
    throw new SyncFailure(
      'permanent',
      `${url.protocol}//${url.host} is not on the installation's host list`,
      {
        native: 'HostNotAllowed',
        fix: `Use an address of the vendor, or let the operator of the installation add ${url.host} to its host list.`,
      },
    );
  }
  return url;
}

function isConfidential(url: URL): boolean {
  return url.protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}

async function exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  try {
    const answer = await send(request.url, {
      dispatcher: connectionPool,
      method: request.method as 'GET',
      headers: request.headers,
      body: request.body ?? null,
      signal: AbortSignal.timeout(limits.timeoutMs),
      headersTimeout: limits.timeoutMs,
      bodyTimeout: limits.timeoutMs,
    });
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    return { status: answer.statusCode, headers, body: await boundedText(answer.body, limits.maxBytes) };
  } catch (error) {
    throw transportFailure(error, request);
  }
}

async function boundedText(
  body: AsyncIterable<Buffer> & { destroy(): unknown },
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      throw new SyncFailure('permanent', `the answer is longer than ${maxBytes} bytes`, {
        native: 'AnswerTooLarge',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function transportFailure(error: unknown, request: HttpRequest): SyncFailure {
  if (error instanceof SyncFailure) return error;
  const { name, code, message } = error as Error & { code?: unknown };
  const native = typeof code === 'string' ? code : name;
  const changes = request.method !== 'GET' && !neverSent.has(native);
  return new SyncFailure('transient', `no answer from ${hostOf(request.url)}: ${message}`, {
    native,
    ...(changes && { maybeApplied: true }),
    cause: error,
  });
}

/** The same failure of a request that changes nothing, whatever its method is: a query, a token. */
export function withoutEffect(failure: SyncFailure): SyncFailure {
  if (failure.maybeApplied !== true) return failure;
  const { kind, message, native, retryAfterMs, fix } = failure;
  return new SyncFailure(kind, message, {
    ...(native !== undefined && { native }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(fix !== undefined && { fix }),
    cause: failure,
  });
}

function hostOf(address: string): string {
  return URL.parse(address)?.host ?? address;
}
