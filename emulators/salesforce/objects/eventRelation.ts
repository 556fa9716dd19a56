import { activityOf, checkInvitee, checkNotRelated, checkParents } from '../activities/checks.ts';
import { followInvitation } from '../activities/inviting.ts';
import { EVENT } from '../activities/kinds.ts';
import { adoptSubject, refreshActivity, releaseSubject } from '../activities/relations.ts';
import { accountOfRelation, isPerson } from '../activities/subject.ts';
import { failure } from '../failure.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';

const FLAGS = ['IsInvitee', 'IsParent', 'IsWhat'];

/** A relation that does not say what it is invites; one that names a parent does not (object reference, EventRelation). */
function setFlags(draft: Draft, { given, previous }: SaveContext): void {
  if (previous !== undefined) return;
  if (draft.IsWhat === true) draft.IsParent = true;
  if (!FLAGS.some(flag => given.has(flag))) draft.IsInvitee = true;
}

function checkFlags(draft: Draft, event: Row, context: SaveContext): void {
  if (draft.IsInvitee !== true && draft.IsParent !== true)
    throw failure('FIELD_INTEGRITY_EXCEPTION', 'A relation is an invitee, a parent or both', ['IsInvitee']);
  if (draft.IsWhat === true && isPerson(context.org, text(draft, 'RelationId')))
    throw failure('FIELD_INTEGRITY_EXCEPTION', 'A contact or lead is not a What', ['IsWhat']);
  if (draft.IsParent === true && draft.IsParent !== context.previous?.IsParent)
    checkParents(draft, EVENT, event, context);
  if (draft.IsInvitee === true && draft.IsInvitee !== context.previous?.IsInvitee)
    checkInvitee(draft, EVENT, event, context);
}

/** RespondedDate is the moment of the latest answer. */
function setResponse(draft: Draft, { org, previous, given }: SaveContext): void {
  if (draft.IsInvitee === true) draft.Status ??= 'New';
  const status = text(draft, 'Status');
  if (previous === undefined ? status === 'New' : status === previous.Status) return;
  if (!given.has('RespondedDate')) draft.RespondedDate = status === 'New' ? null : org.now();
}

/** A child event that its user has deleted does not come back by itself. */
const isAnswerNew = (row: Row, previous: Row | undefined): boolean =>
  previous === undefined || row.Status !== previous.Status || row.IsInvitee !== previous.IsInvitee;

export const eventRelation: Behaviour = {
  beforeSave(draft, context) {
    if (text(draft, 'EventId') === null || text(draft, 'RelationId') === null) return;
    const event = activityOf(draft, EVENT, {
      ...context,
      isSystem: context.isSystem || context.previous !== undefined,
    });
    setFlags(draft, context);
    checkNotRelated(draft, EVENT, event, context);
    checkFlags(draft, event, context);
    draft.AccountId = accountOfRelation(context.org, text(draft, 'RelationId'));
    setResponse(draft, context);
  },
  afterSave(row, context) {
    if (isAnswerNew(row, context.previous)) followInvitation(context, row);
    if (context.previous?.IsParent === true && row.IsParent !== true)
      releaseSubject(context, EVENT, { ...row, IsParent: true });
    adoptSubject(context, EVENT, row);
    refreshActivity(context, EVENT, text(row, 'EventId') ?? '');
  },
  afterRemove(row, context) {
    followInvitation(context, { ...row, IsDeleted: true });
    releaseSubject(context, EVENT, row);
    refreshActivity(context, EVENT, text(row, 'EventId') ?? '');
  },
};
