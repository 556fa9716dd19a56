import type { RemoveContext } from '../objects/behaviour.ts';
import { type Row, text } from '../store/row.ts';
import { type ActivityKind, KINDS } from './kinds.ts';
import { followSubject, relationsOf, whosOf } from './relations.ts';

type Changing = Pick<RemoveContext, 'org' | 'system'>;
type SubjectField = 'WhoId' | 'WhatId';

function activitiesAbout({ org }: Changing, kind: ActivityKind, field: SubjectField, id: string): Row[] {
  return org.store
    .table(kind.object)
    .withValue(field, id)
    .filter(row => row.IsDeleted !== true && row.IsChild !== true);
}

/** One of several contacts goes without the activity. */
function leave(changing: Changing, kind: ActivityKind, field: SubjectField, activity: Row): void {
  const { org, system } = changing;
  const hasOthers = field === 'WhoId' && whosOf(org, kind, activity.Id).length > 1;
  if (hasOthers || org.settings.activities.activitiesOfDeleted === 'cleared')
    system.save(kind.object, activity.Id, { [field]: null });
  else system.remove(kind.object, activity);
}

/** What becomes of the activities, invitations and relations of a record that was deleted. */
export function leaveActivities(removed: Row, changing: Changing): void {
  const { org, system } = changing;
  for (const kind of KINDS) {
    for (const field of ['WhoId', 'WhatId'] as const)
      for (const activity of activitiesAbout(changing, kind, field, removed.Id))
        leave(changing, kind, field, activity);
    for (const relation of org.store.table(kind.relation).withValue('RelationId', removed.Id))
      if (relation.IsDeleted !== true) system.remove(kind.relation, relation);
  }
}

/** Relations whose activity has one to the other record already fall together with it. */
function moveRelations({ org, system }: Changing, kind: ActivityKind, from: string, to: string): void {
  for (const relation of org.store.table(kind.relation).withValue('RelationId', from)) {
    if (relation.IsDeleted === true) continue;
    const activityId = text(relation, kind.key) ?? '';
    const twin = relationsOf(org, kind, activityId).find(row => row.RelationId === to);
    if (twin === undefined) {
      system.save(kind.relation, relation.Id, { RelationId: to });
      continue;
    }
    system.unrelate(kind.relation, relation);
    if (relation.IsInvitee === true && twin.IsInvitee !== true)
      system.save(kind.relation, twin.Id, { IsInvitee: true });
  }
}

/** Activities about one record are about another afterwards (merge). */
export function moveActivities(changing: Changing, from: string, to: string): void {
  for (const kind of KINDS) {
    for (const field of ['WhoId', 'WhatId'] as const)
      for (const activity of activitiesAbout(changing, kind, field, from))
        changing.system.save(kind.object, activity.Id, { [field]: to });
    moveRelations(changing, kind, from, to);
  }
}

/** Activities of a converted lead: with its contact, about its opportunity or account. */
export function convertActivities(
  changing: Changing,
  leadId: string,
  contactId: string,
  whatId: string,
): void {
  for (const kind of KINDS) {
    for (const activity of activitiesAbout(changing, kind, 'WhoId', leadId))
      changing.system.save(kind.object, activity.Id, { WhoId: contactId, WhatId: whatId });
    moveRelations(changing, kind, leadId, contactId);
  }
}

/** Enabling Shared Activities gives every activity its relations; disabling takes those that are no invitations. */
export function shareActivities(changing: Changing): void {
  const { org, system } = changing;
  const isShared = org.settings.activities.sharedActivities;
  for (const kind of KINDS) {
    if (isShared)
      for (const row of [...org.store.table(kind.object).rows()])
        if (row.IsDeleted !== true) followSubject(changing, kind, undefined, row);
    if (!isShared)
      for (const row of [...org.store.table(kind.relation).rows()])
        if (row.IsInvitee !== true) org.store.remove(kind.relation, row.Id);
        else system.amend(kind.relation, row, { IsParent: false });
  }
}
