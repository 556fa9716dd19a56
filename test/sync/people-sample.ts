import type { Bases, Now } from '../../sync/items/merge.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import { type CrmRecord, type Fields, PERSON_FIELDS } from '../../sync/record.ts';

/** The defaults of a policy with everything that can be synchronized. */
export const rules: ItemRules = {
  module: 'contacts',
  enabled: true,
  direction: 'both',
  filter: 'owner',
  conflicts: 'crm',
  categories: { contacts: 'Contoso CRM', leads: 'Contoso CRM Leads' },
  viewLink: false,
  autoSync: false,
  newItemsContainer: 'folder-crm',
  sinceMs: Date.parse('2026-03-05T00:00:00Z'),
  maximum: null,
  excludedAddresses: new Set(),
  excludedDomains: new Set(),
  mailboxFields: new Set(PERSON_FIELDS),
  crmFields: new Set(PERSON_FIELDS),
  calendar: {
    attendeeDetails: false,
    recurrence: 'occurrences',
    private: 'hidden',
    invitations: 'skip',
    untilMs: Date.parse('2027-03-05T00:00:00Z'),
  },
};
export const leadRules: ItemRules = { ...rules, module: 'leads' };

export const without = (...fields: readonly string[]) =>
  new Set(PERSON_FIELDS.filter(field => !fields.includes(field)));

/** Both sides as they are, with the same clock and the right to edit. */
export const now = (mailbox: Fields, crm: Fields, more: Partial<Now> = {}): Now => ({
  mailbox,
  crm,
  mailboxModifiedAtMs: 1_000,
  crmModifiedAtMs: 1_000,
  editable: true,
  ...more,
});

export const agreed = (fields: Fields): Bases => ({ mailbox: fields, crm: fields });

export const crmPerson = (more: Partial<CrmRecord> = {}): CrmRecord => ({
  ref: { kind: 'contact', id: '003000000000001AAA' },
  ownerId: '005000000000001AAA',
  accountId: null,
  fields: { lastName: 'Gonçalves', website: 'https://embraer.example' },
  createdAtMs: rules.sinceMs,
  modifiedAtMs: rules.sinceMs,
  ...more,
});
