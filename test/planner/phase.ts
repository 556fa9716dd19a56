import { groupRows } from '../../activities/items/cases.ts';
import { execute } from '../../activities/items/execute.ts';
import { lookUp } from '../../activities/items/findings.ts';
import { guardRemovals } from '../../activities/items/guarding.ts';
import { Looks } from '../../activities/items/looks.ts';
import type { ArrivingMeeting } from '../../activities/items/meetings-arriving.ts';
import type { OfferedMeeting } from '../../activities/items/meetings-offered.ts';
import type { Offered } from '../../activities/items/offered.ts';
import { type Plan, withoutRivals } from '../../activities/items/plan.ts';
import { type Candidates, copied, planArrival, readAdoptable } from '../../activities/items/plan-arrival.ts';
import { sentToCrm } from '../../activities/items/plan-create.ts';
import { planOffer } from '../../activities/items/plan-offer.ts';
import { asMade, besideEntries } from '../../activities/items/recover.ts';
import { readSides, type Sides } from '../../activities/items/sides.ts';
import { sortCases } from '../../activities/items/sorting.ts';
import { type Succession, succeed } from '../../activities/items/successors.ts';
import type { Case, Reach } from '../../activities/items/work.ts';
import type { InboxRow } from '../../db/inbox.ts';
import { type Item, newItem } from '../../db/items.ts';
import type { GuardLimits } from '../../sync/guard.ts';
import { keysToMatch } from '../../sync/items/match.ts';
import { ITEM_KIND_OF, KIND_OF } from '../../sync/modules.ts';
import type { CrmRecord, Fields, Meeting, Module, RecordKind } from '../../sync/record.ts';
import type { Ledger, OpenIntent } from './ledger.ts';
import { Violation } from './violation.ts';

const MOST_CHUNKS = 500;

/** One phase: the product's own decisions, over the ledger instead of the database (activities/items/phase.ts). */
export interface PhaseOf {
  readonly work: Reach;
  readonly ledger: Ledger;
  readonly limits: GuardLimits;
  /** Puts what is done next in another order, and bounds it. */
  choose(rows: readonly InboxRow[]): InboxRow[];
  /** The record that another pairing has of a meeting (CAL-2). */
  recordOf(uid: string): string | undefined;
  /** A create that was found by its key. */
  recovered(item: Item): void;
  /** After each chunk, when all of it is remembered. */
  settled(plans: readonly Plan[], linkedBefore: number): void;
}

export async function runPhase(phase: PhaseOf): Promise<{ readonly more: boolean }> {
  await recover(phase);
  const looks = new Looks();
  for (let chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const cases = nextCases(phase);
    if (cases.length === 0) {
      evictOverflow(phase);
      return { more: nextCases(phase).length > 0 };
    }
    if (await workOn(phase, cases, looks)) return { more: false };
  }
  throw new Violation('converge', `a phase of ${phase.work.module} does not end`);
}

function nextCases({ work, ledger, choose }: PhaseOf): Case[] {
  const { nowMs } = work.step;
  const due = [...ledger.inbox.values()].filter(
    row => row.kind === KIND_OF[work.module] && (row.notBeforeMs ?? 0) <= nowMs,
  );
  const rows = choose(due);
  const ids = (side: string) => rows.filter(row => row.side === side).map(row => row.sourceId);
  const items = ledger.itemsOf(ids('mailbox'), ids('crm'));
  const partners = items.flatMap(item => [
    ...ledger.rowOf('mailbox', item.mailboxItemId),
    ...ledger.rowOf('crm', item.crmId),
  ]);
  return groupRows([...new Set([...rows, ...partners])], items);
}

/** True when a system asked to wait. */
async function workOn(phase: PhaseOf, cases: readonly Case[], looks: Looks): Promise<boolean> {
  const { work, ledger } = phase;
  const sides = await readSides(work, cases);
  const drafts = (await plan(phase, cases, sides)).map(draft => looks.bounded(draft, phase.work.step.nowMs));
  const total = ledger.linked(work.module).length;
  const recent = ledger.recent(work.module, work.step.nowMs);
  const { guarded, held } = guardRemovals(drafts, {
    decisions: ledger.decisions,
    recent,
    total,
    limits: phase.limits,
  });
  for (const { itemId, what } of held) ledger.decisions.set(`${itemId}|${what}`, 'held');
  for (const { intent } of guarded)
    if (intent)
      ledger.intents.set(`${intent.target}:${intent.sourceId}`, {
        ...intent,
        createdAtMs: work.step.nowMs,
      });
  const executed = await execute(work, guarded);
  ledger.record(work, executed);
  phase.settled(executed.done, total);
  return executed.waiting !== null;
}

async function plan(
  phase: PhaseOf,
  cases: readonly Case[],
  sides: ReadonlyMap<Case, Sides>,
): Promise<Plan[]> {
  const { work, ledger } = phase;
  const sorted = sortCases(work, cases, sides);
  const arrivals = sorted.offers.length > 0 ? [] : sorted.arrivals;
  const people = arrivals.flatMap(({ sides: { crmRecord: crmPerson } }) => (crmPerson ? [crmPerson] : []));
  const candidates = {
    ...(await candidatesOf(work, ledger, people)),
    limitMs: displacedBeforeMs(work, ledger),
  };
  const adoptable = await readAdoptable(work, people, candidates);
  return withoutRivals([
    ...sorted.plans,
    ...(await planSuccessions(work, ledger, sorted.successions)),
    ...arrivals.map(({ one, sides: both }) => planArrival(work, one, both, candidates, adoptable)),
    ...(await planFound(phase, sorted.offers)),
  ]);
}

async function planSuccessions(
  work: Reach,
  ledger: Ledger,
  successions: readonly Succession[],
): Promise<Plan[]> {
  const refs = successions.map(({ successor }) => successor);
  const taken = ledger.itemsOf(
    [],
    refs.map(({ id }) => id),
  );
  return succeed(work, successions, await work.session.read(refs), taken);
}

async function planFound(phase: PhaseOf, offers: readonly Offered[]): Promise<Plan[]> {
  const { work, ledger } = phase;
  const sent = offers.filter(({ offer }) => offer.type === 'send');
  const known = await lookUp(work, sent);
  const entries = new Map([...ledger.items.values()].map(entry => [entry.crmId ?? '', entry]));
  const meetings = await offeredMeetings(phase, sent);
  const findings = { ...known, entries, claimedElsewhere: new Set<string>(), meetings };
  return offers.map(offer => planOffer(work, offer, findings));
}

/** Which of the meetings that are offered another pairing has in the CRM (activities/items/meetings-offered.ts). */
async function offeredMeetings(
  { work, ledger, recordOf }: PhaseOf,
  sent: readonly Offered[],
): Promise<Map<string, OfferedMeeting>> {
  const recorded = sent.flatMap(({ offered }) => {
    const crmId = offered.meeting?.hasAttendees ? recordOf(offered.meeting.uid ?? '') : undefined;
    return crmId === undefined
      ? []
      : [{ itemId: offered.itemId, ref: { kind: 'event', id: crmId } as const }];
  });
  const read = recorded.length > 0 ? await work.session.read(recorded.map(({ ref }) => ref)) : [];
  return new Map(
    recorded.map(({ itemId, ref }, index) => {
      const answer = read[index];
      const record = answer?.type === 'present' ? answer.record : null;
      return [itemId, { type: 'recorded', record, entry: ledger.itemsOf([], [ref.id])[0] ?? null }] as const;
    }),
  );
}

/** Which arriving records are meetings of others, and the copies of this mailbox (activities/items/meetings-arriving.ts). */
async function arrivingMeetings(work: Reach, ledger: Ledger, records: readonly CrmRecord[]) {
  const led = await work.companionsOf(records.map(({ ref }) => ref.id));
  const own = (uid: string | null | undefined) =>
    [...ledger.items.values()].find(
      ({ link, crmId, meeting }) =>
        link === 'already_there' && crmId === null && meeting?.hasAttendees === true && meeting.uid === uid,
    );
  return new Map(
    [...led].map(([crmId, [leader]]) => {
      const meeting: ArrivingMeeting = { type: 'brought', own: own(leader?.meetingHash) ?? null };
      return [crmId, meeting];
    }),
  );
}

async function candidatesOf(work: Reach, ledger: Ledger, people: readonly CrmRecord[]): Promise<Candidates> {
  const own = [...ledger.items.values()].filter(
    item => item.crmId === null && item.mailboxItemId !== null && item.link === 'already_there',
  );
  const waiting = [...ledger.inbox.values()].filter(row => row.side === 'crm').map(row => row.matchKeys);
  const counts = new Map<string, number>();
  for (const key of waiting.flat()) counts.set(key, (counts.get(key) ?? 0) + 1);
  const items = new Map(
    people.map(person => {
      const keys = keysToMatch(work.module, person.fields);
      return [person.ref.id, own.filter(item => item.matchKeys.some(key => keys.includes(key)))];
    }),
  );
  const shared = new Set([...counts].filter(([, count]) => count > 1).map(([key]) => key));
  return { items, shared, meetings: await arrivingMeetings(work, ledger, people) };
}

function bySaved(a: Item, b: Item): number {
  return (b.crmModifiedAtMs ?? Number.NEGATIVE_INFINITY) - (a.crmModifiedAtMs ?? Number.NEGATIVE_INFINITY);
}

function displacedBeforeMs({ rules, module }: Reach, ledger: Ledger): number | null {
  if (rules.maximum === null) return null;
  return ledger.linked(module).sort(bySaved)[rules.maximum - 1]?.crmModifiedAtMs ?? null;
}

function evictOverflow({ work, ledger }: PhaseOf): void {
  const { maximum } = work.rules;
  if (maximum === null) return;
  const count = (name: string) => ledger.counts.get(`${work.module}.${name}`) ?? 0;
  const overflow = ledger
    .linked(work.module)
    .filter(item => item.state !== 'held')
    .sort((a, b) => bySaved(a, b) || (a.id < b.id ? -1 : 1))
    .slice(maximum);
  const newcomers = count('created_to_mailbox') + count('adopted');
  overflow.forEach(({ crmId }, index) => {
    const what = index < newcomers ? 'displaced' : 'evicted';
    if (crmId !== null) ledger.put([{ side: 'crm', sourceId: crmId, kind: KIND_OF[work.module], what }]);
  });
  const freed = count('deleted_to_mailbox') + count('stay_away');
  if (freed > 0 && ledger.linked(work.module).length < maximum) ledger.sweepWanted = true;
}

/** Creates whose answer was lost are looked up by their keys (activities/items/recover.ts). */
async function recover({ work, ledger, recovered }: PhaseOf): Promise<void> {
  const { nowMs } = work.step;
  for (const [at, intent] of [...ledger.intents]) {
    if (ITEM_KIND_OF[intent.module as Module] !== ITEM_KIND_OF[work.module]) continue;
    const item = await foundByKey(work, ledger, intent);
    if (item) saveRecovered(ledger, item);
    if (item) recovered(item);
    if (item || nowMs >= intent.deadlineAtMs) ledger.intents.delete(at);
    else work.unanswered[intent.target].add(intent.sourceId);
  }
}

function saveRecovered(ledger: Ledger, item: Item): void {
  const entries = ledger.itemsOf([item.mailboxItemId ?? ''], [item.crmId ?? '']);
  const { kept, replaced } = besideEntries([item], entries);
  for (const id of replaced) ledger.items.delete(id);
  for (const one of kept) ledger.save(one);
}

async function foundByKey(work: Reach, ledger: Ledger, intent: OpenIntent): Promise<Item | null> {
  const { newId } = work.deps.database;
  const module = intent.module as Module;
  const blank = { module, state: 'in_sync' } as const;
  if (intent.target === 'mailbox') {
    const written = (await work.mailbox.findByKeys(intent.containerId ?? '', [intent.key])).get(intent.key);
    if (!written) return null;
    const { person, fields } = intent.payload as { person: CrmRecord; fields: Fields };
    const [known] = ledger.itemsOf([], [intent.sourceId]);
    const base = newItem(newId, {
      ...blank,
      crmParentId: person.accountId,
      crmModifiedAtMs: person.modifiedAtMs,
    });
    const item = { ...base, ...known, crmId: person.ref.id, crmKind: KIND_OF[module] };
    return copied(item, asMade(work, written, fields), fields, work.step.nowMs);
  }
  const after = (await work.session.findCreated(attemptOf(intent))).get(intent.key);
  if (!after) return null;
  const [known] = ledger.itemsOf([intent.sourceId], []);
  const { fields, shown, meeting } = intent.payload as {
    fields: Fields;
    shown: Fields;
    meeting: Meeting | null;
  };
  const mailboxBase = { fields: shown, categories: [] };
  const base = newItem(newId, { ...blank, mailboxItemId: intent.sourceId, mailboxBase, meeting });
  const item = { ...base, ...known };
  return sentToCrm(item, { after }, fields, work.step.nowMs);
}

function attemptOf({ key, payload, createdAtMs }: OpenIntent) {
  const { fields, kind } = payload as { fields: Fields; kind: RecordKind };
  return [{ key, kind, fields, sinceMs: createdAtMs }];
}
