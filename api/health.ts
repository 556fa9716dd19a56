import { createRoute, z } from '@hono/zod-openapi';
import type { Api, Deps } from './deps.ts';
import { answers } from './route.ts';

const readiness = z
  .object({
    ready: z.boolean(),
    checks: z.record(z.string(), z.enum(['ok', 'failed'])),
  })
  .openapi('Readiness');

const livez = createRoute({
  method: 'get',
  path: '/livez',
  operationId: 'livez',
  tags: ['operation'],
  summary: 'Whether the process runs',
  security: [],
  responses: { 200: answers(z.object({ alive: z.literal(true) }), 'The process runs') },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'readyz',
  tags: ['operation'],
  summary: 'Whether requests can be served: database, migrations, Temporal',
  security: [],
  responses: {
    200: answers(readiness, 'Everything it needs answers'),
    503: answers(readiness, 'Something it needs does not answer'),
  },
});

/** OPS-4. Answers without a key, so it tells states and no causes; those are in the log. */
export function serveHealth(app: Api, deps: Deps): void {
  app.openapi(livez, c => c.json({ alive: true as const }, 200));
  app.openapi(readyz, async c => {
    const states = await Promise.all(
      Object.entries({
        database: () => deps.database.ping(),
        migrations: () => deps.database.requireMigrated(),
        temporal: () => deps.workflows.ping(),
      }).map(async ([name, check]) => {
        try {
          await check();
          return [name, 'ok'] as const;
        } catch (error) {
          c.get('logger').warn({ err: error, check: name }, 'not ready');
          return [name, 'failed'] as const;
        }
      }),
    );
    const ready = states.every(([, state]) => state === 'ok');
    return c.json({ ready, checks: Object.fromEntries(states) }, ready ? 200 : 503);
  });
}
