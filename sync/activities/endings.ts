import { differing } from '../items/compare.ts';
import type { Loss } from '../items/merge.ts';
import type { CrmSide, Link, MailboxSide, Operation } from '../items/operation.ts';
import { categoriesWithout, type ItemRules, isOurs } from '../items/rules.ts';
import type { Fields, Meeting } from '../record.ts';
import { isLocked } from './attendees.ts';

/** What an event is among others, as it was heard now or else last. */
export function meetingOf(link: Link, mailbox: MailboxSide): Meeting | null {
  return (mailbox.state === 'present' ? mailbox.meeting : null) ?? link.meeting ?? null;
}

/**
 * What an event or task that its mailbox holds no longer has in the CRM, whatever it says: null, if nothing of the kind.
 * A private one is withdrawn under `skip` (POL-17, CAL-6); an invitation that was declined leaves the CRM alone (CAL-1); a
 * meeting that its organizer cancelled goes, by the hand of the one pairing that writes it (CAL-2).
 */
export function withdrawn(
  link: Link,
  mailbox: MailboxSide,
  crm: CrmSide,
  rules: ItemRules,
): Operation[] | null {
  if (mailbox.state !== 'present') return null;
  const meeting = meetingOf(link, mailbox);
  const mayWrite = mayWriteCrm(crm, rules) && !link.follows;
  const isInvited = meeting?.isOrganizer === false;
  if (isInvited && meeting.response === 'declined') return [{ op: 'stay-away', how: 'declined' }];
  if (rules.calendar.private === 'skip' && mailbox.fields.privacy === 'private') {
    if (crm.state === 'left' && crm.why === 'private') return [releasePrivate(mailbox, meeting, rules)];
    if (mayWrite)
      return [
        ...unseenEdits(link, crm),
        { op: 'withdraw', reason: 'private', isGone: crm.state === 'deleted' },
      ];
  }
  if (!isInvited || !meeting.isCancelled) return null;
  // A record of its own, which only turned out to be the same as a meeting that was over by then, is not ours to delete.
  const isForeign = link.adopted && link.meeting?.isCancelled === true;
  const isOver = crm.state === 'deleted' || !mayWrite || isForeign;
  if (isOver) return [{ op: 'stay-away', how: 'cancelled' }];
  return [...unseenEdits(link, crm), { op: 'delete-crm', reason: 'cancelled' }];
}

/** What is private on both sides stays on both, each for itself: nobody saw anything that has to be withdrawn. */
function releasePrivate(
  { categories }: Extract<MailboxSide, { state: 'present' }>,
  meeting: Meeting | null,
  rules: ItemRules,
): Operation {
  const reason = 'left_private';
  return isLocked(meeting, rules.calendar)
    ? { op: 'release', reason, categories: null, untouched: true }
    : { op: 'release', reason, categories: categoriesWithout(categories, rules) };
}

/** What left is somebody else's by now, or none of this user's business. */
function mayWriteCrm(crm: CrmSide, { direction }: ItemRules): boolean {
  return direction === 'both' && crm.state !== 'left' && !(crm.state === 'present' && !crm.editable);
}

/** What somebody wrote in a record that goes although nobody has seen it here lands in the history (invariants 2 and 6). */
function unseenEdits({ bases }: Link, crm: CrmSide): Operation[] {
  if (crm.state !== 'present') return [];
  return editsSince(bases.crm, crm.fields).map(loss => ({ op: 'keep-loser', loss }));
}

/** What a record says that is to go, beside what both sides agreed on last. */
export function editsSince(base: Fields, fields: Fields): Loss[] {
  const edited = differing(base, fields).filter(field => !isOurs(field));
  return edited.map(field => ({
    field,
    side: 'crm',
    lost: fields[field] ?? null,
    kept: base[field] ?? null,
    reason: 'record_left',
  }));
}

/**
 * The user took it out of the mailbox while the record lives. Only who called a meeting, and owns the record, deletes it
 * (CAL-1); where that may not be written it comes back (POL-10), also when somebody edited the record since both sides
 * agreed (invariant 6). What has attendees does not come back, that would be another meeting: such an edit goes to the
 * history.
 */
export function missing(
  link: Link,
  crm: Extract<CrmSide, { state: 'present' | 'unchanged' }>,
  rules: ItemRules,
): Operation[] {
  const away: Operation = { op: 'stay-away', how: 'deleted' };
  const isInvited = crm.state === 'present' && crm.invited === true;
  if (isInvited || link.follows || link.meeting?.isOrganizer === false) return [away];
  const edits = unseenEdits(link, crm);
  const mayReturn = !isLocked(link.meeting, rules.calendar);
  if (edits.length > 0 && mayReturn) return [{ op: 'restore-mailbox', why: 'edited' }];
  if (mayWriteCrm(crm, rules)) return [...edits, { op: 'delete-crm', reason: 'user_deleted' }];
  return [mayReturn ? { op: 'restore-mailbox', why: 'not_writable' } : away];
}
