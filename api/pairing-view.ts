import { z } from '@hono/zod-openapi';
import { type CycleView, readCycles } from '../db/cycles-view.ts';
import { countItems, type ItemCounts, type PairingView } from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import { pairingWorkflowId } from '../workflows/messages.ts';
import type { Deps } from './deps.ts';
import { isoOrNull, moment } from './route.ts';

export const pairingStates = [
  'initializing',
  'in_sync',
  'catching_up',
  'degraded',
  'blocked',
  'paused',
  'disabled',
] as const;

const lastCycle = z.object({
  id: z.string(),
  number: z.int(),
  outcome: z.string().nullable().openapi({ description: 'null while it runs' }),
  startedAt: moment,
  finishedAt: moment.nullable(),
});

export const pairingSchema = z
  .object({
    id: z.string().openapi({ example: 'prg_k3v9q2m7x1c8b5n4z6f0' }),
    policyId: z.string(),
    mailbox: z.string().openapi({ example: 'ann@contoso.com' }),
    crmUser: z
      .object({ id: z.string().nullable(), email: z.string().nullable(), timeZone: z.string().nullable() })
      .openapi({ description: 'As resolved by the first cycle; until then what the admin gave' }),
    desired: z.enum(['running', 'paused', 'removed']).openapi({ description: 'What was asked for last' }),
    state: z.enum(pairingStates),
    reason: z.string().nullable(),
    fix: z.string().nullable().openapi({ description: 'Whose move it is, and what to do' }),
    errorStreak: z.int().openapi({ description: 'Consecutive cycles with errors' }),
    lastCycle: lastCycle.nullable(),
    nextDueAt: moment.nullable(),
    progress: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({
        description: 'Of the first cycle, while it runs',
        example: { phase: 'contacts', done: 1200, expected: 4800 },
      }),
    counts: z.record(z.string(), z.record(z.string(), z.int())).openapi({
      description: 'Items by module and state',
      example: { contacts: { in_sync: 480, failing: 2 } },
    }),
    workflowId: z.string(),
    runUrl: z.string().openapi({ description: 'The workflow in the Temporal Web UI' }),
    createdAt: moment,
  })
  .openapi('Pairing');

export type PairingBody = z.infer<typeof pairingSchema>;

/** `rows` as the API shows them, with their counts and last cycles read together. */
export async function pairingBodies(
  deps: Deps,
  tx: Transaction,
  rows: readonly PairingView[],
): Promise<PairingBody[]> {
  const counts = await countItems(
    tx,
    rows.map(row => row.id),
  );
  const cycles = await readCycles(
    tx,
    rows.flatMap(row => row.last_cycle_id ?? []),
  );
  return rows.map(row =>
    pairingBody(deps, row, counts.get(row.id) ?? {}, cycles.get(row.last_cycle_id ?? '')),
  );
}

function pairingBody(
  deps: Deps,
  row: PairingView,
  counts: ItemCounts,
  cycle: CycleView | undefined,
): PairingBody {
  return {
    id: row.id,
    policyId: row.policy_id,
    mailbox: row.mailbox,
    crmUser: crmUserOf(row),
    desired: row.desired,
    state: row.state,
    reason: row.reason,
    fix: row.fix,
    errorStreak: row.error_streak,
    lastCycle: cycle === undefined ? null : lastCycleOf(cycle),
    nextDueAt: isoOrNull(row.due_at),
    progress: row.progress,
    counts,
    workflowId: pairingWorkflowId(row.id),
    runUrl: runUrlOf(deps, row.id, null),
    createdAt: row.created_at.toISOString(),
  };
}

function crmUserOf(row: PairingView): PairingBody['crmUser'] {
  const wanted = row.crm_user_wanted;
  const isAddress = wanted?.includes('@') ?? false;
  return {
    id: row.crm_user_id ?? (isAddress ? null : wanted),
    email: row.crm_user_email ?? (isAddress ? wanted : null),
    timeZone: row.crm_time_zone,
  };
}

function lastCycleOf(cycle: CycleView): NonNullable<PairingBody['lastCycle']> {
  return {
    id: cycle.id,
    number: cycle.number,
    outcome: cycle.outcome,
    startedAt: cycle.started_at.toISOString(),
    finishedAt: isoOrNull(cycle.finished_at),
  };
}

/** Without a run the Web UI shows the newest one. */
export function runUrlOf(deps: Deps, pairingId: string, runId: string | null): string {
  const { url, namespace } = deps.temporalUi;
  const workflow = encodeURIComponent(pairingWorkflowId(pairingId));
  const run = runId === null ? '' : `/${encodeURIComponent(runId)}/history`;
  return `${url}/namespaces/${encodeURIComponent(namespace)}/workflows/${workflow}${run}`;
}
