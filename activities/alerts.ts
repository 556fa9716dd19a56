import { setConnectionState } from '../db/connections.ts';
import { pendingNotifications, recordNotification, settleNotification } from '../db/notifications.ts';
import type { ConnectionRow } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import type { SyncFailure } from '../sync/failure.ts';
import { readPolicy } from '../sync/policy/policy.ts';
import type { ActivityDeps } from './deps.ts';
import type { Step } from './step.ts';

/** Records that a credential is refused; the first to notice tells the admins, once for the connection (PAIR-10). */
export async function connectionDied(
  deps: ActivityDeps,
  organizationId: string,
  row: Pick<ConnectionRow, 'id' | 'name'>,
  failure: Pick<SyncFailure, 'message' | 'fix'>,
): Promise<void> {
  const now = new Date(deps.world.now());
  const reason = failure.message;
  const fix = failure.fix ?? 'Give the connection new credentials.';
  await deps.database.inOrganization(organizationId, async tx => {
    const first = await setConnectionState(tx, row.id, { state: 'dead', reason, fix, at: now });
    if (!first) return;
    await note(tx, deps, {
      kind: 'connection_dead',
      connectionId: row.id,
      dedupe: `connection_dead:${row.id}:${now.getTime()}`,
      recipients: await recipientsOfConnection(tx, row.id),
      subject: `Tandem: the connection "${row.name}" stopped working`,
      body: [
        `The credentials of the connection "${row.name}" are refused.`,
        `Cause: ${reason}`,
        `Since: ${now.toISOString()}`,
        `What to do: ${fix}`,
        'All pairings of this connection wait until then; nothing is lost.',
      ].join('\n'),
      at: now,
    });
  });
  await deliver(deps, organizationId);
}

export async function connectionRecovered(
  deps: ActivityDeps,
  organizationId: string,
  row: Pick<ConnectionRow, 'id' | 'name'>,
): Promise<void> {
  const now = new Date(deps.world.now());
  await deps.database.inOrganization(organizationId, async tx => {
    const first = await setConnectionState(tx, row.id, { state: 'ok', reason: null, fix: null, at: now });
    if (!first) return;
    await note(tx, deps, {
      kind: 'connection_recovered',
      connectionId: row.id,
      dedupe: `connection_recovered:${row.id}:${now.getTime()}`,
      recipients: await recipientsOfConnection(tx, row.id),
      subject: `Tandem: the connection "${row.name}" works again`,
      body: `The connection "${row.name}" works again since ${now.toISOString()}; its pairings go on.`,
      at: now,
    });
  });
  await deliver(deps, organizationId);
}

/** One message after five error cycles in a row: user, cause, since when, what to do (PAIR-10). */
export async function noteErrors(
  tx: Transaction,
  deps: ActivityDeps,
  step: Step,
  facts: { streak: number; sinceMs: number; cause: string; fix: string },
): Promise<void> {
  const { pairing } = step;
  const since = new Date(facts.sinceMs).toISOString();
  await note(tx, deps, {
    kind: 'pairing_errors',
    pairingId: pairing.id,
    dedupe: `pairing_errors:${pairing.id}:${since}`,
    recipients: step.options.general.errorNotifications,
    subject: `Tandem: synchronization of ${pairing.mailbox} has errors`,
    body: [
      `User: ${pairing.mailbox}`,
      `Cause: ${facts.cause}`,
      `Since: ${since} (${facts.streak} cycles in a row)`,
      `What to do: ${facts.fix}`,
    ].join('\n'),
    at: new Date(deps.world.now()),
  });
}

export async function noteRecovery(tx: Transaction, deps: ActivityDeps, step: Step): Promise<void> {
  const { pairing } = step;
  const since = pairing.error_since?.toISOString() ?? '';
  const now = new Date(deps.world.now());
  await note(tx, deps, {
    kind: 'pairing_recovered',
    pairingId: pairing.id,
    dedupe: `pairing_recovered:${pairing.id}:${since}`,
    recipients: step.options.general.errorNotifications,
    subject: `Tandem: synchronization of ${pairing.mailbox} works again`,
    body: `The mailbox ${pairing.mailbox} is synchronized again since ${now.toISOString()}. The errors had begun at ${since}.`,
    at: now,
  });
}

type Note = Omit<Parameters<typeof recordNotification>[1], 'state'>;

async function note(tx: Transaction, deps: ActivityDeps, facts: Note): Promise<void> {
  const state = deps.mailer && facts.recipients.length > 0 ? 'pending' : 'kept';
  await recordNotification(tx, { ...facts, state });
}

async function recipientsOfConnection(tx: Transaction, connectionId: string): Promise<string[]> {
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
    .execute();
  return [...new Set(rows.flatMap(row => readPolicy(row.options).general.errorNotifications))];
}

const MESSAGES_PER_TURN = 50;

/**
 * Sends what waits to be sent; what cannot be sent stays visible with its error. The rows stay locked while the
 * mail server is spoken to, so that two workers never send the same message.
 */
export async function deliver(deps: ActivityDeps, organizationId: string): Promise<void> {
  const { mailer } = deps;
  if (!mailer) return;
  await deps.database.inOrganization(organizationId, async tx => {
    for (const message of await pendingNotifications(tx, MESSAGES_PER_TURN)) {
      const sending = mailer.send({
        to: message.recipients,
        subject: message.subject,
        text: message.body,
        messageId: `<${message.id}@tandem>`,
      });
      const end = await sending.then(
        () => ({ state: 'sent', at: new Date(deps.world.now()) }) as const,
        (failure: Error) => ({ state: 'failed', error: failure.message }) as const,
      );
      await settleNotification(tx, message.id, end);
    }
  });
}
