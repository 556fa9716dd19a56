import { type PairingRow, requestedAfter, Superseded } from './pairing-state.ts';
import type { Transaction } from './transaction.ts';

export interface IdleCycle {
  readonly number: number;
  readonly trigger: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly dueAtMs: number;
  readonly calls: Readonly<Record<string, number>>;
}

/** Ends a cycle that found nothing to do: log and pairing in one statement, since this is what happens most. */
export async function recordIdleCycle(
  tx: Transaction,
  pairing: Pick<PairingRow, 'id' | 'epoch'>,
  cycle: IdleCycle,
): Promise<void> {
  const id = tx.newId('cycle');
  const ended = new Date(cycle.endedAtMs);
  const result = await tx
    .with('recorded', db =>
      db
        .insertInto('cycles')
        .values({
          id,
          pairing_id: pairing.id,
          number: cycle.number,
          trigger: cycle.trigger,
          started_at: new Date(cycle.startedAtMs),
          finished_at: ended,
          outcome: 'idle',
          calls: JSON.stringify(cycle.calls),
        })
        .onConflict(conflict =>
          conflict.columns(['pairing_id', 'number']).doUpdateSet({ finished_at: ended, outcome: 'idle' }),
        ),
    )
    .updateTable('pairings')
    .set({
      cycle: cycle.number,
      state: 'in_sync',
      reason: null,
      fix: null,
      error_streak: 0,
      error_since: null,
      run_requested_at: requestedAfter(cycle.startedAtMs),
      last_cycle_id: id,
      last_cycle_at: new Date(cycle.startedAtMs),
      due_at: new Date(cycle.dueAtMs),
      progress: null,
    })
    .where('id', '=', pairing.id)
    .where('epoch', '=', pairing.epoch)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw new Superseded();
}
