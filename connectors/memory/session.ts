import { SyncFailure } from '../../sync/failure.ts';
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
import type { Account, MemoryOrg, StoredPerson } from './org.ts';

/** What one user sees and may change: his own records; the reading user sees all. */
export class MemorySession implements CrmSession {
  readonly userId: string;
  readonly #org: MemoryOrg;

  constructor(org: MemoryOrg, userId: string) {
    this.#org = org;
    this.userId = userId;
  }

  async find(query: CrmQuery): Promise<CrmPage> {
    const people = this.#matching(query).sort((a, b) => order(query.order, a, b));
    const start = query.after == null ? 0 : people.findIndex(person => person.ref.id === query.after) + 1;
    const page = people.slice(start, start + query.limit);
    const hasMore = start + query.limit < people.length;
    return {
      people: page.map(person => this.#org.shown(person)),
      next: hasMore ? (page.at(-1)?.ref.id ?? null) : null,
    };
  }

  async ids(query: Omit<CrmQuery, 'order'>): Promise<{ ids: readonly string[]; next: string | null }> {
    const { people, next } = await this.find({ ...query, order: 'id' });
    return { ids: people.map(person => person.ref.id), next };
  }

  async read(refs: readonly CrmRef[]): Promise<CrmReadResult[]> {
    return refs.map(({ id }) => {
      const person = this.#org.people.get(id);
      if (person === undefined || !this.#sees(person)) return { type: 'absent' };
      return { type: 'present', person: this.#org.shown(person) };
    });
  }

  async findByEmail(
    kind: 'contact' | 'lead',
    addresses: readonly string[],
  ): Promise<Map<string, CrmPerson[]>> {
    const people = this.#matching({ kind }).map(person => this.#org.shown(person));
    const wanted = [...new Set(addresses.map(address => address.toLowerCase()))];
    const found = wanted.map((address): [string, CrmPerson[]] => [
      address,
      people.filter(person => person.fields.email1?.toLowerCase() === address),
    ]);
    return new Map(found.filter(([, matches]) => matches.length > 0));
  }

  async accountsByName(names: readonly string[]): Promise<Map<string, string[]>> {
    return this.#accounts(names, (account, name) => account.name === name);
  }

  async accountsByDomain(domains: readonly string[]): Promise<Map<string, string[]>> {
    const host = (website: string | null) => website?.replace(/^https?:\/\/(www\.)?/, '').split('/')[0];
    return this.#accounts(domains, (account, domain) => host(account.website) === domain.toLowerCase());
  }

  async write(operations: readonly CrmWrite[]): Promise<Outcome<CrmWritten>[]> {
    return operations.map(operation => {
      try {
        return {
          ok: true,
          value: operation.op === 'create' ? this.#create(operation) : this.#update(operation),
        };
      } catch (error) {
        if (error instanceof SyncFailure) return { ok: false, failure: error };
        throw error;
      }
    });
  }

  async findCreated(attempts: Parameters<CrmSession['findCreated']>[0]): Promise<Map<string, CrmPerson>> {
    const found = attempts.map((attempt): [string, StoredPerson | undefined] => [
      attempt.key,
      this.#matching({ kind: attempt.kind }).find(person => person.key === attempt.key),
    ]);
    return new Map(
      found.flatMap(([key, person]) => (person === undefined ? [] : [[key, this.#org.shown(person)]])),
    );
  }

  #create({ kind, key, fields, accountId }: Extract<CrmWrite, { op: 'create' }>): CrmWritten {
    const earlier = [...this.#org.people.values()].find(person => person.key === key && !person.deleted);
    const stored =
      earlier === undefined
        ? this.#org.create(kind, this.userId, fields, { key, ...(accountId !== undefined && { accountId }) })
        : this.#org.update(earlier.ref.id, fields);
    return { ref: stored.ref, after: this.#org.shown(stored), existed: earlier !== undefined };
  }

  #update({ ref, fields }: Extract<CrmWrite, { op: 'update' }>): CrmWritten {
    const person = this.#org.live(ref.id);
    if (!this.#org.canSee(this.userId, person.ownerId)) {
      throw new SyncFailure('forbidden', 'the user may not edit this record');
    }
    const before = this.#org.shown(person);
    return { ref: person.ref, before, after: this.#org.shown(this.#org.update(ref.id, fields)) };
  }

  #matching({
    kind,
    ownerId,
    modifiedSinceMs,
  }: Pick<CrmQuery, 'kind' | 'ownerId' | 'modifiedSinceMs'>): StoredPerson[] {
    return [...this.#org.people.values()].filter(
      person =>
        person.ref.kind === kind &&
        this.#sees(person) &&
        person.successor === null &&
        (ownerId === undefined || person.ownerId === ownerId) &&
        (modifiedSinceMs === undefined || person.modifiedAtMs >= modifiedSinceMs),
    );
  }

  #sees(person: StoredPerson): boolean {
    return !person.deleted && this.#org.canSee(this.userId, person.ownerId);
  }

  #accounts(
    values: readonly string[],
    matches: (account: Account, value: string) => boolean,
  ): Map<string, string[]> {
    const visible = [...this.#org.accounts.values()].filter(({ ownerId }) =>
      this.#org.canSee(this.userId, ownerId),
    );
    const found = values.map((value): [string, string[]] => [
      value,
      visible.filter(account => matches(account, value)).map(({ id }) => id),
    ]);
    return new Map(found.filter(([, ids]) => ids.length > 0));
  }
}

function order(by: CrmQuery['order'], a: StoredPerson, b: StoredPerson): number {
  if (by === 'recent') return b.modifiedAtMs - a.modifiedAtMs || b.ref.id.localeCompare(a.ref.id);
  return a.ref.id.localeCompare(b.ref.id);
}
