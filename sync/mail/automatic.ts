import type { Verdict } from '../items/offer.ts';
import type { MailMessage } from './message.ts';

/** POL-23 */
export interface AutomaticRules {
  readonly occasion: 'sentItems' | 'inbox';
  readonly onlyWithCategory: boolean;
  /** Of the policy (POL-6). */
  readonly category: string;
  readonly enabledAtMs: number;
  /** Whether the message had the category when the archive was switched on. */
  readonly hadCategoryBefore: boolean;
}

/** Outlook compares categories without regard to case. */
export function hasCategory({ categories }: Pick<MailMessage, 'categories'>, category: string): boolean {
  return categories.some(one => one.toLowerCase() === category.toLowerCase());
}

/** Why a message that nobody dropped is not looked at; null where it is. */
export function automaticObstacle(message: MailMessage, rules: AutomaticRules): Verdict | null {
  const isCategorized = hasCategory(message, rules.category);
  if (rules.onlyWithCategory && !isCategorized)
    return {
      code: 'not_categorized',
      reason: 'The policy archives only messages that have its category.',
      fix: `Give the message the category "${rules.category}" in Outlook.`,
    };
  if (isCategorized && !rules.hadCategoryBefore) return null;
  const cameAtMs = rules.occasion === 'inbox' ? message.receivedAtMs : message.sentAtMs;
  if (cameAtMs !== null && cameAtMs >= rules.enabledAtMs) return null;
  return {
    code: 'before_enabling',
    reason: 'The message is older than the archive, which takes only what came after it was switched on.',
    fix: `Give the message the category "${rules.category}" in Outlook (take it off first where it has it), or drop it into a folder.`,
  };
}
