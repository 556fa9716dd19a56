import { z } from '@hono/zod-openapi';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Every problem the API can answer: the code is stable, status and title belong to it. */
const problems = {
  invalid_request: [400, 'The request is not valid'],
  unauthorized: [401, 'The API key is missing or not valid'],
  forbidden: [403, 'The role of this API key does not allow this'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'This method is not offered here'],
  conflict: [409, 'The request collides with the current state'],
  mailbox_taken: [409, 'The mailbox is in another pairing'],
  in_use: [409, 'Something else still uses it'],
  request_running: [409, 'The first request with this Idempotency-Key is still running'],
  version_changed: [412, 'It was changed in the meantime'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body must be JSON'],
  misdirected_request: [421, 'This host name is not served here'],
  option_not_allowed: [422, 'The option is not part of the subscription'],
  unprocessable: [422, 'The request is understood but cannot be carried out'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used for another request'],
  precondition_required: [428, 'If-Match is needed'],
  internal: [500, 'Something went wrong here'],
  remote_failed: [502, 'The connected system did not answer as expected'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;

export type ProblemCode = keyof typeof problems;

/** One thing that is wrong in the request; `pointer` is a JSON pointer into the body (RFC 6901). */
export interface Flaw {
  readonly pointer: string;
  readonly detail: string;
}

export interface ProblemFacts {
  readonly fix?: string;
  readonly errors?: readonly Flaw[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere in a handler, answered as `application/problem+json` (RFC 9457, OPS-1). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: ContentfulStatusCode;
  readonly fix: string | undefined;
  readonly errors: readonly Flaw[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, facts: ProblemFacts = {}) {
    super(detail);
    this.code = code;
    this.status = problems[code][0];
    this.fix = facts.fix;
    this.errors = facts.errors;
    this.headers = facts.headers ?? {};
  }
}

/** An id that does not exist and one of another organization answer alike. */
export function notFound(what: string): Problem {
  return new Problem('not_found', `There is no such ${what}.`);
}

export const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:tandem:problem:not_found' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    fix: z.string().optional().openapi({ description: 'What a person can do about it' }),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .openapi({ description: 'JSON pointer into the body', example: '/modules/contacts' }),
          detail: z.string(),
        }),
      )
      .optional(),
    requestId: z.string().openapi({ description: 'The same as in X-Request-Id and in the logs' }),
  })
  .openapi('Problem');

export type ProblemBody = z.infer<typeof problemSchema>;

export function problemBody(problem: Problem, requestId: string): ProblemBody {
  return {
    type: `urn:tandem:problem:${problem.code}`,
    title: problems[problem.code][1],
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(problem.fix !== undefined && { fix: problem.fix }),
    ...(problem.errors !== undefined && { errors: [...problem.errors] }),
    requestId,
  };
}

export function problemResponse(problem: Problem, requestId: string): Response {
  return new Response(JSON.stringify(problemBody(problem, requestId)), {
    status: problem.status,
    headers: { ...problem.headers, 'content-type': 'application/problem+json' },
  });
}

const descriptions: Record<number, string> = {
  400: 'The request is not valid; `errors` names every place',
  401: 'The API key is missing or not valid',
  403: 'The role of this API key does not allow this',
  404: 'Unknown, or of another organization',
  409: 'It collides with the current state',
  412: 'It was changed since it was read',
  413: 'The body is larger than 1 MB',
  415: 'The body is not JSON',
  422: 'Understood, but it cannot be carried out',
  428: 'If-Match is needed',
  502: 'The connected system did not answer as expected',
};

/** The problem answers of a route, for its OpenAPI description. */
export function problemResponses<S extends number>(...statuses: readonly S[]) {
  const content = { 'application/problem+json': { schema: problemSchema } };
  return Object.fromEntries(
    statuses.map(status => [status, { description: descriptions[status] ?? 'Problem', content }]),
  ) as Record<S, { description: string; content: typeof content }>;
}
