import type { Selectable } from 'kysely';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { CyclesTable } from './schema.ts';
import type { Transaction } from './transaction.ts';

export type CycleView = Selectable<CyclesTable>;

const newestFirst = (pairingId: string): Keyset<CycleView> => ({
  list: `cycles ${pairingId}`,
  columns: ['number'],
  direction: 'desc',
  key: row => [row.number],
});

export function listCycles(
  tx: Transaction,
  pairingId: string,
  request: PageRequest,
): Promise<Page<CycleView>> {
  const query = tx.selectFrom('cycles').selectAll().where('pairing_id', '=', pairingId);
  return page(tx, query, newestFirst(pairingId), request);
}

export async function readCycle(tx: Transaction, id: string): Promise<CycleView | undefined> {
  return tx.selectFrom('cycles').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function readCycles(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CycleView>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('cycles').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map(row => [row.id, row]));
}
