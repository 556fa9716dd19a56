import type {
  CrmCapabilities,
  CrmConnection,
  CrmSession,
  MailboxCapabilities,
  MailboxItems,
} from '../../connectors/connector.ts';
import { type Companion, findCompanions } from '../../db/companions.ts';
import { findNewcomers, type InboxRow } from '../../db/inbox.ts';
import { findItems, type Item } from '../../db/items.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import { ITEM_KIND_OF, KIND_OF, modulesBeside } from '../../sync/modules.ts';
import type { Module } from '../../sync/record.ts';
import type { ActivityDeps } from '../deps.ts';
import type { OpenedConnections } from '../opened.ts';
import { itemRules, syncedContainer, watchedContainers } from '../rules.ts';
import { requireStep, type Step } from '../step.ts';
import type { CycleRef } from '../types.ts';

/** What is decided by: rules, places and identities, and no way to reach anything. */
export interface Planning {
  readonly deps: { readonly database: Pick<ActivityDeps['database'], 'newId'> };
  readonly step: {
    readonly nowMs: number;
    readonly pairing: { readonly id: string; readonly mailbox_key: string | null };
    readonly mailboxes: {
      readonly capabilities: Pick<MailboxCapabilities, 'lateCommitMs' | 'fieldsOutsideChanges'>;
    };
    readonly crm: Pick<CrmConnection, 'url'>;
  };
  readonly session: Pick<CrmSession, 'userId'>;
  readonly crmCapabilities: Pick<CrmCapabilities, 'lateCommitMs'>;
  readonly module: Module;
  readonly rules: ItemRules;
  rulesOf(module: Module): ItemRules;
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
  /** Items whose removal from the mailbox, or from the CRM, by us was not answered. */
  readonly removing: Set<string>;
  readonly deleting: Set<string>;
  /** Series of which an occurrence is looked at for all of them, and those that got their category, in this run. */
  readonly offeredSeries: Set<string>;
  readonly markedSeries: Set<string>;
}

/** And both systems, as far as people are read and written. */
export interface Reach extends Planning {
  readonly deps: Planning['deps'] & Pick<ActivityDeps, 'heartbeat'>;
  readonly step: Planning['step'] & { readonly crm: Pick<CrmConnection, 'absence'> };
  readonly mailbox: MailboxItems;
  readonly session: Pick<
    CrmSession,
    'userId' | 'read' | 'accountsByName' | 'accountsByDomain' | 'findCreated' | 'write'
  >;
  readonly reader: Pick<CrmSession, 'findByEmail'>;
  /** The ledger's entries of these items of the mailbox. */
  entriesOf(mailboxItemIds: readonly string[]): Promise<Item[]>;
  /** Which other pairings have these records in their mailboxes, by record (CAL-2). */
  companionsOf(crmIds: readonly string[]): Promise<ReadonlyMap<string, readonly Companion[]>>;
  /** Items of the mailbox that wait without an entry in the ledger, by a key that they match (PAIR-7). */
  newcomersLike(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** One run of a module's phase: who works, on what, by which rules. */
export interface Work extends Reach {
  readonly deps: ActivityDeps;
  readonly step: Step;
  readonly cycle: number;
  readonly session: CrmSession;
  readonly reader: CrmSession;
  readonly crmCapabilities: CrmCapabilities;
  inTransaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>;
}

export async function openWork(
  deps: ActivityDeps,
  opened: OpenedConnections,
  input: CycleRef,
  module: Module,
): Promise<Work> {
  const step = await requireStep(deps, opened, input);
  const crmCapabilities = await step.crm.capabilities(modulesBeside(module).map(of => KIND_OF[of]));
  const rules = new Map<Module, ItemRules>();
  const rulesOf = (of: Module) => {
    const known = rules.get(of) ?? itemRules(step, of, step.mailboxes.capabilities, crmCapabilities);
    rules.set(of, known);
    return known;
  };
  const kind = ITEM_KIND_OF[module];
  const inTransaction: Work['inTransaction'] = run => deps.database.inOrganization(step.organizationId, run);
  return {
    deps,
    step,
    module,
    cycle: input.cycle,
    mailbox: step.mailbox().items(kind),
    session: await step.crmAsUser(),
    reader: await step.crm.reader(),
    crmCapabilities,
    rules: rulesOf(module),
    rulesOf,
    watched: watchedContainers(step, kind),
    container: syncedContainer(step, kind),
    first: step.pairing.initialized_at === null,
    unanswered: { mailbox: new Set(), crm: new Set() },
    denied: new Set(),
    removing: new Set(),
    deleting: new Set(),
    offeredSeries: new Set(),
    markedSeries: new Set(),
    companionsOf: ids => inTransaction(tx => findCompanions(tx, step.pairing.id, step.crmConnection.id, ids)),
    newcomersLike: keys => inTransaction(tx => findNewcomers(tx, step.pairing.id, keys)),
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
