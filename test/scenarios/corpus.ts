import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';

const CRM = new URL('../../../shared/corpus/crm/', import.meta.url);

/** Why a test that needs the corpus is skipped; undefined where it is there. */
export const corpusMissing = existsSync(CRM)
  ? undefined
  : 'the corpus is not beside the project (../shared/corpus/crm)';

export const corpusEmailFolder = fileURLToPath(new URL('../../../shared/corpus/emails', import.meta.url));

/** The real messages; none where the corpus is not beside the project. */
export const corpusEmails = existsSync(corpusEmailFolder)
  ? readdirSync(corpusEmailFolder)
      .filter(name => name.endsWith('.eml'))
      .sort()
  : [];

export interface CorpusPerson {
  readonly account: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

/** Chinook's customers and employees, as Salesforce would be given them. */
export function chinookPeople(): CorpusPerson[] {
  const data = JSON.parse(readFileSync(new URL('chinook-people.json', CRM), 'utf8')) as Record<
    string,
    Record<string, string>[]
  >;
  return Object.values(data)
    .flat()
    .map(person => ({
      account: person.Company || null,
      fields: known({
        FirstName: person.FirstName,
        LastName: person.LastName,
        Email: person.Email,
        Title: person.Title,
        Phone: person.Phone,
        Fax: person.Fax,
        MailingStreet: person.Address,
        MailingCity: person.City,
        MailingState: person.State,
        MailingCountry: person.Country,
        MailingPostalCode: person.PostalCode,
      }),
    }));
}

/** The first so many people of AdventureWorks; a name is made from the address, which has it. */
export function adventureWorksPeople(count: number): CorpusPerson[] {
  const rows = parse(readFileSync(new URL('adventureworks-people.csv', CRM), 'utf8'), {
    columns: true,
    to: count,
  }) as Record<string, string>[];
  return rows.map(row => {
    const local = (row.email ?? '').split('@')[0] ?? '';
    const phone =
      row.phone_type === 'mobile' ? 'MobilePhone' : row.phone_type === 'home' ? 'HomePhone' : 'Phone';
    return {
      account: row.store || null,
      fields: known({
        FirstName: local.replace(/\d+$/, ''),
        LastName: `Person ${row.id}`,
        Email: row.email,
        [phone]: row.phone,
        MailingStreet: [row.street, row.street2].filter(Boolean).join('\n'),
        MailingCity: row.city,
        MailingState: row.state,
        MailingCountry: row.country,
        MailingPostalCode: row.postal_code,
      }),
    };
  });
}

function known(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  );
}
