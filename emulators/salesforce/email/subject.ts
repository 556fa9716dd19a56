import { objectOfId } from '../activities/subject.ts';
import { failure } from '../failure.ts';
import type { SaveContext } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';

const isCase = (org: Org, id: string | null): boolean => objectOfId(org, id) === 'Case';

export const isOnCase = (org: Org, message: Row): boolean =>
  isCase(org, text(message, 'ParentId')) || isCase(org, text(message, 'RelatedToId'));

/** The record that an e-mail is about. */
export const whatOf = (message: Row): string | null =>
  text(message, 'RelatedToId') ?? text(message, 'ParentId');

export function settleSubject(draft: Draft, context: SaveContext): void {
  const { org, given, previous } = context;
  if (previous === undefined && org.settings.email.caseFields === 'both') {
    draft.RelatedToId ??= draft.ParentId ?? null;
    if (isCase(org, text(draft, 'RelatedToId'))) draft.ParentId ??= draft.RelatedToId ?? null;
  }
  if (
    !context.isSystem &&
    given.has('ActivityId') &&
    text(draft, 'ActivityId') !== null &&
    !isOnCase(org, draft)
  )
    throw failure(
      'INSUFFICIENT_ACCESS_OR_READONLY',
      'ActivityId can only be given for an email on a case: for others the activity is created with the email',
      ['ActivityId'],
    );
}
