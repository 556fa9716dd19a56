import type { Side } from './schema.ts';
import type { Transaction } from './transaction.ts';

/**
 * A write that is about to be tried, committed before the call (ARCHITECTURE.md section 5). A create is found again by
 * its key. A removal is by the entry of the ledger (`sourceId`): when it is found done, it was not its user's doing.
 */
export interface Intent {
  readonly id: string;
  readonly epoch: number;
  readonly target: Side;
  readonly op: 'create' | 'delete';
  readonly module: string;
  readonly key: string;
  readonly sourceId: string;
  readonly containerId: string | null;
  /** What a create made, where that much is known of it. */
  readonly targetId: string | null;
  readonly payload: unknown;
  readonly createdAtMs: number;
  /** Until then the call may still take effect: "not found" is believed only afterwards. */
  readonly deadlineAtMs: number;
}

export type NewIntent = Omit<Intent, 'id' | 'epoch' | 'createdAtMs' | 'op' | 'targetId'>;

/** A removal that is open already stays as it is. */
export async function openIntents(
  tx: Transaction,
  { pairingId, epoch, op }: { pairingId: string; epoch: number; op: Intent['op'] },
  intents: readonly NewIntent[],
  nowMs: number,
): Promise<void> {
  if (intents.length === 0) return;
  await tx
    .insertInto('intents')
    .values(
      intents.map(intent => {
        const id = tx.newId('intent');
        return {
          id,
          pairing_id: pairingId,
          epoch,
          target: intent.target,
          op,
          module: intent.module,
          key: intent.key,
          source_id: intent.sourceId,
          target_id: null,
          container_id: intent.containerId,
          fields_sealed: tx.vault.seal('intents', id, 'fields_sealed', intent.payload),
          payload_hash: null,
          created_at: new Date(nowMs),
          deadline_at: new Date(intent.deadlineAtMs),
        };
      }),
    )
    .$if(op === 'delete', query => query.onConflict(conflict => conflict.doNothing()))
    .execute();
}

/** Intents that nobody has closed: what an earlier attempt left behind. */
export async function unclosedIntents(
  tx: Transaction,
  pairingId: string,
  modules: readonly string[],
): Promise<Intent[]> {
  const rows = await tx
    .selectFrom('intents')
    .selectAll()
    .where('pairing_id', '=', pairingId)
    .where('module', 'in', modules)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(row => ({
    id: row.id,
    epoch: row.epoch,
    target: row.target,
    op: row.op === 'delete' ? ('delete' as const) : ('create' as const),
    module: row.module,
    key: row.key,
    sourceId: row.source_id,
    containerId: row.container_id,
    targetId: row.target_id,
    payload: row.fields_sealed && tx.vault.open('intents', row.id, 'fields_sealed', row.fields_sealed),
    createdAtMs: row.created_at.getTime(),
    deadlineAtMs: row.deadline_at.getTime(),
  }));
}

/** The create took effect: from now on it is looked up by the id of what it made. */
export async function noteMade(
  tx: Transaction,
  pairingId: string,
  { target, sourceId }: Pick<Intent, 'target' | 'sourceId'>,
  madeId: string,
): Promise<void> {
  await tx
    .updateTable('intents')
    .set({ target_id: madeId })
    .where('pairing_id', '=', pairingId)
    .where('target', '=', target)
    .where('source_id', '=', sourceId)
    .execute();
}

export async function closeIntents(
  tx: Transaction,
  pairingId: string,
  target: Side,
  sourceIds: readonly string[],
): Promise<void> {
  if (sourceIds.length === 0) return;
  await tx
    .deleteFrom('intents')
    .where('pairing_id', '=', pairingId)
    .where('target', '=', target)
    .where('source_id', 'in', sourceIds)
    .execute();
}
