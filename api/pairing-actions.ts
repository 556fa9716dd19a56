import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { newestCycle } from '../db/cycles.ts';
import { finishOperation, runningOperation, startOperation } from '../db/operations.ts';
import {
  type PairingView,
  removePairing,
  wantPause,
  wantRemoval,
  wantResume,
  wantRun,
} from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import { access } from './auth.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { pairingOr404 } from './pairings.ts';
import { Problem, problemResponses } from './problem.ts';
import { answers, idParam } from './route.ts';
import { change } from './tenant.ts';
import { wakePairings } from './waking.ts';

const tags = ['pairings'];

const started = z
  .object({ operationId: z.string().openapi({ example: 'opr_k3v9q2m7x1c8b5n4z6f0' }) })
  .openapi('StartedOperation');

const accepted = answers(started, 'Stored; GET /v1/operations/{operationId} shows when it is done');

const pause = createRoute({
  ...access('operator', 'pairings.pause'),
  method: 'post',
  path: '/pairings/{id}/pause',
  tags,
  summary: 'Stop syncing after the running page; changes are collected meanwhile',
  request: { params: idParam('prg') },
  responses: { 202: accepted, ...problemResponses(401, 403, 404, 409, 422) },
});

const resume = createRoute({
  ...access('operator', 'pairings.resume'),
  method: 'post',
  path: '/pairings/{id}/resume',
  tags,
  summary: 'Sync again, from where it stopped',
  request: { params: idParam('prg') },
  responses: { 202: accepted, ...problemResponses(401, 403, 404, 409, 422) },
});

const sync = createRoute({
  ...access('operator', 'pairings.sync'),
  method: 'post',
  path: '/pairings/{id}/sync',
  tags,
  summary: 'Sync now: poll the CRM, then run a cycle',
  request: { params: idParam('prg') },
  responses: { 202: accepted, ...problemResponses(401, 403, 404, 409, 422) },
});

const remove = createRoute({
  ...access('admin', 'pairings.delete'),
  method: 'delete',
  path: '/pairings/{id}',
  tags,
  summary: 'End a pairing; nothing is deleted in the CRM (PAIR-12)',
  request: {
    params: idParam('prg'),
    query: z.strictObject({
      mailbox: z
        .enum(['keep', 'cleanup'])
        .default('keep')
        .openapi({ description: 'What becomes of the synced items in the mailbox' }),
    }),
  },
  responses: { 202: accepted, ...problemResponses(400, 401, 403, 404, 422) },
});

export function servePairingActions(app: Api, deps: Deps): void {
  app.openapi(pause, async c => c.json(await act(deps, c, c.req.valid('param').id, pausing), 202));
  app.openapi(resume, async c => c.json(await act(deps, c, c.req.valid('param').id, resuming), 202));
  app.openapi(sync, async c => c.json(await act(deps, c, c.req.valid('param').id, syncing), 202));

  app.openapi(remove, async c => {
    if (c.req.valid('query').mailbox === 'cleanup') {
      throw new Problem(
        'unprocessable',
        'This version cannot clean a mailbox up when its pairing is deleted.',
        {
          fix: 'Use ?mailbox=keep, which leaves the synced items where they are.',
        },
      );
    }
    return c.json(await act(deps, c, c.req.valid('param').id, removing), 202);
  });
}

/** What an action writes into the rows, and when it is done. */
interface Action {
  readonly kind: 'pause' | 'resume' | 'sync' | 'remove';
  readonly endsWithNextCycle: boolean;
  /** An action that still runs and that this one takes the place of. */
  readonly instead?: 'pause' | 'resume';
  want(tx: Transaction, pairing: PairingView, nowMs: number): Promise<void>;
  /** Nobody runs who could report the end: the rows say it all. */
  isDoneAtOnce(pairing: PairingView): boolean;
}

const pausing: Action = {
  kind: 'pause',
  endsWithNextCycle: false,
  instead: 'resume',
  want: (tx, { id }) => wantPause(tx, id),
  isDoneAtOnce: ({ state, policy_enabled: runs }) => state === 'paused' || !runs,
};

const resuming: Action = {
  kind: 'resume',
  endsWithNextCycle: true,
  instead: 'pause',
  want: (tx, { id }) => wantResume(tx, id),
  isDoneAtOnce: ({ state, policy_enabled: runs }) => !runs || state !== 'paused',
};

const syncing: Action = {
  kind: 'sync',
  endsWithNextCycle: true,
  want: async (tx, pairing, nowMs) => {
    requireRunning(pairing);
    await wantRun(tx, pairing, nowMs);
  },
  isDoneAtOnce: () => false,
};

const removing: Action = {
  kind: 'remove',
  endsWithNextCycle: false,
  want: (tx, { id }) => wantRemoval(tx, id),
  isDoneAtOnce: hasNeverRun,
};

function requireRunning({ desired, policy_enabled: runs }: PairingView): void {
  if (!runs) {
    throw new Problem('conflict', 'The policy of this pairing is disabled.', {
      fix: 'Enable the policy first.',
    });
  }
  if (desired !== 'running') {
    throw new Problem('conflict', 'This pairing is paused.', {
      fix: 'Resume it; a due cycle then runs at once.',
    });
  }
}

/** No workflow was ever started that would end and take the rows with it. */
function hasNeverRun({ state, epoch }: PairingView): boolean {
  return state === 'disabled' && epoch === 0;
}

/** Rows first, then the signal: it answers also while no worker is up, and is safe to repeat (PAIR-4). */
async function act(
  deps: Deps,
  c: Context<ApiEnv>,
  id: string,
  action: Action,
): Promise<z.infer<typeof started>> {
  const { operationId, pairing, wakes } = await change(deps, c, async (tx, note) => {
    const pairing = await pairingOr404(tx, id);
    if (pairing.desired === 'removed' && action !== removing) {
      throw new Problem('conflict', 'This pairing is being deleted.', { fix: 'Create a new one.' });
    }
    await action.want(tx, pairing, deps.clock());
    const operationId = await track(deps, tx, pairing, action);
    note(id, { operationId });
    return { operationId, pairing, wakes: !hasNeverRun(pairing) };
  });
  if (wakes) {
    const feeds = action === syncing ? [pairing.crm_connection_id] : [];
    await wakePairings(deps, c, [{ id, policyId: pairing.policy_id }], feeds);
  }
  c.header('location', `/v1/operations/${operationId}`);
  return { operationId };
}

/** The operation that shows the action's progress; the one of an earlier request, where that still runs. */
async function track(deps: Deps, tx: Transaction, pairing: PairingView, action: Action): Promise<string> {
  const at = new Date(deps.clock());
  if (action.instead !== undefined) await supersede(tx, pairing.id, action.instead, at);
  const running = await runningOperation(tx, pairing.id, action.kind);
  if (running !== undefined) return running;
  const operationId = await startOperation(tx, {
    kind: action.kind,
    pairingId: pairing.id,
    policyId: pairing.policy_id,
    ...(action.endsWithNextCycle && { untilCycle: (await newestCycle(tx, pairing)) + 1 }),
    at,
  });
  if (!action.isDoneAtOnce(pairing)) return operationId;
  if (action === removing) await removePairing(tx, pairing.id, at.getTime());
  else await finishOperation(tx, operationId, { state: 'done', at });
  return operationId;
}

async function supersede(tx: Transaction, pairingId: string, kind: string, at: Date): Promise<void> {
  const operationId = await runningOperation(tx, pairingId, kind);
  if (operationId === undefined) return;
  await finishOperation(tx, operationId, {
    state: 'failed',
    result: { reason: 'The opposite was asked for before this was done.' },
    at,
  });
}
