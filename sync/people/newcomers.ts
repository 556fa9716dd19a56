import { isBlank } from '../items/compare.ts';
import type { Offer } from '../items/offer.ts';
import type { ItemRules } from '../items/rules.ts';
import type { CrmRecord, Fields } from '../record.ts';

/** What a person needs to become a record (CON-5, POL-27). */
export function considerPerson(fields: Fields, rules: ItemRules): Offer {
  const excluded = addressesOf(fields).find(address => isExcluded(address, rules));
  if (excluded !== undefined)
    return {
      type: 'leave',
      code: 'excluded_address',
      reason: 'The address is on the list of excluded addresses or domains.',
      fix: 'Take it off the list in the policy (excluded).',
    };
  if (isBlank(fields.lastName))
    return {
      type: 'quarantine',
      code: 'no_last_name',
      reason: 'The contact has no last name, which the CRM requires.',
      fix: 'Enter a last name in Outlook.',
    };
  if (rules.module === 'leads' && isBlank(fields.company))
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
  rules: Pick<ItemRules, 'excludedAddresses' | 'excludedDomains'>,
): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return rules.excludedAddresses.has(address) || rules.excludedDomains.has(domain);
}

/**
 * What a mailbox item shows of a record (POL-12): with the option, its website is the link to the record; without,
 * a link that we had put there (`before` is what was shown last) is taken away again.
 */
export function shownFields(
  person: CrmRecord,
  rules: Pick<ItemRules, 'viewLink'>,
  viewUrl: string,
  before: Fields | null = null,
): Fields {
  if (rules.viewLink) return { ...person.fields, website: viewUrl };
  if (person.fields.website === undefined && before?.website === viewUrl)
    return { ...person.fields, website: null };
  return person.fields;
}
