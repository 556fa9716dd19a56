import type { Context } from 'hono';
import { type Connection, getConnection } from '../db/connections.ts';
import { getOrganization } from '../db/organizations.ts';
import { pairingIdsOf } from '../db/pairings.ts';
import { changePolicy, getPolicy, type Policy as PolicyRow } from '../db/policies.ts';
import type { Side } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import type { ChangeContext, PolicyResult } from '../sync/policy/policy.ts';
import type { Policy } from '../sync/policy/schema.ts';
import { keyOf } from './auth.ts';
import type { ApiEnv, Deps } from './deps.ts';
import { requireOffered } from './policy-offer.ts';
import { columnsOf, contextOf, refusedPolicy } from './policy-view.ts';
import { notFound, Problem } from './problem.ts';
import { change, type Note } from './tenant.ts';
import { wakePairings } from './waking.ts';

/** What the policy is to become, judged by the core against what it is. */
export type Judge = (
  tx: Transaction,
  before: PolicyRow,
  context: ChangeContext,
) => PolicyResult | Promise<PolicyResult>;

/** Stores the next version of a policy; its running pairings pick it up. */
export async function changeBy(deps: Deps, c: Context<ApiEnv>, id: string, judge: Judge): Promise<PolicyRow> {
  const { row, pairings } = await change(deps, c, (tx, note) =>
    nextVersion({ deps, c, tx, note }, id, judge),
  );
  await wakePairings(deps, c, pairings);
  return row;
}

/** As `changeBy`, within a change of more than the policy; the pairings are to be woken when it is stored. */
export async function nextVersion({ deps, c, tx, note }: Changing, id: string, judge: Judge) {
  const before = await policyOr404(tx, id);
  const everEnabled = before.enabledAt !== null;
  const result = await judge(tx, before, { ...contextOf(deps, await getOrganization(tx)), everEnabled });
  const policy = accepted(result);
  const { crm } = await requireConnections(tx, policy);
  if (policy.enabled) requireOffered(deps, policy, crm);
  const at = new Date(deps.clock());
  const values = { expectedVersion: before.version, ...columnsOf(policy), actor: keyOf(c).keyId, at };
  const row = await changePolicy(tx, id, values);
  if (row === undefined) throw notFound('policy');
  note(id, { version: row.version, changed: changedOptions(result) });
  return { row, pairings: await pairingIdsOf(tx, { policyId: id }) };
}

interface Changing {
  readonly deps: Deps;
  readonly c: Context<ApiEnv>;
  readonly tx: Transaction;
  readonly note: Note;
}

export async function policyOr404(tx: Transaction, id: string): Promise<PolicyRow> {
  const row = await getPolicy(tx, id);
  if (row === undefined) throw notFound('policy');
  return row;
}

export function accepted(result: PolicyResult): Policy {
  if (result.ok) return result.policy;
  throw refusedPolicy(result.problems);
}

function changedOptions(result: PolicyResult): { pointer: string; effect: string }[] {
  return result.ok ? result.changes.map(({ pointer, effect }) => ({ pointer, effect })) : [];
}

/** Both connections exist and are of the right side; answered with the place in the request where one is not. */
export async function requireConnections(
  tx: Transaction,
  policy: Policy,
): Promise<{ mailbox: Connection; crm: Connection }> {
  return {
    mailbox: await requireConnection(tx, 'mailbox', policy.mailboxConnectionId, '/mailboxConnectionId'),
    crm: await requireConnection(tx, 'crm', policy.crmConnectionId, '/crmConnectionId'),
  };
}

async function requireConnection(
  tx: Transaction,
  side: Side,
  id: string,
  pointer: string,
): Promise<Connection> {
  const connection = await getConnection(tx, id);
  if (connection?.side === side) return connection;
  const detail = connection ? `This is no ${side} connection` : `There is no such ${side} connection`;
  throw new Problem('unprocessable', `${pointer}: ${detail}.`, {
    fix: `Give the id of a ${side} connection, see GET /v1/connections.`,
    errors: [{ pointer, detail }],
  });
}
