import type {
  CrmCapabilities,
  CrmConnection,
  CrmSession,
  Mailbox,
  MailboxCapabilities,
} from '../../connectors/connector.ts';
import type { InboxRow } from '../../db/inbox.ts';
import { findItems, type Item } from '../../db/items.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { PersonRules } from '../../sync/people/rules.ts';
import type { PersonModule } from '../../sync/record.ts';
import type { ActivityDeps } from '../deps.ts';
import type { OpenedConnections } from '../opened.ts';
import { personRules, syncedFolder } from '../person-rules.ts';
import { requireStep, type Step } from '../step.ts';
import type { CycleRef } from '../types.ts';

/** What is decided by: rules, places and identities, and no way to reach anything. */
export interface Planning {
  readonly deps: { readonly database: Pick<ActivityDeps['database'], 'newId'> };
  readonly step: {
    readonly nowMs: number;
    readonly pairing: { readonly id: string; readonly mailbox_key: string | null };
    readonly mailboxes: { readonly capabilities: Pick<MailboxCapabilities, 'lateCommitMs'> };
    readonly crm: Pick<CrmConnection, 'url'>;
  };
  readonly session: Pick<CrmSession, 'userId'>;
  readonly crmCapabilities: Pick<CrmCapabilities, 'lateCommitMs'>;
  readonly module: PersonModule;
  readonly rules: PersonRules;
  rulesOf(module: PersonModule): PersonRules;
  /** Containers that are read; an item anywhere else has left. */
  readonly watched: ReadonlySet<string>;
  /** Where ours are made. */
  readonly container: string;
  /** The first cycle: nothing goes from the mailbox to the CRM (PAIR-6). */
  readonly first: boolean;
  /** Sources whose create has not been answered yet; they wait. */
  readonly unanswered: { readonly mailbox: Set<string>; readonly crm: Set<string> };
  /** Items whose edits the CRM denied to this user in this run (POL-10). */
  readonly denied: Set<string>;
  /** Items whose removal by us was not answered in this run. */
  readonly removing: Set<string>;
}

/** And both systems, as far as people are read and written. */
export interface Reach extends Planning {
  readonly deps: Planning['deps'] & Pick<ActivityDeps, 'heartbeat'>;
  readonly step: Planning['step'] & { readonly crm: Pick<CrmConnection, 'absence'> };
  readonly mailbox: Pick<Mailbox, 'read' | 'findByKeys' | 'write'>;
  readonly session: Pick<
    CrmSession,
    'userId' | 'read' | 'accountsByName' | 'accountsByDomain' | 'findCreated' | 'write'
  >;
  readonly reader: Pick<CrmSession, 'findByEmail'>;
  /** The ledger's entries of these items of the mailbox. */
  entriesOf(mailboxItemIds: readonly string[]): Promise<Item[]>;
}

/** One run of a people phase: who works, on what, by which rules. */
export interface Work extends Reach {
  readonly deps: ActivityDeps;
  readonly step: Step;
  readonly cycle: number;
  readonly mailbox: Mailbox;
  readonly session: CrmSession;
  readonly reader: CrmSession;
  readonly crmCapabilities: CrmCapabilities;
  inTransaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>;
}

export async function openWork(
  deps: ActivityDeps,
  opened: OpenedConnections,
  input: CycleRef,
  module: PersonModule,
): Promise<Work> {
  const step = await requireStep(deps, opened, input);
  const crmCapabilities = await step.crm.capabilities();
  const rulesOf = (of: PersonModule) => personRules(step, of, step.mailboxes.capabilities, crmCapabilities);
  const { contact_folder_id: own, default_folder_id: usual } = step.pairing;
  const inTransaction: Work['inTransaction'] = run => deps.database.inOrganization(step.organizationId, run);
  return {
    deps,
    step,
    module,
    cycle: input.cycle,
    mailbox: step.mailbox(),
    session: await step.crmAsUser(),
    reader: await step.crm.reader(),
    crmCapabilities,
    rules: rulesOf(module),
    rulesOf,
    watched: new Set([own, usual].filter(id => id !== null)),
    container: syncedFolder(step),
    first: step.pairing.initialized_at === null,
    unanswered: { mailbox: new Set(), crm: new Set() },
    denied: new Set(),
    removing: new Set(),
    entriesOf: ids => inTransaction(tx => findItems(tx, step.pairing.id, ids, [])),
    inTransaction,
  };
}

/** What is decided together: a partnership or a newcomer, with the rows of the inbox that speak of it. */
export interface Case {
  readonly item: Item | null;
  readonly mailboxRow: InboxRow | null;
  readonly crmRow: InboxRow | null;
}

export function rowsOf({ mailboxRow, crmRow }: Case): InboxRow[] {
  return [mailboxRow, crmRow].filter(row => row !== null);
}
