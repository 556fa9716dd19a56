import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { type Admission, admit, keepAnswer, withdraw } from '../db/idempotency-keys.ts';
import type { ApiEnv, Deps } from './deps.ts';
import { Problem } from './problem.ts';

const acceptable = /^[\x21-\x7e]{1,200}$/;
/** What an answer has beside its body. */
const keptHeaders = ['content-type', 'location', 'etag'];

const storedAnswer = z.object({ text: z.string(), headers: z.record(z.string(), z.string()) });

/** The key that a request came with, checked; undefined when it has none. */
export function idempotencyKeyOf(c: Context<ApiEnv>): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || acceptable.test(key)) return key;
  throw new Problem('invalid_request', 'Idempotency-Key must be 1 to 200 visible ASCII characters.');
}

/**
 * `Idempotency-Key` on every POST: the same key with the same request answers what the first one answered. Only
 * successes are kept; what was refused is judged anew. The installation's own POST has no organization yet to keep
 * its answer in: see organizations.ts.
 */
export function idempotent(deps: Deps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const caller = c.get('caller');
    const given = c.req.method === 'POST' ? idempotencyKeyOf(c) : undefined;
    if (given === undefined || caller?.kind !== 'key') return next();
    const key = `${caller.keyId} ${given}`;
    const at = new Date(deps.clock());
    const requestHash = await hashRequest(c);
    const { organizationId } = caller;
    const admission = await deps.database.inOrganization(organizationId, tx =>
      admit(tx, { key, requestHash, at }),
    );
    if (admission.kind !== 'first') return replay(admission);
    await next();
    const answer = await keepable(c.res);
    await deps.database.inOrganization(organizationId, tx =>
      answer === undefined ? withdraw(tx, key) : keepAnswer(tx, key, answer),
    );
  };
}

/** Method, path with query, and body: what makes two requests the same one. */
export async function hashRequest(c: Context<ApiEnv>): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  return createHash('sha256')
    .update(`${c.req.method} ${pathname}${search}\n${await c.req.text()}`)
    .digest('base64url');
}

async function keepable(response: Response): Promise<{ status: number; body: unknown } | undefined> {
  if (!response.ok) return undefined;
  const headers = Object.fromEntries(
    keptHeaders.flatMap(name => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  return { status: response.status, body: { text: await response.clone().text(), headers } };
}

export function replay(admission: Admission): Response {
  if (admission.kind === 'first') throw new Error('A first request has no answer to repeat.');
  if (admission.kind === 'mismatch') {
    throw new Problem('idempotency_key_reused', 'This Idempotency-Key came with another request before.', {
      fix: 'Use a new key for every new request, and the old one only to repeat the very same request.',
    });
  }
  if (admission.kind === 'running') {
    throw new Problem(
      'request_running',
      'The first request with this Idempotency-Key has not answered yet.',
      {
        fix: 'Wait a moment and repeat it.',
        headers: { 'retry-after': '1' },
      },
    );
  }
  const { text, headers } = storedAnswer.parse(admission.body);
  return new Response(admission.status === 204 ? null : text, {
    status: admission.status,
    headers: { ...headers, 'idempotency-replayed': 'true' },
  });
}
