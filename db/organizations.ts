import type { Database, Transaction } from './database.ts';
import type { Subscription } from './schema.ts';

export interface Organization {
  id: string;
  name: string;
  subscription: Subscription;
  trial: boolean;
  createdAt: Date;
}

export interface OrganizationFacts {
  id?: string;
  name: string;
  subscription: Subscription;
  trial?: boolean;
  createdAt: Date;
}

/** Makes an organization with its data key; `first` stores what must exist from its first moment, such as a key. */
export async function createOrganization<T>(
  database: Database,
  facts: OrganizationFacts,
  first: (tx: Transaction, organization: Organization) => Promise<T>,
): Promise<{ organization: Organization; first: T }> {
  const organization = {
    id: facts.id ?? database.newId('organization'),
    name: facts.name,
    subscription: facts.subscription,
    trial: facts.trial ?? false,
    createdAt: facts.createdAt,
  };
  return database.foundOrganization(organization.id, async (tx, dataKey) => {
    await tx
      .insertInto('organizations')
      .values({
        organization_id: organization.id,
        name: organization.name,
        subscription: organization.subscription,
        trial: organization.trial,
        key_id: dataKey.keyId,
        data_key_wrapped: dataKey.wrapped,
        created_at: organization.createdAt,
      })
      .execute();
    return { organization, first: await first(tx, organization) };
  });
}

/** The transaction's own. */
export function getOrganization(tx: Transaction): Promise<Organization> {
  return tx
    .selectFrom('organizations')
    .select(['organization_id as id', 'name', 'subscription', 'trial', 'created_at as createdAt'])
    .executeTakeFirstOrThrow();
}

export async function updateOrganization(
  tx: Transaction,
  change: { name?: string; subscription?: Subscription; trial?: boolean },
): Promise<Organization> {
  if (Object.keys(change).length > 0) await tx.updateTable('organizations').set(change).execute();
  return getOrganization(tx);
}

/** For the installation key: one after the other, since no transaction sees two. `after` is an organization's id. */
export async function listOrganizations(
  database: Database,
  { limit, after = '' }: { limit: number; after?: string },
): Promise<{ data: Organization[]; nextAfter: string | null }> {
  const ids = (await database.organizationIds()).filter(id => id > after);
  const data: Organization[] = [];
  for (const id of ids.slice(0, limit)) data.push(await database.inOrganization(id, getOrganization));
  return { data, nextAfter: ids.length > limit ? (data.at(-1)?.id ?? null) : null };
}
