import { TASK } from '../activities/kinds.ts';
import { followSubject } from '../activities/relations.ts';
import { refuseRecurrence } from '../activities/series.ts';
import { accountOfActivity, checkSubject, objectOfId } from '../activities/subject.ts';
import { leaveEmail } from '../email/activity.ts';
import { failure } from '../failure.ts';
import { leaveFiles } from '../files/leaving.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';
import type { Behaviour } from './behaviour.ts';

/** The row of a status table that stands behind a picklist value. */
function meaningOf(org: Org, table: 'TaskStatus' | 'TaskPriority', value: string | null): Row | undefined {
  return value === null ? undefined : org.store.table(table).withValue('ApiName', value)[0];
}

function setStatus(draft: Draft, org: Org, previous: Row | undefined): void {
  draft.IsClosed = meaningOf(org, 'TaskStatus', text(draft, 'Status'))?.IsClosed === true;
  draft.IsHighPriority = meaningOf(org, 'TaskPriority', text(draft, 'Priority'))?.IsHighPriority === true;
  if (!draft.IsClosed) draft.CompletedDateTime = null;
  else if (previous?.IsClosed !== true) draft.CompletedDateTime ??= org.now();
}

function checkOwner(draft: Draft, org: Org): void {
  const ownerId = text(draft, 'OwnerId');
  if (objectOfId(org, ownerId) !== 'Group') return;
  const isQueue = org.store.table('Group').get(ownerId ?? '')?.Type === 'Queue';
  if (!org.settings.activities.queueOwnedTasks || !isQueue)
    throw failure('FIELD_INTEGRITY_EXCEPTION', `Owner ID: id value of incorrect type: ${ownerId}`, [
      'OwnerId',
    ]);
}

export const task: Behaviour = {
  beforeSave(draft, context) {
    const { org, previous } = context;
    refuseRecurrence(draft, context);
    checkOwner(draft, org);
    checkSubject(org, draft);
    draft.AccountId = accountOfActivity(org, draft);
    draft.WhoCount ??= 0;
    draft.WhatCount ??= 0;
    setStatus(draft, org, previous);
  },
  afterSave(row, context) {
    followSubject(context, TASK, context.previous, row);
  },
  afterRemove(row, context) {
    leaveFiles(row, context);
    leaveEmail(context, row);
  },
  cascade: [
    ['Task', 'RecurrenceActivityId'],
    ['TaskRelation', 'TaskId'],
    ['Attachment', 'ParentId'],
  ],
};
