import { kindOfContainer, taskContainer } from '../../sync/containers.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
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
import type { MailboxMail } from '../mail.ts';
import { MemoryItems } from './items.ts';
import { MemoryMail } from './mail.ts';
import { MemoryMailFolders, mailRoot } from './mail-folders.ts';
import { MemoryMessages } from './messages.ts';
import { required, requireFreeName } from './values.ts';

const taskList = taskContainer('tasks');

/** What a mailbox is, without a network: the executable reference of the conformance suite. */
export class MemoryMailbox implements Mailbox {
  readonly #identity: MailboxIdentity;
  readonly #items: MemoryItems;
  readonly #contactFolders = new Map<string, ContactFolder>();
  readonly #messages: MemoryMessages;
  readonly #mailFolders: MemoryMailFolders;
  readonly #mail: MemoryMail;
  readonly #categories = new Map<string, MasterCategory>();
  #lastId = 0;

  constructor(identity: MailboxIdentity, now: () => number) {
    this.#identity = identity;
    this.#items = new MemoryItems(identity.address, now, id => this.#isContainer(id));
    this.#messages = new MemoryMessages(now);
    this.#mailFolders = new MemoryMailFolders(id => this.#messages.countIn(id));
    this.#mail = new MemoryMail(identity, this.#mailFolders, this.#messages);
    this.#contactFolders.set('contacts', { id: 'contacts', name: 'Contacts', parentId: 'root' });
  }

  async identity(): Promise<MailboxIdentity> {
    return this.#identity;
  }

  async probe(probe: MailboxProbe): Promise<MailboxProbeResult> {
    const pages = new Map<string, MailboxPage>();
    for (const { id, cursor } of probe.containers) pages.set(id, await this.changes(id, cursor));
    const root = await this.mailFolder(probe.rootFolderId ?? '');
    const folders = new Map<string, readonly MailFolder[] | null>();
    for (const id of probe.folderParents)
      folders.set(id, this.#mailFolders.has(id) ? this.#mailFolders.children(id).map(unmarked) : null);
    return {
      pages,
      root: root?.folder.parentId === mailRoot ? root : null,
      contactFolder: this.#contactFolders.get(probe.contactFolderId ?? '') ?? null,
      categories: probe.categories ? await this.categories() : null,
      folders,
    };
  }

  async changes(containerId: string, cursor: string | null): Promise<MailboxPage> {
    const isOfMail = kindOfContainer(containerId) === 'message';
    return isOfMail ? this.#messages.changes(containerId, cursor) : this.#items.changes(containerId, cursor);
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
    return this.#mailFolders.children(mailRoot).map(unmarked);
  }

  async createMailFolder(name: string, stamp: string): Promise<MailFolder> {
    return unmarked(this.#mailFolders.create(mailRoot, name, { stamp }));
  }

  async renameMailFolder(id: string, name: string): Promise<void> {
    this.#mailFolders.rename(id, name);
  }

  async mailFolder(id: string): Promise<{ folder: MailFolder; stamp: string | null } | null> {
    const folder = this.#mailFolders.get(id);
    return folder && { folder: unmarked(folder), stamp: this.#mailFolders.stampOf(id) };
  }

  async writeFolderStamp(id: string, stamp: string): Promise<void> {
    this.#mailFolders.stamp(id, stamp);
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

  mail(): MailboxMail {
    return this.#mail;
  }

  /** A message arrives, with what is in its attachments; answers its id. */
  deliver(folderId: string, message: MailMessage, contents: Readonly<Record<string, string>> = {}): string {
    return this.#messages.add({ folderId, mark: null, message, contents }).id;
  }

  /** The user's hand: a folder of mail goes for good, with what is in it. */
  purgeMailFolder(id: string): void {
    for (const folderId of this.#mailFolders.purge(id)) this.#messages.purgeFolder(folderId);
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

function unmarked({ id, name, parentId, itemCount }: MailFolder): MailFolder {
  return { id, name, parentId, itemCount };
}
