import type { SalesforceCredentials } from '../../connectors/salesforce/settings.ts';
import type { HttpAnswer, HttpRequest } from '../../connectors/world.ts';
import { startSalesforceEmulator } from '../../emulators/salesforce/server.ts';
import { type Control, controlOf, overSocket, type Reach } from './reach.ts';

export interface EmulatedSalesforce {
  readonly url: string;
  readonly settings: { readonly loginUrl: string; readonly username: string };
  readonly byPrivateKey: SalesforceCredentials;
  readonly byClientSecret: SalesforceCredentials;
  readonly control: Control;
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly hosts: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

export const emulatedUsers = ['ann@contoso.example', 'bob@contoso.example'] as const;
const keyField = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };
const KEYED = ['Contact', 'Lead', 'Event', 'Task', 'Account', 'EmailMessage', 'Opportunity', 'Case'];

/** An org with one user for each address, in a server of its own. */
export async function emulatedSalesforce(
  hasKeyField: boolean,
  users: readonly string[] = emulatedUsers,
  now: () => number = Date.now,
): Promise<EmulatedSalesforce> {
  const emulator = await startSalesforceEmulator({ clock: { nowMs: now } });
  return salesforceBehind(overSocket(emulator), hasKeyField, users);
}

export async function salesforceBehind(
  reach: Reach,
  hasKeyField: boolean,
  users: readonly string[],
): Promise<EmulatedSalesforce> {
  const control = controlOf(reach);
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
    for (const object of KEYED) await control('POST', 'schema', { object, fields: [keyField] });
  }
  return {
    url: reach.origin,
    settings: { loginUrl: reach.origin, username: info.username },
    byPrivateKey: { clientId: info.clientId, privateKey: info.privateKey },
    byClientSecret: { clientId: info.clientId, clientSecret: info.clientSecret },
    control,
    send: request => reach.send(request),
    hosts: new Set([new URL(reach.origin).host]),
    close: () => reach.close(),
  };
}
