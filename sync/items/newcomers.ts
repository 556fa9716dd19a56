import { considerActivity } from '../activities/newcomers.ts';
import { isActivity, USUAL_MODULE } from '../modules.ts';
import { considerPerson } from '../people/newcomers.ts';
import type { ItemKind, Module } from '../record.ts';
import type { Offer, OfferedItem, Verdict } from './offer.ts';
import { categoryOf, type ItemRules, sameCategory } from './rules.ts';

/** Which module an item of the mailbox belongs to: among contacts, the Leads category makes a lead (CON-5). */
export function moduleOf(
  kind: ItemKind,
  categories: readonly string[],
  rules: Pick<ItemRules, 'categories'>,
): Module {
  const isLead = kind === 'contact' && categories.some(name => sameCategory(name, rules.categories.leads));
  return isLead ? 'leads' : USUAL_MODULE[kind];
}

const ALREADY_THERE: Verdict = {
  code: 'already_there',
  reason: 'The item was in the mailbox before synchronization began and matches no CRM record.',
  fix: 'Give it the category in Outlook to send it to the CRM.',
};

/** Whether an unlinked item of the mailbox goes to the CRM (POL-8, PAIR-6, CON-5). */
export function considerItem(item: OfferedItem, rules: ItemRules): Offer {
  const marked = item.categories.some(name => sameCategory(name, categoryOf(rules)));
  const newlyMarked = marked && !item.categoriesBefore?.some(name => sameCategory(name, categoryOf(rules)));
  if (item.categoriesBefore !== null && !newlyMarked) return { type: 'leave', ...ALREADY_THERE };
  if (item.containerId !== rules.newItemsContainer)
    return {
      type: 'leave',
      code: 'elsewhere',
      reason: 'The item is outside the folder that is synchronized.',
      fix: 'Move it into the folder to send it to the CRM.',
    };
  if (!marked && !rules.autoSync)
    return {
      type: 'leave',
      code: 'not_categorized',
      reason: 'New items go to the CRM only with the category.',
      fix: 'Give it the category in Outlook.',
    };
  if (!rules.enabled)
    return {
      type: 'leave',
      code: 'module_off',
      reason: `The policy does not synchronize ${rules.module}.`,
      fix: `Enable the module ${rules.module} in the policy.`,
    };
  if (rules.direction !== 'both')
    return {
      type: 'leave',
      code: 'direction',
      reason: 'The policy synchronizes this module from the CRM to the mailbox only.',
      fix: 'Set the direction of the module to both.',
    };
  return isActivity(rules.module) ? considerActivity(item, rules) : considerPerson(item.fields, rules);
}
