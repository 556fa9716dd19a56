import { isKept, isLocked } from '../activities/attendees.ts';
import { meetingOf, missing, withdrawn } from '../activities/endings.ts';
import { isActivity } from '../modules.ts';
import { FIELDS, type Fields } from '../record.ts';
import { differing, isBeginning, isBlank, isEmpty, withFields } from './compare.ts';
import { type Bases, type Loss, mergeFields } from './merge.ts';
import type { CrmSide, Link, MailboxSide, Operation, RemovalReason } from './operation.ts';
import { categoriesWith, categoriesWithout, hasExactCategories, type ItemRules } from './rules.ts';

/**
 * The two-way decision table of a linked item. An agreed state gives no operations (invariant 1);
 * unknown sides stand as their base.
 */
export function reconcile(link: Link, mailbox: MailboxSide, crm: CrmSide, rules: ItemRules): Operation[] {
  const withdrawal = isActivity(rules.module) ? withdrawn(link, mailbox, crm, rules) : null;
  if (withdrawal) return withdrawal;
  const departed = crm.state === 'deleted' || crm.state === 'left';
  // A record that merely left may come back; what its user took out stays away then, too (CON-3).
  if (mailbox.state === 'gone') {
    if (crm.state === 'deleted') return [{ op: 'forget', reason: 'crm_deleted' }];
    if (departed || !isActivity(rules.module)) return [{ op: 'stay-away', how: mailbox.how }];
    return missing(link, crm, rules);
  }
  if (departed) return depart(link, mailbox, crm, rules);
  return agree(link, mailbox, crm, rules);
}

function removalReason(crm: Extract<CrmSide, { state: 'deleted' | 'left' }>): RemovalReason {
  return crm.state === 'deleted' ? 'crm_deleted' : `left_${crm.why}`;
}

/** The record goes: so does our copy. What only the mailbox has lands in the history (invariants 2 and 6). */
function depart(
  link: Link,
  mailbox: Exclude<MailboxSide, { state: 'gone' }>,
  crm: Extract<CrmSide, { state: 'deleted' | 'left' }>,
  rules: ItemRules,
): Operation[] {
  const reason = removalReason(crm);
  const meeting = meetingOf(link, mailbox);
  if (isKept(meeting, rules.calendar) || (link.adopted && isLocked(meeting, rules.calendar)))
    return [{ op: 'release', reason, categories: null, untouched: true }];
  if (link.adopted) {
    const categories = mailbox.state === 'present' ? categoriesWithout(mailbox.categories, rules) : null;
    return [{ op: 'release', reason, categories }];
  }
  const heard = mailbox.state === 'present' ? mailbox.fields : {};
  const isMeeting = meeting?.hasAttendees === true;
  const losses = mailboxOnly(link.bases, withFields(link.bases.mailbox, heard), isMeeting);
  return [...losses.map(loss => ({ op: 'keep-loser', loss }) as const), { op: 'delete-mailbox', reason }];
}

/**
 * What the user wrote since both sides last agreed, and what the CRM never held, or not all of it (CON-2). The sides of a
 * meeting need not agree (CAL-2, POL-18): of its copy everything that is its user's own is kept.
 */
function mailboxOnly(bases: Bases, fields: Fields, isMeeting: boolean): Loss[] {
  const edited = new Set(differing(isMeeting ? bases.crm : bases.mailbox, fields));
  return FIELDS.filter(field => edited.has(field) || holdsMore(fields[field] ?? null, bases.crm[field])).map(
    field => ({
      field,
      side: 'mailbox',
      lost: fields[field] ?? null,
      kept: edited.has(field) ? ((isMeeting ? bases.crm : bases.mailbox)[field] ?? null) : null,
      reason: 'record_left',
    }),
  );
}

function holdsMore(value: string | null, crm: string | null | undefined): boolean {
  return (isBlank(crm) && !isBlank(value)) || isBeginning(crm, value);
}

function agree(
  link: Link,
  mailbox: Exclude<MailboxSide, { state: 'gone' }>,
  crm: Extract<CrmSide, { state: 'present' | 'unchanged' }>,
  rules: ItemRules,
): Operation[] {
  if (link.follows) return [];
  const isMeeting = isLocked(meetingOf(link, mailbox), rules.calendar);
  const merge = mergeFields(
    link.bases,
    {
      mailbox: mailbox.state === 'present' ? mailbox.fields : link.bases.mailbox,
      crm: crm.state === 'present' ? crm.fields : link.bases.crm,
      mailboxModifiedAtMs: mailbox.state === 'present' ? mailbox.modifiedAtMs : 0,
      crmModifiedAtMs: crm.state === 'present' ? crm.modifiedAtMs : 0,
      editable: crm.state === 'unchanged' || crm.editable,
    },
    isMeeting ? { ...rules, conflicts: 'mailbox' } : rules,
  );
  // What is withheld from a meeting overwrites nothing there.
  const losses = isMeeting ? merge.losses.filter(({ side }) => side === 'crm') : merge.losses;
  const operations: Operation[] = losses.map(loss => ({ op: 'keep-loser', loss }));
  operations.push(...(isMeeting ? withheld(merge.toMailbox) : toMailbox(mailbox, merge.toMailbox, rules)));
  if (!isEmpty(merge.toCrm)) operations.push({ op: 'update-crm', fields: merge.toCrm });
  return operations;
}

function withheld(fields: Fields): Operation[] {
  return isEmpty(fields) ? [] : [{ op: 'withhold', fields }];
}

function toMailbox(
  mailbox: Exclude<MailboxSide, { state: 'gone' }>,
  fields: Fields,
  rules: ItemRules,
): Operation[] {
  if (mailbox.state === 'present' && !hasExactCategories(mailbox.categories, rules)) {
    const categories = categoriesWith(mailbox.categories, rules);
    const { type, seriesId = null } = mailbox.meeting ?? {};
    // Any write to an occurrence makes it an exception of its series: that is marked as a whole.
    if (type === 'occurrence' && seriesId !== null && isEmpty(fields))
      return [{ op: 'mark-series', seriesId, categories }];
    return [{ op: 'update-mailbox', fields, categories }];
  }
  return isEmpty(fields) ? [] : [{ op: 'update-mailbox', fields }];
}
