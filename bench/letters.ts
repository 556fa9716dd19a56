import { inOutlook } from './outlook.ts';
import { loadRecords } from './records.ts';
import type { Servers } from './servers.ts';

/** People per company, who write in turns; so many letters of a batch are from somebody else each. */
const PEOPLE_PER_COMPANY = 5;
/** One letter of so many is from a company that the CRM does not know. */
const STRANGER_EVERY = 20;
const DELIVERED_AT_ONCE = 4;
const TEXT =
  'Thank you for the offer; we would take the second variant, and could begin in the autumn. '.repeat(12);

/** A post that letters come from: the people of the CRM who write to one user. */
export interface Correspondence {
  readonly mail: string;
  readonly people: readonly string[];
}

/** Companies with their people, whose addresses nobody else in the CRM has. */
export async function loadCorrespondents(
  servers: Servers,
  { mail, ownerId }: { readonly mail: string; readonly ownerId: string },
  count: number,
): Promise<Correspondence> {
  const own = mail.split('@', 1)[0];
  const numbers = Array.from({ length: count }, (_, number) => number);
  const companyOf = (number: number) => Math.floor(number / PEOPLE_PER_COMPANY);
  const addressOf = (number: number) => `person${number}@${own}-company${companyOf(number)}.example`;
  const accounts = await loadRecords(
    servers,
    numbers.slice(0, companyOf(count - 1) + 1).map(number => ({
      attributes: { type: 'Account' },
      ...{ Name: `Company ${number} of ${own}`, Website: `https://${own}-company${number}.example` },
      OwnerId: ownerId,
    })),
  );
  await loadRecords(
    servers,
    numbers.map(number => ({
      attributes: { type: 'Contact' },
      ...{ OwnerId: ownerId, AccountId: accounts[companyOf(number)] },
      ...{ FirstName: `Given${number}`, LastName: `Family${number}`, Email: addressOf(number) },
    })),
  );
  return { mail, people: numbers.map(addressOf) };
}

/** Letters that lie in a folder, as if their user had dropped them there. */
export async function deliver(
  { graph }: Servers,
  correspondence: Correspondence,
  folderId: string,
  count: number,
): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number).values();
  const work = async () => {
    for (const number of numbers)
      await graph.control('POST', 'deliver', {
        ...{ mailbox: correspondence.mail, folder: folderId },
        eml: Buffer.from(letterOf(number, correspondence)).toString('base64'),
      });
  };
  await Promise.all(Array.from({ length: DELIVERED_AT_ONCE }, work));
}

/** The strangers among so many letters. */
export function strangersAmong(count: number): number {
  return Math.floor(count / STRANGER_EVERY);
}

/** From one person to the user, with a second one in copy (RFC 5322). */
function letterOf(number: number, { mail, people }: Correspondence): string {
  const isStranger = number % STRANGER_EVERY === STRANGER_EVERY - 1;
  const personAt = (place: number) => people[place % people.length] ?? '';
  const sender = isStranger ? `new${number}@${mail.split('@', 1)[0]}-new${number}.example` : personAt(number);
  return [
    `From: Sender ${number} <${sender}>`,
    `To: <${mail}>`,
    `Cc: <${personAt(number + 1)}>`,
    `Subject: Your offer, number ${number}`,
    `Date: ${new Date(Date.now() - number * 60_000).toUTCString()}`,
    `Message-ID: <${number}.${mail}>`,
    ...['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', '', `${TEXT}${number}`, ''],
  ].join('\r\n');
}

/** The id of a folder by its path from the top of the mailbox. */
export async function folderAt(servers: Servers, mail: string, names: readonly string[]): Promise<string> {
  let path = '/mailFolders';
  let id = '';
  for (const name of names) {
    type Folders = { readonly value: readonly { readonly id: string; readonly displayName: string }[] };
    const { value } = await inOutlook<Folders>(servers, mail, { method: 'GET', path: `${path}?$top=200` });
    const folder = value.find(({ displayName }) => displayName === name);
    if (!folder) throw new Error(`${mail} has no folder ${names.join(' / ')}.`);
    id = folder.id;
    path = `/mailFolders/${id}/childFolders`;
  }
  return id;
}
