import type { Tenant } from './installation.ts';

/** Addresses where nobody answers: creating connections, policies and pairings asks no system. */
export const mailboxConnection = {
  name: 'Mailboxes',
  side: 'mailbox',
  system: 'graph',
  settings: {
    tenantId: 'contoso.com',
    baseUrl: 'http://127.0.0.1:9/v1.0',
    tokenUrl: 'http://127.0.0.1:9/token',
  },
  credentials: { clientId: 'client', clientSecret: 'canary-client-secret' },
};

export const crmConnection = {
  name: 'CRM',
  side: 'crm',
  system: 'salesforce',
  settings: { loginUrl: 'http://127.0.0.1:9', username: 'reader@contoso.com' },
  credentials: { clientId: 'client', clientSecret: 'canary-crm-secret' },
};

export interface Made {
  readonly mailboxConnectionId: string;
  readonly crmConnectionId: string;
  readonly policyId: string;
}

/** Two connections and a disabled policy. */
export async function makePolicy({ send }: Tenant, more: object = {}): Promise<Made> {
  const id = async (path: string, body: object): Promise<string> => {
    const answer = await send('POST', path, { body });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
    return answer.body.id;
  };
  const mailboxConnectionId = await id('/v1/connections', mailboxConnection);
  const crmConnectionId = await id('/v1/connections', crmConnection);
  const policy = { name: 'Sales', mailboxConnectionId, crmConnectionId, category: { name: 'Contoso CRM' } };
  return { mailboxConnectionId, crmConnectionId, policyId: await id('/v1/policies', { ...policy, ...more }) };
}

export async function makePairing(tenant: Tenant, policyId: string, mailbox: string): Promise<string> {
  const answer = await tenant.send('POST', '/v1/pairings', { body: { policyId, mailbox } });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.id;
}
