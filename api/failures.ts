import type { Hook } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { StaleVersion, StillInUse } from '../db/conflicts.ts';
import { UnknownOrganization } from '../db/database.ts';
import { InvalidCursor } from '../db/page.ts';
import { SyncFailure } from '../sync/failure.ts';
import { pointerTo } from '../sync/policy/pointer.ts';
import type { ApiEnv, Deps } from './deps.ts';
import { type Flaw, Problem, problemResponse } from './problem.ts';
import { audit } from './tenant.ts';

/** Everything thrown in a request becomes a problem; what an authenticated caller was refused is audited. */
export function answerFailures(deps: Deps) {
  return async (error: Error, c: Context<ApiEnv>): Promise<Response> => {
    const problem = problemOf(error);
    const { logger, requestId } = c.var;
    if (problem.status >= 500) logger.error({ err: error }, 'request failed');
    await auditRefusal(deps, c, problem);
    return problemResponse(problem, requestId);
  };
}

function problemOf(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidCursor) return new Problem('invalid_request', error.message);
  if (error instanceof UnknownOrganization) return new Problem('not_found', 'There is no such organization.');
  if (error instanceof StaleVersion) return new Problem('version_changed', error.message);
  if (error instanceof StillInUse) return new Problem('in_use', error.message);
  if (error instanceof SyncFailure) {
    return new Problem('remote_failed', error.message, error.fix === undefined ? {} : { fix: error.fix });
  }
  if (error instanceof HTTPException) return httpProblem(error);
  if (isDataException(error)) {
    return new Problem(
      'invalid_request',
      'A value cannot be stored: too large a number, or a character such as NUL.',
    );
  }
  return new Problem('internal', 'The request failed for a reason on our side.', {
    fix: 'Repeat it; if it fails again, give the operator the requestId.',
  });
}

/** PostgreSQL appendix A, class 22: what text, numbers and JSON cannot be. It is for the caller to send others. */
function isDataException(error: Error): boolean {
  return /^22[0-9A-Z]{3}$/.test((error as { code?: string }).code ?? '');
}

function httpProblem(error: HTTPException): Problem {
  if (error.status === 415) {
    return new Problem('unsupported_media_type', 'The body has no JSON content type.', {
      fix: 'Send JSON with "Content-Type: application/json".',
    });
  }
  if (error.status === 413) return tooLarge();
  return new Problem('invalid_request', error.message);
}

export function tooLarge(): Problem {
  return new Problem('body_too_large', 'The body is larger than 1 MB.', {
    fix: 'Send less at once, for example fewer pairings per request.',
  });
}

/** Refused reads are audited when the role did not allow them, refused changes always. */
async function auditRefusal(deps: Deps, c: Context<ApiEnv>, problem: Problem): Promise<void> {
  const caller = c.get('caller');
  if (caller?.kind !== 'key' || (c.req.method === 'GET' && problem.code !== 'forbidden')) return;
  const entry = {
    target: c.req.path.slice(0, 200),
    outcome: problem.code === 'forbidden' ? ('denied' as const) : ('failed' as const),
    detail: { code: problem.code },
  };
  try {
    await deps.database.inOrganization(caller.organizationId, tx => audit(deps, c, tx, entry));
  } catch (error) {
    c.get('logger').error({ err: error }, 'a refusal could not be audited');
  }
}

/** One place of a request that does not fit its schema. */
export const refuseInvalid: Hook<unknown, ApiEnv, string, unknown> = result => {
  if (result.success) return;
  const errors = flawsOf(result.error.issues, result.target === 'json' ? '' : `/${result.target}`);
  throw new Problem('invalid_request', `Not valid: ${errors.map(said).join('; ')}`.slice(0, 1000), {
    errors,
  });
};

const said = ({ pointer, detail }: Flaw): string => (pointer === '' ? detail : `${pointer}: ${detail}`);

export function flawsOf(issues: readonly z.core.$ZodIssue[], base: string): Flaw[] {
  return issues.flatMap(issue => {
    const pointer = base + pointerTo(issue.path);
    if (issue.code === 'invalid_union') return flawsOfUnion(issue, pointer);
    if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
    return issue.keys.map(key => ({
      pointer: pointer + pointerTo([key]),
      detail: 'There is no such field.',
    }));
  });
}

/** What is wrong by the alternative that the value comes nearest to: one of its type, if any is. */
function flawsOfUnion(issue: z.core.$ZodIssueInvalidUnion, pointer: string): Flaw[] {
  const alternatives = issue.errors.filter(found =>
    found.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  const nearest = alternatives.toSorted((a, b) => a.length - b.length)[0];
  if (nearest) return flawsOf(nearest, pointer);
  const expected = issue.errors
    .flat()
    .flatMap(found => (found.code === 'invalid_type' ? found.expected : []));
  return [{ pointer, detail: `Must be ${[...new Set(expected)].join(' or ')}.` }];
}
