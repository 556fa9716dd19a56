import { describe, expect, it } from 'vitest';
import type { CrmSide, Link, MailboxSide } from '../../sync/items/operation.ts';
import { reconcile } from '../../sync/items/reconcile.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import {
  alone,
  appointment,
  called,
  eventRules,
  gone,
  inCrm,
  inMailbox,
  invited,
  link,
  task,
  taskRules,
  unheard,
  withCalendar,
} from './activities-sample.ts';
import { agreed } from './people-sample.ts';

const edited = { ...appointment, location: 'Room 2' };
const toMailbox: ItemRules = { ...eventRules, direction: 'to-mailbox' };
const skipping = withCalendar({ private: 'skip' });
const never = withCalendar({ invitations: 'never' });
const sending = withCalendar({ invitations: 'send' });
const deleted: CrmSide = { state: 'deleted' };
const left = (why: 'owner' | 'access' | 'private'): CrmSide => ({ state: 'left', why });
const done = { ...task, status: 'completed' };
const ofTask = link({ bases: agreed(task), meeting: null });

const stayAway = (how: string) => ({ op: 'stay-away', how });
const deleteCrm = (reason: string) => ({ op: 'delete-crm', reason });
const restore = (why: string) => ({ op: 'restore-mailbox', why });
const untouched = (reason: string) => ({ op: 'release', reason, categories: null, untouched: true });
const deleteMailbox = (reason: string) => ({ op: 'delete-mailbox', reason });
const overwritten = (lost: string, kept: string) => ({
  op: 'keep-loser',
  loss: { field: 'location', side: 'crm', lost, kept, reason: 'record_left' },
});

const ownWords = {
  op: 'keep-loser',
  loss: { field: 'location', side: 'mailbox', lost: 'Room 2', kept: 'Room 1', reason: 'record_left' },
};

type Row = readonly [
  name: string,
  link: Link,
  mailbox: MailboxSide,
  crm: CrmSide,
  rules: ItemRules,
  operations: readonly object[],
];

function check(row: Row): void {
  const [, known, mailbox, crm, rules, operations] = row;
  expect(reconcile(known, mailbox, crm, rules)).toEqual(operations);
}

const present = inCrm(appointment);

describe('an appointment or a task that its user took out of the mailbox', () => {
  it.each<Row>(
    // biome-ignore format: one case per line
    [
      ['CAL-1 deletes the record of an appointment', link(), gone, present, eventRules, [deleteCrm('user_deleted')]],
      ['CAL-1 the organizer deletes the record of a meeting', link({ meeting: called }), gone, present, eventRules, [deleteCrm('user_deleted')]],
      ['CAL-1 an attendee never deletes the record', link({ meeting: invited }), gone, present, eventRules, [stayAway('deleted')]],
      ['CAL-1 nor where the policy sends invitations', link({ meeting: invited }), gone, present, sending, [stayAway('deleted')]],
      ["CAL-1 whoever is invited in the CRM never deletes somebody else's record", link(), gone, inCrm(appointment, { invited: true }), eventRules, [stayAway('deleted')]],
      ['CAL-2 a pairing that follows another one never deletes the record', link({ meeting: called, follows: true }), gone, present, eventRules, [stayAway('deleted')]],
      ['POL-11 comes back where the mailbox may not write', link(), gone, present, toMailbox, [restore('not_writable')]],
      ['POL-10 comes back where the user may not edit the record', link(), gone, inCrm(appointment, { editable: false }), eventRules, [restore('not_writable')]],
      ['POL-18 a meeting does not come back: that would be another one', link({ meeting: called }), gone, present, toMailbox, [stayAway('deleted')]],
      ['POL-18 unless the policy sends invitations', link({ meeting: called }), gone, present, { ...sending, direction: 'to-mailbox' }, [restore('not_writable')]],
      ['invariant 6: comes back when somebody edited the record', link(), gone, inCrm(edited), eventRules, [restore('edited')]],
      ['invariant 6: a meeting cannot come back, so that the edit goes to the history', link({ meeting: called }), gone, inCrm(edited), eventRules, [overwritten('Room 2', 'Room 1'), deleteCrm('user_deleted')]],
      ['invariant 4: what is deleted on both sides is forgotten', link(), gone, deleted, eventRules, [{ op: 'forget', reason: 'crm_deleted' }]],
      ['CON-4 what left meanwhile stays away', link(), gone, left('owner'), eventRules, [stayAway('deleted')]],
      ['TASK-1 deletes the record of a task', ofTask, gone, inCrm(task), taskRules, [deleteCrm('user_deleted')]],
      ['TASK-1 a completed task deletes its record as well', link({ bases: agreed(done), meeting: null }), gone, inCrm(done), taskRules, [deleteCrm('user_deleted')]],
      ['POL-11 a task comes back', ofTask, gone, inCrm(task), { ...taskRules, direction: 'to-mailbox' }, [restore('not_writable')]],
      ['invariant 6: so does a task that was edited in the CRM', ofTask, gone, inCrm({ ...task, dueDay: '2026-05-01' }), taskRules, [restore('edited')]],
    ],
  )('%s', (...row) => check(row));
});

describe('an appointment that the mailbox holds no longer has in the CRM', () => {
  const secret = { ...appointment, privacy: 'private' };
  const declined = { ...invited, response: 'declined' } as const;
  const cancelled = { ...invited, isCancelled: true };
  it.each<Row>(
    // biome-ignore format: one case per line
    [
      ['POL-17, CAL-6 a private one is withdrawn under skip', link(), inMailbox(secret), present, skipping, [{ op: 'withdraw', reason: 'private', isGone: false }]],
      ['POL-17 a meeting as well', link({ meeting: called }), inMailbox(secret, called), present, skipping, [{ op: 'withdraw', reason: 'private', isGone: false }]],
      ['POL-17 the privacy is told under hidden', link({ bases: agreed({ ...appointment, privacy: 'normal' }) }), inMailbox(secret), inCrm({ ...appointment, privacy: 'normal' }), eventRules, [{ op: 'update-crm', fields: { privacy: 'private' } }]],
      ['CAL-2 a pairing that follows withdraws nothing', link({ follows: true }), inMailbox(secret), present, skipping, []],
      ['POL-11 nothing is withdrawn where the mailbox may not write', link(), inMailbox(secret), present, { ...skipping, direction: 'to-mailbox' }, []],
      ['POL-10 nor from a record that the user may not edit', link(), inMailbox(secret), inCrm(appointment, { editable: false }), skipping, []],
      ['invariant 6: what somebody wrote in the CRM meanwhile goes to the history', link(), inMailbox(secret), inCrm(edited), skipping, [overwritten('Room 2', 'Room 1'), { op: 'withdraw', reason: 'private', isGone: false }]],
      ["POL-17 nothing is withdrawn from a record that is somebody else's by now", link({ bases: agreed(secret) }), inMailbox(secret), left('owner'), skipping, [deleteMailbox('left_owner')]],
      ['POL-17 what is private on both sides stays on both', link({ bases: agreed(secret) }), inMailbox(secret), left('private'), skipping, [{ op: 'release', reason: 'left_private', categories: [] }]],
      ['POL-17, POL-18: a meeting of that kind untouched', link({ meeting: called }), inMailbox(secret, called), left('private'), skipping, [untouched('left_private')]],
      ['CAL-1 a declined invitation leaves the CRM alone', link({ meeting: invited }), inMailbox(appointment, declined), present, eventRules, [stayAway('declined')]],
      ['CAL-1 also when it is private', link({ meeting: invited }), inMailbox(secret, declined), present, skipping, [stayAway('declined')]],
      ['CAL-1 also when it was edited before', link({ meeting: invited }), inMailbox(edited, declined), present, eventRules, [stayAway('declined')]],
      ['CAL-2 a cancelled meeting goes from the CRM by the hand of the pairing that writes it', link({ meeting: invited }), inMailbox(appointment, cancelled), present, eventRules, [deleteCrm('cancelled')]],
      ['CAL-2 and not by others', link({ meeting: invited, follows: true }), inMailbox(appointment, cancelled), present, eventRules, [stayAway('cancelled')]],
      ['POL-11 nor where the mailbox may not write', link({ meeting: invited }), inMailbox(appointment, cancelled), present, toMailbox, [stayAway('cancelled')]],
      ['PAIR-7 a record that was met when the meeting was cancelled already stays', link({ meeting: cancelled, adopted: true }), inMailbox(appointment, cancelled), present, eventRules, [stayAway('cancelled')]],
      ['CAL-2 an adopted meeting that is cancelled later goes', link({ meeting: invited, adopted: true }), inMailbox(appointment, cancelled), present, eventRules, [deleteCrm('cancelled')]],
      ['CAL-2 a cancelled meeting whose record is gone', link({ meeting: invited }), inMailbox(appointment, cancelled), deleted, eventRules, [stayAway('cancelled')]],
      ["CAL-2 a cancelled meeting whose record is somebody else's by now", link({ meeting: invited }), inMailbox(appointment, cancelled), left('owner'), eventRules, [stayAway('cancelled')]],
      ['invariant 6: an edit of the record that goes with the meeting is in the history', link({ meeting: invited }), inMailbox(appointment, cancelled), inCrm(edited), eventRules, [overwritten('Room 2', 'Room 1'), deleteCrm('cancelled')]],
      ['CAL-2 what its organizer cancels is gone, and deletes the record as that', link({ meeting: called }), gone, present, eventRules, [deleteCrm('user_deleted')]],
    ],
  )('%s', (...row) => check(row));
});

describe('an appointment whose record is gone or has left', () => {
  it.each<Row>(
    // biome-ignore format: one case per line
    [
      ['CAL-1 the item goes', link(), unheard, deleted, eventRules, [deleteMailbox('crm_deleted')]],
      ['POL-18, invariant 12: a meeting of the user stays, because deleting it would mail', link({ meeting: called }), unheard, deleted, eventRules, [untouched('crm_deleted')]],
      ['POL-18 also when it became a meeting just now', link(), inMailbox(appointment, called), deleted, eventRules, [untouched('crm_deleted')]],
      ['POL-18 the copy of an attendee goes in silence', link({ meeting: invited }), unheard, deleted, eventRules, [deleteMailbox('crm_deleted')]],
      ['POL-18 not under never', link({ meeting: invited }), unheard, deleted, never, [untouched('crm_deleted')]],
      ['POL-18 under send Exchange may mail', link({ meeting: called }), unheard, deleted, sending, [deleteMailbox('crm_deleted')]],
      ['POL-18 an adopted meeting is released without a write', link({ meeting: called, adopted: true }), inMailbox(appointment, called), deleted, eventRules, [untouched('crm_deleted')]],
      ['PAIR-7 an adopted appointment is released', link({ adopted: true }), inMailbox(appointment, alone), deleted, eventRules, [{ op: 'release', reason: 'crm_deleted', categories: [] }]],
      ["invariant 2: what the user wrote into the copy of somebody else's meeting is in the history", link({ bases: { mailbox: edited, crm: appointment }, meeting: invited }), unheard, deleted, eventRules, [ownWords, deleteMailbox('crm_deleted')]],
      ['POL-17 a record that was made private', link(), unheard, left('private'), skipping, [deleteMailbox('left_private')]],
      ['TASK-1 a deletion in the CRM removes the task', ofTask, unheard, deleted, taskRules, [deleteMailbox('crm_deleted')]],
      ['POL-10 a task of somebody else', ofTask, unheard, left('owner'), taskRules, [deleteMailbox('left_owner')]],
    ],
  )('%s', (...row) => check(row));
});
