import { sql } from 'kysely';
import { enabledFolderModules, type FolderKind, folderKindOf } from '../sync/folders/kinds.ts';
import { KIND_OF } from '../sync/modules.ts';
import { readPolicy } from '../sync/policy/policy.ts';
import type { Transaction } from './transaction.ts';

/** That something changed in the CRM, and whose it is; what changed is read as the user (ARCHITECTURE.md section 4). */
export interface LoggedChange {
  readonly kind: string;
  readonly recordId: string;
  readonly version: string;
  /** Read when it was old enough to change no more under the same version. */
  readonly settled: boolean;
  readonly ownerId: string | null;
  readonly deleted: boolean;
  readonly successor: { readonly kind: string; readonly id: string } | null;
  readonly parentId: string | null;
}

export interface FeedCursor {
  readonly kind: string;
  readonly cursor: string;
  readonly failure: { readonly kind: string; readonly message: string } | null;
}

/** What becomes an item; changes of all else only point to such. */
const RECORD_KINDS: readonly string[] = Object.values(KIND_OF);

const ROWS_PER_STATEMENT = 1_000;

/**
 * Stores a poll's changes and cursors under the lock of the connection, so that sequence numbers commit in
 * order. A row that is known in this version and settled keeps its number.
 */
export async function logChanges(
  tx: Transaction,
  connectionId: string,
  changes: readonly LoggedChange[],
  cursors: readonly FeedCursor[],
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  const { seq } = await tx
    .updateTable('connections')
    .set({ seq: sql<number>`seq + ${changes.length}` })
    .where('id', '=', connectionId)
    .returning('seq')
    .executeTakeFirstOrThrow();
  const first = seq - changes.length + 1;
  const newest = [
    ...new Map(
      changes.map((change, index) => [`${change.kind}:${change.recordId}`, { change, seq: first + index }]),
    ).values(),
  ];
  for (let start = 0; start < newest.length; start += ROWS_PER_STATEMENT) {
    await tx
      .insertInto('change_log')
      .values(
        newest.slice(start, start + ROWS_PER_STATEMENT).map(({ change, seq: number }) => ({
          connection_id: connectionId,
          kind: change.kind,
          record_id: change.recordId,
          seq: number,
          version: change.version,
          settled: change.settled,
          owner_id: change.ownerId,
          deleted: change.deleted,
          successor: change.successor && JSON.stringify(change.successor),
          parent_id: change.parentId,
          logged_at: now,
        })),
      )
      .onConflict(conflict =>
        conflict
          .columns(['connection_id', 'kind', 'record_id'])
          .doUpdateSet(set => ({
            seq: set.ref('excluded.seq'),
            version: set.ref('excluded.version'),
            settled: set.ref('excluded.settled'),
            owner_id: set.ref('excluded.owner_id'),
            deleted: set.ref('excluded.deleted'),
            successor: set.ref('excluded.successor'),
            parent_id: set.ref('excluded.parent_id'),
            logged_at: set.ref('excluded.logged_at'),
          }))
          .where(
            sql<boolean>`(change_log.version, change_log.deleted) is distinct from (excluded.version, excluded.deleted) or not change_log.settled`,
          ),
      )
      .execute();
  }
  await saveFeedCursors(tx, connectionId, cursors);
}

async function saveFeedCursors(
  tx: Transaction,
  connectionId: string,
  cursors: readonly FeedCursor[],
): Promise<void> {
  if (cursors.length === 0) return;
  await tx
    .insertInto('feed_cursors')
    .values(
      cursors.map(({ kind, cursor, failure }) => ({
        connection_id: connectionId,
        kind,
        cursor,
        failure: failure && JSON.stringify(failure),
      })),
    )
    .onConflict(conflict =>
      conflict
        .columns(['connection_id', 'kind'])
        .doUpdateSet(set => ({ cursor: set.ref('excluded.cursor'), failure: set.ref('excluded.failure') })),
    )
    .execute();
}

/** Cursors that a first poll begins with; kinds that have one keep it. */
export async function ensureFeedCursors(
  tx: Transaction,
  connectionId: string,
  kinds: readonly string[],
  cursor: string,
): Promise<void> {
  await tx
    .insertInto('feed_cursors')
    .values(kinds.map(kind => ({ connection_id: connectionId, kind, cursor, failure: null })))
    .onConflict(conflict => conflict.columns(['connection_id', 'kind']).doNothing())
    .execute();
}

/** The poll as a whole failed; the next one that succeeds clears it. */
export async function failFeedCursors(
  tx: Transaction,
  connectionId: string,
  failure: NonNullable<FeedCursor['failure']>,
): Promise<void> {
  await tx
    .updateTable('feed_cursors')
    .set({ failure: JSON.stringify(failure) })
    .where('connection_id', '=', connectionId)
    .execute();
}

export async function feedCursors(tx: Transaction, connectionId: string): Promise<FeedCursor[]> {
  const rows = await tx
    .selectFrom('feed_cursors')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('kind')
    .execute();
  return rows.map(row => ({
    kind: row.kind,
    cursor: row.cursor,
    failure: row.failure as FeedCursor['failure'],
  }));
}

export interface LogReader {
  readonly pairingId: string;
  readonly connectionId: string;
  readonly position: number;
  readonly userId: string;
  /** Kinds whose module the policy has, and those of them of which all visible records count (POL-10). */
  readonly kinds: readonly string[];
  readonly visibleKinds: readonly string[];
}

/**
 * Moves what concerns a pairing from the change log into its inbox and returns its new position: what its user
 * owns or is invited to, what it has linked or waits for, whose account it shows, and everything where all visible
 * records count.
 */
export async function takeFromLog(tx: Transaction, reader: LogReader, nowMs: number): Promise<number> {
  const now = new Date(nowMs);
  const { pairingId, connectionId, position } = reader;
  const kinds = [...reader.kinds];
  const visible = [...reader.visibleKinds];
  const result = await sql<{ seq: number }>`
    with log as (
      select kind, record_id from change_log
      where connection_id = ${connectionId} and seq > ${position}
    ), mine as (
      select l.kind, l.record_id from change_log l
      where l.connection_id = ${connectionId} and l.seq > ${position} and l.kind = any(${kinds}::text[])
        and ((l.owner_id = ${reader.userId} and not l.deleted) or (l.kind = any(${visible}::text[]) and not l.deleted))
      union
      select log.kind, log.record_id from log join items i on i.pairing_id = ${pairingId} and i.crm_id = log.record_id
      union
      select log.kind, log.record_id from log
      join tracked_records t on t.pairing_id = ${pairingId} and t.crm_id = log.record_id
      union
      select log.kind, log.record_id from log
      join inbox w on w.pairing_id = ${pairingId} and w.side = 'crm' and w.source_id = log.record_id
      union
      select i.crm_kind, i.crm_id from log join items i on i.pairing_id = ${pairingId} and i.crm_parent_id = log.record_id
      where log.kind = 'account' and i.crm_id is not null
      union
      select 'event', l.parent_id from change_log l
      where l.connection_id = ${connectionId} and l.seq > ${position} and l.kind = 'invitation' and l.parent_id is not null
        and ((l.owner_id = ${reader.userId} and not l.deleted and 'event' = any(${kinds}::text[]))
          or exists (select from items i where i.pairing_id = ${pairingId} and i.crm_id = l.parent_id))
    ), put as (
      insert into inbox (organization_id, pairing_id, side, source_id, kind, what, received_at)
      select ${tx.organizationId}, ${pairingId}, 'crm', record_id, kind, 'changed', ${now} from mine
      where kind = any(${RECORD_KINDS}::text[]) or kind = any(${kinds}::text[])
      order by kind, record_id collate "C"
      on conflict (pairing_id, side, source_id) do update set
        kind = excluded.kind, what = excluded.what, payload_sealed = null, not_before = null,
        generation = nextval('inbox_generation'), received_at = excluded.received_at
    )
    select seq from connections where id = ${connectionId}`.execute(tx);
  return result.rows[0]?.seq ?? position;
}

export interface Readers {
  readonly count: number;
  readonly nextDueMs: number | null;
  /** The modules that any of their policies has. */
  readonly modules: readonly string[];
  /** And the kinds of records with folders. */
  readonly folderKinds: readonly FolderKind[];
}

/** Who reads a connection's log: how many pairings, and when the first of them looks, epoch ms (null: at once). */
export async function readersOf(tx: Transaction, connectionId: string): Promise<Readers> {
  const row = await tx
    .selectFrom('pairings')
    .innerJoin('policies', 'policies.id', 'pairings.policy_id')
    .select(of => [
      of.fn.countAll<number>().as('count'),
      of.fn.min('pairings.due_at').as('due'),
      sql<boolean>`coalesce(bool_or(pairings.due_at is null), true)`.as('at_once'),
    ])
    .where('policies.crm_connection_id', '=', connectionId)
    .where('policies.enabled', '=', true)
    .where('pairings.desired', '=', 'running')
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ module: string }>`
    select distinct module.key as module from policies, jsonb_each(policies.options -> 'modules') as module
    where policies.crm_connection_id = ${connectionId} and policies.enabled and jsonb_typeof(module.value) = 'object'
      and module.value ->> 'enabled' = 'true'`.execute(tx);
  return {
    count: row.count,
    nextDueMs: row.at_once ? null : (row.due?.getTime() ?? null),
    modules: rows.map(({ module }) => module),
    folderKinds: await folderKindsRead(tx, connectionId),
  };
}

async function folderKindsRead(tx: Transaction, connectionId: string): Promise<FolderKind[]> {
  const policies = await tx
    .selectFrom('policies')
    .select('options')
    .where('crm_connection_id', '=', connectionId)
    .where('enabled', '=', true)
    .execute();
  const kinds = policies.flatMap(({ options }) =>
    enabledFolderModules(readPolicy(options)).map(folderKindOf),
  );
  return [...new Set(kinds)].sort();
}

/** What the log missed, the sweeps of its readers find. */
export async function wantSweeps(tx: Transaction, connectionId: string): Promise<void> {
  await sql`
    update pairings set sweep_wanted = true from policies
    where policies.id = pairings.policy_id and policies.crm_connection_id = ${connectionId}`.execute(tx);
}
