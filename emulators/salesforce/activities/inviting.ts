import type { SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import { type Row, text, type Value } from '../store/row.ts';
import { TIME_FIELDS } from './times.ts';

interface Inviting {
  readonly org: Org;
  readonly system: SystemWriter;
}

/** What a child event shares with its parent; the owner, ShowAs and the reminder are the invited user's own. */
export const SHARED_FIELDS = [
  ...TIME_FIELDS,
  'EndDate',
  'Subject',
  'Location',
  'Description',
  'Type',
  'IsPrivate',
  'WhoId',
  'WhatId',
  'AccountId',
];
const SERIES_FIELDS = [
  'IsRecurrence2',
  'IsRecurrence2Exclusion',
  'IsRecurrence2Exception',
  'Recurrence2PatternText',
  'Recurrence2PatternVersion',
  'Recurrence2PatternStartDate',
  'Recurrence2PatternTimeZone',
];
const isUser = (id: string | null): id is string => id?.startsWith('005') === true;

/** The events that stand in the calendars of invited users. `ParentEventId` is the emulator's own: the API does not tell it. */
function childEventsOf(org: Org, eventId: string): Row[] {
  return org.store
    .table('Event')
    .withValue('ParentEventId', eventId)
    .filter(row => row.IsDeleted !== true);
}

function valuesOf(parent: Row, fields: readonly string[]): Record<string, Value> {
  return Object.fromEntries(fields.map(field => [field, parent[field] ?? null]));
}

function childFor(org: Org, relation: Row): Row | undefined {
  return childEventsOf(org, text(relation, 'EventId') ?? '').find(row => row.OwnerId === relation.RelationId);
}

/** Invited users have the event in their own calendar; contacts and leads have not (change data capture, Event Invitees). */
function wantsChild(org: Org, relation: Row, parent: Row): boolean {
  const userId = text(relation, 'RelationId');
  if (!isUser(userId) || relation.IsInvitee !== true || userId === parent.OwnerId) return false;
  if (org.store.table('User').get(userId)?.IsActive !== true) return false;
  return !(relation.Status === 'Declined' && org.settings.activities.declineRemovesChild);
}

/** Makes or removes the child event, as the invitation now stands. */
export function followInvitation({ org, system }: Inviting, relation: Row): void {
  const parent = org.store.table('Event').get(text(relation, 'EventId') ?? '');
  if (parent === undefined || parent.IsDeleted === true) return;
  const child = childFor(org, relation);
  const isWanted = relation.IsDeleted !== true && wantsChild(org, relation, parent);
  if (child !== undefined && !isWanted) system.remove('Event', child);
  if (child !== undefined || !isWanted) return;
  system.save('Event', undefined, {
    ...valuesOf(parent, [...SHARED_FIELDS, ...SERIES_FIELDS, 'ShowAs', 'EventSubtype']),
    OwnerId: text(relation, 'RelationId'),
    ParentEventId: parent.Id,
    IsChild: true,
    IsGroupEvent: true,
    GroupEventType: '1',
  });
}

/** A change of the parent reaches all children. */
export function updateChildren({ org, system }: Inviting, previous: Row, parent: Row): void {
  const changed = SHARED_FIELDS.filter(field => (parent[field] ?? null) !== (previous[field] ?? null));
  if (changed.length === 0) return;
  for (const child of childEventsOf(org, parent.Id))
    system.save('Event', child.Id, valuesOf(parent, changed));
}
