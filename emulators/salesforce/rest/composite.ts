import { failure } from '../failure.ts';
import { type Answer, ok, type Request } from '../http/message.ts';
import { type Call, listOf, objectBody, type Route } from './call.ts';
import { dispatchSubrequest } from './dispatch.ts';
import { ReferenceFailure, substitute } from './references.ts';

const MAX_SUBREQUESTS = 25;
const MAX_QUERIES_AND_COLLECTIONS = 5;
const EXPENSIVE = /\/(query|queryAll|composite\/sobjects)(\/|\?|$)/;

interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

function lowerCased(headers: unknown): Record<string, string> {
  const entries = Object.entries((headers ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function subrequestOf(given: Record<string, unknown>): Subrequest {
  const { method, url, referenceId, body, httpHeaders } = given;
  if (typeof method !== 'string' || typeof url !== 'string' || typeof referenceId !== 'string')
    throw failure('JSON_PARSER_ERROR', 'Every compositeRequest needs method, url and referenceId');
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(referenceId))
    throw failure(
      'INVALID_INPUT',
      `Provided referenceId ('${referenceId}') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').`,
    );
  if (!url.startsWith('/services/data/')) throw failure('INVALID_INPUT', `Provided url is not valid: ${url}`);
  return { method: method.toUpperCase(), url, referenceId, body, headers: lowerCased(httpHeaders) };
}

function checkLimits(subrequests: readonly Subrequest[]): void {
  const expensive = subrequests.filter(each => EXPENSIVE.test(each.url));
  if (expensive.length > MAX_QUERIES_AND_COLLECTIONS)
    throw failure(
      'LIMIT_EXCEEDED',
      `Limit exceeded: a maximum of ${MAX_QUERIES_AND_COLLECTIONS} query, queryAll and sObject Collections operations are allowed per request`,
    );
  const ids = new Set(subrequests.map(each => each.referenceId));
  if (ids.size < subrequests.length)
    throw failure('INVALID_INPUT', 'The referenceId of every subrequest must be unique');
}

export function requestOf(
  call: Call,
  method: string,
  url: string,
  json: unknown,
  headers: Readonly<Record<string, string>>,
): Request {
  const { pathname, searchParams } = new URL(url, 'http://composite');
  return {
    method,
    path: pathname,
    query: searchParams,
    headers,
    body: json === undefined ? { text: '' } : { json },
    origin: call.request.origin,
  };
}

interface SubAnswer {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

const halted = (referenceId: string, message: string): SubAnswer => ({
  body: [{ errorCode: 'PROCESSING_HALTED', message }],
  httpHeaders: {},
  httpStatusCode: 400,
  referenceId,
});

function headersOf(answer: Answer): Record<string, string> {
  const entries = Object.entries(answer.headers ?? {}).filter(([name]) =>
    ['location', 'etag', 'last-modified'].includes(name),
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name === 'etag' ? 'ETag' : name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase()),
      value,
    ]),
  );
}

function runOne(call: Call, subrequest: Subrequest, results: ReadonlyMap<string, unknown>): SubAnswer {
  const { referenceId } = subrequest;
  try {
    const url = String(substitute(subrequest.url, results, encodeURIComponent));
    const body = substitute(subrequest.body, results);
    const answer = dispatchSubrequest(
      call,
      requestOf(call, subrequest.method, url, body, subrequest.headers),
    );
    return {
      body: answer.body ?? null,
      httpHeaders: headersOf(answer),
      httpStatusCode: answer.status,
      referenceId,
    };
  } catch (error) {
    if (!(error instanceof ReferenceFailure)) throw error;
    return halted(referenceId, error.message);
  }
}

const ROLLED_BACK = 'The transaction was rolled back since another operation in the same transaction failed.';

function composite(call: Call): Answer {
  const request = objectBody(call);
  const subrequests = listOf(request, 'compositeRequest', MAX_SUBREQUESTS).map(subrequestOf);
  checkLimits(subrequests);
  const allOrNone = request.allOrNone === true;
  const { store } = call.emulator.org;
  const mark = store.savepoint();
  const results = new Map<string, unknown>();
  const answers: SubAnswer[] = [];
  for (const subrequest of subrequests) {
    const answer = runOne(call, subrequest, results);
    if (answer.httpStatusCode < 400) results.set(subrequest.referenceId, answer.body);
    answers.push(answer);
    if (allOrNone && answer.httpStatusCode >= 400) {
      store.rollbackTo(mark);
      return ok({
        compositeResponse: subrequests.map(each =>
          each === subrequest ? answer : halted(each.referenceId, ROLLED_BACK),
        ),
      });
    }
  }
  return ok({ compositeResponse: answers });
}

export const compositeRoutes: readonly Route[] = [['POST', '/composite', composite]];
