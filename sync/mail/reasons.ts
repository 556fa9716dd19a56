import type { Verdict } from '../items/offer.ts';
import type { Addressees } from './addressees.ts';
import type { MailMessage } from './message.ts';
import type { Identified } from './people.ts';

/** Why a message is nothing for the CRM, whoever is in it; null where nothing speaks against it. */
export function obstacleOf(
  message: MailMessage,
  { counted, leftOut }: Addressees,
  isFromExcluded: boolean,
): Verdict | null {
  if (message.isDraft) return DRAFT;
  if (message.isProtected) return PROTECTED;
  if (message.sensitivity === 'private') return PRIVATE;
  const isExcluded = leftOut.some(({ code }) => code === 'excluded_address');
  const hasOthers = counted.some(({ isInside }) => !isInside);
  return isFromExcluded || (isExcluded && !hasOthers) ? EXCLUDED : null;
}

/** Why nobody of a message satisfies *must match*, the reason that a person can act on first. */
export function nobodyFound(
  people: readonly Identified[],
  { leftOut }: Pick<Addressees, 'leftOut'>,
): Verdict {
  const found = new Set(people.map(({ unmatched }) => unmatched));
  if (found.has('exists_hidden')) return HIDDEN;
  if (found.has('excluded_domain')) return BLOCKED;
  if (found.has('creation_off')) return NO_MATCH;
  if (found.has('impersonal_address')) return IMPERSONAL;
  if (leftOut.some(({ code }) => code === 'broken_address')) return BROKEN;
  return people.length === 0 ? NOBODY : COLLEAGUES;
}

const DRAFT: Verdict = {
  code: 'draft',
  reason: 'The message was not sent yet.',
  fix: 'Send it, then drop the copy in Sent Items.',
};
const PROTECTED: Verdict = {
  code: 'protected',
  reason: 'The message is encrypted or rights-protected: its content must not leave the mailbox.',
  fix: 'Ask its sender for a copy without protection.',
};
const PRIVATE: Verdict = {
  code: 'private',
  reason: 'The message is marked as private.',
  fix: 'Ask its sender for a copy that is not, or enter in the CRM what belongs there.',
};
const EXCLUDED: Verdict = {
  code: 'excluded_address',
  reason: 'The message is from or to an address that is never archived.',
  fix: 'Take the address or its domain off the list in the policy (excluded).',
};
const HIDDEN: Verdict = {
  code: 'exists_hidden',
  reason: 'The CRM has somebody with an address of the message whom the user may not see.',
  fix: 'Ask a CRM administrator for access to the record.',
};
const BLOCKED: Verdict = {
  code: 'excluded_domain',
  reason: 'Nobody of the message is in the CRM, and the policy creates nobody for their domains.',
  fix: 'Create the contact in the CRM, or take the domain off the excluded domains in the policy.',
};
const NO_MATCH: Verdict = {
  code: 'no_match',
  reason: 'Nobody of the message is in the CRM, and the policy creates nobody.',
  fix: 'Create the contact in the CRM, or allow creation in the policy.',
};
const IMPERSONAL: Verdict = {
  code: 'impersonal_address',
  reason: 'The message is from or to lists and machines only, of which no contact is made.',
  fix: 'Create a contact with the address in the CRM.',
};
const BROKEN: Verdict = {
  code: 'broken_address',
  reason: 'The message has addresses that are none or that imitate others, and nobody else for the CRM.',
  fix: 'Drop it into the folder of a record, or enter in the CRM what belongs there.',
};
const NOBODY: Verdict = {
  code: 'no_address',
  reason: 'The message names neither a sender nor a recipient that count.',
  fix: 'Drop it into the folder of a record, or switch "must match" off in the policy.',
};
const COLLEAGUES: Verdict = {
  code: 'only_colleagues',
  reason: 'Nobody outside the organization takes part in the message.',
  fix: 'Drop it into the folder of a record, or switch "must match" off in the policy.',
};
