import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiEnv } from './deps.ts';

const usual = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: 'DENY',
  // What a route has set itself, such as the policy of its page, stands.
  overwrite: false,
});

/** An API answers data: nothing of it is to be framed, sniffed, cached or run. There is no CORS. */
export const securityHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await usual(c, next);
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
};
