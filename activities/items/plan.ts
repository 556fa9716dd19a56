import type { CrmWrite, CrmWritten, MailboxWrite, MailboxWritten } from '../../connectors/connector.ts';
import type { NewIntent } from '../../db/intents.ts';
import type { Item } from '../../db/items.ts';
import { quarantineDelayMs, type SyncFailure } from '../../sync/failure.ts';
import type { Verdict } from '../../sync/items/offer.ts';
import type { Field, Module } from '../../sync/record.ts';
import type { Case } from './work.ts';

export type EventDraft = {
  readonly action: string;
  readonly direction: 'to-mailbox' | 'to-crm' | null;
  readonly code?: string;
  readonly reason: string;
  readonly detail?: unknown;
};

/** What becomes of the rows of the inbox when a plan is carried out. */
export type Afterwards =
  | { readonly row: 'clear' }
  /** Look at both sides once more, in this cycle or not before a moment (epoch ms) that is later. */
  | { readonly row: 'again'; readonly notBeforeMs?: number }
  /** Not before this moment, epoch ms, and not in this cycle. */
  | { readonly row: 'later'; readonly notBeforeMs: number }
  /** In the phase of the module that its user gave it to since it was heard of (CON-5). */
  | { readonly row: 'elsewhere'; readonly module: Module };

/** What is to be done about one case; settled step by step as the writes are answered. */
export interface Plan {
  readonly one: Case;
  /** The item as it is to be remembered; null: there is nothing to remember. */
  item: Item | null;
  /** The item's row goes: neither side has it any more, or another item took its place. */
  forget?: boolean;
  mailboxWrite?: MailboxWrite;
  crmWrite?: CrmWrite;
  intent?: NewIntent;
  /** The one write that takes an item out of the mailbox (POL-20 counts it, unless another item took its place). */
  removes?: boolean;
  uncounted?: boolean;
  /** What stands even when a write is refused; without it, the item as it was. */
  otherwise?: { readonly item: Item; readonly events: readonly EventDraft[] };
  /** The entry of the ledger that this one takes the record from. */
  replaces?: Item;
  /** The record whose item takes this one's place: it has one plan at a time with this one. */
  joins?: string;
  /** Whether the CRM lets this user's values in. */
  crmTakes?(field: Field): boolean;
  events: EventDraft[];
  afterwards: Afterwards;
  /** Why a write was refused. */
  failed?: SyncFailure;
  onMailbox?(item: Item, written: MailboxWritten): Item;
  /** `plan`: the one that was carried out, perhaps a changed copy of the one that was made. */
  onCrm?(item: Item, written: CrmWritten, plan: Plan): Item;
  onCrmDeleted?(item: Item): Item;
}

export const CLEAR: Afterwards = { row: 'clear' };
export const AGAIN: Afterwards = { row: 'again' };

/** Nothing to do and nothing to remember. */
export function nothing(one: Case): Plan {
  return { one, item: null, events: [], afterwards: CLEAR };
}

/** Nothing now: its rows wait until this moment, epoch ms, and at least for the next cycle. */
export function later(one: Case, notBeforeMs: number): Plan {
  return { ...nothing(one), afterwards: { row: 'later', notBeforeMs } };
}

/**
 * An item of the mailbox, a record and an entry of the ledger have one plan at a time: of rivals the first goes ahead,
 * the others are looked at again when it is remembered (invariant 3).
 */
export function withoutRivals(plans: readonly Plan[]): Plan[] {
  const taken = new Map<string, Plan>();
  return plans.map(plan => {
    const keys = claimsOf(plan);
    if (keys.some(key => taken.has(key))) return { ...nothing(plan.one), afterwards: AGAIN };
    for (const key of keys) taken.set(key, plan);
    return plan;
  });
}

/** The entry that a plan takes the record from: if it stands for an item of its own, it goes on without the record. */
export function withoutRecord(entry: Item): Item | null {
  if (entry.mailboxItemId === null) return null;
  return {
    ...asOwn(entry),
    code: 'duplicate_in_mailbox',
    reason: 'Another item of this mailbox took over the CRM record.',
    fix: 'Delete one of the two items in Outlook.',
  };
}

/** An entry that stands for the user's own item alone. */
export function asOwn(item: Item): Item {
  return {
    ...item,
    link: 'already_there',
    state: 'excluded',
    attempts: 0,
    nextAttemptAtMs: null,
    crmKind: null,
    crmId: null,
    crmParentId: null,
    crmBase: null,
  };
}

/** What a plan will have in the ledger, or take out of it. */
function claimsOf({ item, replaces, joins }: Plan): string[] {
  const entry = replaces === undefined ? [] : [`entry:${replaces.id}`];
  if (joins !== undefined) entry.push(`crm:${joins}`);
  if (!item) return entry;
  const mailbox = item.mailboxItemId === null ? [] : [`mailbox:${item.mailboxItemId}`];
  const crm = item.crmId === null ? [] : [`crm:${item.crmId}`];
  return [`entry:${item.id}`, ...mailbox, ...crm, ...entry];
}

/** An item that stays where it is, with the rule that says so (ledger: excluded). */
export function excluded(one: Case, item: Item, verdict: Verdict): Plan {
  const said = {
    ...item,
    state: 'excluded' as const,
    code: verdict.code,
    reason: verdict.reason,
    fix: verdict.fix ?? null,
    attempts: 0,
    nextAttemptAtMs: null,
  };
  const news = item.code !== verdict.code;
  return {
    one,
    item: said,
    events: news ? [{ action: 'excluded', direction: null, code: verdict.code, reason: verdict.reason }] : [],
    afterwards: CLEAR,
  };
}

/** An item of which something is wrong that is its own: tried again with growing intervals (PAIR-10). */
export function quarantined(one: Case, item: Item, verdict: Verdict, nowMs: number): Plan {
  return {
    one,
    item: failed(item, verdict, nowMs),
    events: [{ action: 'quarantined', direction: null, code: verdict.code, reason: verdict.reason }],
    afterwards: CLEAR,
  };
}

export function failed(item: Item, verdict: Verdict, nowMs: number): Item {
  const attempts = item.attempts + 1;
  return {
    ...item,
    state: 'failing',
    code: verdict.code,
    reason: verdict.reason,
    fix: verdict.fix ?? null,
    attempts,
    nextAttemptAtMs: nowMs + quarantineDelayMs(attempts),
  };
}

export function healthy(item: Item): Item {
  return {
    ...item,
    state: 'in_sync',
    code: null,
    reason: null,
    fix: null,
    attempts: 0,
    nextAttemptAtMs: null,
  };
}
