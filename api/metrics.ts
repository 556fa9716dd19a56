import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Api, ApiEnv } from './deps.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly observe: MiddlewareHandler<ApiEnv>;
}

/** Durations by route pattern, so that ids and unknown paths make no series of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'tandem_http_request_duration_seconds',
    help: 'Duration of API requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return {
    registry,
    observe: async (c, next) => {
      const startedAtMs = performance.now();
      await next();
      const route = routePath(c, -1);
      const seconds = (performance.now() - startedAtMs) / 1000;
      durations.observe({ method: c.req.method, route, status: String(c.res.status) }, seconds);
    },
  };
}

export function serveMetrics(app: Api, { registry }: Metrics): void {
  app.get('/metrics', async c => {
    return c.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
}
