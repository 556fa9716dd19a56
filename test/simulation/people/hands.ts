import { CATEGORY } from '../../engine/company.ts';
import { Administrator } from '../administrator.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import {
  addressesOf,
  columnOf,
  EXPANDED,
  FIELD_NAMES,
  FIELDS,
  type FieldName,
  type Json,
  keyOf,
  type OutlookItem,
  type PersonObject,
  written,
} from './fields.ts';

export const LEADS_CATEGORY = `${CATEGORY} Leads`;
const PRIVATE_FOLDER = 'Private';
export type Values = { readonly [field in FieldName]?: string | null };

/** A contact of a mailbox. */
export interface Item {
  readonly id: string;
  readonly person: string;
  readonly values: Values;
  readonly categories: readonly string[];
  readonly folderId: string;
  /** Null: no product made it. */
  readonly key: string | null;
  readonly raw: OutlookItem;
}

/** A contact or lead of the CRM. */
export interface PersonRecord {
  readonly id: string;
  readonly object: PersonObject;
  readonly person: string;
  readonly values: Values;
  readonly ownerId: string;
  readonly accountId: string | null;
  readonly modifiedAtMs: number;
}

/** Whom an address or a name stands for: `p7@people.example`, or P7 where there is no address. */
export function addressOf(person: string): string {
  return `${person.toLowerCase()}@people.example`;
}

export function whoIs(address: string | null, lastName: string | null): string {
  const [, number] = /^p(\d+)@people\.example$/i.exec(address ?? '') ?? [];
  return number === undefined ? (lastName ?? '') : `P${number}`;
}

export const PERSON = /^P\d+$/;

/** What users do and see in Outlook and in the CRM. */
export class Hands {
  readonly #company: SimulatedCompany;
  readonly #administrator: Administrator;

  constructor(company: SimulatedCompany) {
    this.#company = company;
    this.#administrator = new Administrator(company);
  }

  outlook(mailbox: string) {
    return this.#company.outlook(mailbox);
  }

  /** All contacts of a mailbox, wherever they are but in the Deleted Items. */
  async items(mailbox: string): Promise<Item[]> {
    const outlook = this.outlook(mailbox);
    const folders = await this.folders(mailbox);
    const paths = ['/contacts', ...folders.map(({ id }) => `/contactFolders/${id}/contacts`)];
    const found: Item[] = [];
    for (const path of paths) {
      const { value } = await outlook.call<{ value: OutlookItem[] }>('GET', `${path}?$top=500&${EXPANDED}`);
      found.push(...value.map(itemOf));
    }
    return [...new Map(found.map(item => [item.id, item])).values()].filter(({ person }) =>
      PERSON.test(person),
    );
  }

  async itemsOf(mailbox: string, person: string): Promise<Item[]> {
    return (await this.items(mailbox)).filter(item => item.person === person);
  }

  async folders(mailbox: string): Promise<{ id: string; displayName: string }[]> {
    const { value } = await this.outlook(mailbox).call<{ value: { id: string; displayName: string }[] }>(
      'GET',
      '/contactFolders?$top=100',
    );
    return value;
  }

  async defaultFolder(mailbox: string): Promise<string> {
    const { id } = await this.outlook(mailbox).call<{ id: string }>('GET', '/contactFolders/contacts');
    return id;
  }

  /** The user's own folder beside the product's. */
  async privateFolder(mailbox: string): Promise<string> {
    const known = await this.outlook(mailbox).folder(PRIVATE_FOLDER);
    if (known) return known;
    const made = await this.outlook(mailbox).call<{ id: string }>('POST', '/contactFolders', {
      displayName: PRIVATE_FOLDER,
    });
    return made.id;
  }

  /** As an administrator, who sees everything; live ones only. */
  async records(): Promise<PersonRecord[]> {
    return (await this.everybody()).filter(({ person }) => PERSON.test(person));
  }

  /** Those of other modules as well. */
  async everybody(): Promise<PersonRecord[]> {
    const found: PersonRecord[] = [];
    for (const object of ['Contact', 'Lead'] as const) {
      const columns = FIELD_NAMES.flatMap(field => columnOf(field, object) ?? []);
      const own = object === 'Contact' ? 'AccountId, Account.Name' : 'IsConverted';
      const soql = `SELECT Id, Email, OwnerId, LastModifiedDate, ${own}, ${columns.join(', ')} FROM ${object}`;
      const rows = await this.#administrator.query<Json>(soql);
      found.push(...rows.filter(row => row.IsConverted !== true).map(row => recordOf(object, row)));
    }
    return found;
  }

  /** By id, which shows what queries may show later. */
  async recordsOf(person: string, object?: PersonObject): Promise<PersonRecord[]> {
    const listed = await this.records();
    const found = listed.filter(
      record => record.person === person && (object ?? record.object) === record.object,
    );
    const opened = await Promise.all(found.map(record => this.#opened(record)));
    return opened.filter(record => record !== null);
  }

  /** Null when it is there no more. */
  async #opened(listed: PersonRecord): Promise<PersonRecord | null> {
    const path = `/sobjects/${listed.object}/${listed.id}`;
    const row = await this.asAdministrator<Json>('GET', path).catch(() => null);
    if (row === null) return null;
    const opened = recordOf(listed.object, row);
    if (listed.object === 'Lead') return opened;
    return { ...opened, values: { ...opened.values, company: listed.values.company ?? null } };
  }

  userId(email: string | null): Promise<string> {
    return this.#administrator.userId(email);
  }

  asAdministrator<T>(method: string, path: string, body?: Json): Promise<T> {
    return this.#administrator.call(method, path, body);
  }
}

function itemOf(raw: OutlookItem): Item {
  const values = Object.fromEntries(FIELD_NAMES.map(field => [field, FIELDS[field].shown(raw)])) as Values;
  return {
    id: raw.id,
    person: whoIs(written(addressesOf(raw)[0]?.address), values.lastName ?? null),
    values,
    categories: raw.categories,
    folderId: raw.parentFolderId,
    key: keyOf(raw),
    raw,
  };
}

function recordOf(object: PersonObject, row: Json): PersonRecord {
  const account = row.Account as Json | null | undefined;
  const values: { [field in FieldName]?: string | null } = {};
  for (const field of FIELD_NAMES) {
    const column = columnOf(field, object);
    if (column !== null) values[field] = written(row[column]);
  }
  if (object === 'Contact') values.company = written(account?.Name);
  return {
    id: String(row.Id),
    object,
    person: whoIs(written(row.Email), values.lastName ?? null),
    values,
    ownerId: String(row.OwnerId),
    accountId: written(row.AccountId),
    modifiedAtMs: Date.parse(String(row.LastModifiedDate)),
  };
}
