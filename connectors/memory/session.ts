import { SyncFailure } from '../../sync/failure.ts';
import type { CrmRecord, CrmRef } from '../../sync/record.ts';
import type { CrmFolderRecords, CrmMail, NewAccountDraft } from '../archive.ts';
import type {
  Correspondents,
  CorrespondentsQuestion,
  CrmAnswered,
  CrmDeleted,
  CrmPage,
  CrmQuery,
  CrmReadResult,
  CrmSession,
  CrmWrite,
  Outcome,
} from '../connector.ts';
import { MemoryCrmMail } from './emails.ts';
import { MemoryFolderRecords } from './folder-records.ts';
import type { Account, MemoryOrg, StoredRecord } from './org.ts';
import { outcomeOf } from './outcome.ts';
import { overlaps } from './values.ts';

/** What one user sees and may change: his own records and what he is invited to; the reading user sees all. */
export class MemorySession implements CrmSession {
  readonly userId: string;
  readonly #org: MemoryOrg;

  constructor(org: MemoryOrg, userId: string) {
    this.#org = org;
    this.userId = userId;
  }

  async find(query: CrmQuery): Promise<CrmPage> {
    const records = this.#matching(query).sort((a, b) => order(query.order, a, b));
    const start = query.after == null ? 0 : records.findIndex(({ ref }) => ref.id === query.after) + 1;
    const page = records.slice(start, start + query.limit);
    const hasMore = start + query.limit < records.length;
    return {
      records: page.map(record => this.#shown(record)),
      next: hasMore ? (page.at(-1)?.ref.id ?? null) : null,
    };
  }

  async ids(query: Omit<CrmQuery, 'order'>): Promise<{ ids: readonly string[]; next: string | null }> {
    const { records, next } = await this.find({ ...query, order: 'id' });
    return { ids: records.map(({ ref }) => ref.id), next };
  }

  async read(refs: readonly CrmRef[]): Promise<CrmReadResult[]> {
    return refs.map(({ id }) => {
      const record = this.#org.records.get(id);
      if (record === undefined || !this.#sees(record)) return { type: 'absent' };
      return { type: 'present', record: this.#shown(record) };
    });
  }

  async findByEmail(
    kind: 'contact' | 'lead',
    addresses: readonly string[],
  ): Promise<Map<string, CrmRecord[]>> {
    const people = this.#matching({ kind }).map(person => this.#shown(person));
    const wanted = [...new Set(addresses.map(address => address.toLowerCase()))];
    const found = wanted.map((address): [string, CrmRecord[]] => [
      address,
      people.filter(person => person.fields.email1?.toLowerCase() === address),
    ]);
    return new Map(found.filter(([, matches]) => matches.length > 0));
  }

  async correspondents({ addresses, domains, kinds }: CorrespondentsQuestion): Promise<Correspondents> {
    const of = async (kind: 'contact' | 'lead') =>
      kinds.includes(kind) ? this.findByEmail(kind, addresses) : new Map<string, CrmRecord[]>();
    return {
      users: this.#org.usersByEmail(addresses),
      contacts: await of('contact'),
      leads: await of('lead'),
      accounts: await this.accountsByDomain(domains),
    };
  }

  async accountsByName(names: readonly string[]): Promise<Map<string, string[]>> {
    return this.#accounts(names, (account, name) => account.name === name);
  }

  async accountsByDomain(domains: readonly string[]): Promise<Map<string, string[]>> {
    const host = (website: string | null) => website?.replace(/^https?:\/\/(www\.)?/, '').split('/')[0];
    return this.#accounts(domains, (account, domain) => host(account.website) === domain.toLowerCase());
  }

  async write(operations: readonly CrmWrite[]): Promise<Outcome<CrmAnswered>[]> {
    return operations.map(operation => outcomeOf(() => this.#apply(operation)));
  }

  async findCreated(attempts: Parameters<CrmSession['findCreated']>[0]): Promise<Map<string, CrmRecord>> {
    const found = attempts.map((attempt): [string, StoredRecord | undefined] => [
      attempt.key,
      this.#matching({ kind: attempt.kind }).find(record => record.key === attempt.key),
    ]);
    return new Map(
      found.flatMap(([key, record]) => (record === undefined ? [] : [[key, this.#shown(record)]])),
    );
  }

  async createAccounts(drafts: readonly NewAccountDraft[]): Promise<Outcome<{ readonly id: string }>[]> {
    return drafts.map(({ key, name, website }) =>
      outcomeOf(() => {
        const earlier = [...this.#org.accounts.values()].find(account => account.key === key);
        return { id: (earlier ?? this.#org.addAccount(name, website, this.userId, key)).id };
      }),
    );
  }

  mail(): CrmMail {
    return new MemoryCrmMail(this.#org, this.userId);
  }

  records(): CrmFolderRecords {
    return new MemoryFolderRecords(this.#org, this.userId);
  }

  #apply(operation: CrmWrite): CrmAnswered {
    if (operation.op === 'create') return this.#create(operation);
    return operation.op === 'update' ? this.#update(operation) : this.#delete(operation.ref);
  }

  #create({ kind, key, fields, accountId }: Extract<CrmWrite, { op: 'create' }>): CrmAnswered {
    const earlier = [...this.#org.records.values()].find(record => record.key === key && !record.deleted);
    const stored =
      earlier === undefined
        ? this.#org.create(kind, this.userId, fields, { key, ...(accountId !== undefined && { accountId }) })
        : this.#org.update(earlier.ref.id, fields);
    return { ref: stored.ref, after: this.#shown(stored), existed: earlier !== undefined };
  }

  #update({ ref, fields }: Extract<CrmWrite, { op: 'update' }>): CrmAnswered {
    const record = this.#org.live(ref.id);
    this.#requireOwn(record);
    const before = this.#shown(record);
    return { ref: record.ref, before, after: this.#shown(this.#org.update(ref.id, fields)) };
  }

  #delete(ref: CrmRef): CrmDeleted {
    const record = this.#org.records.get(ref.id);
    if (record === undefined || record.deleted) return { ref, after: null };
    this.#requireOwn(record);
    const before = this.#shown(record);
    this.#org.delete(ref.id);
    return { ref, before, after: null };
  }

  #requireOwn(record: StoredRecord): void {
    if (this.#org.owns(this.userId, record.ownerId)) return;
    throw new SyncFailure('forbidden', 'the user may not edit this record');
  }

  #matching(query: Omit<CrmQuery, 'order' | 'limit'>): StoredRecord[] {
    return [...this.#org.records.values()].filter(
      record => record.ref.kind === query.kind && this.#sees(record) && this.#matches(query, record),
    );
  }

  #matches(query: Omit<CrmQuery, 'order' | 'limit'>, record: StoredRecord): boolean {
    const { ownerId, within, open, modifiedSinceMs } = query;
    const isOpen = record.fields.status !== 'completed';
    return (
      record.successor === null &&
      (ownerId === undefined || this.#concerns(ownerId, record)) &&
      (within === undefined || overlaps(record.fields, within)) &&
      (open !== true || isOpen) &&
      (modifiedSinceMs === undefined || record.modifiedAtMs >= modifiedSinceMs)
    );
  }

  #concerns(userId: string, record: StoredRecord): boolean {
    return record.ownerId === userId || this.#org.inviteesOf(record).includes(userId);
  }

  #sees(record: StoredRecord): boolean {
    return (
      !record.deleted && (this.#org.owns(this.userId, record.ownerId) || this.#concerns(this.userId, record))
    );
  }

  #shown(record: StoredRecord): CrmRecord {
    return this.#org.shownTo(this.userId, record);
  }

  #accounts(
    values: readonly string[],
    matches: (account: Account, value: string) => boolean,
  ): Map<string, string[]> {
    const visible = [...this.#org.accounts.values()].filter(({ ownerId }) =>
      this.#org.owns(this.userId, ownerId),
    );
    const found = values.map((value): [string, string[]] => [
      value,
      visible.filter(account => matches(account, value)).map(({ id }) => id),
    ]);
    return new Map(found.filter(([, ids]) => ids.length > 0));
  }
}

function order(by: CrmQuery['order'], a: StoredRecord, b: StoredRecord): number {
  if (by === 'recent') return b.modifiedAtMs - a.modifiedAtMs || b.ref.id.localeCompare(a.ref.id);
  return a.ref.id.localeCompare(b.ref.id);
}
