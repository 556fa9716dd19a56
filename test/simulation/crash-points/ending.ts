import type { OutlookContact } from '../../emulated/hands.ts';
import { CATEGORY } from '../../engine/company.ts';
import { Hands } from '../emails/hands.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { type Effect, effectsOf } from './effects.ts';
import { ledgerOf } from './ledger.ts';
import { Names } from './names.ts';

/** What a story left behind, without what differs from telling to telling. */
export interface Ending {
  /** Of both sides and our own database, as lines. */
  readonly state: readonly string[];
  readonly effects: readonly Effect[];
}

export async function endingOf(company: SimulatedCompany, users: readonly string[]): Promise<Ending> {
  const names = Names.of(company.network.traffic);
  const lines = [
    ...(await Promise.all(users.map(user => mailboxOf(company, user)))).flat(),
    ...(await crmOf(company, users[0] ?? '')),
    ...(await ledgerOf(company)),
  ];
  return {
    state: lines.map(line => names.inText(JSON.stringify(line))).sort(),
    effects: effectsOf(company.network.traffic, names),
  };
}

async function mailboxOf(company: SimulatedCompany, user: string): Promise<unknown[]> {
  const outlook = company.outlook(user);
  const list = async (path: string) =>
    (await outlook.call<{ value: Record<string, unknown>[] }>('GET', path)).value;
  const contacts: readonly OutlookContact[] = await outlook.contacts(CATEGORY);
  const folders = await list('/contactFolders?$top=100');
  const mail = await mailOf(new Hands(company), user);
  const categories = await list('/outlook/masterCategories');
  const events = await list(`/calendarView?${CALENDAR}`);
  const tasks = await list('/todo/lists/Tasks/tasks?$expand=linkedResources');
  return [
    ...contacts.map(contact => ({ user, contact: contentOf(contact) })),
    ...events.map(event => ({ user, event: contentOf(event) })),
    ...tasks.map(task => ({ user, task: contentOf(task) })),
    ...mail,
    ...folders.map(({ displayName }) => ({ user, folder: displayName })),
    ...categories.map(({ displayName, color }) => ({ user, category: displayName, color })),
  ];
}

/** Every folder of mail by its path, and every message by where it is. */
async function mailOf(hands: Hands, user: string): Promise<unknown[]> {
  const folders = await hands.folders(user);
  const pathOf = (id: string): string => {
    const folder = folders.find(one => one.id === id);
    return folder ? `${pathOf(folder.parentFolderId)}/${folder.displayName}` : '';
  };
  const messages = await hands.messages(user, folders);
  return [
    ...folders.map(({ id }) => ({ user, mailFolder: pathOf(id) })),
    ...messages.map(({ folderId, subject, categories, html }) => ({
      ...{ user, message: subject, folder: pathOf(folderId), categories, html },
    })),
  ];
}

const CALENDAR = 'startDateTime=2026-02-01T00:00:00Z&endDateTime=2026-06-01T00:00:00Z&$top=100';
const GIVEN =
  /^(id|uid|iCalUId|transactionId|webLink|seriesMasterId|changeKey|completedDateTime|bodyLastModifiedDateTime|(created|lastModified)DateTime|.*@odata[.].*)$/;

/** Everything but what the mailbox gives and what says nothing. */
function contentOf(item: object): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => !GIVEN.test(name) && !isEmpty(value)),
  );
}

const PERSON = 'Owner.Email, FirstName, LastName, Email, Title, Phone, MobilePhone, Description';
const QUERIES = [
  `SELECT ${PERSON}, Department, Account.Name FROM Contact`,
  `SELECT ${PERSON}, Company, IsConverted, ConvertedContactId FROM Lead`,
  'SELECT Owner.Email, Name FROM Account',
  'SELECT Owner.Email, Subject, Location, Description, StartDateTime, EndDateTime, IsAllDayEvent, IsPrivate FROM Event',
  'SELECT EventId, RelationId, Status FROM EventRelation',
  'SELECT Owner.Email, Subject, Description, ActivityDate, Status, Priority, TaskSubtype FROM Task',
  'SELECT Owner.Email, Name, Description, StageName, Amount, CloseDate, AccountId FROM Opportunity',
  'SELECT Subject, TextBody, HtmlBody, FromAddress, ToAddress, CcAddress, BccAddress, Incoming, MessageDate, RelatedToId FROM EmailMessage',
  'SELECT EmailMessageId, RelationId, RelationType, RelationAddress FROM EmailMessageRelation',
  'SELECT Title, FileExtension, ContentSize FROM ContentVersion',
];

async function crmOf(company: SimulatedCompany, user: string): Promise<unknown[]> {
  const rows = (await Promise.all(QUERIES.map(soql => company.crm(user).query<Row>(soql)))).flat();
  return rows.map(withoutAddress);
}

interface Row {
  readonly attributes: { readonly type: string };
}

/** Rows of one content may come in another order: their own addresses, with their ids, say nothing. */
function withoutAddress({ attributes: { type }, ...fields }: Row): object {
  return { type, ...fields };
}
