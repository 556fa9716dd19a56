import type { CrmConnection, CrmSession } from '../../connectors/connector.ts';
import type { MailboxMail } from '../../connectors/mail.ts';
import { archiveSince } from '../../db/archive-since.ts';
import { type KnownFolder, knownFolders } from '../../db/mail-folders.ts';
import { tenantDomains } from '../../db/tenant-domains.ts';
import type { Transaction } from '../../db/transaction.ts';
import { canonicalAddress } from '../../sync/mail/address.ts';
import type { Surroundings } from '../../sync/mail/addressees.ts';
import type { Conversion } from '../../sync/mail/convert.ts';
import { exclusions } from '../../sync/mail/options.ts';
import type { ActivityDeps } from '../deps.ts';
import type { OpenedConnections } from '../opened.ts';
import { requireStep, type Step } from '../step.ts';
import type { CycleRef } from '../types.ts';

/** The four places that messages come from, each a phase. */
export type MailPhase = 'dropFolders' | 'assignTo' | 'sentItems' | 'inbox';

/** One run of a phase that archives messages: who works, on what, by which rules. */
export interface MailWork {
  readonly deps: ActivityDeps;
  readonly step: Step;
  readonly phase: MailPhase;
  readonly cycle: number;
  readonly mail: MailboxMail;
  readonly crm: CrmConnection;
  /** As the pairing's user, and as the reading user, who sees what the user may not. */
  readonly session: CrmSession;
  readonly reader: CrmSession;
  readonly surroundings: Surroundings;
  readonly limits: Conversion['limits'];
  /** Of this pairing, all of them. */
  readonly folders: readonly KnownFolder[];
  /** Since when Sent Items or the Inbox are archived, epoch ms; of the phases that need it. */
  readonly sinceMs: number;
  /** The longest time a request to the CRM can still take effect after it was sent. */
  readonly lateCommitMs: number;
  inTransaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>;
}

export async function openMailWork(
  deps: ActivityDeps,
  opened: OpenedConnections,
  input: CycleRef,
  phase: MailPhase,
): Promise<MailWork> {
  const step = await requireStep(deps, opened, input);
  const inTransaction: MailWork['inTransaction'] = run =>
    deps.database.inOrganization(step.organizationId, run);
  const mail = step.mailbox().mail();
  const session = await step.crmAsUser();
  const { pairing, policy } = step;
  const isAutomatic = phase === 'inbox' || phase === 'sentItems';
  const known = await inTransaction(async tx => ({
    folders: await knownFolders(tx, pairing.id),
    domains: await tenantDomains(tx, step.mailboxConnection.id),
    start: isAutomatic ? await archiveSince(tx, { pairingId: pairing.id, policyId: policy.id }, phase) : null,
  }));
  const { lateCommitMs } = await step.crm.capabilities(['contact']);
  return {
    ...{ deps, step, phase, cycle: input.cycle, mail, crm: step.crm, session, inTransaction, lateCommitMs },
    reader: await step.crm.reader(),
    surroundings: await surroundingsOf(step, mail, session.userId, known.domains),
    limits: await session.mail().limits(),
    folders: known.folders,
    sinceMs: known.start?.sinceMs ?? Number.POSITIVE_INFINITY,
  };
}

async function surroundingsOf(
  step: Step,
  mail: MailboxMail,
  ownUserId: string,
  knownDomains: readonly string[],
): Promise<Surroundings> {
  const own = [step.pairing.mailbox, ...(await mail.addresses())];
  return {
    ownAddresses: new Set(own.flatMap(address => canonicalAddress(address) ?? [])),
    ownUserId,
    tenantDomains: new Set([...knownDomains, ...(await step.mailboxes.domains())]),
    groups: new Set(),
    ...exclusions(step.options),
  };
}
