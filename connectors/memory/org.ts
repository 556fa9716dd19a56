import type { Participant } from '../../sync/calendar/appointment.ts';
import { participantsOfText, textOfParticipants } from '../../sync/calendar/text-form.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { FolderKind } from '../../sync/folders/kinds.ts';
import {
  APPOINTMENT_FIELDS,
  type Attendee,
  type CrmRecord,
  type CrmRef,
  type Field,
  type Fields,
  PERSON_FIELDS,
  type RecordKind,
  TASK_FIELDS,
} from '../../sync/record.ts';
import type { CrmUser, FeedKind } from '../connector.ts';
import type { StoredEmail } from './emails.ts';
import type { StoredFolderRecord } from './folder-records.ts';
import { requireSpan, wholeFields, zone } from './values.ts';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly website: string | null;
  readonly ownerId: string;
  readonly key: string | null;
}
export interface StoredRecord {
  readonly ref: CrmRef & { readonly kind: RecordKind };
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
  readonly ref: { readonly kind: FeedKind; readonly id: string };
  readonly atMs: number;
}

/** A contact has no company of its own (CON-1); a lead has one. Both have one address. */
const personFields = PERSON_FIELDS.filter(field => field !== 'email2' && field !== 'email3');
const taskFields = new Set(TASK_FIELDS.filter(field => field !== 'links'));
export const storedFields: Readonly<Record<RecordKind, ReadonlySet<Field>>> = {
  contact: new Set(personFields.filter(field => field !== 'website')),
  lead: new Set(personFields),
  event: new Set(APPOINTMENT_FIELDS.filter(field => field !== 'attendeeDetails')),
  call: taskFields,
  task: taskFields,
};

/** The records of an org, and what users and administrators do to them by hand. */
export class MemoryOrg {
  readonly readerId = 'reader';
  readonly users: CrmUser[] = [];
  readonly accounts = new Map<string, Account>();
  readonly records = new Map<string, StoredRecord>();
  readonly folderKinds = new Set<FolderKind>(['opportunities', 'cases', 'quotes']);
  readonly folderRecords = new Map<string, StoredFolderRecord>();
  readonly emails = new Map<string, StoredEmail>();
  readonly log: LogEntry[] = [];
  readonly now: () => number;
  #lastId = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  addUser(email: string): CrmUser {
    const user = {
      id: this.nextId(),
      login: email,
      email,
      name: email,
      active: true,
      timeZone: zone,
    };
    this.users.push(user);
    this.log.push({ ref: { kind: 'user', id: user.id }, atMs: this.now() });
    return user;
  }

  usersByEmail(addresses: readonly string[]): Map<string, CrmUser[]> {
    const wanted = new Set(addresses.map(address => address.toLowerCase()));
    const found = Map.groupBy(this.users, ({ email }) => email.toLowerCase());
    return new Map([...found].filter(([address]) => wanted.has(address)));
  }

  addAccount(name: string, website: string | null, ownerId: string, key: string | null = null): Account {
    const account = { id: this.nextId(), name, website, ownerId, key };
    this.accounts.set(account.id, account);
    this.#note({ kind: 'account', id: account.id });
    return account;
  }

  create(
    kind: RecordKind,
    ownerId: string,
    fields: Fields,
    more: { readonly accountId?: string | null; readonly key?: string } = {},
  ): StoredRecord {
    const atMs = this.now();
    return this.#store({
      ref: { kind, id: this.nextId() },
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

  update(id: string, fields: Fields): StoredRecord {
    const record = this.live(id);
    return this.#store({ ...record, fields: { ...record.fields, ...only(record.ref.kind, fields) } });
  }

  /** The hand of who owns the appointment. */
  invite(id: string, userId: string): void {
    const { email, name } = this.users.find(user => user.id === userId)!;
    const invited: Participant = { address: email.toLowerCase(), name, role: 'required', response: 'none' };
    this.update(id, { participants: textOfParticipants([...participantsIn(this.live(id)), invited]) });
  }

  withdraw(id: string, userId: string): void {
    const { email } = this.users.find(user => user.id === userId)!;
    const others = participantsIn(this.live(id)).filter(({ address }) => address !== email.toLowerCase());
    this.update(id, { participants: textOfParticipants(others) });
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

  live(id: string): StoredRecord {
    const record = this.records.get(id);
    if (record === undefined || record.deleted) throw new SyncFailure('gone', 'the record is deleted');
    return record;
  }

  /** The reading user has the rights of all owners. */
  owns(userId: string, ownerId: string): boolean {
    return userId === this.readerId || userId === ownerId;
  }

  addFolderRecord(
    draft: Pick<StoredFolderRecord, 'kind' | 'name' | 'ownerId'> & Partial<StoredFolderRecord>,
  ): StoredFolderRecord {
    const id = this.nextId();
    return this.#storeFolderRecord({
      id,
      number: draft.kind === 'cases' ? id.slice(-8) : null,
      description: '',
      accountId: null,
      contactId: null,
      values: {},
      key: null,
      isOpen: true,
      deleted: false,
      createdAtMs: this.now(),
      modifiedAtMs: this.now(),
      ...draft,
    });
  }

  changeFolderRecord(id: string, change: Partial<StoredFolderRecord>): StoredFolderRecord {
    const record = this.folderRecords.get(id);
    if (record === undefined || record.deleted) throw new SyncFailure('gone', 'the record is deleted');
    return this.#storeFolderRecord({ ...record, ...change, modifiedAtMs: this.now() });
  }

  /** Whose a record of any kind is. */
  ownerOf(id: string): string | null {
    const record = this.records.get(id) ?? this.folderRecords.get(id) ?? this.accounts.get(id);
    return record?.ownerId ?? null;
  }

  #storeFolderRecord(record: StoredFolderRecord): StoredFolderRecord {
    this.folderRecords.set(record.id, record);
    this.#note({ kind: record.kind, id: record.id });
    return record;
  }

  /** The users, beside its owner, who take part in an appointment. */
  inviteesOf(record: StoredRecord): string[] {
    const addresses = participantsIn(record).map(({ address }) => address);
    const users = this.users.filter(({ email }) => addresses.includes(email.toLowerCase()));
    return users.map(({ id }) => id).filter(id => id !== record.ownerId);
  }

  /** As the CRM shows the record to a user. */
  shownTo(userId: string, record: StoredRecord): CrmRecord {
    const { ref, ownerId, accountId, createdAtMs, modifiedAtMs, key, successor } = record;
    const isTask = ref.kind === 'task' || ref.kind === 'call';
    const isEvent = ref.kind === 'event';
    return {
      ref,
      ownerId,
      accountId,
      fields: {
        ...wholeFields(storedFields[ref.kind], record.fields),
        ...(ref.kind === 'contact' && { company: this.#accountName(accountId) }),
      },
      createdAtMs,
      modifiedAtMs,
      ...(isTask && { closed: record.fields.status === 'completed' }),
      ...(isEvent && { attendees: participantsIn(record).map(participant => this.#attendee(participant)) }),
      ...(isEvent && this.inviteesOf(record).includes(userId) && { invited: true }),
      ...(key !== null && { key }),
      ...(successor !== null && { successor }),
    };
  }

  #attendee({ name, address }: Participant): Attendee {
    const contact = [...this.records.values()].find(({ fields }) => fields.email1?.toLowerCase() === address);
    return { name: name ?? address, address, account: this.#accountName(contact?.accountId ?? null) };
  }

  #accountName(id: string | null): string | null {
    return this.accounts.get(id ?? '')?.name ?? null;
  }

  #store(record: StoredRecord): StoredRecord {
    requireFields(record);
    const stored = { ...record, modifiedAtMs: this.now() };
    const before = this.records.get(record.ref.id);
    this.records.set(record.ref.id, stored);
    this.#note(record.ref);
    const [had, has] = [new Set(before && this.inviteesOf(before)), new Set(this.inviteesOf(stored))];
    for (const userId of had.symmetricDifference(has)) this.#note(invitationOf(record.ref.id, userId));
    return stored;
  }

  #note(ref: LogEntry['ref']): void {
    this.log.push({ ref, atMs: this.now() });
  }

  nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId).padStart(18, '0');
  }
}

/** An invitation is known by who is invited to what. */
function invitationOf(eventId: string, userId: string): CrmRef {
  return { kind: 'invitation', id: `${eventId}-${userId}` };
}
export function partsOf(invitationId: string): { readonly eventId: string; readonly userId: string } {
  const [eventId = '', userId = ''] = invitationId.split('-');
  return { eventId, userId };
}

function participantsIn({ fields }: StoredRecord): Participant[] {
  return participantsOfText(fields.participants ?? '[]').filter(({ role }) => role !== 'organizer');
}

function requireFields({ ref, fields }: StoredRecord): void {
  if (ref.kind === 'event') requireSpan(fields);
  if ((ref.kind === 'contact' || ref.kind === 'lead') && !fields.lastName) {
    throw new SyncFailure('validation', 'lastName is required', {
      fields: ['lastName'],
      fix: 'Enter a last name.',
    });
  }
}

function only(kind: RecordKind, fields: Fields): Fields {
  const entries = Object.entries(fields) as [Field, string | null][];
  return Object.fromEntries(
    entries.filter(([field]) => storedFields[kind].has(field) && (kind !== 'contact' || field !== 'company')),
  );
}
