import { failure } from '../failure.ts';
import { refreshFiles } from '../files/emailFiles.ts';
import { checkTakesFiles } from '../files/sharing.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';

function checkNotLinked(draft: Draft, org: Org): void {
  const twin = org.store
    .table('ContentDocumentLink')
    .withValue('ContentDocumentId', text(draft, 'ContentDocumentId') ?? '')
    .find(link => link.IsDeleted !== true && link.LinkedEntityId === draft.LinkedEntityId);
  if (twin !== undefined)
    throw failure(
      'DUPLICATE_VALUE',
      'duplicate value found: <unknown> duplicates value on record with id: <unknown>',
      [],
    );
}

function settleShareType(draft: Draft, { org, isSystem }: SaveContext): void {
  if (text(draft, 'ShareType') === null && !isSystem && org.settings.files.missingShareType === 'refused')
    throw failure('REQUIRED_FIELD_MISSING', 'Required fields are missing: [ShareType]', ['ShareType']);
  draft.ShareType ??= 'V';
  draft.Visibility ??= 'AllUsers';
}

export const contentDocumentLink: Behaviour = {
  beforeSave(draft, context) {
    if (context.previous !== undefined) return;
    if (!context.isSystem) checkTakesFiles(context.org, text(draft, 'LinkedEntityId'), 'LinkedEntityId');
    checkNotLinked(draft, context.org);
    settleShareType(draft, context);
  },
  beforeRemove: (row, { org }) => checkTakesFiles(org, text(row, 'LinkedEntityId'), 'LinkedEntityId'),
  afterSave: (row, context) => refreshFiles(context, text(row, 'LinkedEntityId')),
  afterRemove: (row, context) => refreshFiles(context, text(row, 'LinkedEntityId')),
};
