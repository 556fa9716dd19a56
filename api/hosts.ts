import type { MiddlewareHandler } from 'hono';
import type { ApiEnv, Deps } from './deps.ts';
import { Problem } from './problem.ts';

/** Answers only to names that the installation knows: a web page cannot reach a loopback API by DNS rebinding. */
export function onlyAllowedHosts(deps: Deps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { hostname } = new URL(c.req.url);
    if (!deps.allowedHosts.has(hostname)) {
      throw new Problem('misdirected_request', `"${hostname}" is not a name of this API.`, {
        fix: 'Use one of the configured host names, or have the operator add this one.',
      });
    }
    await next();
  };
}
