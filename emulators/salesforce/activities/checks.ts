import { canEdit } from '../access/sharing.ts';
import { failure } from '../failure.ts';
import type { SaveContext } from '../objects/behaviour.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';
import type { ActivityKind } from './kinds.ts';
import { relationsOf, whosOf } from './relations.ts';
import { objectOfId } from './subject.ts';

const MAX_CONTACTS = 50;
const MAX_INVITEES = 1000;
const MAX_RECURRING_INVITEES = 100;

const refused = (message: string, field: string): Error =>
  failure('FIELD_INTEGRITY_EXCEPTION', message, [field]);

/** The live activity of a new relation, which its user must be allowed to edit. */
export function activityOf(draft: Draft, kind: ActivityKind, { org, user, isSystem }: SaveContext): Row {
  const type = org.schema.find(kind.object);
  const activity = org.store.table(kind.object).get(text(draft, kind.key) ?? '');
  if (type === undefined || activity === undefined || activity.IsDeleted === true)
    throw failure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [kind.key]);
  if (!isSystem && !canEdit(org, user, type, activity))
    throw failure(
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      'insufficient access rights on cross-reference id',
      [kind.key],
    );
  if (activity.IsChild === true)
    throw refused('An event relation cannot belong to a child event: use its parent event', kind.key);
  return activity;
}

export function checkNotRelated(draft: Draft, kind: ActivityKind, activity: Row, { org }: SaveContext): void {
  const twin = relationsOf(org, kind, activity.Id).find(
    row => row.Id !== draft.Id && row.RelationId === draft.RelationId,
  );
  if (twin !== undefined)
    throw failure(
      'DUPLICATE_VALUE',
      `duplicate value found: RelationId duplicates value on record with id: ${twin.Id.slice(0, 15)}`,
      ['RelationId'],
    );
}

/** One lead or up to 50 contacts, and one other record (object reference, EventRelation and TaskRelation). */
export function checkParents(draft: Draft, kind: ActivityKind, activity: Row, { org }: SaveContext): void {
  if (draft.IsWhat === true) {
    const others = relationsOf(org, kind, activity.Id).filter(
      row => row.IsWhat === true && row.Id !== draft.Id,
    );
    if (others.length > 0) throw refused('The activity is related to another record already', 'RelationId');
    return;
  }
  const others = whosOf(org, kind, activity.Id).filter(row => row.Id !== draft.Id);
  const people = [draft as Row, ...others].map(row => objectOfId(org, text(row, 'RelationId')));
  if (people.length > 1 && people.includes('Lead'))
    throw refused('An activity is related to one lead or to contacts', 'RelationId');
  if (people.length > MAX_CONTACTS)
    throw refused(`An activity is related to at most ${MAX_CONTACTS} contacts`, 'RelationId');
}

const INVITABLE = new Set(['Contact', 'Lead', 'User']);

export function checkInvitee(draft: Draft, kind: ActivityKind, event: Row, { org }: SaveContext): void {
  const object = objectOfId(org, text(draft, 'RelationId'));
  if (!INVITABLE.has(object ?? ''))
    throw refused('Only users, contacts and leads are invited; another record needs IsWhat', 'RelationId');
  const isRecurring = event.IsRecurrence2 === true || event.IsRecurrence === true;
  const limit = isRecurring ? MAX_RECURRING_INVITEES : MAX_INVITEES;
  const others = relationsOf(org, kind, event.Id).filter(
    row => row.IsInvitee === true && row.Id !== draft.Id,
  );
  if (others.length >= limit) throw refused(`An event has at most ${limit} invitees`, 'EventId');
}
