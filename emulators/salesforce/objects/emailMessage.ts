import { createActivity, leaveActivity } from '../email/activity.ts';
import { relatePeople } from '../email/relations.ts';
import { checkEditable, isDraft } from '../email/status.ts';
import { settleSubject } from '../email/subject.ts';
import { linkFiles } from '../files/emailFiles.ts';
import type { Behaviour } from './behaviour.ts';

export const emailMessage: Behaviour = {
  beforeSave(draft, context) {
    checkEditable(draft, context);
    settleSubject(draft, context);
  },
  afterSave(row, context) {
    if (context.isSystem) return;
    relatePeople(context, row);
    if (context.given.has('ContentDocumentIds')) linkFiles(context, row);
    if (context.previous === undefined || isDraft(context.previous)) createActivity(context, row.Id);
  },
  afterRemove: (row, context) => leaveActivity(context, row),
  cascade: [
    ['EmailMessageRelation', 'EmailMessageId'],
    ['Attachment', 'ParentId'],
    ['ContentDocumentLink', 'LinkedEntityId'],
  ],
};
