import { getPolicy } from '../../../db/policies.ts';
import type { Chance } from '../../planner/chance.ts';
import type { SimulatedCompany } from '../simulated-company.ts';

/** What people are in the product. */
export const ADDRESS_BOOK = ['contacts', 'leads'] as const;

interface ModulePolicy {
  readonly enabled: boolean;
  readonly direction: 'both' | 'to-mailbox';
  readonly filter: 'owner' | 'visible';
}

/** What a policy says about people. */
export interface PeoplePolicy {
  readonly modules: { readonly contacts: ModulePolicy; readonly leads: ModulePolicy };
  readonly conflicts: 'crm' | 'mailbox' | 'latest';
  readonly contacts: { readonly separateFolder: boolean; readonly maximum: number | null };
  readonly newItems: { readonly autoSync: boolean };
  readonly deletionGuard: { readonly count: number; readonly percent: number };
  readonly excluded: { readonly addresses: readonly string[] };
}

const EXCLUDED_ADDRESS = 'p2@people.example';

/** The healthy path most of the time, and one or two of the other ways. */
export function choosePolicy(chance: Chance): object {
  const module = (isOn: boolean) => ({
    enabled: isOn,
    direction: chance.happens(0.85) ? 'both' : 'to-mailbox',
    filter: chance.happens(0.8) ? 'owner' : 'visible',
  });
  return {
    modules: { contacts: module(true), leads: module(chance.happens(0.5)) },
    contacts: {
      separateFolder: chance.happens(0.7),
      maximum: chance.happens(0.08) ? 2 + chance.below(3) : null,
    },
    excluded: { addresses: chance.happens(0.1) ? [EXCLUDED_ADDRESS] : [] },
  };
}

export async function policyOf(company: SimulatedCompany): Promise<PeoplePolicy> {
  const policy = await company.database.inOrganization(company.organizationId, tx =>
    getPolicy(tx, company.policyId),
  );
  return policy?.options as unknown as PeoplePolicy;
}
