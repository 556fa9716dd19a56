import type { Transaction } from './database.ts';
import { type Keyset, type Page, type PageRequest, page } from './page.ts';
import type { JsonObject } from './schema.ts';

export interface PolicyVersion {
  version: number;
  name: string;
  enabled: boolean;
  options: JsonObject;
  actor: string;
  createdAt: Date;
}

const columns = ['version', 'name', 'enabled', 'options', 'actor', 'created_at as createdAt'] as const;

const newestFirst = (policyId: string): Keyset<PolicyVersion> => ({
  list: `policy-versions ${policyId}`,
  columns: ['version'],
  direction: 'desc',
  key: row => [row.version],
});

interface CurrentPolicy {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly options: JsonObject;
  readonly updatedAt: Date;
}

/** Every version stays as it was, so that it can be shown and restored. */
export async function keepPolicyVersion(
  tx: Transaction,
  policy: CurrentPolicy,
  actor: string,
): Promise<void> {
  await tx
    .insertInto('policy_versions')
    .values({
      policy_id: policy.id,
      version: policy.version,
      name: policy.name,
      enabled: policy.enabled,
      options: JSON.stringify(policy.options),
      actor,
      created_at: policy.updatedAt,
    })
    .execute();
}

export function listPolicyVersions(
  tx: Transaction,
  policyId: string,
  request: PageRequest,
): Promise<Page<PolicyVersion>> {
  const query = tx.selectFrom('policy_versions').select(columns).where('policy_id', '=', policyId);
  return page(tx, query, newestFirst(policyId), request);
}

export function getPolicyVersion(
  tx: Transaction,
  policyId: string,
  version: number,
): Promise<PolicyVersion | undefined> {
  return tx
    .selectFrom('policy_versions')
    .select(columns)
    .where('policy_id', '=', policyId)
    .where('version', '=', version)
    .executeTakeFirst();
}
