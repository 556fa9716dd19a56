import type { Verdict } from '../items/offer.ts';
import { canonicalAddress } from './address.ts';
import {
  type Addressee,
  type Addressees,
  addresseesOf,
  isExcluded,
  type LeftOut,
  type Surroundings,
} from './addressees.ts';
import { type AttachmentLimits, type PlannedAttachment, planAttachments } from './attachments.ts';
import { type AutomaticRules, automaticObstacle, hasCategory } from './automatic.ts';
import { type ArchivedCopy, archivedCopy, type TextLimits, textOf } from './copy.ts';
import { type AccountRef, type NewAccount, type NewPerson, newAccounts } from './creation.ts';
import { type Matches, matcherOf } from './matches.ts';
import type { MailMessage } from './message.ts';
import { type NewRecord, newRecord, type RecordForm, type RecordType } from './new-record.ts';
import type { ConversionOptions } from './options.ts';
import { type Identified, identify, type PersonRef } from './people.ts';
import { nobodyFound, obstacleOf } from './reasons.ts';

/** Where a message was found, and so what becomes of it. */
export type Destination =
  | { readonly type: 'archive' }
  | { readonly type: 'create'; readonly form: RecordForm }
  /** The folder of one record (AssignTo). */
  | { readonly type: 'assign'; readonly record: RecordType & { readonly id: string } }
  /** Sent Items or the Inbox. */
  | { readonly type: 'automatic'; readonly rules: AutomaticRules };

export interface Conversion {
  readonly destination: Destination;
  readonly options: ConversionOptions;
  readonly surroundings: Surroundings;
  readonly limits: TextLimits & AttachmentLimits;
}

/** Somebody of the message whom the CRM knows or gets, with the role that the message gives. */
export interface Participant {
  readonly role: Addressee['role'];
  readonly address: string;
  readonly refs: readonly PersonRef[];
}

/** An address that is nobody in the CRM, for the list of them (MAIL-9). */
export interface Unmatched {
  readonly address: string;
  readonly name: string | null;
  readonly code: NonNullable<Identified['unmatched']>;
}

export interface ArchivePlan {
  readonly type: 'archive';
  /** Created first, in this order: accounts, people, record. */
  readonly newAccounts: readonly NewAccount[];
  readonly newPeople: readonly NewPerson[];
  readonly newRecord: NewRecord | null;
  /** The record of an AssignTo folder. */
  readonly record: (RecordType & { readonly id: string }) | null;
  readonly participants: readonly Participant[];
  /** Whose activity history gets the message besides the people's. */
  readonly accounts: readonly AccountRef[];
  readonly copy: ArchivedCopy;
  readonly attachments: readonly PlannedAttachment[];
  readonly unmatched: readonly Unmatched[];
  readonly leftOut: readonly LeftOut[];
  /** What the mailbox does with the message once everything is confirmed in the CRM (MAIL-3, MAIL-6). */
  readonly afterwards: 'inbox' | 'purge' | 'stay';
}

/** Not archived: with `isMarked` the user waits for it, and it gets the category that says so (MAIL-3). */
export type NoPlan = {
  readonly type: 'none';
  readonly isMarked: boolean;
  readonly unmatched: readonly Unmatched[];
} & Verdict;

export type ConversionPlan = ArchivePlan | NoPlan;

/** What becomes of a message in the CRM and in the mailbox (MAIL-2 to MAIL-6). */
export function convert(message: MailMessage, matches: Matches, conversion: Conversion): ConversionPlan {
  const { destination, options, surroundings } = conversion;
  const everybody = addresseesOf(message, true, surroundings);
  const obstacle =
    (destination.type === 'automatic' ? automaticObstacle(message, destination.rules) : null) ??
    obstacleOf(message, everybody, isFromExcluded(message, surroundings));
  if (obstacle) return unplanned(message, destination, obstacle, []);
  const addressees = options.ccAndBcc ? everybody : addresseesOf(message, false, surroundings);
  const matcher = matcherOf(matches, options, surroundings);
  const people = addressees.counted.map(one => identify(one, matcher, matches, options));
  const hasRecord = destination.type === 'create' || destination.type === 'assign';
  if (options.mustMatch && !hasRecord && !people.some(isInCrm))
    return unplanned(message, destination, nobodyFound(people, addressees), unmatchedOf(people));
  return archivePlan(message, addressees, people, conversion);
}

/** CRM users never satisfy *must match* (MAIL-2). */
function isInCrm({ refs }: Identified): boolean {
  return refs.some(({ kind }) => kind !== 'user');
}

function isFromExcluded({ from, sender }: MailMessage, surroundings: Surroundings): boolean {
  return [from, sender].some(party => {
    const address = party && canonicalAddress(party.address);
    return address != null && isExcluded(address, surroundings);
  });
}

function unplanned(
  message: MailMessage,
  destination: Destination,
  verdict: Verdict,
  unmatched: readonly Unmatched[],
): NoPlan {
  const isMarked =
    destination.type !== 'automatic' ||
    (verdict.code !== 'before_enabling' && hasCategory(message, destination.rules.category));
  return { type: 'none', isMarked, unmatched, ...verdict };
}

function archivePlan(
  message: MailMessage,
  { leftOut }: Addressees,
  people: readonly Identified[],
  { destination, options, surroundings, limits }: Conversion,
): ArchivePlan {
  const attachments = options.attachments ? planAttachments(message.attachments, limits) : [];
  const copy = archivedCopy(message, options.attachmentSummary ? attachments : [], surroundings, limits);
  const newPeople = people.flatMap(({ created }) => created ?? []);
  return {
    type: 'archive',
    newAccounts: newAccounts(newPeople),
    newPeople,
    newRecord:
      destination.type === 'create'
        ? newRecord(destination.form, { subject: message.subject, text: textOf(message) }, people)
        : null,
    record: destination.type === 'assign' ? destination.record : null,
    participants: people.flatMap(({ addressee: { role, address }, refs }) =>
      refs.length > 0 ? [{ role, address, refs }] : [],
    ),
    accounts: distinct(people.flatMap(({ accounts }) => accounts)),
    copy,
    attachments,
    unmatched: unmatchedOf(people),
    leftOut,
    afterwards: afterwards(destination, options, copy, attachments),
  };
}

/** Nothing is purged of which the CRM holds a part only (MAIL-3). */
function afterwards(
  { type }: Destination,
  { deleteAfter }: ConversionOptions,
  { isWhole }: ArchivedCopy,
  attachments: readonly PlannedAttachment[],
): ArchivePlan['afterwards'] {
  if (type === 'automatic') return 'stay';
  return deleteAfter && isWhole && attachments.every(({ leftOut }) => leftOut === null) ? 'purge' : 'inbox';
}

function unmatchedOf(people: readonly Identified[]): Unmatched[] {
  return people.flatMap(({ addressee: { address, name }, unmatched }) =>
    unmatched === null ? [] : [{ address, name, code: unmatched }],
  );
}

function distinct(accounts: readonly AccountRef[]): AccountRef[] {
  const key = (account: AccountRef) =>
    `${account.type} ${account.type === 'new' ? account.domain : account.id}`;
  return [...new Map(accounts.map(account => [key(account), account])).values()];
}
