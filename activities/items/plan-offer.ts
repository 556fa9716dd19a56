import { type Item, newItem } from '../../db/items.ts';
import { AMBIGUOUS_CODE } from '../../sync/items/match.ts';
import { addressesOf } from '../../sync/people/newcomers.ts';
import type { CrmRecord, MailboxItem } from '../../sync/record.ts';
import { accountOf, type Findings } from './findings.ts';
import { planMeeting } from './meetings-offered.ts';
import type { Offered } from './offered.ts';
import { excluded, later, nothing, type Plan, quarantined } from './plan.ts';
import { adopt, replacing } from './plan-arrival.ts';
import { planCreate } from './plan-create.ts';
import { recordKey } from './sides.ts';
import type { Case, Planning } from './work.ts';

const CLAIM_WAIT_MS = 60_000;

/** Plans an item of the mailbox: leave it, hold it back with a reason, link it, or make a record of it (CON-5, PAIR-7). */
export function planOffer(
  work: Planning,
  { one, sides, offered: person, offer }: Offered,
  findings: Findings,
): Plan {
  const item = offeredItem(work, one, person);
  const { nowMs } = work.step;
  if (offer.type === 'leave')
    return offer.code === 'already_there' && one.item
      ? { ...nothing(one), item }
      : excluded(one, { ...item, link: 'already_there' }, offer);
  if (offer.type === 'quarantine') return quarantined(one, item, offer, nowMs);
  if (work.first) return later(one, nowMs + 1);
  const meeting = findings.meetings.get(person.itemId);
  if (meeting) {
    const joined = planMeeting(work, { one, sides, offered: person, offer }, item, meeting);
    if (joined) return joined;
  }
  const found = uniqueBy(
    addressesOf(person.fields).flatMap(address => findings.everybody.get(address) ?? []),
    record => record.ref.id,
  );
  if (found.length > 0) return known(work, { one, sides, offered: person, offer }, item, found, findings);
  if (findings.claimedElsewhere.has(person.itemId)) return later(one, nowMs + CLAIM_WAIT_MS);
  return planCreate(work, one, item, person, accountOf(person.fields, findings));
}

function offeredItem(work: Planning, one: Case, person: MailboxItem): Item {
  const item = one.item ?? newItem(work.deps.database.newId, { module: work.module, state: 'in_sync' });
  return {
    ...item,
    module: work.module,
    mailboxItemId: person.itemId,
    containerId: person.containerId,
    mailboxEtag: person.etag,
    mailboxBase: { fields: person.fields, categories: person.categories },
    meeting: person.meeting ?? null,
  };
}

/** The CRM has somebody with this address: link, or say why not; never a second one (PAIR-7). */
function known(
  work: Planning,
  { one, sides, offered: person }: Offered,
  item: Item,
  found: readonly CrmRecord[],
  findings: Findings,
): Plan {
  const { nowMs } = work.step;
  const seen = found.flatMap(record => findings.visible.get(record.ref.id) ?? []);
  const inside = seen.filter(
    record => work.rules.filter === 'visible' || record.ownerId === work.session.userId,
  );
  if (inside.length > 1) return excluded(one, { ...item, link: 'already_there' }, SEVERAL);
  const match = inside[0];
  if (match && isUnansweredCreate(work, match)) return later(one, nowMs + work.crmCapabilities.lateCommitMs);
  // An item may have been made of the record already, and nobody answered.
  if (match && work.unanswered.mailbox.has(match.ref.id))
    return later(one, nowMs + work.step.mailboxes.capabilities.lateCommitMs);
  const entry = match && findings.entries.get(match.ref.id);
  if (entry?.link === 'linked') return excluded(one, { ...item, link: 'already_there' }, TAKEN);
  if (match) return { ...adopt(work, one, item, match, person, sides), ...replacing(entry) };
  if (seen.length > 0) return excluded(one, { ...item, link: 'already_there' }, ELSEWHERE);
  return quarantined(one, item, HIDDEN, nowMs);
}

/** The record is one that another item was just made into, though nobody answered: it is that item's. */
export function isUnansweredCreate(work: Planning, { key }: CrmRecord): boolean {
  return key !== undefined && [...work.unanswered.crm].some(itemId => recordKey(work, itemId) === key);
}

const SEVERAL = {
  code: AMBIGUOUS_CODE,
  reason: 'Several CRM records have this address; nothing is guessed.',
  fix: 'Merge the records in the CRM, then change the item.',
};
const TAKEN = {
  code: 'duplicate_in_mailbox',
  reason: 'Another item of this mailbox is linked with the CRM record of this address.',
  fix: 'Delete one of the two items in Outlook.',
};
const ELSEWHERE = {
  code: 'other_owner',
  reason: 'The CRM has this person already, owned by somebody else.',
  fix: 'Change the owner in the CRM, or set the filter of the module to visible.',
};
const HIDDEN = {
  code: 'exists_hidden',
  reason: 'The CRM has a record that the user may not see and that this item would duplicate.',
  fix: 'Ask a CRM administrator for access to the record.',
};

function uniqueBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map(value => [key(value), value])).values()];
}
