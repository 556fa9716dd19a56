import { createRoute, z } from '@hono/zod-openapi';
import { SyncFailure } from '../sync/failure.ts';
import { access } from './auth.ts';
import { connectionOr404 } from './connection-change.ts';
import { connectCrm, connectMailboxes, type Reachability, reachabilityOf } from './connectors.ts';
import type { Api, Deps } from './deps.ts';
import { problemResponses } from './problem.ts';
import { answers, idParam } from './route.ts';
import { change } from './tenant.ts';

const check = z
  .object({
    stage: z.string().openapi({ example: 'permissions' }),
    check: z.string().openapi({ example: 'Contacts.ReadWrite' }),
    state: z.enum(['ok', 'missing', 'too_broad', 'unknown']),
    detail: z.string(),
    who: z.string().optional().openapi({ description: 'Who can grant what is missing' }),
    fix: z.string().optional().openapi({ description: 'How, with the command where there is one' }),
  })
  .openapi('ConnectionCheck');

type Check = z.infer<typeof check>;

const testRoute = createRoute({
  ...access('operator', 'connections.test'),
  method: 'post',
  path: '/connections/{id}/test',
  tags: ['connections'],
  summary: 'Try everything that the connection needs (OPS-3)',
  request: {
    params: idParam('con'),
    body: {
      required: false,
      content: {
        'application/json': {
          schema: z.strictObject({
            mailbox: z.email().max(320).optional().openapi({ description: 'A mailbox to try as well' }),
          }),
        },
      },
    },
  },
  responses: {
    200: answers(
      z.object({ ok: z.boolean(), checks: z.array(check) }).openapi('ConnectionTest'),
      'Every check; ok when something works and nothing is missing',
    ),
    ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422),
  },
});

export function serveConnectionTest(app: Api, deps: Deps): void {
  app.openapi(testRoute, async c => {
    const { id } = c.req.valid('param');
    const { mailbox } = c.req.valid('json');
    const reach = await change(deps, c, async (tx, note) => {
      const connection = await connectionOr404(tx, id);
      note(id);
      return reachabilityOf(tx, connection);
    });
    return c.json(await runChecks(deps, reach, mailbox), 200);
  });
}

async function runChecks(
  deps: Deps,
  to: Reachability,
  mailbox: string | undefined,
): Promise<{ ok: boolean; checks: Check[] }> {
  try {
    const checks =
      to.side === 'mailbox' ? connectMailboxes(deps, to).test(mailbox) : connectCrm(deps, to).test();
    const done = [...(await checks)];
    return { ok: isUsable(done), checks: done };
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    return { ok: false, checks: [unreachable(error)] };
  }
}

/** Something works and nothing is missing. What could not be found out does not count against it. */
function isUsable(checks: readonly Check[]): boolean {
  return checks.some(({ state }) => state === 'ok') && checks.every(({ state }) => state !== 'missing');
}

function unreachable(failure: SyncFailure): Check {
  return {
    stage: 'connect',
    check: 'reach the system',
    state: failure.kind === 'transient' || failure.kind === 'throttled' ? 'unknown' : 'missing',
    detail: failure.message,
    ...(failure.fix !== undefined && { fix: failure.fix }),
  };
}
