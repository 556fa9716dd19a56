import { createHash } from 'node:crypto';
import type { CrmAbsence, MailboxItemState, Outcome } from '../../connectors/connector.ts';
import type { Item } from '../../db/items.ts';
import type { SyncFailure } from '../../sync/failure.ts';
import { isWaiting } from '../../sync/failure.ts';
import { keysToMatch } from '../../sync/items/match.ts';
import type { CrmSide, MailboxSide } from '../../sync/items/operation.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import { comesInside, staysInside } from '../../sync/items/scope.ts';
import { shownOf } from '../../sync/items/shown.ts';
import { isRecordKind, KIND_OF, MODULE_OF } from '../../sync/modules.ts';
import type { CrmRecord, CrmRef, MailboxItem, Meeting, Module, RecordKind } from '../../sync/record.ts';
import { isEcho } from './echo.ts';
import type { Case, Planning, Reach } from './work.ts';

/** Both sides of a case as they are now, as far as they were asked for. */
export interface Sides {
  readonly mailbox: MailboxSide;
  readonly mailboxItem: MailboxItem | null;
  readonly crm: CrmSide;
  readonly crmRecord: CrmRecord | null;
  /** The record gave way to another: a merge, or the conversion of a lead (CON-5, CON-7). */
  readonly successor: CrmRef | null;
  /** Another pairing writes the CRM's record of this meeting (CAL-2). */
  readonly follows: boolean;
  /** One side could not be read for this item alone. */
  readonly failure: SyncFailure | null;
}

/** Reads what the rows ask about: many items per request, evidence for every removal (invariant 5). */
export async function readSides(work: Reach, cases: readonly Case[]): Promise<Map<Case, Sides>> {
  const mailbox = await readMailbox(work, questionsOf(work, cases));
  const crm = await readCrm(work, cases, mailbox);
  const followers = await findFollowers(work, crm);
  const sides = (one: Case) => ({
    ...sidesOf(work, one, mailbox.get(one) ?? null, crm.get(one) ?? null),
    follows: followers.has(one),
  });
  const leaving = cases.filter(one => !mailbox.has(one) && isLeaving(one, sides(one)));
  for (const [one, answer] of await readMailbox(work, leaving.map(itemQuestion))) mailbox.set(one, answer);
  return new Map(cases.map(one => [one, sides(one)]));
}

/** Before an item goes, or follows another record, its mailbox side is read: an edit since then is not lost (invariant 6). */
function isLeaving({ item }: Case, { crm, successor }: Sides): boolean {
  return (
    item?.link === 'linked' &&
    item.mailboxItemId !== null &&
    (successor !== null || crm.state === 'left' || crm.state === 'deleted')
  );
}

/** What is asked of the mailbox about a case; a listed item's content came with its row. */
interface Question {
  readonly one: Case;
  readonly id: string;
  readonly listed: MailboxItem | null;
}

function questionsOf(work: Planning, cases: readonly Case[]): Question[] {
  return cases.flatMap(one => {
    const { mailboxRow: row } = one;
    if (!row) return isUnsettled(one) ? [itemQuestion(one)] : [];
    const suffices = row.listedCategories !== null || isEcho(work, one);
    const listed = suffices && row.payload ? (row.payload as MailboxItem) : null;
    return [{ one, id: row.sourceId, listed }];
  });
}

/** Its base may be behind what the mailbox holds: an edit waits there, refused or held back. */
function isUnsettled({ item }: Case): boolean {
  return item?.link === 'linked' && item.mailboxItemId !== null && item.state !== 'in_sync';
}

function itemQuestion(one: Case): Question {
  return { one, id: one.item?.mailboxItemId ?? '', listed: null };
}

type MailboxAnswer = Outcome<MailboxItemState>;
type CrmAnswer =
  | { readonly person: CrmRecord }
  | { readonly absent: CrmAbsence }
  | { readonly successor: CrmRef }
  | { readonly evicted: true };

async function readMailbox(work: Reach, questions: readonly Question[]): Promise<Map<Case, MailboxAnswer>> {
  const answers = new Map<Case, MailboxAnswer>();
  const asked = questions.filter(({ one, listed }) => {
    if (listed) answers.set(one, { ok: true, value: { type: 'present', item: listed } });
    return !listed;
  });
  const read = asked.length > 0 ? await work.mailbox.read(asked.map(({ id }) => id)) : [];
  asked.forEach(({ one }, index) => {
    const answer = read[index];
    if (answer) answers.set(one, answer);
  });
  refuseWaiting([...answers.values()]);
  return followTwins(work, await followStamps(work, answers));
}

/** A throttled read is nobody's failure: the phase waits. */
function refuseWaiting(answers: readonly Outcome<unknown>[]): void {
  const waiting = answers.find(answer => !answer.ok && isWaiting(answer.failure.kind));
  if (waiting && !waiting.ok) throw waiting.failure;
}

/**
 * An item that is gone under its id may live on under another one (restored, moved to another store): its stamp
 * tells. Only what no container shows any more is deleted.
 */
async function followStamps(
  work: Reach,
  answers: Map<Case, MailboxAnswer>,
): Promise<Map<Case, MailboxAnswer>> {
  const gone = [...answers].filter(
    ([one, answer]) => one.item?.link === 'linked' && answer.ok && answer.value.type === 'deleted',
  );
  const keys = gone.flatMap(([one]) =>
    one.item?.crmId ? [creationKey(work, one.item.crmId, one.item.restored)] : [],
  );
  if (keys.length === 0) return answers;
  const found = await work.mailbox.findByKeys(work.container, keys);
  // A copy that stands for itself is its user's own, and one that was perhaps made into a record just now.
  const known = await work.entriesOf([...found.values()].map(person => person.itemId));
  const others = new Set([...known.map(entry => entry.mailboxItemId), ...work.unanswered.crm]);
  for (const [one] of gone) {
    const person = one.item?.crmId
      ? found.get(creationKey(work, one.item.crmId, one.item.restored))
      : undefined;
    if (person && !others.has(person.itemId))
      answers.set(one, { ok: true, value: { type: 'present', item: person } });
  }
  return answers;
}

/**
 * A single event became a series, or the other way round, or a series was split or got another pattern: its events live on
 * under other ids (CAL-4). An event that waits and says the same takes the place of the one that is gone.
 */
async function followTwins(
  work: Reach,
  answers: Map<Case, MailboxAnswer>,
): Promise<Map<Case, MailboxAnswer>> {
  if (work.module !== 'appointments') return answers;
  const gone = [...answers].filter(([one, answer]) => one.item?.link === 'linked' && isGone(one, answer));
  if (gone.length === 0) return answers;
  const keyOf = ({ item }: Case) => keysToMatch(work.module, item?.mailboxBase?.fields ?? {})[0] ?? '';
  const found = await work.newcomersLike(gone.map(([one]) => keyOf(one)));
  const twins = gone.flatMap(([one]) => {
    const id = found.get(keyOf(one));
    return id === undefined ? [] : [{ one, id }];
  });
  for (const [one] of gone) answers.set(one, { ok: true, value: { type: 'deleted' } });
  const read = twins.length > 0 ? await work.mailbox.read(twins.map(({ id }) => id)) : [];
  twins.forEach(({ one }, index) => {
    const answer = read[index];
    if (answer?.ok && answer.value.type === 'present') answers.set(one, answer);
  });
  return answers;
}

/** What stands for a series now is no appointment any more. */
function isGone({ item }: Case, answer: MailboxAnswer): boolean {
  if (!answer.ok) return false;
  if (answer.value.type === 'deleted') return true;
  return answer.value.item.meeting?.type === 'series' && item?.meeting?.type !== 'series';
}

/** Cases of a meeting whose record another pairing writes: its owner's, else the organizer's, else the first one's. */
async function findFollowers(work: Reach, crm: ReadonlyMap<Case, CrmAnswer>): Promise<Set<Case>> {
  if (work.module !== 'appointments') return new Set();
  const meetings = [...crm].flatMap(([one, answer]) =>
    one.item?.meeting?.hasAttendees && 'person' in answer ? [{ one, record: answer.person }] : [],
  );
  if (meetings.length === 0) return new Set();
  const companions = await work.companionsOf(meetings.map(({ record }) => record.ref.id));
  const follows = ({ one, record }: (typeof meetings)[number]) => {
    const others = companions.get(record.ref.id) ?? [];
    if (others.length === 0 || record.ownerId === work.session.userId || one.item?.meeting?.isOrganizer)
      return false;
    return (
      others.some(({ crmUserId }) => crmUserId === record.ownerId) ||
      others.some(({ pairingId }) => pairingId < work.step.pairing.id)
    );
  };
  return new Set(meetings.filter(follows).map(({ one }) => one));
}

/** Mailbox identity and source: the same however often, and by which attempt, an item is made (ARCHITECTURE.md section 5). */
export function creationKey(work: Planning, crmId: string, restored = 0): string {
  const key = `${work.step.pairing.id}:${crmId}`;
  return restored === 0 ? key : `${key}:${restored}`;
}

/** What a unique field of a CRM takes as text (Salesforce: external ids). */
const LONGEST_KEY = 255;

/** As `creationKey`, for a record that is made of an item: ids of occurrences can be longer than a CRM's field. */
export function recordKey({ step }: Planning, itemId: string): string {
  const key = `${step.pairing.mailbox_key}:${itemId}`;
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('hex');
}

interface CrmQuestion {
  readonly one: Case;
  readonly ref: CrmRef;
}

async function readCrm(
  work: Reach,
  cases: readonly Case[],
  mailbox: ReadonlyMap<Case, MailboxAnswer>,
): Promise<Map<Case, CrmAnswer>> {
  const answers = new Map<Case, CrmAnswer>();
  const asked: CrmQuestion[] = [];
  for (const one of cases) {
    const known = knownAnswer(one);
    const ref = known ? null : recordToRead(one, mailbox.has(one) && !isEcho(work, one));
    if (known) answers.set(one, known);
    if (ref) asked.push({ one, ref });
  }
  if (asked.length === 0) return answers;
  const read = await work.session.read(asked.map(({ ref }) => ref));
  const absent = asked.filter(({ one }, index) => {
    const answer = read[index];
    if (answer?.type === 'present') answers.set(one, answerOf(answer.record));
    return answer?.type !== 'present';
  });
  for (const [one, answer] of await whyAbsent(work, absent)) answers.set(one, answer);
  return answers;
}

/** What the row itself says: pushed out, or read a moment ago. */
function knownAnswer({ crmRow: row }: Case): CrmAnswer | null {
  if (row?.what === 'evicted' || row?.what === 'displaced') return { evicted: true };
  return row?.payload ? { person: row.payload as CrmRecord } : null;
}

/** A record that was heard of, or the partner of an item that was: edits on both sides meet before one is written. */
function recordToRead({ crmRow: row, item }: Case, mailboxHeard: boolean): CrmRef | null {
  if (row) return { kind: item?.crmKind ?? (row.kind as RecordKind), id: row.sourceId };
  if (!item || item.crmId === null || !mailboxHeard) return null;
  if (item.link !== 'linked' && item.link !== 'away') return null;
  return { kind: item.crmKind ?? KIND_OF[item.module], id: item.crmId };
}

/** Asked as the reading user: deleted, or merely not visible to this one (invariant 5). */
async function whyAbsent(work: Reach, absent: readonly CrmQuestion[]): Promise<[Case, CrmAnswer][]> {
  if (absent.length === 0) return [];
  const why = await work.step.crm.absence(absent.map(({ ref }) => ref));
  return absent.map(({ one, ref }) => {
    const reason = why.get(ref.id) ?? 'hidden';
    return [one, typeof reason === 'string' ? { absent: reason } : { successor: reason.successor }];
  });
}

function answerOf(person: CrmRecord): CrmAnswer {
  return person.successor ? { successor: person.successor } : { person };
}

function sidesOf(work: Planning, one: Case, mailbox: MailboxAnswer | null, crm: CrmAnswer | null): Sides {
  const module = one.item?.module ?? work.module;
  const rules = work.rulesOf(module);
  const person = mailbox?.ok && mailbox.value.type === 'present' ? mailbox.value.item : null;
  const crmPerson = crm && 'person' in crm ? crm.person : null;
  return {
    mailbox: mailboxSide(work, one.item, mailbox),
    mailboxItem: person,
    crm: crmSide(work, one.item, crm, rules, person?.meeting),
    follows: false,
    crmRecord: crmPerson,
    successor: crm && 'successor' in crm ? crm.successor : null,
    failure: mailbox && !mailbox.ok ? mailbox.failure : null,
  };
}

function mailboxSide(work: Planning, item: Item | null, answer: MailboxAnswer | null): MailboxSide {
  if (!answer?.ok) return { state: 'unchanged' };
  if (answer.value.type === 'deleted') return { state: 'gone', how: 'deleted' };
  const { item: person } = answer.value;
  if (item?.link === 'linked' && hasLeft(work, item, person)) return { state: 'gone', how: 'moved' };
  return {
    state: 'present',
    fields: person.fields,
    categories: person.categories,
    modifiedAtMs: person.modifiedAtMs,
    meeting: person.meeting,
  };
}

/** Out of the synced folder is like deleted (POL-8); an item of the user's that moves into it stays linked. */
function hasLeft(work: Planning, item: Item, person: MailboxItem): boolean {
  if (!work.watched.has(person.containerId)) return true;
  return item.containerId === work.container && person.containerId !== work.container;
}

function crmSide(
  work: Planning,
  item: Item | null,
  answer: CrmAnswer | null,
  rules: ItemRules,
  heard?: Meeting,
): CrmSide {
  if (!answer || 'successor' in answer) return { state: 'unchanged' };
  if ('evicted' in answer) return { state: 'left', why: 'limit' };
  if ('absent' in answer)
    return answer.absent === 'deleted' ? { state: 'deleted' } : { state: 'left', why: 'access' };
  const { person } = answer;
  // What is to come back was inside before.
  const belongs = item?.link === 'linked' || (item?.restored ?? 0) > 0 ? staysInside : comesInside;
  const scope = belongs(person, work.session.userId, rules);
  if (!scope.inside) return { state: 'left', why: scope.why };
  const meeting = heard ?? item?.meeting ?? null;
  const fields = shownOf(person, rules, work.step.crm.url(person.ref, 'view'), {
    before: item?.crmBase ?? null,
    meeting,
  });
  const editable = (person.editable ?? true) && !(item && work.denied.has(item.id));
  const invited = person.invited ?? false;
  return { state: 'present', fields, modifiedAtMs: person.modifiedAtMs, editable, invited };
}

/** The side of a record that was read for itself: a successor. */
export function crmSideOf(work: Planning, item: Item, person: CrmRecord): Pick<Sides, 'crm' | 'crmRecord'> {
  return { crm: crmSide(work, item, { person }, work.rulesOf(item.module)), crmRecord: person };
}

export function moduleOfKind(kind: CrmRef['kind']): Module | null {
  return isRecordKind(kind) ? MODULE_OF[kind] : null;
}
