import type { Servers } from './servers.ts';

const DAY_MS = 86_400_000;
const RECORDS_PER_CALL = 1_000;
const CONTACTS_PER_ACCOUNT = 20;
/** What an administrator adds to the org, so that a create is never done twice (ARCHITECTURE.md, section 5). */
const KEY_FIELD = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };

/** Room for more requests than the vendor allows in ten minutes: what is measured is the product, not the limit. */
export async function liftLimits({ graph, salesforce }: Servers): Promise<void> {
  await graph.control('PUT', 'limits', { requests: 10_000_000 });
  await salesforce.control('PUT', 'limits', { dailyApiRequests: 10_000_000 });
  await salesforce.control('POST', 'schema', { object: 'Contact', fields: [KEY_FIELD] });
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

/** Contacts that are a day old, so that the feed has seen them long ago; answers their ids. */
export async function loadContacts(
  { salesforce }: Servers,
  ownerId: string,
  count: number,
): Promise<readonly string[]> {
  await salesforce.control('PUT', 'clock', { offsetMs: -DAY_MS });
  const load = async (records: readonly object[]) => {
    const loaded = await salesforce.control<{ records: { Id: string }[] }>('POST', 'load', { records });
    return loaded.records.map(({ Id }) => Id);
  };
  const numbers = Array.from({ length: count }, (_, number) => number);
  const accounts = await load(
    numbers.filter(number => number % CONTACTS_PER_ACCOUNT === 0).map(number => accountOf(number, ownerId)),
  );
  const ids: string[] = [];
  for (let start = 0; start < count; start += RECORDS_PER_CALL) {
    const chunk = numbers.slice(start, start + RECORDS_PER_CALL);
    const accountOfContact = (number: number) => accounts[Math.floor(number / CONTACTS_PER_ACCOUNT)];
    ids.push(...(await load(chunk.map(number => contactOf(number, ownerId, accountOfContact(number))))));
  }
  await salesforce.control('PUT', 'clock', {});
  return ids;
}

function accountOf(number: number, OwnerId: string) {
  return {
    attributes: { type: 'Account' },
    ...{ Name: `Account ${number} of ${OwnerId}`, Website: `https://account${number}.example`, OwnerId },
  };
}

/** About as many fields as people fill in. */
function contactOf(number: number, OwnerId: string, AccountId: string | undefined) {
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
  for (let start = 0; start < ids.length; start += RECORDS_PER_CALL)
    await salesforce.control('POST', 'touch', { ids: ids.slice(start, start + RECORDS_PER_CALL) });
}
