import type { CrmCapabilities, MailboxCapabilities } from '../connectors/connector.ts';
import type { PersonRules } from '../sync/people/rules.ts';
import type { Policy } from '../sync/policy/schema.ts';
import { leadsCategory } from '../sync/policy/values.ts';
import type { PersonModule } from '../sync/record.ts';
import type { Step } from './step.ts';

export const KIND_OF: Readonly<Record<PersonModule, 'contact' | 'lead'>> = {
  contacts: 'contact',
  leads: 'lead',
};
export const MODULE_OF: Readonly<Record<'contact' | 'lead', PersonModule>> = {
  contact: 'contacts',
  lead: 'leads',
};
/** In the order of their phases: a converted lead's item follows it before its contact would get one of its own (CON-5). */
export const PERSON_MODULES: readonly PersonModule[] = ['leads', 'contacts'];

export function categoriesOf(options: Policy): Readonly<Record<PersonModule, string>> {
  return { contacts: options.category.name, leads: leadsCategory(options.category.name) };
}

/** Where new items count and ours are made: the product's folder, or Contacts itself (POL-7). */
export function syncedFolder(step: Step): string {
  const { contact_folder_id: own, default_folder_id: usual } = step.pairing;
  return (step.options.contacts.separateFolder ? own : usual) ?? '';
}

export function enabledModules(options: Policy): PersonModule[] {
  return PERSON_MODULES.filter(module => options.modules[module].enabled);
}

/** The rules of one module: the policy's word, bounded by what the two systems can hold. */
export function personRules(
  step: Step,
  module: PersonModule,
  mailbox: MailboxCapabilities,
  crm: CrmCapabilities,
): PersonRules {
  const { options } = step;
  const { enabled, direction, filter } = options.modules[module];
  const fold = (list: readonly string[]) => new Set(list.map(entry => entry.toLowerCase()));
  return {
    module,
    enabled,
    direction,
    filter,
    conflicts: options.conflicts,
    categories: categoriesOf(options),
    viewLink: module === 'contacts' && options.contacts.viewLinkInWebsite,
    autoSync: options.newItems.autoSync,
    newItemsContainer: syncedFolder(step),
    sinceMs: Date.parse(`${options.general.syncStartDate}T00:00:00Z`),
    maximum: module === 'contacts' ? options.contacts.maximum : null,
    excludedAddresses: fold(options.excluded.addresses),
    excludedDomains: fold(options.excluded.domains),
    mailboxFields: mailbox.fields,
    crmFields: crm.fields[KIND_OF[module]],
  };
}
