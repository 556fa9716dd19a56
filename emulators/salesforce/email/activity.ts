import { TASK } from '../activities/kinds.ts';
import { whosOf } from '../activities/relations.ts';
import { objectOfId } from '../activities/subject.ts';
import type { SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import { type Row, text, type Value } from '../store/row.ts';
import { relationsOf } from './relations.ts';
import { isDraft, isUnread } from './status.ts';
import { isOnCase, whatOf } from './subject.ts';

interface Acts {
  readonly org: Org;
  readonly system: SystemWriter;
}

const MAX_SUBJECT = 255;
const MAX_DESCRIPTION = 32_000;
const MAX_CONTACTS = 50;

/** Contacts that an e-mail is related to, or else its first lead: an activity with a lead is about nothing else. */
function peopleOf(org: Org, message: Row): string[] {
  const ids = relationsOf(org, message.Id).flatMap(relation => text(relation, 'RelationId') ?? []);
  const contacts = [...new Set(ids.filter(id => objectOfId(org, id) === 'Contact'))];
  if (contacts.length > 0) return contacts.slice(0, MAX_CONTACTS);
  if (whatOf(message) !== null) return [];
  return ids.filter(id => objectOfId(org, id) === 'Lead').slice(0, 1);
}

function taskOf(org: Org, message: Row): Row | undefined {
  const task = org.store.table('Task').get(text(message, 'ActivityId') ?? '');
  return task?.IsDeleted === true ? undefined : task;
}

/** The activity of an e-mail stands in the history of the people that the e-mail is related to. */
export function relateActivity({ org, system }: Acts, messageId: string): void {
  const message = org.store.table('EmailMessage').get(messageId);
  const task = message && taskOf(org, message);
  if (message === undefined || task === undefined) return;
  const [first, ...others] = peopleOf(org, message);
  if (first === undefined) return;
  if (text(task, 'WhoId') === null) system.save('Task', task.Id, { WhoId: first });
  if (!org.settings.activities.sharedActivities) return;
  const known = new Set(whosOf(org, TASK, task.Id).map(relation => text(relation, 'RelationId')));
  for (const id of [first, ...others])
    if (!known.has(id)) system.save('TaskRelation', undefined, { TaskId: task.Id, RelationId: id });
}

/** An unread e-mail on a case is an open task of the case's owner (object reference, ActivityId). */
function ownershipOf(org: Org, message: Row): Record<string, Value> {
  if (!isOnCase(org, message) || !isUnread(message)) return { Status: 'Completed' };
  const ownerId = org.store.table('Case').get(text(message, 'ParentId') ?? '')?.OwnerId ?? null;
  const isUser = objectOfId(org, ownerId === null ? null : String(ownerId)) === 'User';
  return isUser ? { Status: 'Not Started', OwnerId: ownerId } : { Status: 'Not Started' };
}

function taskValues(org: Org, message: Row): Record<string, Value> {
  const subject = text(message, 'Subject') ?? '';
  const prefix = org.settings.email.taskSubject === 'prefixed' ? 'Email: ' : '';
  return {
    ...ownershipOf(org, message),
    Subject: `${prefix}${subject}`.slice(0, MAX_SUBJECT),
    Description: text(message, 'TextBody')?.slice(0, MAX_DESCRIPTION) ?? null,
    TaskSubtype: 'Email',
    Type: 'Email',
    ActivityDate: (text(message, 'MessageDate') ?? org.now()).slice(0, 10),
    WhatId: whatOf(message),
  };
}

/** The activity that an e-mail makes once it is no draft; on cases only if the org does so. */
export function createActivity(acts: Acts, messageId: string): void {
  const { org, system } = acts;
  const message = org.store.table('EmailMessage').get(messageId);
  if (message === undefined || isDraft(message) || text(message, 'ActivityId') !== null) return;
  if (isOnCase(org, message) && org.settings.email.caseActivity === 'none') return;
  const task = system.save('Task', undefined, taskValues(org, message));
  system.amend('EmailMessage', message, { ActivityId: task.Id });
  relateActivity(acts, messageId);
}

/** What becomes of an e-mail's task when the e-mail is deleted. */
export function leaveActivity({ org, system }: Acts, message: Row): void {
  const task = taskOf(org, message);
  if (task !== undefined && org.settings.email.activityOfDeleted === 'deleted') system.remove('Task', task);
}

/** What becomes of the e-mail whose task is deleted. */
export function leaveEmail({ org, system }: Acts, task: Row): void {
  for (const message of org.store.table('EmailMessage').withValue('ActivityId', task.Id)) {
    if (message.IsDeleted === true) continue;
    if (org.settings.email.emailOfDeletedActivity === 'deleted') system.remove('EmailMessage', message);
    else system.amend('EmailMessage', message, { ActivityId: null });
  }
}
