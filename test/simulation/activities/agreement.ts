import { CATEGORY } from '../../engine/company.ts';
import type { Entry } from '../ledger.ts';
import type { Violation } from '../module.ts';
import { isExcused, isItemExcused } from './excuses.ts';
import type { CrmThing, Item } from './thing.ts';
import { type MailboxView, nameOf, type Peculiarities, type View } from './view.ts';

/** Invariant 1: both sides agree; whatever a rule leaves out is named in the ledger, with a reason that stands. */
export function disagreements(view: View, peculiar: Peculiarities): Violation[] {
  return view.mailboxes
    .flatMap(mailbox => [
      ...view.records.flatMap(record => recordProblem(view, peculiar, mailbox, record) ?? []),
      ...mailbox.items.flatMap(item => itemProblem(view, peculiar, mailbox, item) ?? []),
      ...entriesOf(view, mailbox).flatMap(entry => entryProblem(view, peculiar, mailbox, entry) ?? []),
    ])
    .map(text => ({ invariant: 1, text }));
}

function entriesOf({ ledger }: View, { pairing }: MailboxView): Entry[] {
  return ledger.entries.filter(({ pairingId }) => pairingId === pairing.id);
}

const isInSync = ({ link, state }: Entry) => link === 'linked' && state === 'in_sync';
const standing = ({ link, state, code, reason }: Entry) =>
  `${link} and ${state} in the ledger: ${code} (${reason})`;

function recordProblem(
  view: View,
  peculiar: Peculiarities,
  mailbox: MailboxView,
  record: CrmThing,
): string | null {
  if (!peculiar.selects(view, mailbox, record)) return null;
  const entry = entriesOf(view, mailbox).find(({ recordId }) => recordId === record.id) ?? null;
  if (entry && (isInSync(entry) || peculiar.isRefused(view, mailbox, entry))) return null;
  if (isExcused(view, mailbox, record, entry)) return null;
  if (peculiar.excuses(view, mailbox, record, entry)) return null;
  const who = `${record.name} (${record.id}) of the CRM, for ${nameOf(mailbox.mailbox)},`;
  return entry ? `${who} is ${standing(entry)}` : `${who} has no item, and nothing says why`;
}

function itemProblem(view: View, peculiar: Peculiarities, mailbox: MailboxView, item: Item): string | null {
  const isOffered = item.categories.includes(CATEGORY) || view.policy.newItems.autoSync;
  if (!item.isSynced || !isOffered || !view.policy.modules[peculiar.offersTo].enabled) return null;
  const entry = entriesOf(view, mailbox).find(({ itemId }) => itemId === item.id);
  const who = `${item.name} in ${nameOf(mailbox.mailbox)}'s Outlook`;
  if (!entry) return `${who} is to go to the CRM, has no record, and nothing says why`;
  if (isInSync(entry) || isItemExcused(view, mailbox, item, entry)) return null;
  if (peculiar.excludes(view, mailbox, item, entry) || peculiar.isRefused(view, mailbox, entry)) return null;
  return `${who} is ${standing(entry)}`;
}

/** Partners hold the same, live, in the right place. */
function entryProblem(
  view: View,
  peculiar: Peculiarities,
  mailbox: MailboxView,
  entry: Entry,
): string | null {
  if (!isInSync(entry)) return null;
  const item = mailbox.items.find(({ id }) => id === entry.itemId);
  const record = view.records.find(({ id }) => id === entry.recordId);
  const user = nameOf(mailbox.mailbox);
  if (!item || !record) {
    const missing = item ? 'record' : 'item';
    return `${(item ?? record)?.name ?? 'somewhat'} of ${user} is a partner in the ledger, but the ${missing} is gone`;
  }
  if (!peculiar.selects(view, mailbox, record))
    return `${record.name} is a partner in ${user}'s mailbox, but is not one of that user's`;
  const compared = peculiar.compares(view, mailbox, item, record);
  if (compared === 'nothing') return null;
  const problems = [
    ...(compared === 'values' || item.categories.includes(CATEGORY) ? [] : ['it has not the category']),
    ...differences(view, peculiar, entry, item, record),
  ];
  return problems.length > 0 ? `${record.name} of ${user}: ${problems.join('; ')}` : null;
}

function differences(
  { policy }: View,
  { means }: Peculiarities,
  entry: Entry,
  item: Item,
  record: CrmThing,
): string[] {
  // What the user's own item said before, where the CRM takes nothing (PAIR-7).
  const isKept = (inCrm: string | null) =>
    entry.adopted && policy.modules[record.module].direction === 'to-mailbox' && inCrm === null;
  return Object.entries(item.values).flatMap(([field, inOutlook]) => {
    const inCrm = record.values[field];
    if (inCrm === undefined || means(field, inOutlook, inCrm) || isKept(inCrm)) return [];
    return [`${field} is ${inOutlook ?? 'empty'} in Outlook and ${inCrm ?? 'empty'} in the CRM`];
  });
}
