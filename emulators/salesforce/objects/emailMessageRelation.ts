import { canEdit } from '../access/sharing.ts';
import { relateActivity } from '../email/activity.ts';
import { addressOf, personOf } from '../email/addresses.ts';
import { refreshPeople } from '../email/relations.ts';
import { isDraft } from '../email/status.ts';
import { failure } from '../failure.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';

function messageOf(draft: Draft, { org, user, isSystem }: SaveContext): Row | undefined {
  const type = org.schema.find('EmailMessage');
  const message = org.store.table('EmailMessage').get(text(draft, 'EmailMessageId') ?? '');
  if (isSystem || type === undefined || message === undefined || canEdit(org, user, type, message))
    return message;
  throw failure(
    'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    'insufficient access rights on cross-reference id',
    ['EmailMessageId'],
  );
}

/** Relations of an e-mail that is no draft are not changed without the permission Update Email Messages (object reference, EmailMessage). */
function checkOpen(org: Org, message: Row, isNew: boolean): void {
  const mode = org.settings.email.relationsOfSent;
  if (isDraft(message) || mode === 'editable' || (isNew && mode === 'creatable')) return;
  throw failure(
    'INSUFFICIENT_ACCESS_OR_READONLY',
    'The relations of an email message that is not a draft are read-only',
    [],
  );
}

export const emailMessageRelation: Behaviour = {
  beforeSave(draft, context) {
    if (text(draft, 'EmailMessageId') === null || text(draft, 'RelationType') === null) return;
    const { org } = context;
    const message = messageOf(draft, context);
    if (message !== undefined && !context.isSystem) checkOpen(org, message, context.previous === undefined);
    const relationId = text(draft, 'RelationId');
    if (relationId === null && text(draft, 'RelationAddress') === null)
      throw failure('REQUIRED_FIELD_MISSING', 'Required fields are missing: [RelationAddress]', [
        'RelationAddress',
      ]);
    draft.RelationAddress ??= addressOf(org, relationId);
    draft.RelationObjectType = personOf(org, relationId)?.object ?? null;
  },
  afterSave(row, context) {
    const messageId = text(row, 'EmailMessageId') ?? '';
    refreshPeople(context, messageId);
    relateActivity(context, messageId);
  },
  beforeRemove(row, { org }) {
    const message = org.store.table('EmailMessage').get(text(row, 'EmailMessageId') ?? '');
    if (message !== undefined) checkOpen(org, message, false);
  },
  afterRemove: (row, context) => refreshPeople(context, text(row, 'EmailMessageId') ?? ''),
};
