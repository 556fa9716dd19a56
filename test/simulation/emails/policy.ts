import { changePolicy, getPolicy } from '../../../db/policies.ts';
import type { JsonObject } from '../../../db/schema.ts';
import { readPolicy } from '../../../sync/policy/policy.ts';
import type { Policy } from '../../../sync/policy/schema.ts';
import type { Chance } from '../../planner/chance.ts';
import type { SimulatedCompany } from '../simulated-company.ts';

/** Nobody of this domain is ever archived (POL-27). */
export const EXCLUDED_DOMAIN = 'excluded.example';

const DEFAULTS = { StageName: 'Prospecting', CloseDate: '2027-01-31' };

/** Drop folders always; the rest often. */
export function choosePolicy(chance: Chance): object {
  const filter = chance.happens(0.8) ? 'owner' : 'visible';
  return {
    modules: {
      contacts: { enabled: true },
      opportunities: { enabled: true, filter, defaults: DEFAULTS },
      cases: { enabled: chance.happens(0.6), filter },
    },
    smartConvert: {
      ...{ enabled: true, deleteAfter: chance.happens(0.15), attachments: chance.happens(0.5) },
      ...matching(chance),
      creation: creation(chance, 0.7),
    },
    assignTo: { enabled: chance.happens(0.6), sort: chance.pick(['modified', 'name']) },
    inbox: archive(chance),
    sentItems: archive(chance),
    excluded: { domains: [EXCLUDED_DOMAIN] },
    confirm: true,
  };
}

function matching(chance: Chance): object {
  return {
    mustMatch: chance.happens(0.7),
    ccAndBcc: chance.happens(0.8),
    leadsIfNoContact: chance.happens(0.3),
  };
}

function creation(chance: Chance, usual: number): object {
  return {
    enabled: chance.happens(usual),
    leadInsteadOfContact: chance.happens(0.2),
    accountIfUnmatched: chance.happens(0.7),
  };
}

function archive(chance: Chance): object {
  const enabled = chance.happens(0.4);
  return {
    ...{ enabled, onlyWithCategory: chance.happens(0.6) },
    ...matching(chance),
    creation: creation(chance, 0.3),
  };
}

/** What an admin switches on and off while everything runs. */
export const SWITCHES: Readonly<Record<string, (policy: Policy, isOn: boolean) => object>> = {
  assignTo: (policy, enabled) => ({ ...policy, assignTo: { ...policy.assignTo, enabled } }),
  cases: ({ modules, ...policy }, enabled) => ({
    ...policy,
    modules: { ...modules, cases: { ...modules.cases, enabled } },
  }),
  smartConvert: (policy, enabled) => ({ ...policy, smartConvert: { ...policy.smartConvert, enabled } }),
  inbox: (policy, enabled) => ({ ...policy, inbox: { ...policy.inbox, enabled } }),
};

/** A new version of the policy, as the API makes one. */
export async function switchPolicy(company: SimulatedCompany, name: string, isOn: boolean): Promise<boolean> {
  const { organizationId, policyId } = company;
  return company.database.inOrganization(organizationId, async tx => {
    const row = await getPolicy(tx, policyId);
    const change = SWITCHES[name];
    if (!row || !change) throw new Error(`There is nothing called "${name}" to switch.`);
    const before = readPolicy(row.options);
    const options = change(before, isOn) as JsonObject;
    if (JSON.stringify(options) === JSON.stringify(change(before, !isOn))) return false;
    const at = new Date(company.now());
    await changePolicy(tx, policyId, { expectedVersion: row.version, options, actor: 'admin', at });
    return true;
  });
}
