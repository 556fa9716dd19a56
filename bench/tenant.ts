import { createConnection } from '../db/connections.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { parseKeyRing } from '../db/keys.ts';
import { createOrganization } from '../db/organizations.ts';
import { createPairing } from '../db/pairings.ts';
import { changePolicy, createPolicy } from '../db/policies.ts';
import type { JsonObject } from '../db/schema.ts';
import type { Transaction } from '../db/transaction.ts';
import { createPolicy as newPolicy } from '../sync/policy/policy.ts';
import type { PairingInput } from '../workflows/messages.ts';
import type { Servers } from './servers.ts';

/** One organization with its two connections and an enabled policy. */
export interface Tenant {
  readonly database: Database;
  readonly organizationId: string;
  readonly policyId: string;
  readonly mailboxConnectionId: string;
  readonly crmConnectionId: string;
}

export async function createTenant({ graph, salesforce, variables }: Servers): Promise<Tenant> {
  const database = openDatabase({
    url: variables.TANDEM_DATABASE_APP_URL ?? '',
    keyRing: parseKeyRing(variables.TANDEM_KEYS ?? ''),
    poolSize: 2,
  });
  const at = new Date();
  const facts = { name: 'Bench', subscription: 'premium', createdAt: at } as const;
  const { organization } = await createOrganization(database, facts, async () => undefined);
  const connections = { mailbox: await mailboxOf(graph), crm: await crmOf(salesforce) };
  return database.inOrganization(organization.id, async tx => {
    const mailbox = await createConnection(tx, { ...connections.mailbox, createdAt: at });
    const crm = await createConnection(tx, { ...connections.crm, createdAt: at });
    const connected = { mailboxConnectionId: mailbox.id, crmConnectionId: crm.id };
    const policyId = await enabledPolicy(tx, { name: 'Sales', ...connected, ...OPTIONS }, at);
    return { database, organizationId: organization.id, policyId, ...connected };
  });
}

/** What a policy of the bench has besides. */
export interface MoreOptions extends Record<string, object> {
  readonly modules: Record<string, object>;
}

/** The same organization with another policy for those who are paired from now on; it has these options besides. */
export async function withPolicy(tenant: Tenant, name: string, more: MoreOptions): Promise<Tenant> {
  const { database, organizationId, mailboxConnectionId, crmConnectionId } = tenant;
  const wanted = { name, mailboxConnectionId, crmConnectionId, ...OPTIONS, ...more };
  const modules = { ...OPTIONS.modules, ...more.modules };
  const policyId = await database.inOrganization(organizationId, tx =>
    enabledPolicy(tx, { ...wanted, modules }, new Date()),
  );
  return { ...tenant, policyId };
}

async function mailboxOf({ url, control }: Servers['graph']) {
  type Info = { tenantId: string; clientId: string; clientSecret: string };
  const { tenantId, clientId, clientSecret } = await control<Info>('GET', 'info');
  return {
    ...{ name: 'Exchange', side: 'mailbox' as const, system: 'graph' },
    settings: { tenantId, baseUrl: `${url}/v1.0`, tokenUrl: `${url}/${tenantId}/oauth2/v2.0/token` },
    credentials: { clientId, clientSecret },
  };
}

async function crmOf({ control }: Servers['salesforce']) {
  type Info = { loginUrl: string; username: string; clientId: string; privateKey: string };
  const { loginUrl, username, clientId, privateKey } = await control<Info>('GET', 'info');
  return {
    ...{ name: 'Salesforce', side: 'crm' as const, system: 'salesforce' },
    settings: { loginUrl, username },
    credentials: { clientId, privateKey },
  };
}

const ON = { enabled: true };

/** All modules, and as far ahead as a policy may look, so that a long series is within it. */
const OPTIONS = {
  category: { name: 'Contoso' },
  modules: { contacts: ON, leads: ON, appointments: ON, calls: ON, tasks: ON },
  newItems: { autoSync: true },
  calendar: { futureDays: 1_095 },
};

interface Wanted extends Record<string, unknown> {
  readonly name: string;
  readonly mailboxConnectionId: string;
  readonly crmConnectionId: string;
}

async function enabledPolicy(tx: Transaction, wanted: Wanted, at: Date): Promise<string> {
  const { name, mailboxConnectionId, crmConnectionId } = wanted;
  const made = newPolicy(wanted, { nowMs: at.getTime(), subscription: 'premium', trial: false });
  if (!made.ok) throw new Error(`The policy of the bench is refused: ${JSON.stringify(made.problems)}`);
  const options = made.policy as unknown as JsonObject;
  const facts = { name, mailboxConnectionId, crmConnectionId };
  const { id, version } = await createPolicy(tx, { ...facts, options, actor: 'bench', at });
  await changePolicy(tx, id, { expectedVersion: version, enabled: true, actor: 'bench', at });
  return id;
}

/** A pairing's row alone: its workflow is started by whoever wants it to run. */
export async function pair(tenant: Tenant, mailbox: string): Promise<PairingInput> {
  const { organizationId, policyId, database } = tenant;
  const created = await database.inOrganization(organizationId, tx =>
    createPairing(tx, { policyId, starts: true, mailbox, crmUserWanted: null }, Date.now()),
  );
  if ('takenBy' in created) throw new Error(`${mailbox} is paired already.`);
  return { organizationId, policyId, pairingId: created.id };
}
