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

const EMAIL_OBJECTS = new Set(['EmailMessage', 'EmailMessageRelation']);

/** Whether the org has the object at all, for whomever. */
export function hasObject({ settings }: Org, type: ObjectType): boolean {
  if (SHARED_OBJECTS.has(type.name)) return settings.activities.sharedActivities;
  if (EMAIL_OBJECTS.has(type.name)) return settings.email.enhancedEmail;
  return type.name !== 'Quote' || settings.quotes;
}

export const hasField = (org: Org, type: ObjectType, field: Field): boolean =>
  org.settings.activities.sharedActivities || !SHARED_FIELDS.has(`${type.name}.${field.name}`);
