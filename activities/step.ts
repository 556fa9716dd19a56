import type { CrmConnection, CrmSession, Mailbox, MailboxConnection } from '../connectors/connector.ts';
import { openStep, type PairingStanding, requireEpoch } from '../db/pairing-state.ts';
import type { Transaction } from '../db/transaction.ts';
import { SyncFailure } from '../sync/failure.ts';
import { withinSubscription } from '../sync/policy/features.ts';
import { readPolicy } from '../sync/policy/policy.ts';
import type { Policy } from '../sync/policy/schema.ts';
import type { PairingInput } from '../workflows/messages.ts';
import type { ActivityDeps } from './deps.ts';
import type { OpenedConnections } from './opened.ts';

/** One step of a cycle: where the pairing stands, its policy, and its two sides. */
export interface Step extends PairingStanding {
  readonly organizationId: string;
  readonly options: Policy;
  readonly nowMs: number;
  readonly installationId: string;
  readonly mailboxes: MailboxConnection;
  readonly crm: CrmConnection;
  /** The pairing's mailbox: by resolved identity once it is known. */
  mailbox(): Mailbox;
  /** The CRM as the pairing's user: the CRM's own security decides (POL-10). */
  crmAsUser(): Promise<CrmSession>;
}

/** Begins a step: raises the epoch, reads all it needs in one short transaction. Null: there is no such pairing. */
export async function beginStep(
  deps: ActivityDeps,
  opened: OpenedConnections,
  input: PairingInput,
): Promise<Step | null> {
  const nowMs = deps.world.now();
  return deps.database.inOrganization(input.organizationId, async tx => {
    const standing = await openStep(tx, input.pairingId, nowMs);
    if (!standing) return null;
    const mailboxes = opened.mailbox(tx, standing.mailboxConnection);
    const crm = opened.crm(tx, standing.crmConnection);
    return {
      ...standing,
      organizationId: input.organizationId,
      options: withinSubscription(readPolicy(standing.policy.options), standing.organization.subscription),
      nowMs,
      installationId: deps.installationId,
      mailboxes,
      crm,
      mailbox: () => mailboxes.mailbox(standing.pairing.mailbox),
      crmAsUser: () => crm.asUser(userOf(standing)),
    };
  });
}

function userOf({ pairing }: PairingStanding): { id: string; login: string } {
  if (pairing.crm_user_id === null || pairing.crm_user_login === null) {
    throw new SyncFailure('schema', 'The pairing has no CRM user yet.', {
      fix: 'Re-run the pairing: its preparation did not finish.',
    });
  }
  return { id: pairing.crm_user_id, login: pairing.crm_user_login };
}

/** Begins a step that only makes sense while the pairing exists. */
export async function requireStep(
  deps: ActivityDeps,
  opened: OpenedConnections,
  input: PairingInput,
): Promise<Step> {
  const step = await beginStep(deps, opened, input);
  if (!step) throw new SyncFailure('gone', 'The pairing was deleted.');
  return step;
}

/** A transaction that stores nothing once a newer attempt has overtaken this one. */
export function inStep<T>(
  deps: Pick<ActivityDeps, 'database'>,
  { organizationId, pairing }: Pick<Step, 'organizationId' | 'pairing'>,
  run: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return deps.database.inOrganization(organizationId, async tx => {
    await requireEpoch(tx, pairing.id, pairing.epoch);
    return run(tx);
  });
}
