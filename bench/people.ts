import { type CrmRecord, loadRecords } from './records.ts';
import type { Servers } from './servers.ts';

const TOUCHED_PER_CALL = 1_000;
const CONTACTS_PER_ACCOUNT = 20;
/** What an administrator adds to the org, so that a create is never done twice (ARCHITECTURE.md, section 5). */
const KEYED = ['Contact', 'Lead', 'Account', 'Event', 'Task', 'EmailMessage', 'Opportunity', 'Case'];
const KEY_FIELD = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };

/** Room for more requests than the vendor allows in ten minutes: what is measured is the product, not the limit. */
export async function liftLimits({ graph, salesforce }: Servers): Promise<void> {
  await graph.control('PUT', 'limits', { requests: 10_000_000 });
  await salesforce.control('PUT', 'limits', { dailyApiRequests: 10_000_000 });
  await salesforce.control(
    'POST',
    'schema',
    KEYED.map(object => ({ object, fields: [KEY_FIELD] })),
  );
}

/** Somebody with an empty mailbox and a CRM login. */
export async function hire({ graph, salesforce }: Servers, mail: string): Promise<string> {
  await graph.control('POST', 'load', { users: [{ mail, displayName: mail, timeZone: 'UTC' }] });
  const user = { Username: `${mail}.crm`, Email: mail, FirstName: 'A', LastName: mail, IsActive: true };
  const { users } = await salesforce.control<{ users: { Id: string }[] }>('POST', 'load', { users: [user] });
  const [loaded] = users;
  if (!loaded) throw new Error(`The CRM did not take ${mail}.`);
  return loaded.Id;
}

/** Contacts and their accounts; answers the contacts' ids. */
export async function loadContacts(
  servers: Servers,
  ownerId: string,
  count: number,
): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const accounts = await loadRecords(
    servers,
    numbers.filter(number => number % CONTACTS_PER_ACCOUNT === 0).map(number => accountOf(number, ownerId)),
  );
  const accountOfContact = (number: number) => accounts[Math.floor(number / CONTACTS_PER_ACCOUNT)];
  return loadRecords(
    servers,
    numbers.map(number => contactOf(number, ownerId, accountOfContact(number))),
  );
}

function accountOf(number: number, OwnerId: string): CrmRecord {
  return {
    attributes: { type: 'Account' },
    ...{ Name: `Account ${number} of ${OwnerId}`, Website: `https://account${number}.example`, OwnerId },
  };
}

/** About as many fields as people fill in. */
function contactOf(number: number, OwnerId: string, AccountId: string | undefined): CrmRecord {
  return {
    attributes: { type: 'Contact' },
    ...{ OwnerId, AccountId, FirstName: `Given${number}`, LastName: `Family${number}` },
    Email: `given${number}@account${Math.floor(number / CONTACTS_PER_ACCOUNT)}.example`,
    Title: 'Head of Purchasing',
    Phone: `+49 30 ${1_000_000 + number}`,
    MobilePhone: `+49 170 ${1_000_000 + number}`,
    MailingStreet: `Hauptstrasse ${number % 200}`,
    MailingCity: 'Berlin',
    MailingPostalCode: '10115',
    MailingCountry: 'Germany',
  };
}

/** New titles, by the CRM's own hand. */
export async function touchContacts({ salesforce }: Servers, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += TOUCHED_PER_CALL)
    await salesforce.control('POST', 'touch', { ids: ids.slice(start, start + TOUCHED_PER_CALL) });
}
