import {
  type ArchiveKey,
  lockMessages,
  noteAttempt,
  releaseArchive,
  type SettledArchive,
  settleArchive,
} from '../../db/archived-emails.ts';
import { addToCycle } from '../../db/cycles.ts';
import { clearInbox, type InboxRow, postponeInbox, putInbox } from '../../db/inbox.ts';
import { type ItemEvent, recordEvents } from '../../db/item-events.ts';
import { type LabelledEntry, type MessageEntry, type MessageLabel, saveMessages } from '../../db/messages.ts';
import type { Transaction } from '../../db/transaction.ts';
import { countUnmatched, matchedNow } from '../../db/unmatched-addresses.ts';
import { isWaiting, quarantineDelayMs, type SyncFailure } from '../../sync/failure.ts';
import { isFolderKind } from '../../sync/folders/kinds.ts';
import type { Verdict } from '../../sync/items/offer.ts';
import type { ConversionPlan, NoPlan, Unmatched } from '../../sync/mail/convert.ts';
import { cleanLine } from '../../sync/mail/text.ts';
import { inStep } from '../step.ts';
import type { Archived } from './archiving.ts';
import { CallFailed } from './calls.ts';
import type { Candidate } from './candidates.ts';
import type { LeftOutFile } from './files.ts';
import { type Judged, type Judgement, placeOf } from './judging.ts';
import { ClaimedElsewhere } from './people.ts';
import type { MailWork } from './work.ts';

/** What a chunk of messages came to, all of it decided. */
export interface Outcomes {
  readonly archived: readonly Archived[];
  /** With the version that the message has after it was marked. */
  readonly refused: readonly { readonly one: Judged; readonly verdict: NoPlan; readonly etag: string }[];
  /** Those that the mailbox does not give (invariant 10). */
  readonly unread: Judgement['unread'];
  /** Rows of messages that nobody waits for any more. */
  readonly left: readonly InboxRow[];
}

/** The code of a message that the mailbox does not give. */
export const UNREADABLE = 'unreadable';

/** How long a message rests that a colleague's pairing is about to make possible. */
const CLAIM_WAIT_MS = 60_000;

/** Remembers a chunk: links, reasons, unmatched addresses, events, counts and the inbox in one transaction. */
export async function remember(work: MailWork, outcomes: Outcomes): Promise<void> {
  const { deps, step } = work;
  await inStep(deps, step, async tx => {
    const memory = new Memory(tx, work);
    const hashes = outcomes.archived.map(({ one }) => one.identityHash);
    await lockMessages(tx, step.crmConnection.id, hashes);
    for (const one of outcomes.archived) await memory.archived(one);
    for (const { one, verdict, etag } of outcomes.refused) memory.refused(one, verdict, etag);
    for (const { candidate, failure } of outcomes.unread) memory.unread(candidate, failure);
    await clearInbox(tx, step.pairing.id, outcomes.left);
    await memory.save();
  });
}

const WRITTEN = { code: null, reason: 'The message is in the history of its people.' } as const;
const HELD = { code: 'already_archived', reason: 'The CRM has the message already.' } as const;

class Memory {
  readonly #tx: Transaction;
  readonly #work: MailWork;
  readonly #entries: LabelledEntry[] = [];
  readonly #events: ItemEvent[] = [];
  readonly #done: InboxRow[] = [];
  readonly #counts: Record<string, number> = {};
  /** Addresses that are somebody in the CRM now, and those that are nobody there, once per message. */
  readonly #matched: string[] = [];
  readonly #met: Unmatched[] = [];
  /** One id per message in a chunk, the ledger's where it has one. */
  readonly #ids = new Map<string, string>();

  constructor(tx: Transaction, work: MailWork) {
    this.#tx = tx;
    this.#work = work;
  }

  async archived(result: Archived): Promise<void> {
    const { one } = result;
    if (result.type === 'wait') return this.#later(one, result.untilMs);
    if (result.type === 'held') {
      this.#count(one, []);
      const { crmId, recordId, people, isOwn } = result;
      await this.#settle(one, { crmId, recordId, people, isOwn });
      return this.#isArchived(one, crmId, HELD);
    }
    const { email, recordId, files } = result.written;
    const isFirst = result.written.writing.claiming.sinceMs === null;
    if (!email.ok)
      return this.#failed(one, email.failure, { recordId, isNothingThere: isFirst && recordId === null });
    if (files.failure) return this.#failed(one, files.failure, { recordId, isNothingThere: false });
    this.#count(one, result.plan.unmatched);
    await this.#settle(one, { ...email.value, recordId, isOwn: true });
    this.#events.push(...files.leftOut.map(left => this.#leftOut(one, left)));
    this.#add('emails.written');
    return this.#isArchived(one, email.value.crmId, WRITTEN);
  }

  refused(one: Judged, { code, reason, fix, isMarked, unmatched }: NoPlan, etag: string): void {
    this.#count(one, unmatched);
    const verdict: Verdict = { code, reason, ...(fix === undefined ? {} : { fix }) };
    if (isMarked) this.#stays(one, verdict, etag);
    else this.#note(one, { ...verdict, etag, state: 'excluded' });
  }

  /** What passes by is over in the next cycle; what does not rests for longer and longer. */
  unread({ messageId, placeId, entry, etag, row }: Candidate, failure: SyncFailure): void {
    const { nowMs } = this.#work.step;
    const attempts = (entry?.attempts ?? 0) + 1;
    const verdict = {
      ...{ code: UNREADABLE, reason: `The mailbox does not give the message: ${failure.message}.` },
      fix: 'Open the message in Outlook; if that fails too, ask whoever runs the mailbox to repair it.',
    };
    const noted: LabelledEntry = {
      ...{ id: entry?.id ?? this.#tx.newId('item'), messageId, folderId: placeId, etag: etag ?? '' },
      ...{ isArchived: entry?.isArchived ?? false, state: 'failing', crmId: entry?.crmId ?? null },
      ...{ ...verdict, attempts, label: null },
      nextAttemptAtMs: attempts === 1 ? nowMs : nowMs + quarantineDelayMs(attempts - 1),
    };
    this.#add(`emails.failed.${failure.kind}`);
    this.#remember(noted, entry, verdict);
    if (row) this.#done.push(row);
  }

  async save(): Promise<void> {
    const { pairing, crmConnection, nowMs } = this.#work.step;
    const place = { pairingId: pairing.id, connectionId: crmConnection.id };
    await countUnmatched(this.#tx, place, this.#met, nowMs);
    await matchedNow(this.#tx, crmConnection.id, this.#matched);
    await saveMessages(this.#tx, pairing.id, this.#entries, nowMs);
    await recordEvents(this.#tx, pairing.id, this.#work.cycle, this.#events, this.#work.deps.world.now());
    await clearInbox(this.#tx, pairing.id, this.#done);
    await addToCycle(this.#tx, pairing.id, this.#work.cycle, this.#counts);
  }

  #key({ identityHash, target }: Judged) {
    return { connectionId: this.#work.step.crmConnection.id, identityHash, target };
  }

  /** The record that a message started has it as well, whoever drops it there. */
  async #settle(one: Judged, what: Omit<SettledArchive, keyof ArchiveKey>): Promise<void> {
    const { pairing, nowMs } = this.#work.step;
    const settled = { ...this.#key(one), ...what };
    const { recordId } = what;
    await settleArchive(this.#tx, settled, pairing.id, nowMs);
    const kind = one.target.startsWith('create:') ? one.target.slice('create:'.length) : '';
    if (recordId === null || !isFolderKind(kind)) return;
    await settleArchive(this.#tx, { ...settled, target: recordId }, pairing.id, nowMs);
    // The record shows in the mailbox in this very cycle (MAIL-8).
    await putInbox(this.#tx, pairing.id, [{ side: 'crm', sourceId: recordId, kind, what: 'changed' }], nowMs);
  }

  /** Those of the message who are somebody in the CRM now leave the list of unmatched addresses, the others join it. */
  #count(one: Judged, unmatched: readonly Unmatched[]): void {
    const found = one.plan.type === 'archive' ? one.plan.participants.map(({ address }) => address) : [];
    this.#matched.push(...found);
    this.#meets(one, unmatched);
  }

  /** Each message counts once, however often it is looked at (MAIL-9). */
  #meets({ candidate }: Judged, unmatched: readonly Unmatched[]): void {
    if (candidate.entry === null) this.#met.push(...unmatched.filter(({ code }) => code !== 'own_domain'));
  }

  #isArchived(one: Judged, crmId: string, { code, reason }: typeof HELD | typeof WRITTEN): void {
    const entry = this.#entryOf(one);
    this.#entries.push({ ...entry, isArchived: true, state: 'in_sync', crmId });
    const action = code ?? 'archived';
    if (code === null || !isTold(one.candidate.entry, { ...entry, crmId }))
      this.#events.push({ itemId: entry.id, action, direction: 'to-crm', code, reason });
    this.#finish(one);
  }

  /** Where a part of it is in the CRM, or may be of an earlier attempt, the claim stands: the next one looks for it. */
  async #failed(
    one: Judged,
    failure: SyncFailure,
    { recordId, isNothingThere }: { readonly recordId: string | null; readonly isNothingThere: boolean },
  ): Promise<void> {
    const key = this.#key(one);
    const { nowMs, pairing } = this.#work.step;
    const isOver = !failure.maybeApplied;
    if (isOver && isNothingThere) await releaseArchive(this.#tx, key, pairing.id);
    else await noteAttempt(this.#tx, key, pairing.id, { recordId, isOver });
    if (isWaiting(failure.kind) || failure instanceof CallFailed) return;
    if (failure instanceof ClaimedElsewhere) return this.#later(one, nowMs + CLAIM_WAIT_MS);
    if (failure.maybeApplied) return this.#later(one, nowMs + this.#work.lateCommitMs);
    this.#meets(one, one.plan.unmatched);
    this.#add(`emails.failed.${failure.kind}`);
    const fix = failure.fix === undefined ? {} : { fix: failure.fix };
    this.#stays(one, { code: failure.kind, reason: failure.message, ...fix }, one.listed.etag);
  }

  /** It could not be archived: its user waits for it, and it is tried again (MAIL-3). */
  #stays(one: Judged, verdict: Verdict, etag: string): void {
    const attempts = (one.candidate.entry?.attempts ?? 0) + 1;
    const nextAttemptAtMs = this.#work.step.nowMs + quarantineDelayMs(attempts);
    this.#note(one, { ...verdict, etag, state: 'failing', attempts, nextAttemptAtMs });
  }

  #note(one: Judged, said: Verdict & Partial<MessageEntry>): void {
    const entry = { ...this.#entryOf(one), ...said, fix: said.fix ?? null };
    this.#remember(entry, one.candidate.entry, said);
    this.#finish(one);
  }

  /** Told once, until something else is the reason. */
  #remember(entry: LabelledEntry, before: MessageEntry | null, { code, reason }: Verdict): void {
    this.#entries.push(entry);
    if (before?.code !== code)
      this.#events.push({ itemId: entry.id, action: 'not_archived', direction: null, code, reason });
  }

  async #later({ candidate }: Judged, untilMs: number): Promise<void> {
    if (candidate.row)
      await postponeInbox(this.#tx, this.#work.step.pairing.id, [candidate.row.generation], untilMs);
  }

  #finish({ candidate }: Judged): void {
    if (candidate.row) this.#done.push(candidate.row);
  }

  #add(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  #leftOut(one: Judged, { name, code, reason }: LeftOutFile): ItemEvent {
    const itemId = this.#entryOf(one).id;
    return { itemId, action: 'attachment_left_out', direction: 'to-crm', code, reason, detail: { name } };
  }

  #entryOf(one: Judged): MessageEntry & { readonly label: MessageLabel } {
    const { candidate, listed } = one;
    const id = candidate.entry?.id ?? this.#ids.get(listed.id) ?? this.#tx.newId('item');
    this.#ids.set(listed.id, id);
    return {
      ...{ id, messageId: listed.id, folderId: placeOf(one), etag: listed.etag, label: labelOf(one) },
      ...{
        isArchived: candidate.entry?.isArchived ?? false,
        state: 'in_sync',
        crmId: candidate.entry?.crmId ?? null,
      },
      ...{ code: null, reason: null, fix: null, attempts: 0, nextAttemptAtMs: null },
    };
  }
}

/** A message that is archived and that the mailbox does not move is met in each cycle. */
function isTold(
  before: MessageEntry | null,
  { crmId, folderId, etag }: Pick<MessageEntry, 'crmId' | 'folderId' | 'etag'>,
): boolean {
  if (!before?.isArchived) return false;
  return before.crmId === crmId && before.folderId === folderId && before.etag === etag;
}

function labelOf({ message, plan }: Judged): MessageLabel {
  const author = message.from ?? message.sender;
  return {
    subject: cleanLine(message.subject),
    sender: author === null ? null : cleanLine(author.address),
    internetMessageId: messageIdIn(plan) ?? message.messageId,
  };
}

function messageIdIn(plan: ConversionPlan): string | null {
  return plan.type === 'archive' ? plan.copy.messageId : null;
}
