import { sql } from 'kysely';
import type { Transaction } from './database.ts';
import { EMAILS } from './messages.ts';

const DAY_MS = 24 * 60 * 60_000;
/** POL-28, for a policy that does not say. */
const HISTORY_DAYS = 90;
/** A pairing whose position is older sweeps instead (ARCHITECTURE.md section 4). */
const CHANGE_LOG_DAYS = 30;
/** The guard of deletions looks back one day; the rest is for people who ask. */
const DELETION_DAYS = 30;
/** How long a request may be repeated with its Idempotency-Key. */
const ANSWER_DAYS = 1;
const OPERATION_DAYS = 90;
const NOTIFICATION_DAYS = 90;
/** Nobody decided about these addresses, and no message has them any more. */
const UNMATCHED_DAYS = 365;

export type Purged = Record<
  | 'itemEvents'
  | 'items'
  | 'cycles'
  | 'changeLog'
  | 'deletions'
  | 'answers'
  | 'operations'
  | 'notifications'
  | 'unmatchedAddresses',
  number
>;

/** Deletes the organization's history that is older than it may be kept. The audit log stays. */
export async function purge(tx: Transaction, now: Date): Promise<Purged> {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
  return {
    itemEvents: await purgeItemEvents(tx, now),
    items: await purgeItems(tx, now),
    cycles: await purgeCycles(tx, now),
    changeLog: await count(
      tx.deleteFrom('change_log').where('logged_at', '<', before(CHANGE_LOG_DAYS)).executeTakeFirst(),
    ),
    deletions: await count(
      tx.deleteFrom('deletions').where('at', '<', before(DELETION_DAYS)).executeTakeFirst(),
    ),
    answers: await count(
      tx.deleteFrom('idempotency_keys').where('created_at', '<', before(ANSWER_DAYS)).executeTakeFirst(),
    ),
    operations: await count(
      tx
        .deleteFrom('operations')
        .where('created_at', '<', before(OPERATION_DAYS))
        .where('state', '<>', 'running')
        .executeTakeFirst(),
    ),
    notifications: await count(
      tx
        .deleteFrom('notifications')
        .where('created_at', '<', before(NOTIFICATION_DAYS))
        .where('state', '<>', 'pending')
        .executeTakeFirst(),
    ),
    unmatchedAddresses: await count(
      tx
        .deleteFrom('unmatched_addresses')
        .where('last_seen_at', '<', before(UNMATCHED_DAYS))
        .where('state', '=', 'open')
        .executeTakeFirst(),
    ),
  };
}

/** Cycles that their pairing's policy keeps no longer (POL-28). */
function oldCycles(now: Date) {
  return sql`
    select c.id, c.pairing_id, c.number
    from policies y
    join pairings p on p.organization_id = y.organization_id and p.policy_id = y.id
    join cycles c on c.pairing_id = p.id
    where c.started_at < ${now}::timestamptz
      - make_interval(days => coalesce((y.options ->> 'retentionDays')::int, ${HISTORY_DAYS}))`;
}

/** By cycle number, which is indexed; a pairing's cycles are numbered in order of time. */
async function purgeItemEvents(tx: Transaction, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    with old as (select pairing_id, max(number) as number from (${oldCycles(now)}) c group by pairing_id)
    delete from item_events e using old where e.pairing_id = old.pairing_id and e.cycle <= old.number`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0n);
}

/**
 * Entries of the ledger that are history: those whose record the CRM deleted, and those of messages that need no further
 * attempt. What is archived is known without them (MAIL-7).
 */
async function purgeItems(tx: Transaction, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from items i using pairings p, policies y
    where p.organization_id = i.organization_id and p.id = i.pairing_id
      and y.organization_id = p.organization_id and y.id = p.policy_id
      and ((i.link = 'none' and i.code = 'crm_deleted') or (i.module = ${EMAILS} and i.state <> 'failing'))
      and i.changed_at < ${now}::timestamptz
      - make_interval(days => coalesce((y.options ->> 'retentionDays')::int, ${HISTORY_DAYS}))`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

async function purgeCycles(tx: Transaction, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from cycles where id in (select id from (${oldCycles(now)}) c)`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

async function count(deletion: Promise<{ numDeletedRows: bigint }>): Promise<number> {
  return Number((await deletion).numDeletedRows);
}
