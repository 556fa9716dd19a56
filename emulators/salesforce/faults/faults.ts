import { z } from 'zod';
import { errorBody, type Failure, failure, statusOfCode } from '../failure.ts';
import { type Answer, decoded, type Request } from '../http/message.ts';

const matchSchema = z.union([
  z.string(),
  z.strictObject({
    method: z.string().optional(),
    path: z.string().optional(),
    user: z.string().optional(),
    object: z.string().optional(),
    soql: z.string().optional(),
  }),
]);

export const faultSchema = z.strictObject({
  /** Part of `METHOD target` (with or without /services/data/vXX.0), `*` for all, or conditions that must all hold. */
  match: matchSchema.default('*'),
  mode: z.enum(['status', 'lost-response', 'disconnect', 'latency', 'partial', 'expired-cursor']),
  status: z.int().min(300).max(599).optional(),
  errorCode: z.string().optional(),
  message: z.string().optional(),
  /** Answers a maintenance page instead of JSON. */
  html: z.boolean().optional(),
  retryAfter: z.number().min(0).optional(),
  delayMs: z.number().min(0).optional(),
  times: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
});

export type Fault = z.infer<typeof faultSchema>;
type Mode = Fault['mode'];

/** What goes wrong on purpose. */
export interface Faults {
  set(faults: readonly Fault[]): void;
  list(): readonly Fault[];
  /** The next fault of one of these modes that concerns the request; taking it uses it up once. */
  take(modes: readonly Mode[], request: Request, username: string | undefined): Fault | undefined;
  /** A refusal in place of the real answer, if one is due. */
  answerFor(request: Request, username: string | undefined): Answer | undefined;
  /** The failure of every second record, if a collection is to succeed only in part. */
  partialFailure(request: Request, username: string | undefined): Failure | undefined;
  /** A short page, if one is due. */
  pageLimit(request: Request, username: string | undefined): number | undefined;
}

interface ArmedFault {
  readonly fault: Fault;
  left: number;
}

const DEFAULT_CODES: Readonly<Record<number, string>> = {
  400: 'UNABLE_TO_LOCK_ROW',
  401: 'INVALID_SESSION_ID',
  403: 'REQUEST_LIMIT_EXCEEDED',
  404: 'NOT_FOUND',
  410: 'GONE',
  412: 'PRECONDITION_FAILED',
  429: 'REQUEST_LIMIT_EXCEEDED',
  500: 'UNKNOWN_EXCEPTION',
  503: 'SERVER_UNAVAILABLE',
};
const MESSAGES: Readonly<Record<string, string>> = {
  INVALID_SESSION_ID: 'Session expired or invalid',
  INVALID_QUERY_LOCATOR: 'invalid query locator',
  NOT_FOUND: 'The requested resource does not exist',
  REQUEST_LIMIT_EXCEEDED: 'TotalRequests Limit exceeded.',
  SERVER_UNAVAILABLE: 'Server unavailable: please try again later',
  STORAGE_LIMIT_EXCEEDED: 'storage limit exceeded',
  UNABLE_TO_LOCK_ROW: 'unable to obtain exclusive access to this record',
};
const WITHOUT_FIELDS = new Set([
  'REQUEST_LIMIT_EXCEEDED',
  'INVALID_SESSION_ID',
  'NOT_FOUND',
  'SERVER_UNAVAILABLE',
  'UNKNOWN_EXCEPTION',
  'INVALID_QUERY_LOCATOR',
]);
const SHORT_PAGE = 50;
const COMPOSITE = /\/composite(\/batch)?\/?$/;

function describedFailure(fault: Fault, fallback: string): Failure {
  const errorCode = fault.errorCode ?? DEFAULT_CODES[fault.status ?? 0] ?? fallback;
  const message =
    fault.message ??
    MESSAGES[errorCode] ??
    'An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (-1234567890)';
  return failure(errorCode, message, WITHOUT_FIELDS.has(errorCode) ? undefined : []);
}

function refusalOf(fault: Fault): Answer {
  const refused = describedFailure(
    fault,
    fault.mode === 'expired-cursor' ? 'INVALID_QUERY_LOCATOR' : 'SERVER_UNAVAILABLE',
  );
  const status = fault.status ?? statusOfCode(refused.entries[0]?.errorCode ?? '');
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  if (fault.html === true)
    return {
      status,
      headers: { ...headers, 'content-type': 'text/html' },
      body: '<html><body>We are down for maintenance.</body></html>',
    };
  return { status, headers, body: errorBody(refused.entries) };
}

/** The same at the OAuth endpoints, whose error bodies look different. */
export function tokenRefusalOf(fault: Fault): Answer {
  const answer = refusalOf(fault);
  if (fault.html === true) return answer;
  const error = fault.errorCode ?? (answer.status >= 500 ? 'server_error' : 'invalid_grant');
  return { ...answer, body: { error, error_description: fault.message ?? 'authentication failure' } };
}

function bodyText(request: Request): string {
  return 'text' in request.body ? request.body.text : JSON.stringify(request.body.json ?? null);
}

function concernsObject(request: Request, object: string): boolean {
  const haystack = `${decoded(request.path)} ${request.query.get('q') ?? ''} ${bodyText(request)}`;
  return new RegExp(`(sobjects/|tree/|FROM\\s+|FROM\\+|FROM%20|"type"\\s*:\\s*")${object}\\b`, 'i').test(
    haystack,
  );
}

function concerns(fault: Fault, request: Request, username: string | undefined): boolean {
  const { match } = fault;
  const target = request.path + (request.query.size === 0 ? '' : `?${request.query}`);
  const forms = [target, target.replace(/^\/services\/data\/v[\d.]+/, '')].flatMap(each => [
    `${request.method} ${each}`,
    `${request.method} ${decoded(each.replaceAll('+', ' '))}`,
  ]);
  if (typeof match === 'string')
    return match === '*' || match === '' || forms.some(form => form.includes(match));
  const { method, path, user, object, soql } = match;
  return (
    (method === undefined || method.toUpperCase() === request.method) &&
    (path === undefined || forms.some(form => form.includes(path))) &&
    (user === undefined || user.toLowerCase() === username?.toLowerCase()) &&
    (object === undefined || concernsObject(request, object)) &&
    (soql === undefined ||
      `${request.query.get('q') ?? ''} ${decoded(
        bodyText(request)
          .replaceAll('+', ' ')
          .replace(/%(?![0-9a-f]{2})/gi, '%25'),
      )}`.includes(soql))
  );
}

/** `random` (from 0 up to 1) decides where a fault has a probability. */
export function createFaults(random: () => number): Faults {
  let armed: ArmedFault[] = [];

  /** What looks into a composite is meant for its parts, which come here one by one. */
  const isForParts = (fault: Fault, request: Request): boolean =>
    fault.mode === 'status' &&
    typeof fault.match === 'object' &&
    (fault.match.object ?? fault.match.soql) !== undefined &&
    COMPOSITE.test(request.path);

  function take(modes: readonly Mode[], request: Request, username: string | undefined): Fault | undefined {
    const due = armed.find(
      ({ fault, left }) =>
        left > 0 &&
        modes.includes(fault.mode) &&
        !isForParts(fault, request) &&
        concerns(fault, request, username) &&
        (fault.probability === undefined || random() < fault.probability),
    );
    if (due === undefined) return undefined;
    due.left -= 1;
    return due.fault;
  }

  return {
    set(faults) {
      armed = faults.map(fault => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    list: () => armed.filter(each => each.left > 0).map(each => each.fault),
    take,
    answerFor(request, username) {
      const isContinuation = /\/query(All)?\/01g/.test(request.path);
      const fault = take(isContinuation ? ['status', 'expired-cursor'] : ['status'], request, username);
      return fault && refusalOf(fault);
    },
    partialFailure(request, username) {
      const fault = take(['partial'], request, username);
      return fault && describedFailure(fault, 'UNABLE_TO_LOCK_ROW');
    },
    pageLimit: (request, username) =>
      take(['partial'], request, username) === undefined ? undefined : SHORT_PAGE,
  };
}
