import { z } from 'zod';
import type { Emulated } from '../emulators.ts';
import { accounts, type Colleague, colleagues, contacts, leads, type Person } from './company.ts';
import { request } from './request.ts';

type Crm = Emulated['salesforce'];
type Ids = ReadonlyMap<string, string>;

const VERSION = 'v66.0';
/** What an administrator adds to the org, so that a create is never done twice (ARCHITECTURE.md section 5). */
const KEY_FIELD = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };

const loaded = z.object({ users: z.array(z.object({ Id: z.string(), Username: z.string() })) });
const saved = z.array(z.object({ id: z.string().optional(), success: z.boolean(), errors: z.unknown() }));
const found = z.object({ records: z.array(z.object({ Id: z.string(), Name: z.string() })) });

/** Users, accounts, contacts and leads. Each step is skipped where its records are there already. */
export async function loadCrm(crm: Crm): Promise<void> {
  const users = await loadUsers(crm);
  const ownerOf = ({ mail }: Colleague) => ({ OwnerId: users.get(usernameOf(mail)) });
  await createOnce(
    crm,
    'Account',
    accounts.map(account => ({
      ...{ Name: account.name, Phone: `${account.phonePrefix}00`, Website: `https://${account.domain}` },
      ...{ BillingCity: account.city, BillingCountry: account.country, ...ownerOf(account.owner) },
    })),
  );
  const accountIds = await namesOf(crm, 'Account');
  await createOnce(
    crm,
    'Contact',
    contacts.map(contact => ({
      ...personOf(contact),
      ...{ MailingCity: contact.company.city, MailingCountry: contact.company.country },
      ...{ AccountId: accountIds.get(contact.company.name), ...ownerOf(contact.company.owner) },
    })),
  );
  await createOnce(
    crm,
    'Lead',
    leads.map(lead => ({
      ...personOf(lead),
      ...{ Company: lead.company.name, City: lead.company.city, Country: lead.company.country },
      ...ownerOf(lead.company.owner),
    })),
  );
}

function usernameOf(mail: string): string {
  return `${mail}.crm`;
}

function personOf({ firstName, lastName, title, mail, phone }: Person): Record<string, string> {
  return { FirstName: firstName, LastName: lastName, Title: title, Email: mail, Phone: phone };
}

/** Adds or updates the users by their names; answers their ids. */
async function loadUsers(crm: Crm): Promise<Ids> {
  const answer = await request('POST', `${crm.control}/load`, {
    body: {
      schema: ['Contact', 'Lead'].map(object => ({ object, fields: [KEY_FIELD] })),
      users: colleagues.map(({ firstName, lastName, mail, timeZone }) => ({
        ...{ Username: usernameOf(mail), Email: mail, FirstName: firstName, LastName: lastName },
        ...{ TimeZoneSidKey: timeZone, IsActive: true },
      })),
    },
  });
  return new Map(loaded.parse(answer).users.map(({ Username, Id }) => [Username, Id]));
}

/** All records of a type in one request that saves all or none. */
async function createOnce(crm: Crm, type: string, records: readonly object[]): Promise<void> {
  if ((await namesOf(crm, type)).size > 0) return;
  const body = { allOrNone: true, records: records.map(record => ({ attributes: { type }, ...record })) };
  const url = `${crm.instanceUrl}/services/data/${VERSION}/composite/sobjects`;
  const results = saved.parse(await request('POST', url, { token: crm.accessToken, body }));
  const refused = results.find(({ success }) => !success);
  if (refused)
    throw new Error(`The demo company has a ${type} that is refused: ${JSON.stringify(refused.errors)}`);
}

async function namesOf(crm: Crm, type: string): Promise<Ids> {
  const query = encodeURIComponent(`SELECT Id, Name FROM ${type}`);
  const url = `${crm.instanceUrl}/services/data/${VERSION}/query?q=${query}`;
  const { records } = found.parse(await request('GET', url, { token: crm.accessToken }));
  return new Map(records.map(({ Name, Id }) => [Name, Id]));
}
