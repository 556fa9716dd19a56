import { z } from 'zod';
import { accounts, type Colleague, colleagues, contacts, leads, type Person } from './company.ts';
import { loadActivities } from './crm-activities.ts';
import { type Crm, createOnce, type Ids, idsBy } from './crm-api.ts';
import { loadPipeline } from './crm-pipeline.ts';
import { request } from './request.ts';

/** What an administrator adds to the org, so that a create is never done twice (ARCHITECTURE.md section 5). */
const KEYED = ['Contact', 'Lead', 'Account', 'Event', 'Task', 'EmailMessage', 'Opportunity', 'Case'];
const KEY_FIELD = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };

const loaded = z.object({ users: z.array(z.object({ Id: z.string(), Username: z.string() })) });

/** Users, and what they own. Each step is skipped where its records are there already. */
export async function loadCrm(crm: Crm, nowMs = Date.now()): Promise<void> {
  const users = await loadUsers(crm);
  await loadPeople(crm, users);
  await loadPipeline(crm, users, nowMs);
  await loadActivities(crm, users, nowMs);
}

async function loadPeople(crm: Crm, users: Ids): Promise<void> {
  const ownerOf = ({ mail }: Colleague) => ({ OwnerId: users.get(mail) });
  await createOnce(
    crm,
    'Account',
    accounts.map(account => ({
      ...{ Name: account.name, Phone: `${account.phonePrefix}00`, Website: `https://${account.domain}` },
      ...{ BillingCity: account.city, BillingCountry: account.country, ...ownerOf(account.owner) },
    })),
  );
  const accountIds = await idsBy(crm, 'Account', 'Name');
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

function personOf({ firstName, lastName, title, mail, phone }: Person): Record<string, string> {
  return { FirstName: firstName, LastName: lastName, Title: title, Email: mail, Phone: phone };
}

function usernameOf(mail: string): string {
  return `${mail}.crm`;
}

/** Adds or updates the users; answers their ids by address. */
async function loadUsers(crm: Crm): Promise<Ids> {
  const answer = await request('POST', `${crm.control}/load`, {
    body: {
      schema: KEYED.map(object => ({ object, fields: [KEY_FIELD] })),
      users: colleagues.map(({ firstName, lastName, mail, timeZone }) => ({
        ...{ Username: usernameOf(mail), Email: mail, FirstName: firstName, LastName: lastName },
        ...{ TimeZoneSidKey: timeZone, IsActive: true },
      })),
    },
  });
  const ids = new Map(loaded.parse(answer).users.map(({ Username, Id }) => [Username, Id]));
  return new Map(colleagues.map(({ mail }) => [mail, ids.get(usernameOf(mail)) ?? '']));
}
