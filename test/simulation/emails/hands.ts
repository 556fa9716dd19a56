import { Administrator } from '../administrator.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { letterIn } from './letter.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Folder {
  readonly id: string;
  readonly displayName: string;
  readonly parentFolderId: string;
}

export interface Message {
  readonly id: string;
  readonly subject: string;
  /** Null: none of the users' letters. */
  readonly letter: string | null;
  readonly folderId: string;
  readonly categories: readonly string[];
  readonly html: string;
}

/** A folder as the product's ledger knows it. */
export interface LedgerFolder {
  readonly pairingId: string;
  readonly key: string;
  readonly folderId: string;
}

export interface Email {
  readonly id: string;
  readonly letter: string | null;
  /** The record that it is on, an account among others. */
  readonly relatedId: string | null;
  readonly text: string;
  readonly bcc: string | null;
  readonly createdAtMs: number;
  readonly people: readonly { readonly id: string; readonly role: string; readonly address: string }[];
  readonly files: readonly string[];
}

export interface Person {
  readonly id: string;
  readonly object: 'Contact' | 'Lead';
  readonly address: string;
  readonly createdAtMs: number;
}

export interface OpenRecord {
  readonly id: string;
  readonly object: 'Opportunity' | 'Case';
  /** As folders and summaries show it. */
  readonly title: string;
  readonly isOpen: boolean;
  readonly ownerId: string;
  readonly modifiedAtMs: number;
  readonly stage: string;
}

/** What users do and see in their mail and in the CRM. */
export class Hands {
  readonly #company: SimulatedCompany;
  readonly administrator: Administrator;

  constructor(company: SimulatedCompany) {
    this.#company = company;
    this.administrator = new Administrator(company);
  }

  outlook(mailbox: string) {
    return this.#company.outlook(mailbox);
  }

  /** Every folder of mail, wherever it is. */
  async folders(mailbox: string): Promise<Folder[]> {
    const found: Folder[] = [];
    const parents = ['/mailFolders'];
    for (let path = parents.shift(); path !== undefined; path = parents.shift()) {
      const at = path === '/mailFolders' ? path : `${path}/childFolders`;
      const { value } = await this.outlook(mailbox).call<{ value: Folder[] }>(
        'GET',
        `${at}?$top=200&includeHiddenFolders=true`,
      );
      found.push(...value);
      parents.push(...value.map(({ id }) => `/mailFolders/${id}`));
    }
    return found;
  }

  async messages(mailbox: string, folders: readonly Folder[]): Promise<Message[]> {
    const found: Message[] = [];
    for (const { id } of folders) {
      const path = `/mailFolders/${id}/messages?$top=500`;
      const { value } = await this.outlook(mailbox).call<{ value: Json[] }>('GET', path);
      found.push(...value.map(messageOf));
    }
    return found;
  }

  folderIds(): Promise<LedgerFolder[]> {
    return this.#company.database.inOrganization(this.#company.organizationId, async tx => {
      const rows = await tx
        .selectFrom('mail_folders')
        .selectAll()
        .orderBy('pairing_id')
        .orderBy('key')
        .execute();
      return rows.map(({ pairing_id, key, folder_id }) => ({
        pairingId: pairing_id,
        key,
        folderId: folder_id,
      }));
    });
  }

  async people(): Promise<Person[]> {
    const found: Person[] = [];
    for (const object of ['Contact', 'Lead'] as const) {
      const converted = object === 'Lead' ? ' WHERE IsConverted = false' : '';
      const soql = `SELECT Id, Email, CreatedDate FROM ${object}${converted}`;
      found.push(...(await this.administrator.query<Json>(soql)).map(row => personOf(object, row)));
    }
    return found;
  }

  /** The ids of what a user of the CRM sees. */
  async visibleTo(email: string): Promise<Set<string>> {
    const crm = this.#company.crm(email);
    const seen = new Set<string>();
    for (const object of ['Contact', 'Lead', 'Opportunity', 'Case'])
      for (const { Id } of await crm.query(`SELECT Id FROM ${object}`)) seen.add(String(Id));
    return seen;
  }

  async accounts(): Promise<string[]> {
    const rows = await this.administrator.query<Json>('SELECT Website FROM Account WHERE Website != null');
    return rows.map(({ Website }) => String(Website));
  }

  async records(): Promise<OpenRecord[]> {
    const opportunities = await this.administrator.query<Json>(
      'SELECT Id, Name, IsClosed, OwnerId, LastModifiedDate, StageName FROM Opportunity',
    );
    const cases = await this.administrator.query<Json>(
      'SELECT Id, CaseNumber, Subject, IsClosed, OwnerId, LastModifiedDate, Status FROM Case',
    );
    return [
      ...opportunities.map(row => recordOf('Opportunity', row, String(row.Name), row.StageName)),
      ...cases.map(row => recordOf('Case', row, `${row.CaseNumber} ${row.Subject}`, row.Status)),
    ];
  }

  /** By id, which shows what queries may show later. */
  isThere({ object, id }: OpenRecord): Promise<boolean> {
    return this.administrator.call('GET', `/sobjects/${object}/${id}`).then(
      () => true,
      () => false,
    );
  }

  async emails(): Promise<Email[]> {
    const rows = await this.administrator.query<Json>(
      'SELECT Id, Subject, TextBody, RelatedToId, ParentId, BccAddress, CreatedDate FROM EmailMessage',
    );
    if (rows.length === 0) return [];
    const relations = await this.administrator.query<Json>(
      'SELECT EmailMessageId, RelationId, RelationType, RelationAddress FROM EmailMessageRelation',
    );
    const ids = rows.map(({ Id }) => `'${Id}'`).join();
    const files = await this.administrator.query<Json>(
      `SELECT LinkedEntityId, ContentDocument.Title, ContentDocument.FileExtension FROM ContentDocumentLink WHERE LinkedEntityId IN (${ids})`,
    );
    return rows.map(row => emailOf(row, relations, files));
  }
}

function messageOf(row: Json): Message {
  const body = row.body as { content?: string } | undefined;
  return {
    id: String(row.id),
    subject: String(row.subject),
    letter: letterIn(row.subject),
    folderId: String(row.parentFolderId),
    categories: row.categories as string[],
    html: body?.content ?? '',
  };
}

function personOf(object: Person['object'], row: Json): Person {
  const address = String(row.Email ?? '').toLowerCase();
  return { id: String(row.Id), object, address, createdAtMs: Date.parse(String(row.CreatedDate)) };
}

function recordOf(object: OpenRecord['object'], row: Json, title: string, stage: unknown): OpenRecord {
  return {
    ...{ id: String(row.Id), object, title, stage: String(stage) },
    isOpen: row.IsClosed !== true,
    ownerId: String(row.OwnerId),
    modifiedAtMs: Date.parse(String(row.LastModifiedDate)),
  };
}

function emailOf(row: Json, relations: readonly Json[], files: readonly Json[]): Email {
  const id = String(row.Id);
  const own = relations.filter(relation => relation.EmailMessageId === id && relation.RelationId);
  return {
    id,
    letter: letterIn(row.Subject),
    relatedId: (row.ParentId ?? row.RelatedToId ?? null) as string | null,
    text: String(row.TextBody ?? ''),
    bcc: (row.BccAddress ?? null) as string | null,
    createdAtMs: Date.parse(String(row.CreatedDate)),
    people: own.map(({ RelationId, RelationType, RelationAddress }) => ({
      id: String(RelationId),
      role: String(RelationType),
      address: String(RelationAddress ?? '').toLowerCase(),
    })),
    files: files
      .filter(({ LinkedEntityId }) => LinkedEntityId === id)
      .map(({ ContentDocument }) => nameOfFile(ContentDocument as Json)),
  };
}

function nameOfFile({ Title, FileExtension }: Json): string {
  return FileExtension ? `${Title}.${FileExtension}` : String(Title);
}
