import { sql } from 'kysely';
import { finishOperationsOfCycle } from './operations.ts';
import type { Transaction } from './transaction.ts';

/** Flat counters, `module.action` or `module.failed.kind`; added up over the steps of a cycle. */
export type Counts = Readonly<Record<string, number>>;

export interface CycleError {
  readonly phase: string;
  readonly kind: string;
  readonly message: string;
}

/** Begins a cycle; a step that is tried again finds it begun. */
export async function beginCycle(
  tx: Transaction,
  pairingId: string,
  number: number,
  trigger: string,
  nowMs: number,
): Promise<void> {
  await tx
    .insertInto('cycles')
    .values({ id: tx.newId('cycle'), pairing_id: pairingId, number, trigger, started_at: new Date(nowMs) })
    .onConflict(conflict => conflict.columns(['pairing_id', 'number']).doNothing())
    .execute();
}

export async function addToCycle(
  tx: Transaction,
  pairingId: string,
  number: number,
  counts: Counts,
  calls: Counts = {},
): Promise<void> {
  if (Object.keys(counts).length + Object.keys(calls).length === 0) return;
  const sum = (
    column: 'counts' | 'calls',
    more: Counts,
  ) => sql<string>`coalesce((select jsonb_object_agg(key, total) from (
    select key, sum(value::numeric) as total from (
      select * from jsonb_each_text(${sql.ref(column)}) union all select * from jsonb_each_text(${JSON.stringify(more)}::jsonb)) as merged
    group by key) as sums), '{}'::jsonb)`;
  await tx
    .updateTable('cycles')
    .set({ counts: sum('counts', counts), calls: sum('calls', calls) })
    .where('pairing_id', '=', pairingId)
    .where('number', '=', number)
    .execute();
}

/** The last cycle that has begun, whether it has ended or not. */
export async function newestCycle(
  tx: Transaction,
  pairing: { readonly id: string; readonly cycle: number },
): Promise<number> {
  const { number } = await tx
    .selectFrom('cycles')
    .select(max => max.fn.max('number').as('number'))
    .where('pairing_id', '=', pairing.id)
    .executeTakeFirstOrThrow();
  return Math.max(pairing.cycle, number ?? 0);
}

export interface RunningCycle {
  readonly id: string;
  readonly startedAtMs: number;
  readonly counts: Counts;
}

export async function readCycle(tx: Transaction, pairingId: string, number: number): Promise<RunningCycle> {
  const row = await tx
    .selectFrom('cycles')
    .select(['id', 'started_at', 'counts'])
    .where('pairing_id', '=', pairingId)
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  return { id: row.id, startedAtMs: row.started_at.getTime(), counts: row.counts as Counts };
}

/** Ends a cycle and the operations that waited for it. */
export async function endCycle(
  tx: Transaction,
  pairingId: string,
  number: number,
  outcome: string,
  errors: readonly CycleError[],
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await tx
    .updateTable('cycles')
    .set({ finished_at: now, outcome, errors: JSON.stringify(errors) })
    .where('pairing_id', '=', pairingId)
    .where('number', '=', number)
    .execute();
  const state = outcome === 'error' || outcome === 'blocked' ? 'failed' : 'done';
  await finishOperationsOfCycle(tx, { pairingId, cycle: number, at: now, state });
}
