import { getPolicy } from '../../../db/policies.ts';
import { readPolicy } from '../../../sync/policy/policy.ts';
import type { Policy } from '../../../sync/policy/schema.ts';
import type { SimulatedCompany } from '../simulated-company.ts';

export async function policyOf(company: SimulatedCompany): Promise<Policy> {
  const row = await company.database.inOrganization(company.organizationId, tx =>
    getPolicy(tx, company.policyId),
  );
  return readPolicy(row?.options);
}
