import type { Surroundings } from '../../sync/mail/addressees.ts';
import type { Conversion, ConversionPlan, Destination } from '../../sync/mail/convert.ts';
import type { KnownPerson, Matches } from '../../sync/mail/matches.ts';
import type { MailMessage, NamedAddress } from '../../sync/mail/message.ts';
import type { ConversionOptions } from '../../sync/mail/options.ts';

export const OWN = 'ann@contoso.com';

export const surroundings: Surroundings = {
  ownAddresses: new Set([OWN, 'ann.lee@contoso.com']),
  ownUserId: 'U-own',
  tenantDomains: new Set(['contoso.com', 'contoso.onmicrosoft.com']),
  groups: new Set(['everybody@partner.example']),
  excludedAddresses: new Set(['lawyer@firm.example']),
  excludedDomains: new Set(['doctors.example']),
};

/** The defaults of POL-21. */
export const defaults: ConversionOptions = {
  mustMatch: true,
  ccAndBcc: true,
  leadsIfNoContact: false,
  creation: { enabled: true, leadInsteadOfContact: false, accountIfUnmatched: true, excludedDomains: [] },
  attachments: false,
  attachmentSummary: false,
  deleteAfter: false,
};

const limits = {
  subjectLength: 3000,
  textLength: 131_072,
  htmlLength: 131_072,
  maxAttachmentBytes: 25_000_000,
  blockedExtensions: new Set(['exe']),
};

export const conversion: Conversion = {
  destination: { type: 'archive' },
  options: defaults,
  surroundings,
  limits,
};

export const at = (address: string, name: string | null = null): NamedAddress => ({ address, name });

export function message(parts: Partial<MailMessage> = {}): MailMessage {
  return {
    from: at('bob@fabrikam.example', 'Bob Ray'),
    sender: null,
    to: [at(OWN)],
    cc: [],
    bcc: [],
    subject: 'Offer',
    html: null,
    text: 'Dear Ann',
    sentAtMs: 1_700_000_000_000,
    receivedAtMs: 1_700_000_005_000,
    messageId: '<1@fabrikam.example>',
    attachments: [],
    sensitivity: 'normal',
    isProtected: false,
    isDraft: false,
    categories: [],
    lists: [],
    ...parts,
  };
}

export function person(id: string, address: string, accountId: string | null = null): KnownPerson {
  return { id, addresses: [address], accountId };
}

export const nobody: Matches = {
  users: [],
  contacts: [],
  leads: [],
  accountsByDomain: new Map(),
  hidden: new Set(),
};

export const known: Matches = { ...nobody, contacts: [person('C1', 'bob@fabrikam.example', 'A1')] };
export const choosing = (parts: Partial<Conversion['options']>): Conversion => ({
  ...conversion,
  options: { ...defaults, ...parts },
});
export const into = (destination: Destination, parts: Partial<Conversion['options']> = {}): Conversion => ({
  ...{ ...choosing(parts), destination },
});
export const nothingCreated = { creation: { ...defaults.creation, enabled: false } };

export function archived(plan: ConversionPlan) {
  if (plan.type === 'none') throw new Error(`not archived: ${plan.code}`);
  return plan;
}
