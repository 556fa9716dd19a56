import { afterAll, beforeAll } from 'vitest';
import { createConnection } from '../../db/connections.ts';
import { type Database, openDatabase, type Transaction } from '../../db/database.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { createOrganization } from '../../db/organizations.ts';
import { createPolicy } from '../../db/policies.ts';
import { createDatabase, type TestDatabase } from '../setup/database.ts';

export const AT = new Date('2026-03-02T09:00:00.000Z');
export const later = (ms: number) => new Date(AT.getTime() + ms);

export interface World {
  readonly database: Database;
  readonly urls: TestDatabase;
  /** Round trips since it was emptied. */
  readonly statements: string[];
  /** A new organization's id. */
  organization(): Promise<string>;
}

/** A database of the test file's own, open from its first test to its last. */
export function useWorld({ poolSize = 4, ring = generateKeyRing() } = {}): World {
  const statements: string[] = [];
  let urls: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    urls = await createDatabase();
    database = openDatabase({
      url: urls.applicationUrl,
      keyRing: parseKeyRing(ring),
      poolSize,
      onStatement: sql => statements.push(sql),
    });
  });
  afterAll(async () => {
    await database?.close();
    await urls?.drop();
  });
  return {
    get database() {
      return database;
    },
    get urls() {
      return urls;
    },
    statements,
    organization: () => organizationIn(database),
  };
}

export async function organizationIn(database: Database, name = 'Contoso'): Promise<string> {
  const { organization } = await createOrganization(
    database,
    { name, subscription: 'premium', createdAt: AT },
    async () => undefined,
  );
  return organization.id;
}

export function connection(tx: Transaction, side: 'mailbox' | 'crm' = 'crm') {
  return createConnection(tx, {
    name: side,
    side,
    system: side === 'crm' ? 'salesforce' : 'graph',
    settings: {},
    credentials: { clientId: 'c', clientSecret: 's' },
    createdAt: AT,
  });
}

export async function policy(tx: Transaction, options: Record<string, unknown> = {}) {
  const [mailbox, crm] = [await connection(tx, 'mailbox'), await connection(tx, 'crm')];
  return createPolicy(tx, {
    name: 'Sales',
    mailboxConnectionId: mailbox.id,
    crmConnectionId: crm.id,
    options,
    actor: 'key_1',
    at: AT,
  });
}

export async function pairing(tx: Transaction, policyId: string, mailbox: string): Promise<string> {
  const id = tx.newId('pairing');
  await tx.insertInto('pairings').values({ id, policy_id: policyId, mailbox, created_at: AT }).execute();
  return id;
}
