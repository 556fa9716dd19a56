import { SHARED_FIELDS, updateChildren } from '../activities/inviting.ts';
import { EVENT } from '../activities/kinds.ts';
import { followSubject } from '../activities/relations.ts';
import { leaveSeries, refuseRecurrence } from '../activities/series.ts';
import { accountOfActivity, checkSubject } from '../activities/subject.ts';
import { dateInZone, settleTimes, TIME_FIELDS, type Times } from '../activities/times.ts';
import { failure } from '../failure.ts';
import { leaveFiles } from '../files/leaving.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';

function ownerZone(org: Org, ownerId: string | null): string {
  const owner = org.store.table('User').get(ownerId ?? '');
  return (owner && text(owner, 'TimeZoneSidKey')) ?? 'UTC';
}

const NO_TIMES: Times = {};

/** A child event has the times of its parent, as they are. */
function setTimes(draft: Draft, { org, previous, given, isSystem }: SaveContext): void {
  if (isSystem && draft.IsChild === true) return;
  const isGiven = TIME_FIELDS.some(field => given.has(field));
  if (previous !== undefined && !isGiven) return;
  const times: Times = Object.fromEntries(
    TIME_FIELDS.map(field => [field, given.has(field) ? draft[field] : undefined]),
  );
  const before = previous ?? NO_TIMES;
  const settings = org.settings.activities;
  const zone = settings.activityDateZone === 'utc' ? 'UTC' : ownerZone(org, text(draft, 'OwnerId'));
  Object.assign(
    draft,
    settleTimes(times, before, settings, stamp => dateInZone(stamp, zone)),
  );
}

function checkChildEdit({ org, previous, given, isSystem }: SaveContext): void {
  const isFree = org.settings.activities.childEventEdits === 'allowed';
  if (isSystem || isFree || previous?.IsChild !== true) return;
  const refused = SHARED_FIELDS.filter(field => given.has(field));
  if (refused.length > 0)
    throw failure(
      'FIELD_INTEGRITY_EXCEPTION',
      `A child event takes ${refused.join(', ')} from its parent: change the parent event`,
      refused,
    );
}

/** An occurrence that a user changes stands out from its series. */
function markException(draft: Draft, { previous, given, isSystem }: SaveContext): void {
  if (isSystem || previous?.IsRecurrence2 !== true) return;
  if (SHARED_FIELDS.some(field => given.has(field))) draft.IsRecurrence2Exception = true;
}

/** Shared Activities clear what a deleted event was about, without it that stays (object reference, EventRelation). */
function clearSubject(row: Row, org: Org, system: SaveContext['system']): void {
  const deleted = org.store.table('Event').get(row.Id);
  if (deleted !== undefined && org.settings.activities.sharedActivities)
    system.amend('Event', deleted, { WhoId: null, WhatId: null, AccountId: null });
}

export const event: Behaviour = {
  beforeSave(draft, context) {
    refuseRecurrence(draft, context);
    checkChildEdit(context);
    setTimes(draft, context);
    checkSubject(context.org, draft);
    draft.AccountId = accountOfActivity(context.org, draft);
    draft.GroupEventType ??= '0';
    draft.WhoCount ??= 0;
    draft.WhatCount ??= 0;
    markException(draft, context);
  },
  afterSave(row, context) {
    if (row.IsChild === true) return;
    if (context.previous !== undefined) updateChildren(context, context.previous, row);
    followSubject(context, EVENT, context.previous, row);
  },
  afterRemove(row, { org, user, system }) {
    clearSubject(row, org, system);
    leaveSeries(row, org, system);
    leaveFiles(row, { org, user, system });
  },
  cascade: [
    ['Event', 'ParentEventId'],
    ['Event', 'RecurrenceActivityId'],
    ['EventRelation', 'EventId'],
    ['Attachment', 'ParentId'],
  ],
};
