import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/** Another pairing of the same CRM that has a record in its mailbox. */
export interface Companion {
  readonly itemId: string;
  readonly pairingId: string;
  readonly crmUserId: string | null;
  readonly crmId: string;
  readonly meetingHash: string | null;
}

interface Row {
  readonly id: string;
  readonly pairing_id: string;
  readonly crm_user_id: string | null;
  readonly crm_id: string;
  readonly meeting_hash: string | null;
}

/** Who else has these records, by record, of those that belong to meetings (CAL-2). */
export async function findCompanions(
  tx: Transaction,
  pairingId: string,
  connectionId: string,
  crmIds: readonly string[],
): Promise<Map<string, Companion[]>> {
  const found = await companionsBy(tx, 'crm_id', crmIds, pairingId, connectionId);
  return Map.groupBy(found, ({ crmId }) => crmId);
}

/** Who else has the record of these meetings, by the meetings' hashes. */
export async function findMeetings(
  tx: Transaction,
  pairingId: string,
  connectionId: string,
  hashes: readonly string[],
): Promise<Map<string, Companion[]>> {
  const found = await companionsBy(tx, 'meeting_hash', hashes, pairingId, connectionId);
  return Map.groupBy(found, ({ meetingHash }) => meetingHash ?? '');
}

async function companionsBy(
  tx: Transaction,
  column: 'crm_id' | 'meeting_hash',
  values: readonly string[],
  pairingId: string,
  connectionId: string,
): Promise<Companion[]> {
  if (values.length === 0) return [];
  const { rows } = await sql<Row>`
    select i.id, i.pairing_id, p.crm_user_id, i.crm_id, i.meeting_hash from items i
    join pairings p on p.id = i.pairing_id join policies o on o.id = p.policy_id
    where ${sql.ref(`i.${column}`)} = any(${values}::text[])
      and i.crm_id is not null and i.meeting_hash is not null and i.link = 'linked'
      and i.pairing_id <> ${pairingId} and o.crm_connection_id = ${connectionId} and p.desired <> 'removed'
    order by i.pairing_id collate "C"`.execute(tx);
  return rows.map(companionOf);
}

function companionOf(row: Row): Companion {
  return {
    itemId: row.id,
    pairingId: row.pairing_id,
    crmUserId: row.crm_user_id,
    crmId: row.crm_id,
    meetingHash: row.meeting_hash,
  };
}

/** Of these addresses, those of other mailboxes whose appointments are synchronized with the same CRM. */
export async function findSyncedCalendars(
  tx: Transaction,
  pairingId: string,
  connectionId: string,
  addresses: readonly string[],
): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const rows = await sql<{ address: string }>`
    select lower(p.mailbox) as address from pairings p join policies o on o.id = p.policy_id
    where lower(p.mailbox) = any(${addresses}::text[]) and p.id <> ${pairingId} and p.desired = 'running' and o.enabled
      and o.crm_connection_id = ${connectionId}
      and (o.options #>> '{modules,appointments,enabled}') = 'true'
      and coalesce(o.options #>> '{modules,appointments,direction}', 'both') = 'both'`.execute(tx);
  return new Set(rows.rows.map(({ address }) => address));
}

/** The user's own items of the mailbox that are these meetings, by hash (PAIR-7, CAL-2). */
export async function ownMeetings(
  tx: Transaction,
  pairingId: string,
  hashes: readonly string[],
): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await sql<{ id: string; meeting_hash: string }>`
    select id, meeting_hash from items where pairing_id = ${pairingId} and meeting_hash = any(${hashes}::text[])
      and link = 'already_there' and crm_id is null`.execute(tx);
  return new Map(rows.rows.map(({ id, meeting_hash: hash }) => [hash, id]));
}

/**
 * Of these records, those whose owner's pairing has them not yet and invites people when it brings them into the mailbox
 * (POL-18): a pairing that is through its first cycle, under a policy that sends.
 */
export async function findInviting(
  tx: Transaction,
  pairingId: string,
  connectionId: string,
  records: readonly { readonly crmId: string; readonly ownerId: string }[],
): Promise<string[]> {
  if (records.length === 0) return [];
  const rows = await sql<{ crm_id: string }>`
    select r.crm_id
    from unnest(${records.map(({ crmId }) => crmId)}::text[], ${records.map(({ ownerId }) => ownerId)}::text[]) as r(crm_id, owner_id)
    join pairings p on p.crm_user_id = r.owner_id join policies o on o.id = p.policy_id
    where p.id <> ${pairingId} and p.desired = 'running' and p.initialized_at is not null and o.enabled
      and o.crm_connection_id = ${connectionId} and (o.options #>> '{calendar,invitations}') = 'send'
      and (o.options #>> '{modules,appointments,enabled}') = 'true'
      and not exists (select from items i where i.pairing_id = p.id and i.crm_id = r.crm_id)
    order by r.crm_id collate "C"`.execute(tx);
  return rows.rows.map(row => row.crm_id);
}
