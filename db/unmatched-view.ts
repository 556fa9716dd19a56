import type { Selectable } from 'kysely';
import { canonicalAddress } from '../sync/mail/address.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { UnmatchedAddressesTable, UnmatchedState } from './schema-mail.ts';
import type { Transaction } from './transaction.ts';
import { hashOfAddress, openedPerson } from './unmatched-addresses.ts';

/** An unmatched address in clear; whoever shows it masks it (OPS-2). */
export interface UnmatchedView {
  readonly row: Selectable<UnmatchedAddressesTable>;
  readonly address: string;
  readonly name: string | null;
}

export interface UnmatchedFilter {
  readonly state: UnmatchedState;
  readonly pairingId?: string | undefined;
  /** An address, however it is written. */
  readonly q?: string | undefined;
}

const byId: Keyset<Selectable<UnmatchedAddressesTable>> = {
  list: 'unmatched-addresses',
  columns: ['id'],
  direction: 'asc',
  key: row => [row.id],
};

export async function listUnmatched(
  tx: Transaction,
  { state, pairingId, q }: UnmatchedFilter,
  request: PageRequest,
): Promise<Page<UnmatchedView>> {
  let query = tx.selectFrom('unmatched_addresses').selectAll().where('state', '=', state);
  if (pairingId !== undefined) query = query.where('pairing_id', '=', pairingId);
  if (q !== undefined) query = query.where('address_hash', '=', hashOfAddress(tx, canonicalAddress(q) ?? q));
  const { data, nextCursor } = await page(tx, query, byId, request);
  return { data: data.map(row => viewOf(tx, row)), nextCursor };
}

/** Locked until the transaction ends: a cycle that answers a wish waits for whoever decides, and the other way round. */
export async function lockUnmatched(tx: Transaction, id: string): Promise<UnmatchedView | undefined> {
  const row = await tx
    .selectFrom('unmatched_addresses')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && viewOf(tx, row);
}

/** What an admin decided about an address. An earlier answer about it has had its time. */
export async function decideUnmatched(
  tx: Transaction,
  { row, ...person }: UnmatchedView,
  state: Extract<UnmatchedState, 'wanted' | 'ignored' | 'excluded'>,
): Promise<UnmatchedView> {
  if (row.state === state) return { row, ...person };
  const decided = { state, reason: null };
  await tx.updateTable('unmatched_addresses').set(decided).where('id', '=', row.id).execute();
  return { row: { ...row, ...decided }, ...person };
}

function viewOf(tx: Transaction, row: Selectable<UnmatchedAddressesTable>): UnmatchedView {
  return { row, ...openedPerson(tx, row.id, row.person_sealed) };
}
