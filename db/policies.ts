import { StaleVersion, unlessInUse } from './conflicts.ts';
import type { Transaction } from './database.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import { keepPolicyVersion } from './policy-versions.ts';
import type { JsonObject } from './schema.ts';

export interface Policy {
  id: string;
  name: string;
  enabled: boolean;
  version: number;
  mailboxConnectionId: string;
  crmConnectionId: string;
  /** As the policy's schema wrote it; parse it before use. */
  options: JsonObject;
  enabledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface PolicyFacts {
  name: string;
  mailboxConnectionId: string;
  crmConnectionId: string;
  options: JsonObject;
  /** Who makes it, as the audit log names them. */
  actor: string;
  at: Date;
}

export interface PolicyChange {
  expectedVersion: number;
  actor: string;
  at: Date;
  name?: string;
  enabled?: boolean;
  mailboxConnectionId?: string;
  crmConnectionId?: string;
  options?: JsonObject;
}

const columns = [
  'id',
  'name',
  'enabled',
  'version',
  'mailbox_connection_id as mailboxConnectionId',
  'crm_connection_id as crmConnectionId',
  'options',
  'enabled_at as enabledAt',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

const byId: Keyset<Policy> = { list: 'policies', columns: ['id'], direction: 'asc', key: row => [row.id] };

/** Policies are born disabled. */
export async function createPolicy(tx: Transaction, facts: PolicyFacts): Promise<Policy> {
  const policy = await tx
    .insertInto('policies')
    .values({
      id: tx.newId('policy'),
      name: facts.name,
      mailbox_connection_id: facts.mailboxConnectionId,
      crm_connection_id: facts.crmConnectionId,
      options: JSON.stringify(facts.options),
      created_at: facts.at,
      updated_at: facts.at,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  await keepPolicyVersion(tx, policy, facts.actor);
  return policy;
}

export function getPolicy(tx: Transaction, id: string): Promise<Policy | undefined> {
  return tx.selectFrom('policies').select(columns).where('id', '=', id).executeTakeFirst();
}

/** As `getPolicy`; who else changes it waits until the transaction ends. */
export function lockPolicy(tx: Transaction, id: string): Promise<Policy | undefined> {
  return tx.selectFrom('policies').select(columns).where('id', '=', id).forUpdate().executeTakeFirst();
}

export function listPolicies(tx: Transaction, request: PageRequest): Promise<Page<Policy>> {
  return page(tx, tx.selectFrom('policies').select(columns), byId, request);
}

/**
 * Makes the next version. Undefined when there is no such policy; throws `StaleVersion` unless `expectedVersion` is
 * the current one, so that two admins cannot overwrite each other unseen.
 */
export async function changePolicy(
  tx: Transaction,
  id: string,
  change: PolicyChange,
): Promise<Policy | undefined> {
  const policy = await tx
    .updateTable('policies')
    .set(eb => ({
      version: eb('version', '+', 1),
      updated_at: change.at,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
      ...(change.mailboxConnectionId ? { mailbox_connection_id: change.mailboxConnectionId } : {}),
      ...(change.crmConnectionId ? { crm_connection_id: change.crmConnectionId } : {}),
      ...(change.options ? { options: JSON.stringify(change.options) } : {}),
      // the first enabling: from then on some options are locked (POL-26)
      ...(change.enabled ? { enabled_at: eb.fn.coalesce('enabled_at', eb.val(change.at)) } : {}),
    }))
    .where('id', '=', id)
    .where('version', '=', change.expectedVersion)
    .returning(columns)
    .executeTakeFirst();
  if (policy) {
    await keepPolicyVersion(tx, policy, change.actor);
    return policy;
  }
  const current = await getPolicy(tx, id);
  if (current) throw new StaleVersion(current.version);
  return undefined;
}

/** False when there is none; throws `StillInUse` while it has pairings. */
export async function deletePolicy(tx: Transaction, id: string): Promise<boolean> {
  const deletion = tx.deleteFrom('policies').where('id', '=', id).executeTakeFirst();
  const { numDeletedRows } = await unlessInUse(
    deletion,
    'This policy has pairings: delete them, or move them to another policy, first.',
  );
  return numDeletedRows > 0n;
}
