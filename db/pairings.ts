import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { PairingsTable } from './schema.ts';
import type { Transaction } from './transaction.ts';

/** A pairing as administrators see it: its own row, and what its policy says about running. */
export interface PairingView extends Selectable<PairingsTable> {
  readonly policy_enabled: boolean;
  readonly mailbox_connection_id: string;
  readonly crm_connection_id: string;
}

const byId: Keyset<PairingView> = {
  list: 'pairings',
  columns: ['pairings.id'],
  direction: 'asc',
  key: row => [row.id],
};

export interface NewPairing {
  readonly policyId: string;
  /** Whether the policy is enabled, that is whether the pairing starts at once. */
  readonly starts: boolean;
  readonly mailbox: string;
  /** Id, user name or e-mail address of the CRM user, where the admin names one (PAIR-1). */
  readonly crmUserWanted: string | null;
}

export type CreatedPairing = { readonly id: string } | { readonly takenBy: string };

/** One mailbox is in one pairing (PAIR-5): the second one learns which has it. */
export async function createPairing(
  tx: Transaction,
  wanted: NewPairing,
  nowMs: number,
): Promise<CreatedPairing> {
  const created = await tx
    .insertInto('pairings')
    .values({
      id: tx.newId('pairing'),
      organization_id: tx.organizationId,
      policy_id: wanted.policyId,
      mailbox: wanted.mailbox,
      crm_user_wanted: wanted.crmUserWanted,
      state: wanted.starts ? 'initializing' : 'disabled',
      created_at: new Date(nowMs),
    })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (created) return created;
  const first = await tx
    .selectFrom('pairings')
    .select('id')
    .where(sql`lower(mailbox)`, '=', wanted.mailbox.toLowerCase())
    .where('desired', '<>', 'removed')
    .executeTakeFirstOrThrow();
  return { takenBy: first.id };
}

export async function readPairing(tx: Transaction, id: string): Promise<PairingView | undefined> {
  return views(tx).where('pairings.id', '=', id).executeTakeFirst();
}

export function readPairings(tx: Transaction, ids: readonly string[]): Promise<PairingView[]> {
  return ids.length === 0
    ? Promise.resolve([])
    : views(tx).where('pairings.id', 'in', ids).orderBy('pairings.id').execute();
}

export interface PolicyOfPairing {
  readonly id: string;
  readonly enabled: boolean;
  readonly crmConnectionId: string;
}

/** Enabling a policy waits for pairings that are being created under it, so that it starts them, too. */
export async function lockPolicies(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, PolicyOfPairing>> {
  const rows = await tx
    .selectFrom('policies')
    .select(['id', 'enabled', 'crm_connection_id as crmConnectionId'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forShare()
    .execute();
  return new Map(rows.map(row => [row.id, row]));
}

export interface PairingFilter {
  readonly policyId?: string | undefined;
  readonly state?: PairingView['state'] | undefined;
  /** Part of the mailbox's or the CRM user's address, or an id. */
  readonly q?: string | undefined;
}

export async function listPairings(
  tx: Transaction,
  filter: PairingFilter,
  request: PageRequest,
): Promise<Page<PairingView>> {
  let query = views(tx);
  if (filter.policyId !== undefined) query = query.where('pairings.policy_id', '=', filter.policyId);
  if (filter.state !== undefined) query = query.where('pairings.state', '=', filter.state);
  if (filter.q !== undefined) {
    const part = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(eb =>
      eb.or([
        eb('pairings.mailbox', 'ilike', part),
        eb('pairings.crm_user_email', 'ilike', part),
        eb('pairings.id', '=', filter.q ?? ''),
        eb('pairings.crm_user_id', '=', filter.q ?? ''),
      ]),
    );
  }
  return page(tx, query, byId, request);
}

function views(tx: Transaction) {
  return tx
    .selectFrom('pairings')
    .innerJoin('policies', 'policies.id', 'pairings.policy_id')
    .selectAll('pairings')
    .select([
      'policies.enabled as policy_enabled',
      'policies.mailbox_connection_id',
      'policies.crm_connection_id',
    ]);
}

/** Whose workflows are told when a policy or a connection changes. */
export async function pairingIdsOf(
  tx: Transaction,
  of: { readonly policyId: string } | { readonly connectionId: string },
): Promise<{ id: string; policyId: string }[]> {
  const query = tx
    .selectFrom('pairings')
    .innerJoin('policies', 'policies.id', 'pairings.policy_id')
    .select(['pairings.id', 'pairings.policy_id as policyId'])
    .where('policies.enabled', '=', true)
    .orderBy('pairings.id');
  if ('policyId' in of) return query.where('policies.id', '=', of.policyId).execute();
  return query
    .where(eb =>
      eb.or([
        eb('policies.mailbox_connection_id', '=', of.connectionId),
        eb('policies.crm_connection_id', '=', of.connectionId),
      ]),
    )
    .execute();
}

/** Pairings that waited for their policy show that they start; those that ran before keep what they last said. */
export async function markStarting(tx: Transaction, policyId: string): Promise<void> {
  await tx
    .updateTable('pairings')
    .set({ state: 'initializing', reason: null, fix: null })
    .where('policy_id', '=', policyId)
    .where('state', '=', 'disabled')
    .where('initialized_at', 'is', null)
    .where('desired', '=', 'running')
    .execute();
}

export async function wantPause(tx: Transaction, id: string): Promise<void> {
  await want(tx, id, 'paused');
}

export async function wantResume(tx: Transaction, id: string): Promise<void> {
  await want(tx, id, 'running');
}

/** The workflow ends and takes the rows with it (`removePairing`); the mailbox keeps what is in it (PAIR-12). */
export async function wantRemoval(tx: Transaction, id: string): Promise<void> {
  await want(tx, id, 'removed');
}

async function want(tx: Transaction, id: string, desired: 'running' | 'paused' | 'removed'): Promise<void> {
  await tx
    .updateTable('pairings')
    .set({ desired })
    .where('id', '=', id)
    .where('desired', '<>', 'removed')
    .execute();
}

/** Sync now: a cycle as soon as possible, before it a poll of the CRM. */
export async function wantRun(tx: Transaction, pairing: PairingView, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await tx.updateTable('pairings').set({ run_requested_at: now }).where('id', '=', pairing.id).execute();
  await tx
    .updateTable('connections')
    .set({ poll_requested_at: now })
    .where('id', '=', pairing.crm_connection_id)
    .execute();
}

/** Takes the pairing and everything it remembers out of the database, and ends the operations that waited for it. */
export async function removePairing(tx: Transaction, id: string, nowMs: number): Promise<void> {
  const ended = { pairing_id: null, finished_at: new Date(nowMs) };
  const open = () => tx.updateTable('operations').where('pairing_id', '=', id).where('state', '=', 'running');
  await open()
    .where('kind', '=', 'remove')
    .set({ ...ended, state: 'done' })
    .execute();
  await open()
    .set({ ...ended, state: 'failed' })
    .execute();
  await tx.deleteFrom('pairings').where('id', '=', id).execute();
}

/** Number of items by pairing, module and state. */
export type ItemCounts = Record<string, Record<string, number>>;

export async function countItems(tx: Transaction, ids: readonly string[]): Promise<Map<string, ItemCounts>> {
  const rows = await tx
    .selectFrom('items')
    .select(['pairing_id', 'module', 'state', eb => eb.fn.countAll<number>().as('count')])
    .where('pairing_id', 'in', [...ids, ''])
    .groupBy(['pairing_id', 'module', 'state'])
    .orderBy('pairing_id')
    .orderBy('module')
    .orderBy('state')
    .execute();
  const counts = new Map<string, ItemCounts>();
  for (const row of rows) {
    const modules = counts.get(row.pairing_id) ?? {};
    modules[row.module] = { ...modules[row.module], [row.state]: row.count };
    counts.set(row.pairing_id, modules);
  }
  return counts;
}
