import { findIana } from 'windows-iana';
import type { MailboxPerson } from '../../sync/record.ts';
import type {
  ContactFolder,
  Mailbox,
  MailboxIdentity,
  MailboxItemState,
  MailboxPage,
  MailboxProbe,
  MailboxProbeResult,
  MailboxWrite,
  MailboxWritten,
  MailFolder,
  MasterCategory,
  Outcome,
} from '../connector.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { Contacts } from './contacts.ts';
import { ContactDelta } from './delta.ts';
import {
  categoriesOf,
  Folders,
  presentContactFolder,
  type StampedFolder,
  stampedFolderOf,
} from './folders.ts';
import { query } from './odata.ts';
import { bodyOf, type MailboxWire } from './wire.ts';

export const userSelect = 'id,displayName,mail,userPrincipalName';

/** One mailbox of a tenant. */
export class GraphMailbox implements Mailbox {
  readonly #wire: MailboxWire;
  readonly #identityOf: (user: unknown, timeZone: string | null) => MailboxIdentity;
  readonly #delta: ContactDelta;
  readonly #folders: Folders;
  readonly #contacts: Contacts;

  constructor(wire: MailboxWire, identityOf: (user: unknown, timeZone: string | null) => MailboxIdentity) {
    this.#wire = wire;
    this.#identityOf = identityOf;
    this.#delta = new ContactDelta(wire);
    this.#folders = new Folders(wire);
    this.#contacts = new Contacts(wire, this.#folders);
  }

  /** As it was asked for. */
  get user(): string {
    return this.#wire.user;
  }

  /** Reads a little below the mailbox, to see whether that is permitted. */
  async look(...segments: readonly string[]): Promise<void> {
    const options = segments.length === 0 ? { $select: 'id' } : { $top: '1' };
    await this.#wire.get(this.#wire.path(...segments) + query(options));
  }

  async identity(): Promise<MailboxIdentity> {
    const [user, settings] = await this.#wire.batch([
      { method: 'GET', url: this.#wire.path() + query({ $select: userSelect }) },
      { method: 'GET', url: this.#wire.path('mailboxSettings') },
    ]);
    const { timeZone } = bodyOf(settings!, 'read') as { timeZone?: string };
    return this.#identityOf(bodyOf(user!, 'read'), ianaZone(timeZone));
  }

  async probe(probe: MailboxProbe): Promise<MailboxProbeResult> {
    const requests: BatchRequest[] = probe.containers.map(({ id, cursor }) =>
      this.#delta.request(id, cursor),
    );
    if (probe.rootFolderId !== null) requests.push(this.#folders.mailFolderRequest(probe.rootFolderId));
    if (probe.contactFolderId !== null)
      requests.push(this.#folders.contactFolderRequest(probe.contactFolderId));
    if (probe.categories) requests.push(this.#folders.categoriesRequest());
    const asked = this.#folders.deletedItemsRequests();
    const answers = await this.#wire.batch([...requests, ...asked]);
    if (asked.length > 0) this.#folders.learnDeletedItems(answers[requests.length]!);
    return this.#probed(probe, answers, await this.#folders.deletedItemsId());
  }

  /** A folder in Deleted Items opens by its id as before; for us it is gone. */
  #probed(probe: MailboxProbe, given: readonly BatchAnswer[], deletedItemsId: string): MailboxProbeResult {
    const answers = given.values();
    const next = () => answers.next().value!;
    const pages = new Map(
      probe.containers.map(({ id, cursor }) => [id, this.#delta.page(id, cursor, next())]),
    );
    const root = probe.rootFolderId === null ? null : stampedFolderOf(next());
    const contactFolder = probe.contactFolderId === null ? null : presentContactFolder(next());
    return {
      pages,
      root: root?.folder.parentId === deletedItemsId ? null : root,
      contactFolder: contactFolder?.parentId === deletedItemsId ? null : contactFolder,
      categories: probe.categories ? categoriesOf(next()) : null,
    };
  }

  async changes(containerId: string, cursor: string | null): Promise<MailboxPage> {
    const [answer] = await this.#wire.batch([this.#delta.request(containerId, cursor)]);
    return this.#delta.page(containerId, cursor, answer!);
  }

  defaultContactFolder(): Promise<ContactFolder> {
    return this.#folders.defaultContactFolder();
  }
  contactFolders(): Promise<ContactFolder[]> {
    return this.#folders.contactFolders();
  }
  createContactFolder(name: string): Promise<ContactFolder> {
    return this.#folders.createContactFolder(name);
  }
  renameContactFolder(id: string, name: string): Promise<void> {
    return this.#folders.renameContactFolder(id, name);
  }
  mailFolders(): Promise<MailFolder[]> {
    return this.#folders.mailFolders();
  }
  createMailFolder(name: string, stamp: string): Promise<MailFolder> {
    return this.#folders.createMailFolder(name, stamp);
  }
  renameMailFolder(id: string, name: string): Promise<void> {
    return this.#folders.renameMailFolder(id, name);
  }
  mailFolder(id: string): Promise<StampedFolder | null> {
    return this.#folders.mailFolder(id);
  }
  writeFolderStamp(id: string, stamp: string): Promise<void> {
    return this.#folders.writeFolderStamp(id, stamp);
  }
  categories(): Promise<MasterCategory[]> {
    return this.#folders.categories();
  }
  createCategory(name: string, color: string): Promise<MasterCategory> {
    return this.#folders.createCategory(name, color);
  }
  recolorCategory(id: string, color: string): Promise<void> {
    return this.#folders.recolorCategory(id, color);
  }
  read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]> {
    return this.#contacts.read(itemIds);
  }
  findByKeys(containerId: string, keys: readonly string[]): Promise<Map<string, MailboxPerson>> {
    return this.#contacts.findByKeys(containerId, keys);
  }
  write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    return this.#contacts.write(operations);
  }
}

/** Mailboxes name their zone the Windows way or the IANA way. */
function ianaZone(name: string | undefined): string | null {
  if (!name) return null;
  return findIana(name)[0] ?? name;
}
