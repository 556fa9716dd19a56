import type { Verdict } from '../items/offer.ts';
import type { Unmatched } from './convert.ts';

/** Why nobody was made of an address (MAIL-9), for whoever decides about it; null for what no release says any more. */
export function whyUnmatched(code: string): Pick<Verdict, 'reason' | 'fix'> | null {
  return Object.hasOwn(WHY, code) ? WHY[code as Unmatched['code']] : null;
}

const WHY: Readonly<Record<Unmatched['code'], Pick<Verdict, 'reason' | 'fix'>>> = {
  creation_off: {
    reason: 'The policy creates nobody for addresses that nobody in the CRM has.',
    fix: 'Create the contact here or in the CRM, or allow creation in the policy.',
  },
  excluded_domain: {
    reason: 'The policy creates nobody for this domain.',
    fix: 'Create the contact here or in the CRM, or take the domain off the excluded domains of creation.',
  },
  own_domain: {
    reason: 'The address is of the own organization, and no active user of the CRM has it.',
    fix: 'Correct the address of the CRM user, or ignore it.',
  },
  impersonal_address: {
    reason: 'The address is that of a list, a group or a machine.',
    fix: 'Ignore or exclude it; create the contact here if somebody reads it after all.',
  },
  exists_hidden: {
    reason: 'The CRM has somebody with this address whom the user may not see.',
    fix: 'Ask a CRM administrator for access to the record.',
  },
};
