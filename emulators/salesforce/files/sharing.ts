import { checkVisible } from '../access/references.ts';
import { isDraft } from '../email/status.ts';
import { failure } from '../failure.ts';
import type { SaveContext } from '../objects/behaviour.ts';

/** A record that a file goes to must be visible; an e-mail takes files while it is a draft or managed by its client. */
export function checkShareable(context: SaveContext, entityId: string | null, field: string): void {
  checkVisible(context, entityId, field);
  const { org, isSystem } = context;
  const message = org.store.table('EmailMessage').get(entityId ?? '');
  if (isSystem || message === undefined || isDraft(message) || message.IsClientManaged === true) return;
  if (org.settings.email.filesOfSent === 'allowed') return;
  throw failure(
    'INSUFFICIENT_ACCESS_OR_READONLY',
    'Files are linked to an email message while it is a draft, or later if IsClientManaged is true',
    [field],
  );
}
