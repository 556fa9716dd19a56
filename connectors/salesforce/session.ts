import type { CrmRecord, CrmRef } from '../../sync/record.ts';
import type { CrmFolderRecords, CrmMail, NewAccountDraft } from '../archive.ts';
import type {
  Correspondents,
  CorrespondentsQuestion,
  CrmAnswered,
  CrmPage,
  CrmQuery,
  CrmReadResult,
  CrmSession,
  CrmWrite,
  Outcome,
} from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { accountsByDomain, accountsByName, createAccounts } from './accounts.ts';
import { findCreated } from './attempts.ts';
import { readCorrespondents } from './correspondents.ts';
import { SalesforceFolderRecords } from './folder-records.ts';
import { CrmForms } from './forms.ts';
import { SalesforceMail } from './mail.ts';
import { Persons } from './persons.ts';
import { Records } from './records.ts';
import { type OrgSchema, UserSchema } from './schema.ts';
import type { PersonKind } from './shape.ts';
import type { UrlOf } from './task-records.ts';
import type { SalesforceWire } from './wire.ts';
import { Writes } from './writes.ts';

/** What all sessions of an org share. */
export interface SharedByOrg {
  readonly schema: OrgSchema;
  readonly urlOf: UrlOf;
  readonly now: () => number;
}

/** What one CRM user sees and may do: by his own session, or checked record by record. */
export class SalesforceSession implements CrmSession {
  readonly userId: string;
  readonly #wire: SalesforceWire;
  readonly #access: CheckedAccess | null;
  readonly #schema: UserSchema;
  readonly #records: Records;
  readonly #writes: Writes;
  readonly #mail: SalesforceMail;
  readonly #folderRecords: SalesforceFolderRecords;

  constructor(userId: string, wire: SalesforceWire, org: SharedByOrg, access: CheckedAccess | null) {
    const schema = new UserSchema(org.schema, wire);
    const persons = new Persons(wire, access);
    const forms = new CrmForms(userId, wire, schema, persons, org.urlOf);
    const records = new Records(wire, schema, access, forms);
    this.userId = userId;
    this.#wire = wire;
    this.#access = access;
    this.#schema = schema;
    this.#records = records;
    this.#writes = new Writes({ userId, wire, schema, records, forms, persons, access });
    this.#mail = new SalesforceMail({ wire, schema, access });
    this.#folderRecords = new SalesforceFolderRecords({
      userId,
      wire,
      schema,
      access,
      urlOf: org.urlOf,
      now: org.now,
    });
  }

  find(query: CrmQuery): Promise<CrmPage> {
    return this.#records.find(query);
  }
  ids(query: Omit<CrmQuery, 'order'>): Promise<{ ids: readonly string[]; next: string | null }> {
    return this.#records.ids(query);
  }
  read(refs: readonly CrmRef[]): Promise<CrmReadResult[]> {
    return this.#records.read(refs);
  }
  findByEmail(kind: PersonKind, addresses: readonly string[]): Promise<Map<string, CrmRecord[]>> {
    return this.#records.findByEmail(kind, addresses);
  }
  correspondents(asked: CorrespondentsQuestion): Promise<Correspondents> {
    return readCorrespondents(this.#records, this.#access, asked);
  }
  accountsByName(names: readonly string[]): Promise<Map<string, string[]>> {
    return accountsByName(this.#wire, this.#access, names);
  }
  accountsByDomain(domains: readonly string[]): Promise<Map<string, string[]>> {
    return accountsByDomain(this.#wire, this.#access, domains);
  }
  write(operations: readonly CrmWrite[]): Promise<Outcome<CrmAnswered>[]> {
    return this.#writes.write(operations);
  }
  createAccounts(drafts: readonly NewAccountDraft[]): Promise<Outcome<{ readonly id: string }>[]> {
    return createAccounts(this.#wire, this.#schema, this.#access, drafts);
  }
  findCreated(attempts: Parameters<CrmSession['findCreated']>[0]): Promise<Map<string, CrmRecord>> {
    return findCreated(this.#wire, this.#schema, this.#records, attempts);
  }
  mail(): CrmMail {
    return this.#mail;
  }
  records(): CrmFolderRecords {
    return this.#folderRecords;
  }
}
