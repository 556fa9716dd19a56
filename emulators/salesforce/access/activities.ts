import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import { type Row, text } from '../store/row.ts';

export const isActivity = (type: ObjectType): boolean => type.name === 'Event' || type.name === 'Task';

/** A private event is its owner's alone; roles above and people it is about do not open it. */
export const isHidden = (user: Row, activity: Row): boolean =>
  activity.IsPrivate === true && text(activity, 'OwnerId') !== user.Id;

/** Whoever is invited may look at the event that the invitation names (object reference, Event). */
export function isInvited(org: Org, user: Row, type: ObjectType, row: Row): boolean {
  if (type.name !== 'Event') return false;
  return org.store
    .table('EventRelation')
    .withValue('EventId', row.Id)
    .some(relation => relation.IsDeleted !== true && relation.RelationId === user.Id);
}

/** An invited user answers for themselves. */
export const isOwnInvitation = (user: Row, type: ObjectType, row: Row): boolean =>
  type.name === 'EventRelation' && text(row, 'RelationId') === user.Id;
