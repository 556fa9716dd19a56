import publicDomains from 'email-providers/all.json' with { type: 'json' };
import type { CrmWritten } from '../../connectors/connector.ts';
import { takeClaim } from '../../db/claims.ts';
import { findItems, type Item, newItem } from '../../db/items.ts';
import { isLocked } from '../../sync/activities/attendees.ts';
import { baseAfterSending } from '../../sync/items/bases.ts';
import { differing, filled, isBlank, pick, sameValue, withFields } from '../../sync/items/compare.ts';
import { hasExactCategories, isOurs } from '../../sync/items/rules.ts';
import { isActivity, isRecordKind, KIND_OF } from '../../sync/modules.ts';
import { addressesOf } from '../../sync/people/newcomers.ts';
import { type CrmRecord, FIELDS, type Field, type Fields, type MailboxItem } from '../../sync/record.ts';
import { afterWrite } from '../../sync/rewrites.ts';
import { findOfferedMeetings, type OfferedMeeting, planMeeting } from './meetings-offered.ts';
import type { Offered } from './offered.ts';
import { AGAIN, CLEAR, excluded, healthy, nothing, type Plan, quarantined } from './plan.ts';
import { adopt, replacing } from './plan-arrival.ts';
import { recordKey } from './sides.ts';
import type { Case, Planning, Reach, Work } from './work.ts';

/** What is known in the CRM about the people that are offered: asked once per chunk. */
export interface Findings {
  /** By address, as the reading user sees them: the user may not see all of them. */
  readonly everybody: ReadonlyMap<string, readonly CrmRecord[]>;
  /** Of those, the ones this pairing's user sees. */
  readonly visible: ReadonlyMap<string, CrmRecord>;
  /** The ledger's entries of the records, by id: partners already, or records that had no item. */
  readonly entries: ReadonlyMap<string, Item>;
  readonly accountsByName: ReadonlyMap<string, readonly string[]>;
  readonly accountsByDomain: ReadonlyMap<string, readonly string[]>;
  /** Items whose claim another pairing holds. */
  readonly claimedElsewhere: ReadonlySet<string>;
  /** What the meetings among the items are to other pairings. */
  readonly meetings: ReadonlyMap<string, OfferedMeeting>;
}

export async function findOut(work: Work, offers: readonly Offered[]): Promise<Findings> {
  const sent = offers.filter(({ offer }) => offer.type === 'send');
  if (work.module === 'appointments') return { ...NOBODY, ...(await findOfferedMeetings(work, sent)) };
  if (isActivity(work.module)) return NOTHING;
  const known = await lookUp(work, sent);
  return { ...known, ...(await claimAll(work, sent, known.everybody)), meetings: new Map() };
}

type Known = Omit<Findings, 'entries' | 'claimedElsewhere' | 'meetings'>;

const NOBODY: Known = {
  everybody: new Map(),
  visible: new Map(),
  accountsByName: new Map(),
  accountsByDomain: new Map(),
};
const NOTHING: Findings = { ...NOBODY, entries: new Map(), claimedElsewhere: new Set(), meetings: new Map() };

/** What the CRM itself says. */
export async function lookUp(work: Reach, sent: readonly Offered[]): Promise<Known> {
  const kind = work.module === 'leads' ? 'lead' : 'contact';
  const addresses = unique(sent.flatMap(({ offered: person }) => addressesOf(person.fields)));
  const everybody =
    addresses.length > 0 ? await work.reader.findByEmail(kind, addresses) : new Map<string, CrmRecord[]>();
  const found = unique([...everybody.values()].flat().map(person => person.ref.id));
  const read = found.length > 0 ? await work.session.read(found.map(id => ({ kind, id }))) : [];
  const visible = new Map(
    read.flatMap(answer =>
      answer.type === 'present' ? [[answer.record.ref.id, answer.record] as const] : [],
    ),
  );
  const companies =
    work.module === 'contacts'
      ? unique(sent.flatMap(({ offered: person }) => person.fields.company ?? []))
      : [];
  const domains =
    work.module === 'contacts'
      ? unique(sent.flatMap(({ offered: person }) => businessDomains(person.fields)))
      : [];
  return {
    everybody,
    visible,
    accountsByName: companies.length > 0 ? await work.session.accountsByName(companies) : new Map(),
    accountsByDomain: domains.length > 0 ? await work.session.accountsByDomain(domains) : new Map(),
  };
}

/** Takes the right to create each person that nobody has yet (ARCHITECTURE.md section 5). */
async function claimAll(
  work: Work,
  sent: readonly Offered[],
  everybody: Findings['everybody'],
): Promise<Omit<Findings, keyof Known | 'meetings'>> {
  const { pairing, crmConnection } = work.step;
  const found = unique([...everybody.values()].flat().map(person => person.ref.id));
  return work.inTransaction(async tx => {
    const entries = await findItems(tx, pairing.id, [], found);
    const claimedElsewhere = new Set<string>();
    for (const { offered: person } of sent) {
      const address = addressesOf(person.fields)[0];
      if (address === undefined || everybody.has(address)) continue;
      const claim = {
        connectionId: crmConnection.id,
        kind: KIND_OF[work.module],
        keyHash: tx.vault.hash('claim', address),
      };
      if (!(await takeClaim(tx, claim, pairing.id, work.deps.world.now())))
        claimedElsewhere.add(person.itemId);
    }
    return {
      entries: new Map(entries.map(entry => [entry.crmId ?? '', entry])),
      claimedElsewhere,
    };
  });
}

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
  if (work.first)
    return { ...nothing(one), item: null, afterwards: { row: 'later', notBeforeMs: nowMs + 1 } };
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
  if (findings.claimedElsewhere.has(person.itemId))
    return { ...nothing(one), afterwards: { row: 'later', notBeforeMs: nowMs + CLAIM_WAIT_MS } };
  return create(work, one, item, person, accountOf(person.fields, findings));
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
  if (match && isUnansweredCreate(work, match))
    return {
      ...nothing(one),
      afterwards: { row: 'later', notBeforeMs: nowMs + work.crmCapabilities.lateCommitMs },
    };
  // An item may have been made of the record already, and nobody answered.
  if (match && work.unanswered.mailbox.has(match.ref.id))
    return {
      ...nothing(one),
      afterwards: { row: 'later', notBeforeMs: nowMs + work.step.mailboxes.capabilities.lateCommitMs },
    };
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
  code: 'ambiguous',
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

/** CON-1: the one account with that very name, else the one of the e-mail domain, else none. */
function accountOf(fields: Fields, findings: Findings): string | null {
  const named = fields.company ? (findings.accountsByName.get(fields.company) ?? []) : [];
  if (named.length === 1) return named[0] ?? null;
  const byDomain = unique(
    businessDomains(fields).flatMap(domain => findings.accountsByDomain.get(domain) ?? []),
  );
  return byDomain.length === 1 ? (byDomain[0] ?? null) : null;
}

const PUBLIC_DOMAINS: ReadonlySet<string> = new Set(publicDomains);

/** Public mail domains never tell an account (POL-21). */
function businessDomains(fields: Fields): string[] {
  return addressesOf(fields)
    .map(address => address.slice(address.lastIndexOf('@') + 1))
    .filter(domain => !PUBLIC_DOMAINS.has(domain));
}

function create(work: Planning, one: Case, item: Item, person: MailboxItem, accountId: string | null): Plan {
  const { nowMs } = work.step;
  const kind = KIND_OF[work.module];
  const given = filled(person.fields);
  const isGiven = (field: Field) =>
    work.rules.crmFields.has(field) && !isOurs(field) && !(field === 'company' && kind === 'contact');
  const fields = pick(given, FIELDS.filter(isGiven));
  const key = recordKey(work, person.itemId);
  return {
    one,
    item,
    intent: {
      target: 'crm',
      module: work.module,
      key,
      sourceId: person.itemId,
      containerId: null,
      payload: { fields, kind, shown: person.fields, meeting: person.meeting ?? null },
      deadlineAtMs: nowMs + work.crmCapabilities.lateCommitMs,
    },
    crmWrite: { op: 'create', kind, key, fields, accountId },
    events: [{ action: 'created', direction: 'to-crm', reason: 'The user made the item for the CRM.' }],
    // Once more as a partnership: category, and what the CRM added (company and address of the account).
    afterwards: AGAIN,
    onCrm: (current, written, carriedOut) => {
      const sent = sentToCrm(current, written, fields, nowMs);
      if (!isSettled(work, person, fields, written)) return sent;
      carriedOut.afterwards = CLEAR;
      return { ...sent, mailboxEtag: person.etag };
    },
  };
}

/** Nothing is left to write: an appointment that the CRM took as it is, and that cannot get the category. */
function isSettled(
  work: Planning,
  { meeting, categories }: MailboxItem,
  sent: Fields,
  { after }: CrmWritten,
): boolean {
  if (work.module !== 'appointments' || differing(sent, after.fields).length > 0) return false;
  if (hasExactCategories(categories, work.rules) || isLocked(meeting, work.rules.calendar)) return true;
  if (meeting?.type !== 'occurrence' || meeting.seriesId === null) return false;
  const isMarked = work.offeredSeries.has(meeting.seriesId);
  work.offeredSeries.add(meeting.seriesId);
  return isMarked;
}

/**
 * What the CRM holds beyond what was sent is a change of its own, to be shown in the mailbox. Where the user had
 * another wording that was not sent (the company, when the domain told the account), it counts as an edit that gives
 * way: it goes to the history.
 */
export function sentToCrm(
  item: Item,
  { after }: Pick<CrmWritten, 'after'>,
  sent: Fields,
  nowMs: number,
): Item {
  const untold = Object.fromEntries(Object.keys(after.fields).map(field => [field, null]));
  const agreed = Object.fromEntries(
    Object.entries(after.fields).filter(([field, value]) =>
      sameValue(field as Field, value, item.mailboxBase?.fields[field as Field]),
    ),
  );
  const shown = item.mailboxBase?.fields ?? {};
  const overruled = differing(shown, after.fields).filter(
    field => sent[field] === undefined && !isBlank(shown[field]) && !isBlank(after.fields[field]),
  );
  const linked: Item = {
    ...healthy(item),
    link: 'linked',
    adopted: false,
    mailboxBase: item.mailboxBase && {
      ...item.mailboxBase,
      fields: { ...shown, ...Object.fromEntries(overruled.map(field => [field, null])) },
    },
    crmKind: isRecordKind(after.ref.kind) ? after.ref.kind : item.crmKind,
    crmId: after.ref.id,
    crmParentId: after.accountId,
    crmModifiedAtMs: after.modifiedAtMs,
    mailboxEtag: null,
    crmBase: withFields(withFields(untold, agreed), baseAfterSending(sent, after.fields)),
    writes: afterWrite(item.writes, 'crm', sent, nowMs),
  };
  return withGuestsToSend(linked, sent, after);
}

/**
 * Who takes part is written after the record itself: where that failed or the process ended, whom the record does not name is
 * still to be sent, and was not taken out by anybody (CAL-5).
 */
function withGuestsToSend(item: Item, sent: Fields, { fields }: CrmRecord): Item {
  const { participants } = fields;
  if (sent.participants === undefined || participants === undefined || item.mailboxBase === null) return item;
  if (sameValue('participants', participants, sent.participants)) return item;
  return {
    ...item,
    mailboxBase: { ...item.mailboxBase, fields: withFields(item.mailboxBase.fields, { participants }) },
    crmBase: withFields(item.crmBase ?? {}, { participants }),
  };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function uniqueBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map(value => [key(value), value])).values()];
}
