import { SyncFailure } from '../../sync/failure.ts';
import type { CrmKind, CrmPerson, CrmRef, Fields, PersonField } from '../../sync/record.ts';
import { PERSON_FIELDS } from '../../sync/record.ts';
import type { CrmUser } from '../connector.ts';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly website: string | null;
  readonly ownerId: string;
}
export interface StoredPerson {
  readonly ref: CrmRef & { readonly kind: 'contact' | 'lead' };
  readonly ownerId: string;
  readonly accountId: string | null;
  readonly fields: Fields;
  readonly key: string | null;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly deleted: boolean;
  readonly successor: CrmRef | null;
}
export interface LogEntry {
  readonly ref: CrmRef;
  readonly atMs: number;
}

/** A contact has no company of its own (CON-1); a lead has one. Both have one address. */
const lacking: ReadonlySet<PersonField> = new Set<PersonField>(['email2', 'email3']);
export const storedFields: Readonly<Record<'contact' | 'lead', ReadonlySet<PersonField>>> = {
  contact: new Set(PERSON_FIELDS.filter(field => !lacking.has(field) && field !== 'website')),
  lead: new Set(PERSON_FIELDS.filter(field => !lacking.has(field))),
};

/** The records of an org, and what users and administrators do to them by hand. */
export class MemoryOrg {
  readonly readerId = 'reader';
  readonly users: CrmUser[] = [];
  readonly accounts = new Map<string, Account>();
  readonly people = new Map<string, StoredPerson>();
  readonly log: LogEntry[] = [];
  readonly now: () => number;
  #lastId = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  addUser(email: string): CrmUser {
    const user = {
      id: this.#nextId(),
      login: email,
      email,
      name: email,
      active: true,
      timeZone: 'Europe/Berlin',
    };
    this.users.push(user);
    this.log.push({ ref: { kind: 'user', id: user.id }, atMs: this.now() });
    return user;
  }

  addAccount(name: string, website: string | null, ownerId: string): Account {
    const account = { id: this.#nextId(), name, website, ownerId };
    this.accounts.set(account.id, account);
    this.#note({ kind: 'account', id: account.id });
    return account;
  }

  create(
    kind: 'contact' | 'lead',
    ownerId: string,
    fields: Fields,
    more: { readonly accountId?: string | null; readonly key?: string } = {},
  ): StoredPerson {
    if (!fields.lastName) {
      throw new SyncFailure('validation', 'lastName is required', {
        fields: ['lastName'],
        fix: 'Enter a last name.',
      });
    }
    const atMs = this.now();
    return this.#store({
      ref: { kind, id: this.#nextId() },
      ownerId,
      accountId: more.accountId ?? null,
      fields: only(kind, fields),
      key: more.key ?? null,
      createdAtMs: atMs,
      modifiedAtMs: atMs,
      deleted: false,
      successor: null,
    });
  }

  update(id: string, fields: Fields): StoredPerson {
    const person = this.live(id);
    return this.#store({ ...person, fields: { ...person.fields, ...only(person.ref.kind, fields) } });
  }

  setOwner(id: string, ownerId: string): void {
    this.#store({ ...this.live(id), ownerId });
  }

  delete(id: string): void {
    this.#store({ ...this.live(id), deleted: true });
  }

  merge(winnerId: string, loserId: string): void {
    this.#store({ ...this.live(loserId), deleted: true, successor: this.live(winnerId).ref });
  }

  convert(leadId: string): CrmRef {
    const lead = this.live(leadId);
    const contact = this.create('contact', lead.ownerId, lead.fields);
    this.#store({ ...lead, successor: contact.ref });
    return contact.ref;
  }

  live(id: string): StoredPerson {
    const person = this.people.get(id);
    if (person === undefined || person.deleted) throw new SyncFailure('gone', 'the record is deleted');
    return person;
  }

  canSee(userId: string, ownerId: string): boolean {
    return userId === this.readerId || userId === ownerId;
  }

  /** As the CRM shows the record. */
  shown(person: StoredPerson): CrmPerson {
    const { ref, ownerId, accountId, createdAtMs, modifiedAtMs, key, successor } = person;
    const company = this.accounts.get(accountId ?? '')?.name ?? null;
    const empty = Object.fromEntries([...storedFields[ref.kind]].map(field => [field, null]));
    return {
      ref,
      ownerId,
      accountId,
      fields: { ...empty, ...person.fields, ...(ref.kind === 'contact' && { company }) },
      createdAtMs,
      modifiedAtMs,
      ...(key !== null && { key }),
      ...(successor !== null && { successor }),
    };
  }

  #store(person: StoredPerson): StoredPerson {
    const stored = { ...person, modifiedAtMs: this.now() };
    this.people.set(person.ref.id, stored);
    this.#note(person.ref);
    return stored;
  }

  #note(ref: CrmRef): void {
    this.log.push({ ref, atMs: this.now() });
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId).padStart(18, '0');
  }
}

export function isPersonKind(kind: CrmKind): kind is 'contact' | 'lead' {
  return kind === 'contact' || kind === 'lead';
}

function only(kind: 'contact' | 'lead', fields: Fields): Fields {
  const entries = Object.entries(fields) as [PersonField, string | null][];
  return Object.fromEntries(
    entries.filter(([field]) => storedFields[kind].has(field) && (kind === 'lead' || field !== 'company')),
  );
}
