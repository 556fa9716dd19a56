import type { RandomBytes } from '../../randomness.ts';
import { AccessTokens, type Application, DEFAULT_TENANT_ID, defaultApplication } from './applications.ts';
import type { Clock, ClockState } from './clock.ts';
import { Directory, type User } from './directory.ts';
import { Mailbox } from './mailbox.ts';
import type { SavedContents } from './mailbox-records.ts';
import type { FolderState, Item, MailboxState, Tombstone } from './mailbox-state.ts';
import { Outbox, type OutboxMail } from './outbox.ts';
import type { RecordStore } from './state-file.ts';

interface TenantState {
  tenantId: string;
  tokenKey: string;
  applications: Application[];
  clock?: ClockState;
}

/** Everything that outlives a restart: users, mailboxes and registered applications. */
export class Tenant {
  readonly clock: Clock;
  readonly records: RecordStore;
  readonly directory = new Directory();
  readonly outbox: Outbox;
  readonly #randomBytes: RandomBytes;
  #state: TenantState;
  #tokens: AccessTokens;

  constructor(records: RecordStore, clock: Clock, randomBytes: RandomBytes) {
    this.records = records;
    this.outbox = new Outbox(records);
    this.clock = clock;
    this.#randomBytes = randomBytes;
    this.#state = newState(AccessTokens.newKey(randomBytes));
    this.#tokens = new AccessTokens(this.#state.tokenKey, clock, randomBytes);
    this.#restore();
    this.save();
  }

  get id(): string {
    return this.#state.tenantId;
  }

  get tokens(): AccessTokens {
    return this.#tokens;
  }

  get defaultApplication(): Application {
    return this.#state.applications[0]!;
  }

  application(clientId: string): Application | undefined {
    return this.#state.applications.find(one => one.clientId === clientId.toLowerCase());
  }

  register(application: Application): void {
    this.#state.applications.push(application);
    this.save();
  }

  /** Writes the tenant's own record: to be called after an application was changed. */
  save(): void {
    this.records.put('tenant', this.#state);
  }

  saveClock(): void {
    this.#state.clock = this.clock.state();
    this.save();
  }

  addUser(user: User, mailboxSettings: Record<string, unknown> | undefined): void {
    this.directory.add(user);
    this.records.put(`user/${user.id}`, user);
    if (!mailboxSettings) return;
    this.directory.mailboxes.set(user.id, Mailbox.create(user.id, mailboxSettings, this.records));
  }

  /** Back to an empty tenant; tokens and the client's credentials stay good. */
  reset(): void {
    this.records.clear();
    this.outbox.reset();
    this.directory.clear();
    this.#state = newState(this.#state.tokenKey);
    this.save();
  }

  #restore(): void {
    const mailboxes = new Map<string, SavedContents & { state?: MailboxState }>();
    const contentsOf = (guid: string) => {
      const known = mailboxes.get(guid);
      if (known) return known;
      const fresh: SavedContents & { state?: MailboxState } = { folders: [], items: [], tombstones: [] };
      mailboxes.set(guid, fresh);
      return fresh;
    };
    for (const { key, record } of this.records.load()) {
      const [kind, guid = ''] = key.split('/');
      if (kind === 'tenant') this.#state = record as TenantState;
      if (kind === 'mail') this.outbox.restore(record as OutboxMail);
      if (kind === 'user') this.directory.add(record as User);
      if (kind === 'mailbox') contentsOf(guid).state = record as MailboxState;
      if (kind === 'folder') contentsOf(guid).folders.push(record as FolderState);
      if (kind === 'item') contentsOf(guid).items.push(record as Item);
      if (kind === 'gone') contentsOf(guid).tombstones.push(record as Tombstone);
    }
    this.#tokens = new AccessTokens(this.#state.tokenKey, this.clock, this.#randomBytes);
    if (this.#state.clock) this.clock.restore(this.#state.clock);
    for (const [guid, { state, ...contents }] of mailboxes) {
      if (!state) continue;
      const mailbox = new Mailbox(guid, state, this.records);
      mailbox.restore(contents);
      this.directory.mailboxes.set(guid, mailbox);
    }
  }
}

const newState = (tokenKey: string): TenantState => ({
  tenantId: DEFAULT_TENANT_ID,
  tokenKey,
  applications: [defaultApplication()],
});
