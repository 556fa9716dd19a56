import { CATEGORY } from '../../engine/company.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { Agenda } from './agenda.ts';
import { Post } from './post.ts';

type Json = Record<string, unknown>;
type CrmObject = 'Contact' | 'Lead';

const LEADS_CATEGORY = `${CATEGORY} Leads`;

/** What one user does by hand on both sides, and to whom: people are told apart by their last names. */
export class Desk {
  readonly agenda: Agenda;
  readonly post: Post;
  readonly #company: SimulatedCompany;
  readonly #mail: string;

  constructor(company: SimulatedCompany, mail: string) {
    this.#company = company;
    this.#mail = mail;
    this.agenda = new Agenda(company, mail);
    this.post = new Post(company, mail);
  }

  // ------------------------------------------------------------------------------------------------ Outlook

  /** With our category, in our folder where there is one. */
  async addContact(surname: string, fields: Json = {}): Promise<void> {
    const folder = await this.#outlook.folder(CATEGORY);
    await this.#outlook.addContact(
      { surname, ...addressed(surname), categories: [CATEGORY], ...fields },
      folder ?? undefined,
    );
  }

  addLeadContact(surname: string, companyName: string): Promise<void> {
    return this.addContact(surname, { companyName, categories: [LEADS_CATEGORY] });
  }

  async editContact(surname: string, fields: Json): Promise<void> {
    await this.#outlook.changeContact(await this.#contactId(surname), fields);
  }

  async deleteContact(surname: string): Promise<void> {
    await this.#outlook.deleteContact(await this.#contactId(surname));
  }

  async deleteFolder(): Promise<void> {
    await this.#outlook.deleteFolder(CATEGORY);
  }

  async deleteCategory(): Promise<void> {
    const path = '/outlook/masterCategories';
    const { value } = await this.#outlook.call<{ value: { id: string; displayName: string }[] }>('GET', path);
    const found = value.find(category => category.displayName === CATEGORY);
    await this.#outlook.call('DELETE', `${path}/${found?.id}`);
  }

  async #contactId(surname: string): Promise<string> {
    const items = await this.#outlook.contacts(CATEGORY);
    return theOnly(
      items.filter(item => item.surname === surname).map(item => item.id),
      `contact ${surname} of ${this.#mail} in Outlook`,
    );
  }

  get #outlook() {
    return this.#company.outlook(this.#mail);
  }

  // ------------------------------------------------------------------------------------------------ the CRM

  async addRecords(object: CrmObject, names: readonly string[], fields: Json = {}): Promise<void> {
    await this.#crm.create(
      object,
      names.map(LastName => ({ LastName, Email: addressOf(LastName), ...fields })),
    );
  }

  /** Somebody of whom there is nothing but a name. */
  async addNamesake(LastName: string): Promise<void> {
    await this.#crm.create('Contact', [{ LastName }]);
  }

  async editRecord(object: CrmObject, name: string, fields: Json): Promise<void> {
    await this.#crm.update(object, await this.#recordId(object, name), fields);
  }

  async deleteRecord(object: CrmObject, name: string): Promise<void> {
    await this.#crm.delete(object, await this.#recordId(object, name));
  }

  async giveRecord(object: CrmObject, name: string, colleague: string): Promise<void> {
    const users = await this.#crm.query<{ Id: string }>(`SELECT Id FROM User WHERE Email = '${colleague}'`);
    const OwnerId = theOnly(
      users.map(({ Id }) => Id),
      `${colleague} in the CRM`,
    );
    await this.editRecord(object, name, { OwnerId });
  }

  /** Into a contact that there is, or a new one. */
  async convert(lead: string, contact?: string): Promise<void> {
    await this.#company.salesforce.control('POST', 'convert', {
      leadId: await this.#recordId('Lead', lead),
      ...(contact !== undefined && {
        contactId: await this.#recordId('Contact', contact),
        accountId: (await this.#crm.create('Account', [{ Name: 'Fabrikam' }]))[0],
      }),
    });
  }

  async merge(object: CrmObject, loser: string, winner: string): Promise<void> {
    await this.#company.salesforce.control('POST', 'merge', {
      object,
      masterId: await this.#recordId(object, winner),
      loserIds: [await this.#recordId(object, loser)],
    });
  }

  async #recordId(object: CrmObject, name: string): Promise<string> {
    const found = await this.#crm.query<{ Id: string }>(
      `SELECT Id FROM ${object} WHERE LastName = '${name}' AND Owner.Email = '${this.#mail}'`,
    );
    return theOnly(
      found.map(({ Id }) => Id),
      `${object} ${name} of ${this.#mail} in the CRM`,
    );
  }

  get #crm() {
    return this.#company.crm(this.#mail);
  }
}

const addressOf = (name: string) => `${name.toLowerCase()}@fabrikam.example`;
const addressed = (name: string) => ({ emailAddresses: [{ address: addressOf(name), name }] });

function theOnly(ids: readonly string[], what: string): string {
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw new Error(`There are ${ids.length} of ${what}, not one.`);
  return id;
}
