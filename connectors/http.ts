import { SyncFailure } from '../sync/failure.ts';
import type { HttpAnswer, HttpLimits, HttpRequest, World } from './world.ts';

export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

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
 * clients would send the token along; nothing is retried.
 */
export function createHttp(world: Pick<World, 'exchange' | 'allowedHosts'>, limits: HttpLimits): Http {
  return async request => {
    requireAllowedHost(request.url, world.allowedHosts);
    const answer = await world.exchange(request, limits).catch((error: unknown) => {
      throw transportFailure(error, request);
    });
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
