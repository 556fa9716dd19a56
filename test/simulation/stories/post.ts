import { CATEGORY, type Company } from '../../engine/company.ts';
import { emlOf, type Letter } from '../emails/letter.ts';

type Json = Record<string, unknown>;

interface Folder {
  readonly id: string;
  readonly displayName: string;
}

/** What one user does by hand with mail and with what it is about; letters are told apart by their names. */
export class Post {
  readonly #company: Company;
  readonly #mail: string;

  constructor(company: Company, mail: string) {
    this.#company = company;
    this.#mail = mail;
  }

  /** Comes into a folder below the product's, named from there, or into one of the usual ones. */
  async deliver(name: string, parts: Partial<Letter>, ...path: readonly string[]): Promise<void> {
    const letter: Letter = { ...USUAL, name, to: [this.#mail], ...parts };
    const [first = 'inbox'] = path;
    const folder = path.length > 0 && !WELL_KNOWN.includes(first) ? await this.#folderId(path) : first;
    const eml = emlOf(letter, Date.parse(SENT), letter.from === this.#mail);
    const id = await this.#company.graph.control('POST', 'deliver', {
      ...{ mailbox: this.#mail, folder, eml: Buffer.from(eml).toString('base64') },
    });
    this.#ids.set(name, (id as { immutableId: string }).immutableId);
  }

  readonly #ids = new Map<string, string>();

  /** The folder that a letter is in, with the categories that it has; null: it is nowhere. */
  async whereabouts(name: string): Promise<{ folder: string; categories: readonly string[] } | null> {
    const path = `/messages/${this.#ids.get(name)}`;
    const found = this.#outlook.call<{ parentFolderId: string; categories: string[] }>('GET', path);
    const message = await found.catch(() => null);
    if (message === null) return null;
    const { parentFolderId, categories } = message;
    const { displayName } = await this.#outlook.call<Folder>('GET', `/mailFolders/${parentFolderId}`);
    return { folder: displayName, categories };
  }

  async move(name: string, ...path: readonly string[]): Promise<void> {
    const destinationId = await this.#folderId(path);
    await this.#outlook.call('POST', `/messages/${this.#ids.get(name)}/move`, { destinationId });
  }

  async categorize(name: string): Promise<void> {
    await this.#outlook.call('PATCH', `/messages/${this.#ids.get(name)}`, { categories: [CATEGORY] });
  }

  async deleteFolder(...path: readonly string[]): Promise<void> {
    await this.#outlook.call('DELETE', `/mailFolders/${await this.#folderId(path)}`);
  }

  async renameFolder(displayName: string, ...path: readonly string[]): Promise<void> {
    await this.#outlook.call('PATCH', `/mailFolders/${await this.#folderId(path)}`, { displayName });
  }

  async addContact(LastName: string, Email: string): Promise<void> {
    await this.#crm.create('Contact', [{ LastName, Email }]);
  }

  async addOpportunity(Name: string): Promise<void> {
    await this.#crm.create('Opportunity', [{ Name, StageName: 'Prospecting', CloseDate: '2026-12-31' }]);
  }

  async editOpportunity(name: string, fields: Json): Promise<void> {
    const soql = `SELECT Id FROM Opportunity WHERE Name = '${name}'`;
    const [found] = await this.#crm.query<{ Id: string }>(soql);
    await this.#crm.update('Opportunity', found?.Id ?? '', fields);
  }

  async #folderId(path: readonly string[]): Promise<string> {
    let at = '/mailFolders';
    let id = '';
    for (const name of [CATEGORY, ...path]) {
      const { value } = await this.#outlook.call<{ value: Folder[] }>('GET', `${at}?$top=100`);
      const found = value.find(({ displayName }) => displayName === name);
      if (!found) throw new Error(`${this.#mail} has no folder ${name} at ${at}.`);
      id = found.id;
      at = `/mailFolders/${id}/childFolders`;
    }
    return id;
  }

  get #outlook() {
    return this.#company.outlook(this.#mail);
  }

  get #crm() {
    return this.#company.crm(this.#mail);
  }
}

const WELL_KNOWN = ['inbox', 'sentitems'];
const SENT = '2026-03-02T08:30:00Z';
const USUAL = {
  ...{ from: 'moss@fabrikam.example', to: [], cc: [], bcc: [] },
  ...{ hasFile: false, isPrivate: false },
};
