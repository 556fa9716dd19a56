import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/** Somebody of a message who is nobody in the CRM (MAIL-9). */
export interface MetAddress {
  /** Canonical. */
  readonly address: string;
  readonly name: string | null;
  /** Why nobody was made of it. */
  readonly code: string;
}

function sealedPerson(tx: Transaction, id: string, person: Pick<MetAddress, 'address' | 'name'>) {
  return tx.vault.seal('unmatched_addresses', id, 'person_sealed', person);
}

export function openedPerson(
  tx: Transaction,
  id: string,
  sealed: Buffer,
): Pick<MetAddress, 'address' | 'name'> {
  return tx.vault.open('unmatched_addresses', id, 'person_sealed', sealed) as Pick<
    MetAddress,
    'address' | 'name'
  >;
}

export const hashOfAddress = (tx: Transaction, address: string) => tx.vault.hash('unmatched', address);

const ROWS_PER_STATEMENT = 1_000;

/**
 * Counts the messages that addresses were met in, one for each time that an address is named; what an admin decided about
 * it stays. Always in the same order: colleagues who meet the same addresses wait for one another and not for each other.
 */
export async function countUnmatched(
  tx: Transaction,
  place: MeetingPlace,
  met: readonly MetAddress[],
  nowMs: number,
): Promise<void> {
  const byHash = [...Map.groupBy(met, ({ address }) => hashOfAddress(tx, address))];
  const rows = byHash
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hash, times]) => ({
      ...rowOf(tx, place, times[0]!, nowMs),
      address_hash: hash,
      messages: times.length,
    }));
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    await tx
      .insertInto('unmatched_addresses')
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .onConflict(conflict =>
        conflict.columns(['connection_id', 'address_hash']).doUpdateSet(set => ({
          pairing_id: set.ref('excluded.pairing_id'),
          code: set.ref('excluded.code'),
          messages: sql`unmatched_addresses.messages + excluded.messages`,
          last_seen_at: set.ref('excluded.last_seen_at'),
        })),
      )
      .execute();
}

interface MeetingPlace {
  readonly pairingId: string;
  readonly connectionId: string;
}

function rowOf(
  tx: Transaction,
  { pairingId, connectionId }: MeetingPlace,
  { address, name, code }: MetAddress,
  nowMs: number,
) {
  const id = tx.newId('unmatchedAddress');
  return {
    id,
    connection_id: connectionId,
    pairing_id: pairingId,
    person_sealed: sealedPerson(tx, id, { address, name }),
    code,
    ...{ first_seen_at: new Date(nowMs), last_seen_at: new Date(nowMs) },
    ...{ reason: null, crm_kind: null, crm_id: null },
  };
}

/** Addresses that are somebody in the CRM now leave the list. */
export async function matchedNow(
  tx: Transaction,
  connectionId: string,
  addresses: readonly string[],
): Promise<void> {
  if (addresses.length === 0) return;
  await tx
    .deleteFrom('unmatched_addresses')
    .where('connection_id', '=', connectionId)
    .where(
      'address_hash',
      'in',
      addresses.map(address => hashOfAddress(tx, address)),
    )
    .where('state', 'in', ['open', 'wanted'])
    .execute();
}

export interface WantedPerson {
  readonly id: string;
  readonly address: string;
  readonly name: string | null;
}

/** Whom an admin wants in the CRM, to be made by this pairing. */
export async function wantedPeople(tx: Transaction, pairingId: string): Promise<WantedPerson[]> {
  const rows = await tx
    .selectFrom('unmatched_addresses')
    .select(['id', 'person_sealed'])
    .where('pairing_id', '=', pairingId)
    .where('state', '=', 'wanted')
    .orderBy('id')
    .execute();
  return rows.map(row => ({ id: row.id, ...openedPerson(tx, row.id, row.person_sealed) }));
}

/** What came of it: the person's record, or why there is none, which an admin may try again. */
export async function answerWanted(
  tx: Transaction,
  id: string,
  answer: { readonly crmKind: 'contact' | 'lead'; readonly crmId: string } | { readonly reason: string },
): Promise<void> {
  await tx
    .updateTable('unmatched_addresses')
    .set(
      'crmId' in answer
        ? { state: 'created', crm_kind: answer.crmKind, crm_id: answer.crmId, reason: null }
        : { state: 'open', reason: answer.reason },
    )
    .where('id', '=', id)
    .execute();
}
