import type { Selectable } from 'kysely';
import type { Transaction } from './database.ts';
import type { JsonObject, OperationsTable } from './schema.ts';

/** Work that a request started and that others can watch. */
export interface Operation {
  id: string;
  kind: string;
  pairingId: string | null;
  policyId: string | null;
  state: 'running' | 'done' | 'failed';
  progress: JsonObject | null;
  result: unknown;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface OperationFacts {
  kind: string;
  pairingId?: string;
  policyId?: string;
  /** Done as soon as a cycle of the pairing with at least this number has ended. */
  untilCycle?: number;
  progress?: JsonObject;
  at: Date;
}

export async function startOperation(tx: Transaction, facts: OperationFacts): Promise<string> {
  const id = tx.newId('operation');
  await tx
    .insertInto('operations')
    .values({
      id,
      kind: facts.kind,
      pairing_id: facts.pairingId ?? null,
      policy_id: facts.policyId ?? null,
      until_cycle: facts.untilCycle ?? null,
      progress: facts.progress ? JSON.stringify(facts.progress) : null,
      created_at: facts.at,
    })
    .execute();
  return id;
}

export async function getOperation(tx: Transaction, id: string): Promise<Operation | undefined> {
  const row = await tx.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
  return row && fromRow(tx, row);
}

/** The newest of a kind that still runs: asking twice for the same thing answers the same operation. */
export async function runningOperation(
  tx: Transaction,
  pairingId: string,
  kind: string,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('operations')
    .select('id')
    .where('pairing_id', '=', pairingId)
    .where('kind', '=', kind)
    .where('state', '=', 'running')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

export async function reportProgress(tx: Transaction, id: string, progress: JsonObject): Promise<void> {
  await tx
    .updateTable('operations')
    .set({ progress: JSON.stringify(progress) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/** The first end counts: repeating it changes nothing. The result is sealed, since a preview shows values. */
export async function finishOperation(
  tx: Transaction,
  id: string,
  end: { state: 'done' | 'failed'; result?: unknown; at: Date },
): Promise<void> {
  await tx
    .updateTable('operations')
    .set({
      state: end.state,
      finished_at: end.at,
      ...(end.result === undefined
        ? {}
        : { result_sealed: tx.vault.seal('operations', id, 'result_sealed', end.result) }),
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/** Ends what waited for a cycle of this number; answers the ids. */
export async function finishOperationsOfCycle(
  tx: Transaction,
  end: { pairingId: string; cycle: number; at: Date; state?: 'done' | 'failed' },
): Promise<string[]> {
  const rows = await tx
    .updateTable('operations')
    .set({ state: end.state ?? 'done', finished_at: end.at })
    .where('pairing_id', '=', end.pairingId)
    .where('state', '=', 'running')
    .where('until_cycle', '<=', end.cycle)
    .returning('id')
    .execute();
  return rows.map(row => row.id).sort();
}

/** Ends the operations of one kind that wait for a pairing. */
export async function finishOperationsOfKind(
  tx: Transaction,
  pairingId: string,
  kind: string,
  nowMs: number,
): Promise<void> {
  await tx
    .updateTable('operations')
    .set({ state: 'done', finished_at: new Date(nowMs) })
    .where('pairing_id', '=', pairingId)
    .where('state', '=', 'running')
    .where('kind', '=', kind)
    .execute();
}

function fromRow(tx: Transaction, row: Selectable<OperationsTable>): Operation {
  const { result_sealed: sealed } = row;
  return {
    id: row.id,
    kind: row.kind,
    pairingId: row.pairing_id,
    policyId: row.policy_id,
    state: row.state,
    progress: row.progress,
    result: sealed ? tx.vault.open('operations', row.id, 'result_sealed', sealed) : null,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
