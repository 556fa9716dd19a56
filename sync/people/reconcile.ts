import { type Fields, PERSON_FIELDS } from '../record.ts';
import { differing, isBeginning, isEmpty, sameValue, withFields } from './compare.ts';
import { type Bases, type Loss, mergePeople } from './merge.ts';
import { categoriesWith, categoriesWithout, hasExactCategories, type PersonRules } from './rules.ts';

/** A remembered partnership of a mailbox item and a CRM record. */
export interface PersonLink {
  readonly bases: Bases;
  /** The item was the user's before we met it: it is released, never deleted (PAIR-7). */
  readonly adopted: boolean;
}

export type MailboxSide =
  /** Nothing was heard: the base stands. */
  | { readonly state: 'unchanged' }
  | {
      readonly state: 'present';
      readonly fields: Fields;
      readonly categories: readonly string[];
      readonly modifiedAtMs: number;
    }
  /** Proven by a GET of the id: in Deleted Items, or not found, or found outside the synced folder (invariant 5). */
  | { readonly state: 'gone'; readonly how: 'deleted' | 'moved' };

/** Why a record is no longer this mailbox's, although it lives (CON-4). */
export type LeftWhy = 'owner' | 'access' | 'age' | 'limit' | 'module';

export type CrmSide =
  | { readonly state: 'unchanged' }
  | {
      readonly state: 'present';
      readonly fields: Fields;
      readonly modifiedAtMs: number;
      readonly editable: boolean;
    }
  | { readonly state: 'left'; readonly why: LeftWhy }
  | { readonly state: 'deleted' };

export type RemovalReason = 'crm_deleted' | `left_${LeftWhy}`;

/** What has to be done; carried out by the activities, shown by preview, log and tests. */
export type Operation =
  | { readonly op: 'update-mailbox'; readonly fields: Fields; readonly categories?: readonly string[] }
  | { readonly op: 'update-crm'; readonly fields: Fields }
  | { readonly op: 'delete-mailbox'; readonly reason: RemovalReason }
  /** The item stays, as the user's own, without category and stamp. */
  | { readonly op: 'release'; readonly reason: RemovalReason; readonly categories: readonly string[] | null }
  /** The user took it out of the mailbox: it stays away, the record lives (CON-3). */
  | { readonly op: 'stay-away'; readonly how: 'deleted' | 'moved' }
  /** Neither side has it any more. */
  | { readonly op: 'forget'; readonly reason: RemovalReason }
  | { readonly op: 'keep-loser'; readonly loss: Loss };

/**
 * The two-way decision table of a linked person. An agreed state gives no operations (invariant 1);
 * unknown sides stand as their base.
 */
export function reconcilePerson(
  link: PersonLink,
  mailbox: MailboxSide,
  crm: CrmSide,
  rules: PersonRules,
): Operation[] {
  const departed = crm.state === 'deleted' || crm.state === 'left';
  // A record that merely left may come back; what its user took out stays away then, too (CON-3).
  if (mailbox.state === 'gone')
    return crm.state === 'deleted'
      ? [{ op: 'forget', reason: 'crm_deleted' }]
      : [{ op: 'stay-away', how: mailbox.how }];
  if (departed) return depart(link, mailbox, crm, rules);
  return agree(link, mailbox, crm, rules);
}

function removalReason(crm: Extract<CrmSide, { state: 'deleted' | 'left' }>): RemovalReason {
  return crm.state === 'deleted' ? 'crm_deleted' : `left_${crm.why}`;
}

/** The record goes: so does our copy. What only the mailbox has lands in the history (invariants 2 and 6). */
function depart(
  link: PersonLink,
  mailbox: Exclude<MailboxSide, { state: 'gone' }>,
  crm: Extract<CrmSide, { state: 'deleted' | 'left' }>,
  rules: PersonRules,
): Operation[] {
  const reason = removalReason(crm);
  if (link.adopted) {
    const categories = mailbox.state === 'present' ? categoriesWithout(mailbox.categories, rules) : null;
    return [{ op: 'release', reason, categories }];
  }
  const heard = mailbox.state === 'present' ? mailbox.fields : {};
  const losses = mailboxOnly(link.bases, withFields(link.bases.mailbox, heard));
  return [...losses.map(loss => ({ op: 'keep-loser', loss }) as const), { op: 'delete-mailbox', reason }];
}

/** What the user wrote since both sides last agreed, and what the CRM never held, or not all of it (CON-2). */
function mailboxOnly(bases: Bases, fields: Fields): Loss[] {
  const edited = new Set(differing(bases.mailbox, fields));
  return PERSON_FIELDS.filter(
    field => edited.has(field) || holdsMore(fields[field] ?? null, bases.crm[field]),
  ).map(field => ({
    field,
    side: 'mailbox',
    lost: fields[field] ?? null,
    kept: edited.has(field) ? (bases.mailbox[field] ?? null) : null,
    reason: 'record_left',
  }));
}

function holdsMore(value: string | null, crm: string | null | undefined): boolean {
  return (sameValue(crm, null) && !sameValue(value, null)) || isBeginning(crm, value);
}

function agree(
  link: PersonLink,
  mailbox: Exclude<MailboxSide, { state: 'gone' }>,
  crm: Extract<CrmSide, { state: 'present' | 'unchanged' }>,
  rules: PersonRules,
): Operation[] {
  const merge = mergePeople(
    link.bases,
    {
      mailbox: mailbox.state === 'present' ? mailbox.fields : link.bases.mailbox,
      crm: crm.state === 'present' ? crm.fields : link.bases.crm,
      mailboxModifiedAtMs: mailbox.state === 'present' ? mailbox.modifiedAtMs : 0,
      crmModifiedAtMs: crm.state === 'present' ? crm.modifiedAtMs : 0,
      editable: crm.state === 'unchanged' || crm.editable,
    },
    rules,
  );
  const operations: Operation[] = merge.losses.map(loss => ({ op: 'keep-loser', loss }));
  const repair = mailbox.state === 'present' && !hasExactCategories(mailbox.categories, rules);
  if (repair)
    operations.push({
      op: 'update-mailbox',
      fields: merge.toMailbox,
      categories: categoriesWith(mailbox.categories, rules),
    });
  else if (!isEmpty(merge.toMailbox)) operations.push({ op: 'update-mailbox', fields: merge.toMailbox });
  if (!isEmpty(merge.toCrm)) operations.push({ op: 'update-crm', fields: merge.toCrm });
  return operations;
}
