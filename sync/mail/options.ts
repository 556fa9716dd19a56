import type { Policy } from '../policy/schema.ts';

/** What makes the product look at a message. */
export type Occasion = 'dropFolder' | 'sentItems' | 'inbox';

export interface CreationOptions {
  readonly enabled: boolean;
  readonly leadInsteadOfContact: boolean;
  readonly accountIfUnmatched: boolean;
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
    ...{ mustMatch, ccAndBcc, leadsIfNoContact, creation },
    attachments: smartConvert.attachments,
    attachmentSummary: smartConvert.attachments && smartConvert.attachmentSummary,
    deleteAfter: occasion === 'dropFolder' && smartConvert.deleteAfter,
  };
}
