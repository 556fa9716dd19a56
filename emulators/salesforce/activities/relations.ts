import type { SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import { type Row, text } from '../store/row.ts';
import type { ActivityKind } from './kinds.ts';
import { isPerson } from './subject.ts';

interface Relating {
  readonly org: Org;
  readonly system: SystemWriter;
}

export function relationsOf(org: Org, kind: ActivityKind, activityId: string): Row[] {
  return org.store
    .table(kind.relation)
    .withValue(kind.key, activityId)
    .filter(row => row.IsDeleted !== true);
}

/** Tasks are not attended: each of their relations tells what they are about. */
export const isParentRelation = (kind: ActivityKind, relation: Row): boolean =>
  kind.object === 'Task' || relation.IsParent === true;

/** The people that an activity is about, the earliest first. */
export function whosOf(org: Org, kind: ActivityKind, activityId: string): Row[] {
  return relationsOf(org, kind, activityId)
    .filter(row => isParentRelation(kind, row) && row.IsWhat !== true)
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));
}

function ensureRelation({ org, system }: Relating, kind: ActivityKind, activityId: string, id: string): void {
  const known = relationsOf(org, kind, activityId).find(row => row.RelationId === id);
  if (known !== undefined && isParentRelation(kind, known)) return;
  const flags = kind.object === 'Event' ? { IsParent: true } : {};
  if (known !== undefined) system.save(kind.relation, known.Id, flags);
  else
    system.save(kind.relation, undefined, {
      [kind.key]: activityId,
      RelationId: id,
      IsWhat: !isPerson(org, id),
      ...flags,
    });
}

/** Whoever is also invited stays so. */
function dropRelation({ org, system }: Relating, kind: ActivityKind, activityId: string, id: string): void {
  const known = relationsOf(org, kind, activityId).find(row => row.RelationId === id);
  if (known === undefined) return;
  if (known.IsInvitee === true) system.save(kind.relation, known.Id, { IsParent: false });
  else system.unrelate(kind.relation, known);
}

/** Counts and group marks follow the relations without a stamp, unless the org is set to stamp them. */
export function refreshActivity({ org, system }: Relating, kind: ActivityKind, activityId: string): void {
  const activity = org.store.table(kind.object).get(activityId);
  if (activity === undefined || activity.IsDeleted === true) return;
  const relations = relationsOf(org, kind, activityId);
  const parents = relations.filter(row => isParentRelation(kind, row));
  const whatCount = parents.filter(row => row.IsWhat === true).length;
  const isGroup = relations.some(row => row.IsInvitee === true);
  system.amend(kind.object, activity, {
    WhoCount: parents.length - whatCount,
    WhatCount: whatCount,
    ...(kind.object === 'Event' ? { IsGroupEvent: isGroup, GroupEventType: isGroup ? '1' : '0' } : {}),
    ...(org.settings.activities.relationsTouchActivity ? { SystemModstamp: org.now() } : {}),
  });
}

/** With Shared Activities, WhoId and WhatId have relations of their own; a removed primary contact is followed by the next. */
export function followSubject(
  relating: Relating,
  kind: ActivityKind,
  previous: Row | undefined,
  row: Row,
): void {
  const { org, system } = relating;
  if (!org.settings.activities.sharedActivities || row.IsChild === true) return;
  for (const field of ['WhoId', 'WhatId']) {
    const before = previous === undefined ? null : text(previous, field);
    const now = text(row, field);
    if (before !== null && before !== now) dropRelation(relating, kind, row.Id, before);
    if (now !== null) ensureRelation(relating, kind, row.Id, now);
  }
  const [next] = whosOf(org, kind, row.Id);
  if (text(row, 'WhoId') === null && next !== undefined)
    system.save(kind.object, row.Id, { WhoId: text(next, 'RelationId') });
}

/** Who and what a relation names becomes the activity's own, where it has none yet. */
export function adoptSubject({ org, system }: Relating, kind: ActivityKind, relation: Row): void {
  const activity = org.store.table(kind.object).get(text(relation, kind.key) ?? '');
  if (activity === undefined || !isParentRelation(kind, relation)) return;
  const field = relation.IsWhat === true ? 'WhatId' : 'WhoId';
  if (text(activity, field) === null)
    system.save(kind.object, activity.Id, { [field]: text(relation, 'RelationId') });
}

/** A relation that is gone clears the field that named it; another person is promoted (object reference, EventRelation). */
export function releaseSubject({ org, system }: Relating, kind: ActivityKind, relation: Row): void {
  const activity = org.store.table(kind.object).get(text(relation, kind.key) ?? '');
  if (activity === undefined || activity.IsDeleted === true || !isParentRelation(kind, relation)) return;
  const field = relation.IsWhat === true ? 'WhatId' : 'WhoId';
  if (text(activity, field) === text(relation, 'RelationId'))
    system.save(kind.object, activity.Id, { [field]: null });
}
