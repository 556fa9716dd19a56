import type { CrmPerson, CrmRef } from '../../sync/record.ts';
import type {
  CrmPage,
  CrmQuery,
  CrmReadResult,
  CrmSession,
  CrmWrite,
  CrmWritten,
  Outcome,
} from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { accountsByDomain, accountsByName } from './accounts.ts';
import { findCreated } from './attempts.ts';
import { People } from './people.ts';
import { type OrgSchema, UserSchema } from './schema.ts';
import type { PersonKind } from './shape.ts';
import type { SalesforceWire } from './wire.ts';
import { Writes } from './writes.ts';

/** What one CRM user sees and may do: by his own session, or checked record by record. */
export class SalesforceSession implements CrmSession {
  readonly userId: string;
  readonly #wire: SalesforceWire;
  readonly #access: CheckedAccess | null;
  readonly #schema: UserSchema;
  readonly #people: People;
  readonly #writes: Writes;

  constructor(userId: string, wire: SalesforceWire, org: OrgSchema, access: CheckedAccess | null) {
    this.userId = userId;
    this.#wire = wire;
    this.#access = access;
    this.#schema = new UserSchema(org, wire);
    this.#people = new People(wire, this.#schema, access);
    this.#writes = new Writes(wire, this.#schema, this.#people, access);
  }

  find(query: CrmQuery): Promise<CrmPage> {
    return this.#people.find(query);
  }
  ids(query: Omit<CrmQuery, 'order'>): Promise<{ ids: readonly string[]; next: string | null }> {
    return this.#people.ids(query);
  }
  read(refs: readonly CrmRef[]): Promise<CrmReadResult[]> {
    return this.#people.read(refs);
  }
  findByEmail(kind: PersonKind, addresses: readonly string[]): Promise<Map<string, CrmPerson[]>> {
    return this.#people.findByEmail(kind, addresses);
  }
  accountsByName(names: readonly string[]): Promise<Map<string, string[]>> {
    return accountsByName(this.#wire, this.#access, names);
  }
  accountsByDomain(domains: readonly string[]): Promise<Map<string, string[]>> {
    return accountsByDomain(this.#wire, this.#access, domains);
  }
  write(operations: readonly CrmWrite[]): Promise<Outcome<CrmWritten>[]> {
    return this.#writes.write(operations);
  }
  findCreated(attempts: Parameters<CrmSession['findCreated']>[0]): Promise<Map<string, CrmPerson>> {
    return findCreated(this.#wire, this.#schema, this.#people, attempts);
  }
}
