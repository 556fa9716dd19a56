import type { Org } from '../org.ts';
import type { Field, ObjectType } from '../schema/types.ts';

/** What an org only has with Shared Activities (object reference, EventRelation and TaskRelation). */
const SHARED_OBJECTS = new Set(['TaskRelation', 'EventWhoRelation', 'TaskWhoRelation']);
const SHARED_FIELDS = new Set([
  'Event.WhoCount',
  'Event.WhatCount',
  'EventRelation.AccountId',
  'EventRelation.IsInvitee',
  'EventRelation.IsParent',
  'EventRelation.IsWhat',
  'Task.WhoCount',
  'Task.WhatCount',
]);

/** Whether the org has the object at all, for whomever. */
export const hasObject = (org: Org, type: ObjectType): boolean =>
  org.settings.activities.sharedActivities || !SHARED_OBJECTS.has(type.name);

export const hasField = (org: Org, type: ObjectType, field: Field): boolean =>
  org.settings.activities.sharedActivities || !SHARED_FIELDS.has(`${type.name}.${field.name}`);
