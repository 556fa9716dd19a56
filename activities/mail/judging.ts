import type { ListedMessage } from '../../connectors/mail.ts';
import { categorizedBefore } from '../../db/categorized-before.ts';
import { isWaiting, type SyncFailure } from '../../sync/failure.ts';
import {
  enabledFolderModules,
  type FolderKind,
  folderKindOf,
  recordTypeOf,
} from '../../sync/folders/kinds.ts';
import { purposeOf } from '../../sync/folders/tree.ts';
import type { Verdict } from '../../sync/items/offer.ts';
import { addresseesOf } from '../../sync/mail/addressees.ts';
import {
  type ArchivePlan,
  type Conversion,
  type ConversionPlan,
  convert,
  type Destination,
} from '../../sync/mail/convert.ts';
import { messageIdentity } from '../../sync/mail/identity.ts';
import { type Matches, questionsAbout } from '../../sync/mail/matches.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
import { type ConversionOptions, conversionOptions, type Occasion } from '../../sync/mail/options.ts';
import type { Candidate } from './candidates.ts';
import { askCrm } from './matching.ts';
import type { MailWork } from './work.ts';

/** A message with what is to become of it. */
export interface Judged {
  readonly candidate: Candidate;
  readonly listed: ListedMessage;
  readonly message: MailMessage;
  readonly destination: Destination;
  readonly plan: ConversionPlan;
  /**
   * What becomes of it where a colleague has archived it: the people whom that made are not this user's to see. Null where
   * that is no reason.
   */
  readonly planIfArchived: ArchivePlan | null;
  /** Keyed hash of what all copies of the message share (MAIL-7). */
  readonly identityHash: string;
  /** The record that it goes to, the kind of record that it starts, or '' for the history of its people. */
  readonly target: string;
}

export interface Judgement {
  readonly judged: readonly Judged[];
  /** Nobody waits for the message any more: it was moved, deleted, or dropped and archived meanwhile. */
  readonly left: readonly Candidate[];
  /** The mailbox did not give it. */
  readonly unread: readonly { readonly candidate: Candidate; readonly failure: SyncFailure }[];
}

interface Found extends Pick<Judged, 'candidate' | 'listed' | 'message' | 'destination'> {
  /** What speaks against it wherever it is from. */
  readonly obstacle: Verdict | null;
}

/** Reads messages and decides what becomes of each; throws when the mailbox asks to wait. */
export async function judge(work: MailWork, candidates: readonly Candidate[]): Promise<Judgement> {
  const outcomes = await work.mail.read(candidates.map(({ messageId }) => messageId));
  const before = await work.inTransaction(tx =>
    categorizedBefore(
      tx,
      work.step.pairing.id,
      candidates.map(({ messageId }) => messageId),
    ),
  );
  const usual = await work.mail.usualFolders();
  const lengths = await lengthsOfForms(work);
  const left: Candidate[] = [];
  const unread: Judgement['unread'][number][] = [];
  const found: Found[] = [];
  candidates.forEach((candidate, index) => {
    const outcome = outcomes[index];
    if (!outcome?.ok) {
      if (outcome && isWaiting(outcome.failure.kind)) throw outcome.failure;
      if (outcome) unread.push({ candidate, failure: outcome.failure });
      return;
    }
    const state = outcome.value;
    const destination =
      state.type === 'present' && !isDone(candidate)
        ? destinationOf(work, state.listed, usual, lengths, before.has(candidate.messageId))
        : null;
    if (state.type === 'gone' || destination === null) left.push(candidate);
    else found.push({ candidate, listed: state.listed, message: state.message, ...destination });
  });
  return { judged: await convertAll(work, found), left, unread };
}

/** What came up in the Inbox or in Sent Items, and was archived from a drop folder before its turn came. */
function isDone({ row, entry }: Candidate): boolean {
  return row !== null && entry?.isArchived === true;
}

async function convertAll(work: MailWork, found: readonly Found[]): Promise<Judged[]> {
  const options = optionsOf(work);
  const { surroundings, limits } = work;
  const questions = found.map(({ message }) =>
    questionsAbout(addresseesOf(message, options.ccAndBcc, surroundings).counted, options),
  );
  const matches = await askCrm(work, questions);
  return work.inTransaction(async tx =>
    found.map(({ obstacle, ...one }) => {
      const { message, destination } = one;
      const conversion = { destination, options, surroundings, limits };
      return {
        ...one,
        ...(obstacle ? refusal(obstacle) : planned(message, matches, conversion)),
        identityHash: tx.vault.hash('message', messageIdentity(message)),
        target: targetOf(destination),
      };
    }),
  );
}

type Plans = Pick<Judged, 'plan' | 'planIfArchived'>;

function refusal(obstacle: Verdict): Plans {
  return { plan: { type: 'none', isMarked: true, unmatched: [], ...obstacle }, planIfArchived: null };
}

function planned(message: MailMessage, matches: Matches, conversion: Conversion): Plans {
  const plan = convert(message, matches, conversion);
  if (plan.type !== 'none' || plan.code !== 'exists_hidden') return { plan, planIfArchived: null };
  const options = { ...conversion.options, mustMatch: false };
  const instead = convert(message, matches, { ...conversion, options });
  return { plan, planIfArchived: instead.type === 'archive' ? instead : null };
}

export function optionsOf({ step, phase }: Pick<MailWork, 'step' | 'phase'>): ConversionOptions {
  return conversionOptions(step.options, OCCASIONS[phase]);
}

const OCCASIONS: Readonly<Record<MailWork['phase'], Occasion>> = {
  dropFolders: 'dropFolder',
  assignTo: 'dropFolder',
  sentItems: 'sentItems',
  inbox: 'inbox',
};

function targetOf(destination: Destination): string {
  if (destination.type === 'assign') return destination.record.id;
  return destination.type === 'create' ? `create:${folderKindOf(destination.form.type)}` : '';
}

type Lengths = ReadonlyMap<FolderKind, { readonly nameLength: number; readonly descriptionLength: number }>;

/** Asked once per run, of the kinds whose drop folders are there. */
async function lengthsOfForms({ step, phase, session }: MailWork): Promise<Lengths> {
  if (phase !== 'dropFolders') return new Map();
  const kinds = enabledFolderModules(step.options).map(folderKindOf);
  const told = await Promise.all(
    kinds.map(async kind => [kind, await session.records().lengths(kind)] as const),
  );
  return new Map(told.flatMap(([kind, lengths]) => (lengths === null ? [] : [[kind, lengths]])));
}

/** The module was there when its folder was made. */
const NO_SUCH_RECORDS: Verdict = {
  code: 'no_such_records',
  reason: 'The CRM has no such records for this user.',
  fix: 'Give the user read and create rights on the object in the CRM, or turn the module off in the policy.',
};

/** By where the message is now, however it came there; null where nothing is done with messages, and for our own. */
function destinationOf(
  work: MailWork,
  { folderId, mark }: ListedMessage,
  usual: { readonly inboxId: string; readonly sentItemsId: string },
  lengths: Lengths,
  hadCategoryBefore: boolean,
): Pick<Found, 'destination' | 'obstacle'> | null {
  if (mark !== null) return null;
  const { phase, step, sinceMs } = work;
  if (phase === 'inbox' || phase === 'sentItems') {
    if (folderId !== (phase === 'inbox' ? usual.inboxId : usual.sentItemsId)) return null;
    const { onlyWithCategory } = step.options[phase];
    const category = step.options.category.name;
    const rules = { occasion: phase, onlyWithCategory, category, enabledAtMs: sinceMs, hadCategoryBefore };
    return free({ type: 'automatic', rules });
  }
  const key = work.folders.find(folder => folder.folderId === folderId)?.key;
  const purpose = key === undefined ? null : purposeOf(key);
  if (purpose?.type === 'archive') return free({ type: 'archive' });
  if (purpose?.type === 'record')
    return free({ type: 'assign', record: { ...recordTypeOf(purpose.kind), id: purpose.id } });
  if (purpose?.type !== 'create') return null;
  const module = enabledFolderModules(step.options).find(one => folderKindOf(one) === purpose.kind);
  const room = lengths.get(purpose.kind);
  if (!module) return null;
  if (!room) return { destination: { type: 'archive' }, obstacle: NO_SUCH_RECORDS };
  const form = { type: recordTypeOf(purpose.kind), defaults: module.defaults, ...room };
  return free({ type: 'create', form });
}

function free(destination: Destination): Pick<Found, 'destination' | 'obstacle'> {
  return { destination, obstacle: null };
}

/** Where the ledger says that a message is: the folder that it is in, or the archived folder as a whole. */
export function placeOf({ candidate, listed }: Pick<Judged, 'candidate' | 'listed'>): string {
  return candidate.row === null ? listed.folderId : candidate.placeId;
}
