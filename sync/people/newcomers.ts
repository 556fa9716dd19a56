import type { CrmPerson, Fields, PersonModule } from '../record.ts';
import { sameValue } from './compare.ts';
import { type PersonRules, sameCategory } from './rules.ts';

/** A decision with the words that the ledger shows: what, why, and what a person can do about it. */
export interface Verdict {
  readonly code: string;
  readonly reason: string;
  readonly fix?: string;
}

export type Offer =
  | { readonly type: 'send'; readonly module: PersonModule }
  /** Not ours to send: no ledger entry needed beyond "already there". */
  | ({ readonly type: 'leave' } & Verdict)
  | ({ readonly type: 'quarantine' } & Verdict);

export interface OfferedItem {
  readonly fields: Fields;
  readonly categories: readonly string[];
  readonly containerId: string;
  /** Listed by a full enumeration: it was there before us (PAIR-6). */
  readonly enumerated: boolean;
  /** The categories when it was recorded as already there; null when it is unknown. */
  readonly categoriesBefore: readonly string[] | null;
}

/** Which module an item of the mailbox belongs to by its categories: the Leads category makes a lead (CON-5). */
export function moduleOf(
  categories: readonly string[],
  rules: Pick<PersonRules, 'categories'>,
): PersonModule {
  return categories.some(name => sameCategory(name, rules.categories.leads)) ? 'leads' : 'contacts';
}

const ALREADY_THERE: Verdict = {
  code: 'already_there',
  reason: 'The item was in the mailbox before synchronization began and matches no CRM record.',
  fix: 'Give it the category in Outlook to send it to the CRM.',
};

/** Whether an unlinked item of the mailbox goes to the CRM (POL-8, PAIR-6, CON-5). */
export function considerItem(item: OfferedItem, rules: PersonRules): Offer {
  const marked = item.categories.some(name => sameCategory(name, rules.categories[rules.module]));
  if (item.enumerated) return { type: 'leave', ...ALREADY_THERE };
  const newlyMarked =
    marked && !item.categoriesBefore?.some(name => sameCategory(name, rules.categories[rules.module]));
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
  return checkContent(item.fields, rules);
}

function checkContent(fields: Fields, rules: PersonRules): Offer {
  const excluded = addressesOf(fields).find(address => isExcluded(address, rules));
  if (excluded !== undefined)
    return {
      type: 'leave',
      code: 'excluded_address',
      reason: 'The address is on the list of excluded addresses or domains.',
      fix: 'Take it off the list in the policy (excluded).',
    };
  if (sameValue(fields.lastName, null))
    return {
      type: 'quarantine',
      code: 'no_last_name',
      reason: 'The contact has no last name, which the CRM requires.',
      fix: 'Enter a last name in Outlook.',
    };
  if (rules.module === 'leads' && sameValue(fields.company, null))
    return {
      type: 'quarantine',
      code: 'no_company',
      reason: 'A lead needs a company.',
      fix: 'Enter a company in Outlook.',
    };
  return { type: 'send', module: rules.module };
}

export function addressesOf(fields: Fields): string[] {
  return [fields.email1, fields.email2, fields.email3].flatMap(address =>
    address ? [address.trim().toLowerCase()] : [],
  );
}

export function isExcluded(
  address: string,
  rules: Pick<PersonRules, 'excludedAddresses' | 'excludedDomains'>,
): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return rules.excludedAddresses.has(address) || rules.excludedDomains.has(domain);
}

export type Scope =
  | { readonly inside: true }
  | { readonly inside: false; readonly why: 'owner' | 'age' | 'module' };

/** Whether a record that the user sees belongs into the mailbox (POL-2, POL-9, POL-10). */
export function scopeOf(person: CrmPerson, userId: string, rules: PersonRules): Scope {
  if (!rules.enabled) return { inside: false, why: 'module' };
  if (rules.filter === 'owner' && person.ownerId !== userId) return { inside: false, why: 'owner' };
  if (person.modifiedAtMs < rules.sinceMs) return { inside: false, why: 'age' };
  return { inside: true };
}

/**
 * What a mailbox item shows of a record (POL-12): with the option, its website is the link to the record; without,
 * a link that we had put there (`before` is what was shown last) is taken away again.
 */
export function shownFields(
  person: CrmPerson,
  rules: Pick<PersonRules, 'viewLink'>,
  viewUrl: string,
  before: Fields | null = null,
): Fields {
  if (rules.viewLink) return { ...person.fields, website: viewUrl };
  if (person.fields.website === undefined && before?.website === viewUrl)
    return { ...person.fields, website: null };
  return person.fields;
}
