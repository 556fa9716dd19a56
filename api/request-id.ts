import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ApiEnv, Deps } from './deps.ts';

/** What a caller may choose as request id: nothing that could forge a log line. */
const acceptable = /^[A-Za-z0-9._:-]{1,100}$/;

/** One id from the request through the logs to the answer (OPS-4). */
export function withRequestId(deps: Deps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && acceptable.test(given) ? given : randomUUID();
    c.set('requestId', requestId);
    c.set('logger', deps.logger.child({ requestId }));
    const startedAtMs = performance.now();
    await next();
    c.res.headers.set('x-request-id', requestId);
    const durationMs = Math.round(performance.now() - startedAtMs);
    // The pattern, not the address: queries hold what people are searched by.
    const { method } = c.req;
    c.var.logger.info({ method, route: routePath(c, -1), status: c.res.status, durationMs }, 'answered');
  };
}
