import { kindOfContainer, taskContainer } from '../../sync/containers.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { ItemKind, Meeting } from '../../sync/record.ts';
import type {
  ContactFolder,
  Mailbox,
  MailboxIdentity,
  MailboxItems,
  MailboxPage,
  MailboxProbe,
  MailboxProbeResult,
  MailFolder,
  MasterCategory,
} from '../connector.ts';
import { MemoryItems, required } from './items.ts';

const taskList = taskContainer('tasks');

interface StampedFolder {
  readonly folder: MailFolder;
  stamp: string | null;
}

/** What a mailbox is, without a network: the executable reference of the conformance suite. */
export class MemoryMailbox implements Mailbox {
  readonly #identity: MailboxIdentity;
  readonly #items: MemoryItems;
  readonly #contactFolders = new Map<string, ContactFolder>();
  readonly #mailFolders = new Map<string, StampedFolder>();
  readonly #categories = new Map<string, MasterCategory>();
  #lastId = 0;

  constructor(identity: MailboxIdentity, now: () => number) {
    this.#identity = identity;
    this.#items = new MemoryItems(identity.address, now, id => this.#isContainer(id));
    this.#contactFolders.set('contacts', { id: 'contacts', name: 'Contacts', parentId: 'root' });
  }

  async identity(): Promise<MailboxIdentity> {
    return this.#identity;
  }

  async probe(probe: MailboxProbe): Promise<MailboxProbeResult> {
    const pages = new Map<string, MailboxPage>();
    for (const { id, cursor } of probe.containers) pages.set(id, await this.changes(id, cursor));
    return {
      pages,
      root: probe.rootFolderId === null ? null : await this.mailFolder(probe.rootFolderId),
      contactFolder: this.#contactFolders.get(probe.contactFolderId ?? '') ?? null,
      categories: probe.categories ? await this.categories() : null,
    };
  }

  async changes(containerId: string, cursor: string | null): Promise<MailboxPage> {
    return this.#items.changes(containerId, cursor);
  }

  async defaultContactFolder(): Promise<ContactFolder> {
    return this.#contactFolders.get('contacts')!;
  }

  async contactFolders(): Promise<ContactFolder[]> {
    return [...this.#contactFolders.values()].filter(folder => folder.id !== 'contacts');
  }

  async createContactFolder(name: string): Promise<ContactFolder> {
    requireFreeName(name, [...this.#contactFolders.values()]);
    const folder = { id: this.#nextId(), name, parentId: 'contacts' };
    this.#contactFolders.set(folder.id, folder);
    return folder;
  }

  async renameContactFolder(id: string, name: string): Promise<void> {
    this.#contactFolders.set(id, { ...required(this.#contactFolders.get(id)), name });
  }

  /** The user's hand: a folder goes with what is in it. */
  deleteContactFolder(id: string): void {
    this.#items.removeAll(id);
    this.#contactFolders.delete(id);
  }

  async mailFolders(): Promise<MailFolder[]> {
    return [...this.#mailFolders.values()].map(({ folder }) => folder);
  }

  async createMailFolder(name: string, stamp: string): Promise<MailFolder> {
    requireFreeName(name, await this.mailFolders());
    const folder = { id: this.#nextId(), name, parentId: 'root', itemCount: 0 };
    this.#mailFolders.set(folder.id, { folder, stamp });
    return folder;
  }

  async renameMailFolder(id: string, name: string): Promise<void> {
    const { folder, stamp } = required(this.#mailFolders.get(id));
    this.#mailFolders.set(id, { folder: { ...folder, name }, stamp });
  }

  async mailFolder(id: string): Promise<{ folder: MailFolder; stamp: string | null } | null> {
    return this.#mailFolders.get(id) ?? null;
  }

  async writeFolderStamp(id: string, stamp: string): Promise<void> {
    required(this.#mailFolders.get(id)).stamp = stamp;
  }

  async categories(): Promise<MasterCategory[]> {
    return [...this.#categories.values()];
  }

  async createCategory(name: string, color: string): Promise<MasterCategory> {
    requireFreeName(name, await this.categories());
    const category = { id: this.#nextId(), name, color };
    this.#categories.set(category.id, category);
    return category;
  }

  async recolorCategory(id: string, color: string): Promise<void> {
    this.#categories.set(id, { ...required(this.#categories.get(id)), color });
  }

  async defaultTaskList(): Promise<string> {
    return taskList;
  }

  items(kind: ItemKind): MailboxItems {
    return this.#items.of(kind);
  }

  /** The user's hand: drags the item to another folder. */
  move(itemId: string, containerId: string): void {
    this.#items.move(itemId, containerId);
  }

  setMeeting(itemId: string, meeting: Partial<Meeting>): void {
    this.#items.setMeeting(itemId, meeting);
  }

  #isContainer(id: string): boolean {
    const kind = kindOfContainer(id);
    return kind === 'contact' ? this.#contactFolders.has(id) : kind === 'event' || id === taskList;
  }

  #nextId(): string {
    this.#lastId += 1;
    return `id-${this.#lastId}`;
  }
}

function requireFreeName(name: string, taken: readonly { readonly name: string }[]): void {
  if (taken.some(other => other.name === name))
    throw new SyncFailure('duplicate', `"${name}" is there already`);
}
