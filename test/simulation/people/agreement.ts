import { CATEGORY } from '../../engine/company.ts';
import type { Entry } from '../ledger.ts';
import type { Violation } from '../module.ts';
import { isExcused, isItemExcused } from './excuses.ts';
import { columnOf, FIELD_NAMES, type FieldName, type PersonObject } from './fields.ts';
import { type Item, LEADS_CATEGORY, type PersonRecord } from './hands.ts';
import { nameOf } from './scene.ts';
import type { MailboxView, View } from './view.ts';

const MODULES = { Contact: 'contacts', Lead: 'leads' } as const;
const CATEGORIES = { Contact: CATEGORY, Lead: LEADS_CATEGORY } as const;

/** Invariant 1: both sides agree; whatever a rule leaves out is named in the ledger, with a reason that stands. */
export function disagreements(view: View): Violation[] {
  return view.mailboxes
    .flatMap(mailbox => [
      ...view.records.flatMap(record => recordProblem(view, mailbox, record) ?? []),
      ...mailbox.items.flatMap(item => itemProblem(view, mailbox, item) ?? []),
      ...entriesOf(view, mailbox).flatMap(entry => entryProblem(view, mailbox, entry) ?? []),
      ...tooMany(view, mailbox),
    ])
    .map(text => ({ invariant: 1, text }));
}

function entriesOf({ ledger }: View, { pairing }: MailboxView): Entry[] {
  return ledger.entries.filter(({ pairingId }) => pairingId === pairing.id);
}

/** Whether the rules select the record for this mailbox (POL-9, POL-10). Records are private to their owners here. */
function isSelected({ policy }: View, { crmUserId }: MailboxView, record: PersonRecord): boolean {
  return policy.modules[MODULES[record.object]].enabled && record.ownerId === crmUserId;
}

function recordProblem(view: View, mailbox: MailboxView, record: PersonRecord): string | null {
  if (!isSelected(view, mailbox, record)) return null;
  const entry = entriesOf(view, mailbox).find(({ recordId }) => recordId === record.id);
  const who = `${record.object} ${record.person} (${record.id}) of ${nameOf(mailbox.mailbox)}`;
  if (!entry) return `${who} has no item, and nothing says why`;
  if (entry.link === 'linked' && entry.state === 'in_sync') return null;
  if (isExcused(view, mailbox, record, entry)) return null;
  return `${who} is ${entry.link} and ${entry.state} in the ledger: ${entry.code} (${entry.reason})`;
}

function itemProblem(view: View, mailbox: MailboxView, item: Item): string | null {
  if (!isOffered(view, mailbox, item)) return null;
  const entry = entriesOf(view, mailbox).find(({ itemId }) => itemId === item.id);
  const who = `${item.person} in ${nameOf(mailbox.mailbox)}'s Outlook`;
  if (!entry) return `${who} is to go to the CRM, has no record, and nothing says why`;
  if (entry.link === 'linked' && entry.state === 'in_sync') return null;
  if (isItemExcused(view, mailbox, item, entry)) return null;
  return `${who} is ${entry.link} and ${entry.state} in the ledger: ${entry.code} (${entry.reason})`;
}

/** A user's item that the policy sends to the CRM (POL-8). */
function isOffered({ policy }: View, { syncedFolderId }: MailboxView, item: Item): boolean {
  const isMarked = item.categories.includes(CATEGORY) || item.categories.includes(LEADS_CATEGORY);
  return item.folderId === syncedFolderId && (isMarked || policy.newItems.autoSync);
}

/** Partners hold the same, live, in the right place. */
function entryProblem(view: View, mailbox: MailboxView, entry: Entry): string | null {
  if (entry.link !== 'linked' || entry.state !== 'in_sync') return null;
  const item = mailbox.items.find(({ id }) => id === entry.itemId);
  const record = view.records.find(({ id }) => id === entry.recordId);
  const user = nameOf(mailbox.mailbox);
  if (view.others.has(entry.recordId ?? '')) return null;
  if (!item && !record) return `an item and a record are partners for ${user}, but both are gone`;
  if (!item) return `${record?.person} of ${user} is a partner in the ledger, but the item is gone`;
  if (!record) return `${item.person} of ${user} is a partner in the ledger, but the record is gone`;
  if (!isSelected(view, mailbox, record))
    return `${record.object} ${record.person} is a partner in ${user}'s mailbox, but belongs to somebody else`;
  const place = placeProblem(mailbox, item, record.object);
  const values = FIELD_NAMES.filter(field => !agree(view, field, entry, item, record)).map(
    field =>
      `${field} is ${item.values[field] ?? 'empty'} in Outlook and ${record.values[field] ?? 'empty'} in the CRM`,
  );
  const problems = [...place, ...values];
  return problems.length > 0 ? `${record.person} of ${user}: ${problems.join('; ')}` : null;
}

function placeProblem({ syncedFolderId }: MailboxView, item: Item, object: PersonObject): string[] {
  const ours = item.categories.filter(name => name === CATEGORY || name === LEADS_CATEGORY);
  const told: string[] = [];
  if (ours.length !== 1 || ours[0] !== CATEGORIES[object])
    told.push(`its categories are ${ours.join(' and ')}`);
  if (!syncedFolderId) told.push('there is no folder to synchronize');
  return told;
}

function agree(view: View, field: FieldName, entry: Entry, item: Item, record: PersonRecord): boolean {
  const [inOutlook, inCrm] = [item.values[field] ?? null, record.values[field] ?? null];
  if (inOutlook === inCrm) return true;
  // The company of a contact without an account is the user's own note (CON-1, CON-2).
  if (field === 'company' && record.object === 'Contact') return inCrm === null;
  if (columnOf(field, record.object) === null) return true;
  const { direction } = view.policy.modules[MODULES[record.object]];
  // What the user's own item said before, where the CRM takes nothing (PAIR-7).
  return entry.adopted && direction === 'to-mailbox' && inCrm === null;
}

function tooMany(view: View, mailbox: MailboxView): string[] {
  const { maximum } = view.policy.contacts;
  const linked = entriesOf(view, mailbox).filter(
    ({ link, module, state }) => link === 'linked' && module === 'contacts' && state !== 'held',
  );
  if (maximum === null || linked.length <= maximum) return [];
  return [`${nameOf(mailbox.mailbox)} has ${linked.length} contacts, ${maximum} are allowed`];
}
