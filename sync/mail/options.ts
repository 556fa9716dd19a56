import type { Policy } from '../policy/schema.ts';
import { canonicalAddress, canonicalDomain } from './address.ts';
import type { Surroundings } from './addressees.ts';

/** What makes the product look at a message. */
export type Occasion = 'dropFolder' | 'sentItems' | 'inbox';

export interface CreationOptions {
  readonly enabled: boolean;
  readonly leadInsteadOfContact: boolean;
  readonly accountIfUnmatched: boolean;
  /** Canonical. */
  readonly excludedDomains: readonly string[];
}

/** POL-21 and POL-23, as one conversion needs them. */
export interface ConversionOptions {
  readonly mustMatch: boolean;
  readonly ccAndBcc: boolean;
  readonly leadsIfNoContact: boolean;
  readonly creation: CreationOptions;
  readonly attachments: boolean;
  readonly attachmentSummary: boolean;
  readonly deleteAfter: boolean;
}

type MailPolicy = Pick<Policy, 'smartConvert' | 'sentItems' | 'inbox'>;

/**
 * What happens to attachments is said once, for all occasions (POL-23); a summary lists what is archived, and a message
 * that nobody dropped stays where it is.
 */
export function conversionOptions(policy: MailPolicy, occasion: Occasion): ConversionOptions {
  const { smartConvert } = policy;
  const { mustMatch, ccAndBcc, leadsIfNoContact, creation } =
    occasion === 'dropFolder' ? smartConvert : policy[occasion];
  return {
    ...{ mustMatch, ccAndBcc, leadsIfNoContact },
    creation: { ...creation, excludedDomains: creation.excludedDomains.map(canonical) },
    attachments: smartConvert.attachments,
    attachmentSummary: smartConvert.attachments && smartConvert.attachmentSummary,
    deleteAfter: occasion === 'dropFolder' && smartConvert.deleteAfter,
  };
}

/** POL-27 */
export function exclusions({
  excluded,
}: Pick<Policy, 'excluded'>): Pick<Surroundings, 'excludedAddresses' | 'excludedDomains'> {
  return {
    excludedAddresses: new Set(excluded.addresses.map(address => canonicalAddress(address) ?? address)),
    excludedDomains: new Set(excluded.domains.map(canonical)),
  };
}

/** Admins write domains as people read them. */
const canonical = (domain: string) => canonicalDomain(domain) ?? domain;
