import { setConnectionState } from '../db/connections.ts';
import { lastToldOf } from '../db/notifications.ts';
import type { ConnectionRow } from '../db/pairing-state.ts';
import { pairingIdsOf } from '../db/pairings.ts';
import type { Transaction } from '../db/transaction.ts';
import type { SyncFailure } from '../sync/failure.ts';
import { readPolicy } from '../sync/policy/policy.ts';
import { pairingWorkflowId } from '../workflows/messages.ts';
import { deliver, note } from './alerts.ts';
import type { ActivityDeps } from './deps.ts';

type Named = Pick<ConnectionRow, 'id' | 'name'>;

/**
 * Records that a credential is refused. The admins are told once for the connection until it works again, also when
 * new credentials are refused as well (PAIR-10).
 */
export async function connectionDied(
  deps: ActivityDeps,
  organizationId: string,
  row: Named,
  failure: Pick<SyncFailure, 'message' | 'fix'>,
): Promise<void> {
  const at = new Date(deps.world.now());
  const reason = failure.message;
  const fix = failure.fix ?? 'Give the connection new credentials.';
  await tell(deps, organizationId, row, async tx => {
    await setConnectionState(tx, row.id, { state: 'dead', reason, fix, at });
    if ((await lastToldOf(tx, row.id)) === 'connection_dead') return;
    await note(tx, deps, {
      ...(await messageOf(tx, row, 'connection_dead', at)),
      subject: `Tandem: the connection "${row.name}" stopped working`,
      body: [
        `The credentials of the connection "${row.name}" are refused.`,
        `Cause: ${reason}`,
        `Since: ${at.toISOString()}`,
        `What to do: ${fix}`,
        'All pairings of this connection wait until then; nothing is lost.',
      ].join('\n'),
    });
  });
}

/** Dead, or given new credentials that nobody has tried: the first success is worth recording. */
export function isDoubtful({ state, reason }: Pick<ConnectionRow, 'state' | 'reason'>): boolean {
  return state === 'dead' || reason !== null;
}

export async function connectionRecovered(
  deps: ActivityDeps,
  organizationId: string,
  row: Named,
): Promise<void> {
  const at = new Date(deps.world.now());
  await tell(deps, organizationId, row, async tx => {
    await setConnectionState(tx, row.id, { state: 'ok', reason: null, fix: null, at });
    if ((await lastToldOf(tx, row.id)) !== 'connection_dead') return;
    await note(tx, deps, {
      ...(await messageOf(tx, row, 'connection_recovered', at)),
      subject: `Tandem: the connection "${row.name}" works again`,
      body: `The connection "${row.name}" works again since ${at.toISOString()}; its pairings go on.`,
    });
  });
}

/** All pairings of the connection look at once: they wait, or go on. */
async function tell(
  deps: ActivityDeps,
  organizationId: string,
  row: Named,
  record: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const pairings = await deps.database.inOrganization(organizationId, async tx => {
    await record(tx);
    return pairingIdsOf(tx, { connectionId: row.id });
  });
  await deliver(deps, organizationId);
  for (const { id } of pairings) {
    await deps.fleet.look(pairingWorkflowId(id));
    deps.heartbeat();
  }
}

async function messageOf(
  tx: Transaction,
  { id }: Named,
  kind: 'connection_dead' | 'connection_recovered',
  at: Date,
) {
  const dedupe = `${kind}:${id}:${at.getTime()}`;
  return { kind, connectionId: id, dedupe, recipients: await recipientsOf(tx, id), at };
}

async function recipientsOf(tx: Transaction, connectionId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('policies')
    .select('options')
    .where('enabled', '=', true)
    .where(where =>
      where.or([
        where('mailbox_connection_id', '=', connectionId),
        where('crm_connection_id', '=', connectionId),
      ]),
    )
    .orderBy('id')
    .execute();
  return [...new Set(rows.flatMap(row => readPolicy(row.options).general.errorNotifications))];
}
