import { failure } from '../failure.ts';
import type { SaveContext } from '../objects/behaviour.ts';
import type { Draft } from '../records/validate.ts';
import type { Row } from '../store/row.ts';

const NEW = '0';
const READ = '1';
const DRAFT = '5';

export const isDraft = (message: Row): boolean => message.Status === DRAFT;

export const isUnread = (message: Row): boolean => message.Incoming === true && message.Status === NEW;

/** Clients add files to e-mails that they manage, whatever the status (object reference, IsClientManaged). */
function staysEditable(field: string, draft: Draft, previous: Row): boolean {
  if (field === 'Status') return previous.Status === NEW && draft.Status === READ;
  if (field === 'ContentDocumentIds') return previous.IsClientManaged === true;
  return field === 'IsExternallyVisible' || field.endsWith('__c');
}

/** Drafts can be changed, private ones by their author alone; of all others only what does not tell their content (object reference, EmailMessage). */
export function checkEditable(draft: Draft, { previous, given, user, isSystem }: SaveContext): void {
  if (previous === undefined || isSystem) return;
  if (isDraft(previous)) {
    if (previous.IsPrivateDraft !== true || previous.CreatedById === user.Id) return;
    throw failure('INSUFFICIENT_ACCESS_OR_READONLY', 'A private draft is its author’s alone', []);
  }
  const refused = [...given].filter(field => !staysEditable(field, draft, previous));
  if (refused.length > 0)
    throw failure(
      'INSUFFICIENT_ACCESS_OR_READONLY',
      `An email message that is not a draft keeps ${refused.join(', ')}: only IsExternallyVisible, custom fields and Status from New to Read can be updated`,
      refused,
    );
}
