import { realWorld } from '../../bin/world.ts';
import { salesforceConnector } from '../../connectors/salesforce/connector.ts';
import type { SalesforceCredentials } from '../../connectors/salesforce/settings.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmRef } from '../../sync/record.ts';
import { emulatedSalesforce, emulatedUsers } from '../emulated/salesforce.ts';
import type { CrmHand, CrmSubject } from './crm-subject.ts';

export function connectSalesforce(
  settings: object,
  credentials: SalesforceCredentials,
  allowedHosts: ReadonlySet<string>,
) {
  return salesforceConnector.connect(settings, credentials, realWorld(allowedHosts));
}

const keyField = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };

const customObject = 'Project__c';
/** What the product makes beside people and activities. */
const keyedObjects = ['Account', 'Case', 'EmailMessage', 'Opportunity', 'Quote', customObject];

/** How an org is set up, and how the product signs in to it. */
interface OrgForm {
  readonly signIn?: 'privateKey' | 'clientSecret';
  readonly hasKeyFields?: boolean;
  /** Events may be about several contacts, and have relations to more than invitees. */
  readonly sharedActivities?: boolean;
}

export async function salesforceSubject({
  signIn = 'privateKey',
  hasKeyFields = true,
  sharedActivities = false,
}: OrgForm): Promise<CrmSubject> {
  const salesforce = await emulatedSalesforce(hasKeyFields);
  await salesforce.control('PUT', 'activities', { sharedActivities });
  await salesforce.control('POST', 'schema', { object: customObject, label: 'Project', hasActivities: true });
  await salesforce.control('PUT', 'sharing', { [customObject]: 'Private' });
  if (hasKeyFields) {
    for (const object of ['Event', 'Task', ...keyedObjects])
      await salesforce.control('POST', 'schema', { object, fields: [keyField] });
  }
  const credentials = signIn === 'privateKey' ? salesforce.byPrivateKey : salesforce.byClientSecret;
  const administrator = await administratorOf(salesforce.url, salesforce.byClientSecret);
  return {
    connection: connectSalesforce(salesforce.settings, credentials, salesforce.hosts),
    users: emulatedUsers,
    customKind: `custom:${customObject}`,
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
    customObject?: string;
  };
  const hosts = new Set([new URL(live.settings.loginUrl).host, '*.my.salesforce.com']);
  return {
    connection: connectSalesforce(live.settings, live.credentials, hosts),
    users: live.users,
    customKind: live.customObject === undefined ? null : `custom:${live.customObject}`,
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
  const invitations = new Map<string, string>();
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${token.instance_url}/services/data/v66.0/sobjects/${path}`, {
      method,
      headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  };
  /** Without shared activities an event has no other relations than to invitees. */
  const hasSharedActivities = async () => {
    const { fields } = (await call('GET', 'EventRelation/describe')) as { fields: { name: string }[] };
    return fields.some(({ name }) => name === 'IsInvitee');
  };
  return {
    addAccount: async (name, website, ownerId) => {
      const created = await call('POST', 'Account', { Name: name, Website: website, OwnerId: ownerId });
      return (created as { id: string }).id;
    },
    setOwner: async (ref, ownerId) => {
      await call('PATCH', `${objectOf(ref)}/${ref.id}`, { OwnerId: ownerId });
    },
    delete: async ref => {
      await call('DELETE', `${objectOf(ref)}/${ref.id}`);
    },
    invite: async (event, userId) => {
      const created = await call('POST', 'EventRelation', {
        EventId: event.id,
        RelationId: userId,
        ...((await hasSharedActivities()) && { IsInvitee: true }),
      });
      invitations.set(`${event.id} ${userId}`, (created as { id: string }).id);
    },
    withdraw: async (event, userId) => {
      await call('DELETE', `EventRelation/${invitations.get(`${event.id} ${userId}`)}`);
    },
    addFolderRecord: async ({ kind, name, ownerId, opportunityId }) => {
      const { object, required } = folderObject(kind, opportunityId);
      const fields = { [nameColumnOf(kind)]: name, OwnerId: ownerId, ...required };
      return ((await call('POST', object, fields)) as { id: string }).id;
    },
    closeFolderRecord: async (kind, id) => {
      await call('PATCH', `${folderObject(kind).object}/${id}`, closing[kind]!);
    },
    renameFolderRecord: async (kind, id, name) => {
      await call('PATCH', `${folderObject(kind).object}/${id}`, { [nameColumnOf(kind)]: name });
    },
    deleteFolderRecord: async (kind, id) => {
      await call('DELETE', `${folderObject(kind).object}/${id}`);
    },
  };
}

function objectOf({ kind }: CrmRef): string {
  if (kind === 'call') return 'Task';
  return kind === 'invitation' ? 'EventRelation' : kind.charAt(0).toUpperCase() + kind.slice(1);
}

const closing: Readonly<Partial<Record<FolderKind, object>>> = {
  opportunities: { StageName: 'Closed Lost' },
  cases: { Status: 'Closed' },
  quotes: { Status: 'Denied' },
};

function folderObject(kind: FolderKind, opportunityId?: string): { object: string; required: object } {
  if (kind === 'opportunities')
    return { object: 'Opportunity', required: { StageName: 'Prospecting', CloseDate: '2027-01-31' } };
  if (kind === 'cases') return { object: 'Case', required: {} };
  if (kind === 'quotes') return { object: 'Quote', required: { OpportunityId: opportunityId } };
  return { object: kind.replace('custom:', ''), required: {} };
}

function nameColumnOf(kind: FolderKind): string {
  return kind === 'cases' ? 'Subject' : 'Name';
}
