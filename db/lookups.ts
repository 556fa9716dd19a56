import type { QueryExecutorProvider } from 'kysely';
import { sql } from 'kysely';
import type { Role } from './schema.ts';

/** Questions that belong to no organization yet. Ids only; each is a function of access.sql. */
export interface Lookups {
  organizationIds(): Promise<string[]>;
  /** The key with this SHA-256, unless it was revoked. */
  apiKeyByHash(hash: Buffer): Promise<FoundApiKey | undefined>;
  /** Pairings that are wanted and whose policy is enabled. */
  pairingsThatShouldRun(): Promise<RunningPairing[]>;
  /** CRM connections of those pairings. */
  feedsThatShouldRun(): Promise<{ organizationId: string; connectionId: string }[]>;
  /** Who holds a mailbox or a CRM user, in whatever organization. */
  identityClaim(
    kind: 'mailbox' | 'crm_user',
    identity: string,
  ): Promise<{ organizationId: string; pairingId: string } | undefined>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

export interface FoundApiKey {
  organizationId: string;
  apiKeyId: string;
  role: Role;
  lastUsedAt: Date | null;
}

export interface RunningPairing {
  organizationId: string;
  pairingId: string;
  policyId: string;
  crmConnectionId: string;
}

export function createLookups(database: QueryExecutorProvider): Lookups {
  return {
    async organizationIds() {
      const ids = sql<{ organizationId: string }>`
        select organization_id as "organizationId" from organization_ids()`;
      return (await ids.execute(database)).rows.map(row => row.organizationId);
    },
    async apiKeyByHash(hash) {
      const found = sql<FoundApiKey>`
        select organization_id as "organizationId", api_key_id as "apiKeyId", role, last_used_at as "lastUsedAt"
        from api_key_by_hash(${hash})`;
      return (await found.execute(database)).rows[0];
    },
    async pairingsThatShouldRun() {
      const pairings = sql<RunningPairing>`
        select organization_id as "organizationId", pairing_id as "pairingId", policy_id as "policyId",
          crm_connection_id as "crmConnectionId"
        from pairings_that_should_run()`;
      return (await pairings.execute(database)).rows;
    },
    async feedsThatShouldRun() {
      const feeds = sql<{ organizationId: string; connectionId: string }>`
        select organization_id as "organizationId", connection_id as "connectionId" from feeds_that_should_run()`;
      return (await feeds.execute(database)).rows;
    },
    async identityClaim(kind, identity) {
      const claim = sql<{ organizationId: string; pairingId: string }>`
        select organization_id as "organizationId", pairing_id as "pairingId" from identity_claim(${kind}, ${identity})`;
      return (await claim.execute(database)).rows[0];
    },
    async ping() {
      await sql`select 1`.execute(database);
    },
  };
}
