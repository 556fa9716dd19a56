import { isDraft } from '../email/status.ts';
import { failure } from '../failure.ts';
import type { Org } from '../org.ts';

/** An e-mail takes files, and lets go of them, while it is a draft or managed by its client (object reference, EmailMessage). */
export function checkTakesFiles(org: Org, entityId: string | null, field: string): void {
  const message = org.store.table('EmailMessage').get(entityId ?? '');
  if (message === undefined || isDraft(message) || message.IsClientManaged === true) return;
  if (org.settings.email.filesOfSent === 'allowed') return;
  throw failure(
    'INSUFFICIENT_ACCESS_OR_READONLY',
    'The files of an email message can be changed while it is a draft, or later if IsClientManaged is true',
    [field],
  );
}
