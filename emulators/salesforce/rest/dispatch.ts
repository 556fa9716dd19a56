import { TrieRouter } from 'hono/router/trie-router';
import { errorBody, Failure, failure, notFound } from '../failure.ts';
import { type Answer, decoded, type Request } from '../http/message.ts';
import { type Caller, type Handler, type Route, usernameOf } from './call.ts';
import { checkVersion, listResources } from './versions.ts';

/** The routes of the API, to be filled once at start. */
const router = new TrieRouter<{ pattern: string; handler: Handler }>();
const patterns = new TrieRouter<string>();

export function register(routes: readonly Route[]): void {
  for (const [method, pattern, handler] of routes) {
    router.add(method, pattern, { pattern, handler });
    patterns.add('ALL', pattern, pattern);
  }
}

const DATA_PATH = /^\/services\/data\/([^/]+)(\/.*)?$/;

/** Later routes are less specific: the match with the fewest parameters wins. */
function match(
  method: string,
  path: string,
): { pattern: string; handler: Handler; params: Record<string, string> } | undefined {
  const [matches] = router.match(method, path);
  const best = matches.toSorted((a, b) => Object.keys(a[1]).length - Object.keys(b[1]).length)[0];
  if (best === undefined) return undefined;
  const params = Object.entries(best[1]).map(([name, value]) => [name, decoded(String(value))]);
  return { ...best[0], params: Object.fromEntries(params) };
}

/** The route a request belongs to, for counting: `GET /query`, `PATCH /sobjects/{object}/{id}`. */
export function routeOf(method: string, path: string): string {
  const rest = DATA_PATH.exec(path)?.[2]?.replace(/\/$/, '') ?? '';
  const known = match(method, rest)?.pattern;
  return `${method} ${known?.replace(/:(\w+)/g, '{$1}') ?? (rest === '' ? path : rest)}`;
}

function methodNotAllowed(path: string, method: string): Failure {
  const [known] = patterns.match('ALL', path);
  if (known.length === 0) return notFound();
  return failure(
    'METHOD_NOT_ALLOWED',
    `HTTP Method '${method}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE`,
  );
}

function run(caller: Caller, request: Request): Answer {
  const [, version = '', rest = ''] = DATA_PATH.exec(request.path) ?? [];
  checkVersion(version);
  const path = rest.replace(/\/$/, '');
  const { organizationId } = caller.emulator.org.identity;
  if (path === '') return listResources(version, `${request.origin}/id/${organizationId}/${caller.user.Id}`);
  const method =
    request.method === 'POST' ? (request.query.get('_HttpMethod')?.toUpperCase() ?? 'POST') : request.method;
  const found = match(method, path);
  if (found === undefined) throw methodNotAllowed(path, method);
  return found.handler({ ...caller, request, version, params: found.params });
}

/** Carries out one request on the data API; a failure leaves nothing behind. */
export function dispatch(caller: Caller, request: Request): Answer {
  const { store } = caller.emulator.org;
  const mark = store.savepoint();
  try {
    return run(caller, request);
  } catch (error) {
    store.rollbackTo(mark);
    if (!(error instanceof Failure)) throw error;
    return { status: error.status, body: errorBody(error.entries) };
  }
}

/** Binary content is not part of JSON (REST guide, Composite). */
const BLOB_REFUSED: Answer = {
  status: 400,
  body: errorBody([
    { errorCode: 'INVALID_INPUT', message: 'Binary content cannot be retrieved in a composite request' },
  ]),
};

/** A part of a composite or batch: logged under its parent, and open to faults of its own. */
export function dispatchSubrequest(caller: Caller, request: Request): Answer {
  const given = caller.emulator.faults.answerFor(request, usernameOf(caller)) ?? dispatch(caller, request);
  const answer = given.body instanceof Uint8Array ? BLOB_REFUSED : given;
  const url = request.query.size === 0 ? request.path : `${request.path}?${request.query}`;
  caller.subrequests.push({ method: request.method, url, status: answer.status });
  return answer;
}
