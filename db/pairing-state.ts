import { type RawBuilder, type Selectable, sql, type UpdateObject } from 'kysely';
import type { KnownFolder } from './mail-folders.ts';
import type { ConnectionsTable, OrganizationsTable, PairingsTable, PoliciesTable, Schema } from './schema.ts';
import type { Transaction } from './transaction.ts';

export type PairingRow = Selectable<PairingsTable>;
export type PolicyRow = Pick<Selectable<PoliciesTable>, 'id' | 'version' | 'enabled' | 'options' | 'name'>;
export type ConnectionRow = Selectable<ConnectionsTable>;

export interface CursorRow {
  readonly containerId: string;
  readonly cursor: string | null;
  readonly enumerating: boolean;
  readonly readAtMs: number | null;
}

/** All that a step of a cycle has to know before it talks to anybody. */
export interface PairingStanding {
  readonly pairing: PairingRow;
  readonly policy: PolicyRow;
  readonly mailboxConnection: ConnectionRow;
  readonly crmConnection: ConnectionRow;
  readonly organization: Pick<Selectable<OrganizationsTable>, 'subscription' | 'trial'>;
  readonly cursors: readonly CursorRow[];
  /** Kinds of waiting inbox rows that may be worked on now. */
  readonly waitingKinds: readonly string[];
  /** The earliest moment at which a waiting row or a failed item may be tried, epoch ms. */
  readonly nextAttemptMs: number | null;
  /** Changes in the log that this pairing has not seen yet. */
  readonly logAhead: boolean;
  /** The mail folders that are looked into in each cycle: all but those of single records. */
  readonly mailFolders: readonly KnownFolder[];
  /** Whether an admin wants people in the CRM whom only messages told of (MAIL-9). */
  readonly peopleWanted: boolean;
  /** Whether items of ours have not yet turned up among the mailbox's changes. */
  readonly unheard: boolean;
  /** Kinds of records whose last poll failed, with the kind of failure. */
  readonly feedFailures: Readonly<Record<string, string>>;
  /** Whether this pairing is the one that tries a dead connection again. */
  readonly probes: boolean;
}

/**
 * Raises the pairing's epoch, so that older attempts commit nothing any more, and reads where it stands: one
 * round trip. Null when there is no such pairing.
 */
export async function openStep(
  tx: Transaction,
  pairingId: string,
  nowMs: number,
): Promise<PairingStanding | null> {
  const now = new Date(nowMs);
  const row = await tx
    .with('p', db =>
      db
        .updateTable('pairings')
        .set({ epoch: sql<number>`epoch + 1` })
        .where('id', '=', pairingId)
        .returningAll(),
    )
    .selectFrom('p')
    .innerJoin('policies as o', 'o.id', 'p.policy_id')
    .innerJoin('connections as m', 'm.id', 'o.mailbox_connection_id')
    .innerJoin('connections as c', 'c.id', 'o.crm_connection_id')
    .innerJoin('organizations as g', 'g.organization_id', 'p.organization_id')
    .selectAll('p')
    .select([
      'o.version as o_version',
      'o.enabled as o_enabled',
      'o.options as o_options',
      'o.name as o_name',
      'g.subscription as g_subscription',
      'g.trial as g_trial',
    ])
    .select(CONNECTION_COLUMNS.map(column => sql.ref(`m.${column}`).as(`m_${column}`)))
    .select(CONNECTION_COLUMNS.map(column => sql.ref(`c.${column}`).as(`c_${column}`)))
    .select([
      sql<
        CursorJson[] | null
      >`(select jsonb_agg(jsonb_build_object('containerId', container_id, 'cursor', cursor,
        'enumerating', enumerating, 'readAtMs', extract(epoch from read_at) * 1000) order by container_id collate "C")
        from mailbox_cursors where pairing_id = p.id)`.as('cursors'),
      sql<KnownFolder[] | null>`(select jsonb_agg(jsonb_build_object('key', key, 'folderId', folder_id,
        'itemCount', item_count) order by key collate "C")
        from mail_folders where pairing_id = p.id and key not like 'record:%')`.as('mail_folders'),
      sql<string[] | null>`(select array_agg(distinct kind) from inbox
        where pairing_id = p.id and (not_before is null or not_before <= ${now}))`.as('waiting'),
      sql<Date | null>`(select min(at) from (
        select min(not_before) as at from inbox where pairing_id = p.id
        union all select min(next_attempt_at) from items where pairing_id = p.id and next_attempt_at is not null) as t)`.as(
        'next_attempt',
      ),
      sql<Record<string, string> | null>`(select jsonb_object_agg(kind, failure->>'kind') from feed_cursors
        where connection_id = c.id and failure is not null)`.as('feed_failures'),
      sql<boolean>`exists (select from unmatched_addresses where pairing_id = p.id and state = 'wanted')`.as(
        'people_wanted',
      ),
      sql<boolean>`(c.seq > coalesce(p.position, c.seq))`.as('log_ahead'),
      // Ordered, so that the index answers: for a plain "exists", statistics from the middle of a first cycle make
      // PostgreSQL read the whole table, in every idle cycle.
      sql<boolean>`coalesce((select true from items where pairing_id = p.id and unheard
        order by container_id limit 1), false)`.as('unheard'),
      // Ordered as well: a minimum would read all pairings of the organization, in every idle cycle of each of them.
      sql<boolean>`coalesce(p.id = (select q.id from pairings q join policies r on r.id = q.policy_id
        where q.desired = 'running' and r.enabled
          and (r.mailbox_connection_id = o.mailbox_connection_id or r.crm_connection_id = o.crm_connection_id)
        order by q.id limit 1), false)`.as('probes'),
    ])
    .executeTakeFirst();
  return row ? standingOf(row as unknown as Joined) : null;
}

const CONNECTION_COLUMNS = [
  'id',
  'organization_id',
  'name',
  'side',
  'system',
  'settings',
  'credentials_sealed',
  'api_share',
  'version',
  'state',
  'reason',
  'fix',
  'state_since',
  'seq',
  'polled_at',
  'poll_requested_at',
  'budget_used',
  'budget_limit',
  'created_at',
] as const;

interface CursorJson {
  readonly containerId: string;
  readonly cursor: string | null;
  readonly enumerating: boolean;
  readonly readAtMs: number | null;
}

type Joined = PairingRow &
  Record<`m_${string}` | `c_${string}` | `o_${string}` | `g_${string}`, unknown> & {
    readonly cursors: CursorJson[] | null;
    readonly mail_folders: KnownFolder[] | null;
    readonly waiting: string[] | null;
    readonly next_attempt: Date | null;
    readonly log_ahead: boolean;
    readonly people_wanted: boolean;
    readonly feed_failures: Record<string, string> | null;
    readonly unheard: boolean;
    readonly probes: boolean;
  };

function standingOf(row: Joined): PairingStanding {
  return {
    pairing: row,
    policy: {
      id: row.policy_id,
      version: row.o_version as number,
      enabled: row.o_enabled as boolean,
      options: row.o_options as PolicyRow['options'],
      name: row.o_name as string,
    },
    mailboxConnection: connectionOf(row, 'm_'),
    crmConnection: connectionOf(row, 'c_'),
    organization: {
      subscription: row.g_subscription as OrganizationsTable['subscription'],
      trial: row.g_trial as boolean,
    },
    cursors: row.cursors ?? [],
    mailFolders: row.mail_folders ?? [],
    waitingKinds: row.waiting ?? [],
    nextAttemptMs: row.next_attempt?.getTime() ?? null,
    logAhead: row.log_ahead,
    peopleWanted: row.people_wanted,
    unheard: row.unheard,
    feedFailures: row.feed_failures ?? {},
    probes: row.probes,
  };
}

function connectionOf(row: Joined, prefix: 'm_' | 'c_'): ConnectionRow {
  return Object.fromEntries(
    CONNECTION_COLUMNS.map(column => [column, row[`${prefix}${column}`]]),
  ) as unknown as ConnectionRow;
}

/** A request that came after this moment asks for another cycle than the one that begins now. */
export function requestedAfter(ms: number): RawBuilder<Date | null> {
  return sql<Date | null>`case when run_requested_at > ${new Date(ms)} then run_requested_at end`;
}

export class Superseded extends Error {
  override readonly name = 'Superseded';
  constructor() {
    super('A newer attempt of this pairing has taken over; this one stores nothing more.');
  }
}

/** Throws `Superseded` unless the attempt is still the newest; holds the row until the transaction ends. */
export async function requireEpoch(tx: Transaction, pairingId: string, epoch: number): Promise<void> {
  const row = await tx
    .selectFrom('pairings')
    .select('epoch')
    .where('id', '=', pairingId)
    .forShare()
    .executeTakeFirst();
  if (row?.epoch !== epoch) throw new Superseded();
}

/** Changes the pairing's row, if the attempt is still the newest. */
export async function updatePairing(
  tx: Transaction,
  pairing: Pick<PairingRow, 'id' | 'epoch'>,
  values: UpdateObject<Schema, 'pairings'>,
): Promise<void> {
  const result = await tx
    .updateTable('pairings')
    .set(values)
    .where('id', '=', pairing.id)
    .where('epoch', '=', pairing.epoch)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw new Superseded();
}
