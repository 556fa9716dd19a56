import { readCycle } from '../../db/cycles.ts';
import { type FailureKind, isWaiting, type SyncFailure } from '../../sync/failure.ts';
import { hasCategory } from '../../sync/mail/automatic.ts';
import type { NoPlan } from '../../sync/mail/convert.ts';
import type { ActivityDeps } from '../deps.ts';
import type { OpenedConnections } from '../opened.ts';
import type { CycleRef, PhaseResult } from '../types.ts';
import { type Archived, archive, archivedByColleagues } from './archiving.ts';
import { CallFailed } from './calls.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { markNotArchived, takeOut } from './finishing.ts';
import { type Judged, type Judgement, judge } from './judging.ts';
import { waitNoMoreFor } from './leaving.ts';
import { remember, UNREADABLE } from './remembering.ts';
import { createWanted } from './wanted.ts';
import { type MailPhase, type MailWork, openMailWork } from './work.ts';

/** A step ends after this time and is called again, so that Temporal sees progress and other steps get their turn. */
const SLICE_MS = 60_000;
/** One batch of the mailbox reads so many. */
const CHUNK_SIZE = 20;

/** Works through the messages of one place: drop folders, folders of records, Sent Items or the Inbox (MAIL-2 to MAIL-6). */
export function createArchivePhase(deps: ActivityDeps, opened: OpenedConnections, phase: MailPhase) {
  return async function archiveMessages(input: CycleRef): Promise<PhaseResult> {
    const work = await openMailWork(deps, opened, input, phase);
    const isWanted = phase === 'dropFolders' && (await createWanted(work));
    const candidates = candidatesOf(work, isWanted || (await isStirred(work)));
    let chunk = await candidates.next(CHUNK_SIZE);
    // To list a folder of many thousand messages takes longer than a slice.
    const untilMs = deps.world.now() + SLICE_MS;
    while (chunk.length > 0) {
      const { again, waiting } = await workOn(work, chunk);
      deps.heartbeat();
      if (waiting) throw waiting;
      if (deps.world.now() > untilMs) return { more: true };
      chunk = [...again, ...(await candidates.next(CHUNK_SIZE - again.length))];
    }
    return { more: false };
  };
}

/** People of the CRM changed in this very cycle: somebody may be known now who was not (MAIL-3). */
async function isStirred({ inTransaction, step, cycle }: MailWork): Promise<boolean> {
  const { counts } = await inTransaction(tx => readCycle(tx, step.pairing.id, cycle));
  return Object.keys(counts).some(name => name.startsWith('contacts.') || name.startsWith('leads.'));
}

interface ChunkResult {
  /** Copies of messages of this chunk, whose turn is next. */
  readonly again: Candidate[];
  readonly waiting: SyncFailure | null;
}

/** CRM first, then what is known of it, then the mailbox: whatever ends in between is found as it was left (invariant 8). */
async function workOn(work: MailWork, chunk: readonly Candidate[]): Promise<ChunkResult> {
  const { judged, left, unread } = await judge(work, chunk);
  const outage = await outageIn(work, chunk, unread);
  if (outage) {
    const fresh = unread.filter(({ candidate }) => !isNoted(candidate.entry));
    await remember(work, { archived: [], refused: [], unread: fresh, left: [] });
    throw outage;
  }
  await waitNoMoreFor(work, left);
  const colleagues = await archivedByColleagues(work, judged);
  const archived = [...colleagues, ...(await archive(work, judged))];
  const isDone = new Set(colleagues.map(({ one }) => one.candidate));
  const refused = judged.flatMap((one): Refused[] =>
    one.plan.type === 'none' && !isDone.has(one.candidate) ? [{ one, verdict: one.plan }] : [],
  );
  const failed = archived.flatMap(result => failedOf(work, result));
  const marked = [...refused.filter(isMarked).map(({ one }) => one), ...failed];
  const etags = await markNotArchived(
    work,
    marked,
    refused.filter(isReleased).map(({ one }) => one),
  );
  await remember(work, {
    archived: archived.map(result => withEtag(result, etags)),
    refused: refused.map(({ one, verdict }) => ({ one, verdict, etag: etagOf(one, etags) })),
    unread,
    left: left.flatMap(({ row }) => row ?? []),
  });
  await takeOut(
    work,
    archived.flatMap(result =>
      isInCrm(result) ? [{ ...result.one, afterwards: afterwardsOf(result) }] : [],
    ),
  );
  const waiting = waitingIn(archived);
  if (waiting === null) requireCalls(archived);
  return { again: archived.flatMap(result => againOf(work, result)), waiting };
}

interface Refused {
  readonly one: Judged;
  readonly verdict: NoPlan;
}

const isMarked = ({ verdict }: Refused) => verdict.isMarked;
const isReleased = ({ one, verdict }: Refused) =>
  !verdict.isMarked && one.candidate.entry?.state === 'failing';
const etagOf = ({ listed }: Judged, etags: ReadonlyMap<string, string>) =>
  etags.get(listed.id) ?? listed.etag;

function withEtag(result: Archived, etags: ReadonlyMap<string, string>): Archived {
  const { one } = result;
  return { ...result, one: { ...one, listed: { ...one.listed, etag: etagOf(one, etags) } } };
}

/** Why a message did not get to the CRM, or not as a whole. */
function failureOf(result: Archived): SyncFailure | null {
  if (result.type !== 'written') return null;
  const { email, files } = result.written;
  return email.ok ? files.failure : email.failure;
}

/** Those whose user has to hear of it: what only waits is not told. */
function failedOf({ step }: MailWork, result: Archived): Judged[] {
  const failure = failureOf(result);
  const isTold =
    failure !== null &&
    !isWaiting(failure.kind) &&
    !failure.maybeApplied &&
    failure.kind !== 'locked' &&
    !(failure instanceof CallFailed);
  const { message, plan } = result.one;
  const isDropped = plan.type === 'archive' && plan.afterwards !== 'stay';
  const isSeen = isDropped || hasCategory(message, step.options.category.name);
  return isTold && isSeen ? [result.one] : [];
}

function isInCrm(result: Archived): result is Exclude<Archived, { type: 'wait' }> {
  return result.type === 'held' || (result.type === 'written' && failureOf(result) === null);
}

/** Nothing is purged of which the CRM may have a part only (MAIL-3). */
function afterwardsOf(result: Exclude<Archived, { type: 'wait' }>) {
  const { afterwards } = result.plan;
  const isWhole = result.type === 'held' ? result.isWhole : result.written.files.leftOut.length === 0;
  return afterwards === 'purge' && !isWhole ? 'inbox' : afterwards;
}

function againOf({ deps }: MailWork, result: Archived): Candidate[] {
  return result.type === 'wait' && result.untilMs <= deps.world.now() + 1 ? [result.one.candidate] : [];
}

/** The step fails with what a call failed with, now that all else is remembered. */
function requireCalls(archived: readonly Archived[]): void {
  for (const failure of archived.map(failureOf)) if (failure instanceof CallFailed) throw failure.thrown;
}

function waitingIn(archived: readonly Archived[]): SyncFailure | null {
  const failures = archived.flatMap(result => failureOf(result) ?? []);
  return failures.find(({ kind }) => isWaiting(kind)) ?? null;
}

/** What a message is refused for by itself, however often it is asked for. */
const OF_MESSAGE: ReadonlySet<FailureKind> = new Set(['permanent', 'validation', 'gone']);

/**
 * A mailbox that gives none of several messages is out of order, not the messages, unless it says so of each. Those that
 * earlier cycles did not get either say nothing: they would keep all others waiting (invariant 10).
 */
async function outageIn(
  { inTransaction, step, cycle }: MailWork,
  chunk: readonly Candidate[],
  unread: Judgement['unread'],
): Promise<SyncFailure | null> {
  if (chunk.length === 1 || unread.length < chunk.length) return null;
  const { startedAtMs } = await inTransaction(tx => readCycle(tx, step.pairing.id, cycle));
  const fresh = unread.filter(({ candidate }) => !isKnown(candidate, startedAtMs));
  if (fresh.length <= 1) return null;
  return fresh.find(({ failure }) => !OF_MESSAGE.has(failure.kind))?.failure ?? null;
}

/** A step that is tried again meets what it has noted itself: its first failure, due since then. */
function isKnown({ entry }: Candidate, cycleStartedAtMs: number): boolean {
  return isNoted(entry) && (entry.attempts > 1 || (entry.nextAttemptAtMs ?? 0) < cycleStartedAtMs);
}

function isNoted(entry: Candidate['entry']): entry is NonNullable<Candidate['entry']> {
  return entry?.code === UNREADABLE;
}
