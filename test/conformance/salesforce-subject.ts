import { realWorld } from '../../bin/world.ts';
import { salesforceConnector } from '../../connectors/salesforce/connector.ts';
import type { SalesforceCredentials } from '../../connectors/salesforce/settings.ts';
import { startSalesforceEmulator } from '../../emulators/salesforce/server.ts';
import type { CrmHand, CrmSubject } from './crm-suite.ts';

export interface EmulatedSalesforce {
  readonly url: string;
  readonly settings: { readonly loginUrl: string; readonly username: string };
  readonly byPrivateKey: SalesforceCredentials;
  readonly byClientSecret: SalesforceCredentials;
  readonly control: (method: string, name: string, body?: unknown) => Promise<unknown>;
  readonly hosts: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

export const emulatedUsers = ['ann@contoso.example', 'bob@contoso.example'] as const;
const keyField = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };

export async function emulatedSalesforce(
  hasKeyField: boolean,
  users: readonly string[] = emulatedUsers,
  now: () => number = Date.now,
): Promise<EmulatedSalesforce> {
  const emulator = await startSalesforceEmulator({ clock: { nowMs: now } });
  const control = async (method: string, name: string, body?: unknown) => {
    const answer = await fetch(`${emulator.url}/_emulator/${name}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    if (!answer.ok) throw new Error(`${method} ${name}: ${await answer.text()}`);
    return answer.json();
  };
  const info = (await control('GET', 'info')) as Record<
    'clientId' | 'clientSecret' | 'username' | 'privateKey',
    string
  >;
  await control('POST', 'load', {
    users: users.map(email => ({
      Username: `${email}.crm`,
      Email: email,
      FirstName: 'A',
      LastName: email,
      TimeZoneSidKey: 'Europe/Berlin',
      IsActive: true,
    })),
  });
  if (hasKeyField) {
    for (const object of ['Contact', 'Lead']) await control('POST', 'schema', { object, fields: [keyField] });
  }
  return {
    url: emulator.url,
    settings: { loginUrl: emulator.url, username: info.username },
    byPrivateKey: { clientId: info.clientId, privateKey: info.privateKey },
    byClientSecret: { clientId: info.clientId, clientSecret: info.clientSecret },
    control,
    hosts: new Set([new URL(emulator.url).host]),
    close: emulator.close,
  };
}

export function connectSalesforce(
  settings: object,
  credentials: SalesforceCredentials,
  allowedHosts: ReadonlySet<string>,
) {
  return salesforceConnector.connect(settings, credentials, realWorld(allowedHosts));
}

export async function salesforceSubject(
  signIn: 'privateKey' | 'clientSecret',
  hasKeyField: boolean,
): Promise<CrmSubject> {
  const salesforce = await emulatedSalesforce(hasKeyField);
  const credentials = signIn === 'privateKey' ? salesforce.byPrivateKey : salesforce.byClientSecret;
  const administrator = await administratorOf(salesforce.url, salesforce.byClientSecret);
  return {
    connection: connectSalesforce(salesforce.settings, credentials, salesforce.hosts),
    users: emulatedUsers,
    hand: {
      ...administrator,
      convert: async leadId => {
        const { contactId } = (await salesforce.control('POST', 'convert', { leadId })) as {
          contactId: string;
        };
        return { kind: 'contact', id: contactId };
      },
      merge: async (masterId, loserId) => {
        await salesforce.control('POST', 'merge', { object: 'Contact', masterId, loserIds: [loserId] });
      },
    },
    close: salesforce.close,
  };
}

/** Over a real org: there, nobody converts or merges for us. Needs client credentials for the administrator's hand. */
export async function liveSalesforceSubject(json: string): Promise<CrmSubject> {
  const live = JSON.parse(json) as {
    settings: { loginUrl: string; username: string };
    credentials: SalesforceCredentials;
    administrator: SalesforceCredentials;
    users: [string, string];
  };
  const hosts = new Set([new URL(live.settings.loginUrl).host, '*.my.salesforce.com']);
  return {
    connection: connectSalesforce(live.settings, live.credentials, hosts),
    users: live.users,
    hand: await administratorOf(live.settings.loginUrl, live.administrator),
    close: async () => {},
  };
}

/** An administrator's hand, without the connector. */
async function administratorOf(loginUrl: string, credentials: SalesforceCredentials): Promise<CrmHand> {
  if (!('clientSecret' in credentials)) throw new Error('the administrator needs client credentials');
  const answer = await fetch(`${loginUrl}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    }),
  });
  const token = (await answer.json()) as { access_token: string; instance_url: string };
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${token.instance_url}/services/data/v66.0/sobjects/${path}`, {
      method,
      headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  };
  const objects = { contact: 'Contact', lead: 'Lead', account: 'Account', user: 'User' } as const;
  return {
    addAccount: async (name, website, ownerId) => {
      const created = await call('POST', 'Account', { Name: name, Website: website, OwnerId: ownerId });
      return (created as { id: string }).id;
    },
    setOwner: async (ref, ownerId) => {
      await call('PATCH', `${objects[ref.kind]}/${ref.id}`, { OwnerId: ownerId });
    },
    delete: async ref => {
      await call('DELETE', `${objects[ref.kind]}/${ref.id}`);
    },
  };
}
