import { rivalsByMatchKey } from '../../db/inbox.ts';
import { findCandidates, hasOwnItems, type Item, newItem } from '../../db/items.ts';
import { hashMatchKeys } from '../../db/match-keys.ts';
import type { Transaction } from '../../db/transaction.ts';
import { isLocked } from '../../sync/activities/attendees.ts';
import { filled, pick, withFields } from '../../sync/items/compare.ts';
import { AMBIGUOUS_CODE, keysToMatch, type Match, matchItem } from '../../sync/items/match.ts';
import { adoptFields, type Merge } from '../../sync/items/merge.ts';
import { categoryOf, type ItemRules } from '../../sync/items/rules.ts';
import { shownOf } from '../../sync/items/shown.ts';
import { isPerson, KIND_OF } from '../../sync/modules.ts';
import { addressesOf, isExcluded } from '../../sync/people/newcomers.ts';
import type { CrmRecord, Field, Fields, MailboxItem } from '../../sync/record.ts';
import { afterWrite } from '../../sync/rewrites.ts';
import { type ArrivingMeeting, findArrivingMeetings } from './meetings-arriving.ts';
import { CLEAR, type EventDraft, excluded, healthy, later, nothing, type Plan } from './plan.ts';
import { REASONS } from './plan-ending.ts';
import { planLinked } from './plan-linked.ts';
import { creationKey, type Sides } from './sides.ts';
import type { Case, Planning, Reach, Work } from './work.ts';

/** What the mailbox already has that may be the arriving people. */
export interface Candidates {
  readonly items: ReadonlyMap<string, readonly Item[]>;
  /** Match keys that several records without a partner share: no evidence for any of them. */
  readonly shared: ReadonlySet<string>;
  /** What the meetings are that arrive, by record. */
  readonly meetings: ReadonlyMap<string, ArrivingMeeting>;
}

const NO_CANDIDATES: Candidates = { items: new Map(), shared: new Set(), meetings: new Map() };

/** What a chunk of arriving people is decided by. */
export interface Arriving extends Candidates {
  /** Nothing that was saved at this moment or before comes any more (POL-13); epoch milliseconds. */
  readonly limitMs: number | null;
}

/** Looks once per chunk for items of the user's that could be the arriving people (PAIR-7). */
export async function findArrivalCandidates(work: Work, people: readonly CrmRecord[]): Promise<Candidates> {
  if (people.length === 0) return NO_CANDIDATES;
  return work.inTransaction(async tx => {
    const meetings = await findArrivingMeetings(tx, work, people);
    if (!(await hasOwnItems(tx, work.step.pairing.id))) return { ...NO_CANDIDATES, meetings };
    const keysOf = (person: CrmRecord) => hashMatchKeys(tx.vault, keysToMatch(work.module, person.fields));
    const keys = new Map(people.map(person => [person.ref.id, keysOf(person)]));
    const found = await findCandidates(tx, work.step.pairing.id, [...new Set([...keys.values()].flat())]);
    if (found.length === 0) return { ...NO_CANDIDATES, meetings };
    const shared = await sharedKeys(tx, work.step.pairing.id, keys, found);
    const items = new Map(
      people.map(person => [
        person.ref.id,
        found.filter(item => item.matchKeys.some(key => keys.get(person.ref.id)?.includes(key))),
      ]),
    );
    return { items, shared, meetings };
  });
}

/** The match keys of these items that several records have, of those that arrive together and of those that wait. */
async function sharedKeys(
  tx: Transaction,
  pairingId: string,
  keysByRecord: ReadonlyMap<string, readonly string[]>,
  found: readonly Item[],
): Promise<Set<string>> {
  const held = [...new Set(found.flatMap(item => item.matchKeys))];
  const records = new Map(held.map(key => [key, new Set<string>()]));
  for (const [record, keys] of keysByRecord) for (const key of keys) records.get(key)?.add(record);
  const arriving = held.filter(key => records.get(key)?.size);
  for (const [key, rivals] of await rivalsByMatchKey(tx, pairingId, arriving))
    for (const rival of rivals) records.get(key)?.add(rival);
  return new Set([...records].filter(([, own]) => own.size > 1).map(([key]) => key));
}

/** Plans a record that has no item in the mailbox yet: adopt, copy, or say why not (PAIR-6, PAIR-7). */
export function planArrival(
  work: Planning,
  one: Case,
  sides: Sides,
  candidates: Arriving,
  adoptable: ReadonlyMap<string, MailboxItem>,
): Plan {
  const person = sides.crmRecord;
  if (!person || sides.crm.state !== 'present') return departed(one, sides);
  if (one.item?.link === 'away') return nothing(one);
  if (candidates.limitMs !== null && person.modifiedAtMs <= candidates.limitMs)
    return excluded(one, newcomer(work, one, person), {
      code: 'left_limit',
      reason: 'Newer contacts fill the number that the policy allows.',
    });
  const meeting = candidates.meetings.get(person.ref.id);
  const match = matchOf(work, person, candidates);
  if (match.type === 'none' && meeting?.type === 'brought')
    return excluded(one, newcomer(work, one, person), EXPECTED);
  if (meeting?.type === 'announced') return later(one, work.step.nowMs + ANNOUNCED_WAIT_MS);
  if (match.type === 'ambiguous') return excluded(one, newcomer(work, one, person), AMBIGUOUS);
  if (match.type === 'one') {
    const found = adoptable.get(match.candidate.item.mailboxItemId ?? '');
    if (found && isWithheld(found, work.rules)) return excluded(one, newcomer(work, one, person), UNSHARED);
    if (found)
      return {
        ...adopt(work, one, match.candidate.item, person, found, {
          ...sides,
          follows: candidates.meetings.has(person.ref.id) && found.meeting?.isOrganizer === false,
        }),
        ...replacing(one.item),
      };
  }
  return copy(work, one, person, sides);
}

const AMBIGUOUS = {
  code: AMBIGUOUS_CODE,
  reason: 'Several items of the mailbox, or several CRM records, could be this one; nothing is guessed.',
  fix: 'Make addresses, names or subjects tell them apart, in the mailbox or in the CRM.',
};

/** Under `skip` the CRM must not have it: linking it would take the CRM's own record away (POL-17). */
function isWithheld({ fields }: MailboxItem, { calendar }: ItemRules): boolean {
  return fields.privacy === 'private' && calendar.private === 'skip';
}

const UNSHARED = {
  code: 'private',
  reason:
    'The mailbox has this appointment as a private one, and the policy does not synchronize private appointments.',
  fix: 'Take the privacy off in Outlook, or let the policy hide private appointments in the CRM.',
};

const ANNOUNCED_WAIT_MS = 60_000;

const EXPECTED = {
  code: 'invitation_expected',
  reason: "It is a meeting that Exchange brings into this mailbox: the organizer's invitation is the item.",
};

/** Why the record is gone stands in the ledger already. */
const TOLD: ReadonlySet<string | null> = new Set(['user_deleted', 'cancelled']);

/** It left before it came: nothing to do, an older entry of the ledger is closed. */
function departed(one: Case, sides: Sides): Plan {
  if (!one.item || sides.crm.state !== 'deleted' || TOLD.has(one.item.code)) return nothing(one);
  return excluded(one, { ...one.item, link: 'none' }, { code: 'crm_deleted', reason: REASONS.crm_deleted });
}

interface Candidate {
  readonly id: string;
  readonly fields: Fields;
  readonly item: Item;
}

function matchOf(work: Planning, person: CrmRecord, candidates: Candidates): Match<Candidate> {
  const meeting = candidates.meetings.get(person.ref.id);
  const own = meeting?.type === 'brought' ? meeting.own : null;
  if (own)
    return { type: 'one', candidate: { id: own.id, fields: own.mailboxBase?.fields ?? {}, item: own } };
  const possible = candidates.items.get(person.ref.id) ?? [];
  if (possible.length === 0) return { type: 'none' };
  if (isPerson(work.module) && addressesOf(person.fields).some(address => isExcluded(address, work.rules)))
    return { type: 'none' };
  const match = matchItem(
    work.module,
    person.fields,
    possible.map(item => ({ id: item.id, fields: item.mailboxBase?.fields ?? {}, item })),
  );
  if (match.type !== 'one') return match;
  const contested = match.candidate.item.matchKeys.some(key => candidates.shared.has(key));
  return contested ? { type: 'ambiguous', candidates: [match.candidate] } : match;
}

/** The items that arriving people would be matched with, whole, as far as they are still where ours are read. */
export async function readAdoptable(
  work: Reach,
  people: readonly CrmRecord[],
  candidates: Candidates,
): Promise<Map<string, MailboxItem>> {
  const ids = adoptableItems(work, people, candidates);
  if (ids.length === 0) return new Map();
  const read = await work.mailbox.read(ids);
  const found = read.flatMap(answer =>
    answer.ok && answer.value.type === 'present' ? [answer.value.item] : [],
  );
  return new Map(
    found
      .filter(({ containerId }) => work.watched.has(containerId))
      .map(person => [person.itemId, person] as const),
  );
}

function adoptableItems(work: Planning, people: readonly CrmRecord[], candidates: Candidates): string[] {
  return people.flatMap(person => {
    const match = matchOf(work, person, candidates);
    return match.type === 'one' && match.candidate.item.mailboxItemId !== null
      ? [match.candidate.item.mailboxItemId]
      : [];
  });
}

/** The entry that said why the record had no item gives way to the partnership. */
export function replacing(entry: Item | null | undefined): Pick<Plan, 'replaces'> {
  return entry ? { replaces: entry } : {};
}

/** The user's item becomes the partner; from here on it is an ordinary partnership. */
export function adopt(
  work: Planning,
  one: Case,
  own: Item,
  person: CrmRecord,
  found: MailboxItem,
  sides: Sides,
): Plan {
  const rules = work.rules;
  const meeting = found.meeting ?? null;
  const fields = shownOf(person, rules, work.step.crm.url(person.ref, 'view'), { meeting });
  const now = {
    mailbox: found.fields,
    crm: fields,
    mailboxModifiedAtMs: found.modifiedAtMs,
    crmModifiedAtMs: person.modifiedAtMs,
    editable: person.editable ?? true,
  };
  const merge = sides.follows
    ? { ...NOTHING_TRAVELS, bases: { mailbox: now.mailbox, crm: now.crm } }
    : adoptFields(now, isLocked(meeting, rules.calendar) ? { ...rules, conflicts: 'mailbox' } : rules);
  const item: Item = {
    ...healthy(own),
    meeting,
    module: work.module,
    link: 'linked',
    adopted: true,
    crmKind: KIND_OF[work.module],
    crmId: person.ref.id,
    crmParentId: person.accountId,
    crmModifiedAtMs: person.modifiedAtMs,
    mailboxBase: { fields: merge.bases.mailbox, categories: found.categories },
    crmBase: asInMailbox(fields, merge.toMailbox, found.fields),
  };
  const plan = planLinked(work, one, item, {
    ...sides,
    mailbox: {
      state: 'present',
      fields: found.fields,
      categories: found.categories,
      modifiedAtMs: found.modifiedAtMs,
      meeting: found.meeting,
    },
    mailboxItem: found,
    crm: {
      state: 'present',
      fields,
      modifiedAtMs: person.modifiedAtMs,
      editable: person.editable ?? true,
      invited: person.invited ?? false,
    },
    crmRecord: person,
  });
  const events: EventDraft[] = [
    {
      action: 'adopted',
      direction: null,
      reason: 'The mailbox already had it; the two are linked.',
    },
    ...merge.losses.map(
      (loss): EventDraft => ({
        action: 'conflict',
        direction: 'to-mailbox',
        code: loss.reason,
        reason: `At adoption the values differed; the other one is kept here. Field: ${loss.field}.`,
        detail: loss,
      }),
    ),
  ];
  // Adoption has said what gives way.
  const others = plan.events.filter(({ action }) => action !== 'conflict');
  return { ...plan, events: [...events, ...others], otherwise: { item, events } };
}

/** Who only takes part in a meeting brings nothing of it anywhere (CAL-2). */
const NOTHING_TRAVELS: Merge = { toMailbox: {}, toCrm: {}, losses: [] };

/** What adoption brings to the mailbox counts as a change of the CRM, from what the mailbox says. */
function asInMailbox(fields: Fields, toMailbox: Fields, mailbox: Fields): Fields {
  return withFields(fields, pick(mailbox, Object.keys(toMailbox) as Field[]));
}

function newcomer(work: Planning, one: Case, person: CrmRecord): Item {
  const item = one.item ?? newItem(work.deps.database.newId, { module: work.module, state: 'in_sync' });
  return {
    ...item,
    module: work.module,
    crmKind: KIND_OF[work.module],
    crmId: person.ref.id,
    crmParentId: person.accountId,
    crmModifiedAtMs: person.modifiedAtMs,
    crmBase: person.fields,
  };
}

function copy(work: Planning, one: Case, person: CrmRecord, sides: Sides): Plan {
  const fields = sides.crm.state === 'present' ? sides.crm.fields : person.fields;
  const shown = filled(
    Object.fromEntries(
      Object.entries(fields).filter(([field]) => work.rules.mailboxFields.has(field as never)),
    ),
  );
  const key = creationKey(work, person.ref.id, one.item?.restored);
  const category = categoryOf(work.rules);
  const { nowMs } = work.step;
  return {
    one,
    item: { ...newcomer(work, one, person), crmBase: fields },
    intent: {
      target: 'mailbox',
      module: work.module,
      key,
      sourceId: person.ref.id,
      containerId: work.container,
      payload: { person, fields },
      deadlineAtMs: nowMs + work.step.mailboxes.capabilities.lateCommitMs,
    },
    mailboxWrite: { op: 'create', containerId: work.container, key, fields: shown, categories: [category] },
    events: [
      { action: 'created', direction: 'to-mailbox', reason: 'The CRM record belongs into the mailbox.' },
    ],
    afterwards: CLEAR,
    onMailbox: (item, written) => (written ? copied(item, written, fields, nowMs) : item),
  };
}

/** The partnership of a copy: each side's base as it was read back. */
export function copied(item: Item, written: MailboxItem, shown: CrmRecord['fields'], nowMs: number): Item {
  return {
    ...healthy(item),
    link: 'linked',
    adopted: false,
    mailboxItemId: written.itemId,
    containerId: written.containerId,
    mailboxEtag: written.etag,
    meeting: written.meeting ?? null,
    unheard: true,
    mailboxBase: { fields: written.fields, categories: written.categories },
    crmBase: shown,
    writes: afterWrite(item.writes, 'mailbox', filled(shown), nowMs),
  };
}
