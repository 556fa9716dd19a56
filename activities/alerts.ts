import { pendingNotifications, recordNotification, settleNotification } from '../db/notifications.ts';
import type { Transaction } from '../db/transaction.ts';
import type { ActivityDeps } from './deps.ts';
import type { Step } from './step.ts';

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

/** Records a message; without a mail server or anybody to send it to it is kept for `GET /notifications`. */
export async function note(tx: Transaction, deps: ActivityDeps, facts: Note): Promise<void> {
  const state = deps.mailer && facts.recipients.length > 0 ? 'pending' : 'kept';
  await recordNotification(tx, { ...facts, state });
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
