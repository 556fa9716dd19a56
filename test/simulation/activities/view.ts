import type { Policy } from '../../../sync/policy/schema.ts';
import type { Entry, Ledger, PairingRow } from '../ledger.ts';
import type { Memory } from './memory.ts';
import type { ActivityModule, CrmThing, Item } from './thing.ts';
import type { Work } from './work.ts';

export interface MailboxView {
  readonly mailbox: string;
  readonly pairing: PairingRow;
  readonly crmUserId: string;
  readonly items: readonly Item[];
}

/** All that a run is judged by: what both sides hold, what users did, what the product remembers and wrote. */
export interface View {
  readonly policy: Policy;
  readonly memory: Memory;
  readonly ledger: Ledger;
  readonly records: readonly CrmThing[];
  readonly mailboxes: readonly MailboxView[];
  readonly work: Work;
}

/** What a module knows about its own things that the common rules do not. */
export interface Peculiarities {
  /** What becomes of an item that a user made. */
  readonly offersTo: ActivityModule;
  /** Whether users see the same in a field of both sides. */
  means(field: string, inOutlook: string | null, inCrm: string | null): boolean;
  /** Whether the rules select the record for a mailbox. */
  selects(view: View, mailbox: MailboxView, record: CrmThing): boolean;
  /** Whether an item is one that the policy would send to the CRM, were it not for this. */
  excludes(view: View, mailbox: MailboxView, item: Item, entry: Entry): boolean;
  /** Whether it is right that a record of a mailbox's user has no item there. */
  excuses(view: View, mailbox: MailboxView, record: CrmThing, entry: Entry | null): boolean;
  /** Whether an entry is stuck with what a server refuses, until a user enters something else. */
  isRefused(view: View, mailbox: MailboxView, entry: Entry): boolean;
  /** What of partners is compared: that the item carries the category, that both say the same. */
  compares(view: View, mailbox: MailboxView, item: Item, record: CrmThing): 'all' | 'values' | 'nothing';
}

export function nameOf(mailbox: string): string {
  return mailbox.split('@')[0] ?? mailbox;
}
