import { isRecord } from './option.ts';
import type { Problem } from './problem.ts';
import type { Policy } from './schema.ts';

const archives = ['sentItems', 'inbox'] as const;

/** POL-23: `confirm` may stand beside the option or at the top; it is part of the request, never of the policy. */
export function takeConfirmation(body: Record<string, unknown>): {
  document: Record<string, unknown>;
  confirmed: Confirmed;
} {
  const { confirm, ...document } = body;
  const confirmed: Confirmed = { sentItems: confirm === true, inbox: confirm === true };
  for (const key of archives) {
    const group = document[key];
    if (!isRecord(group) || !('confirm' in group)) continue;
    const { confirm: ofGroup, ...options } = group;
    document[key] = options;
    confirmed[key] ||= ofGroup === true;
  }
  return { document, confirmed };
}

export type Confirmed = Record<(typeof archives)[number], boolean>;

/** Archiving mail without the user's mark on it is not to happen by a slip. */
export function confirmationProblems(
  before: Policy | undefined,
  after: Policy,
  confirmed: Confirmed,
): Problem[] {
  return archives
    .filter(
      key => !after[key].onlyWithCategory && (before?.[key].onlyWithCategory ?? true) && !confirmed[key],
    )
    .map(key => ({
      pointer: `/${key}/onlyWithCategory`,
      code: 'confirm_required',
      detail:
        'This archives all messages, also private ones without the category: send "confirm": true with this change',
    }));
}
