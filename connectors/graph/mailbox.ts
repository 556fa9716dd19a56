import { kindOfContainer, taskContainer, type WatchedKind } from '../../sync/containers.ts';
import type { ItemKind } from '../../sync/record.ts';
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
import { sent } from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { ContactChanges } from './contact-changes.ts';
import { Contacts } from './contacts.ts';
import { Delta } from './delta.ts';
import { EventChanges } from './event-changes.ts';
import { Events } from './events.ts';
import {
  categoriesOf,
  Folders,
  presentContactFolder,
  type StampedFolder,
  stampedFolderOf,
} from './folders.ts';
import { GraphMail } from './mail.ts';
import { MailChanges } from './mail-changes.ts';
import { MailFolders } from './mail-folders.ts';
import { MailboxZone } from './mailbox-zone.ts';
import { query } from './odata.ts';
import { TaskChanges } from './task-changes.ts';
import { TaskLists } from './task-lists.ts';
import { Tasks } from './tasks.ts';
import { bodyOf, type MailboxWire } from './wire.ts';

export const userSelect = 'id,displayName,mail,userPrincipalName';

/** One mailbox of a tenant. */
export class GraphMailbox implements Mailbox {
  readonly #wire: MailboxWire;
  readonly #identityOf: (user: unknown, timeZone: string | null) => MailboxIdentity;
  readonly #folders: Folders;
  readonly #mailFolders: MailFolders;
  readonly #mail: MailboxMail;
  readonly #zone: MailboxZone;
  readonly #lists: TaskLists;
  readonly #deltas: Readonly<Record<WatchedKind, Delta>>;
  readonly #items: Readonly<Record<ItemKind, MailboxItems>>;

  constructor(wire: MailboxWire, identityOf: (user: unknown, timeZone: string | null) => MailboxIdentity) {
    this.#wire = wire;
    this.#identityOf = identityOf;
    this.#folders = new Folders(wire);
    this.#mailFolders = new MailFolders(wire);
    this.#mail = new GraphMail(wire, this.#mailFolders);
    this.#zone = new MailboxZone(wire);
    this.#lists = new TaskLists(wire);
    this.#deltas = {
      contact: new Delta(wire, new ContactChanges(wire)),
      event: new Delta(wire, new EventChanges(wire, this.#zone)),
      task: new Delta(wire, new TaskChanges(wire, this.#zone)),
      message: new Delta(wire, new MailChanges(wire)),
    };
    this.#items = {
      contact: new Contacts(wire, this.#folders),
      event: new Events(wire, this.#zone),
      task: new Tasks(wire, this.#zone, this.#lists),
    };
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
      this.#zone.request(),
    ]);
    const timeZone = this.#zone.learn(settings!);
    return this.#identityOf(bodyOf(user!, 'read'), timeZone);
  }

  async probe(probe: MailboxProbe): Promise<MailboxProbeResult> {
    const requests: BatchRequest[] = probe.containers.map(({ id, cursor }) =>
      this.#deltaOf(id).request(id, cursor),
    );
    if (probe.rootFolderId !== null) requests.push(this.#folders.mailFolderRequest(probe.rootFolderId));
    if (probe.contactFolderId !== null)
      requests.push(this.#folders.contactFolderRequest(probe.contactFolderId));
    if (probe.categories) requests.push(this.#folders.categoriesRequest());
    requests.push(...probe.folderParents.map(id => this.#mailFolders.childrenRequest(id)));
    const placesRequests = this.#folders.placesRequests();
    const zoneRequests = this.#zoneRequests(probe);
    const answers = await this.#answers([...requests, ...placesRequests, ...zoneRequests]);
    const learned = answers.slice(requests.length);
    if (placesRequests.length > 0) this.#folders.learnPlaces(learned.splice(0, placesRequests.length));
    if (zoneRequests.length > 0) this.#zone.learn(learned[0]!);
    return this.#probed(probe, answers);
  }

  /** In one batch, or in as many as it takes. */
  async #answers(requests: readonly BatchRequest[]): Promise<BatchAnswer[]> {
    return (await sent(this.#wire, requests)).map(answer => answer!);
  }

  /** Appointments and tasks are read in the zone of their mailbox, people and messages are not. */
  #zoneRequests({ containers }: MailboxProbe): BatchRequest[] {
    const kinds = containers.map(({ id }) => kindOfContainer(id));
    return kinds.includes('event') || kinds.includes('task') ? this.#zone.requests() : [];
  }

  #deltaOf(containerId: string): Delta {
    return this.#deltas[kindOfContainer(containerId)];
  }

  /** A folder in Deleted Items, or in another one, opens by its id as before; for us it is gone. */
  async #probed(probe: MailboxProbe, given: readonly BatchAnswer[]): Promise<MailboxProbeResult> {
    const { deletedItemsId, topId } = await this.#folders.places();
    const answers = given.values();
    const next = () => answers.next().value!;
    const pages = new Map<string, MailboxPage>();
    for (const { id, cursor } of probe.containers)
      pages.set(id, await this.#deltaOf(id).page(id, cursor, next()));
    const root = probe.rootFolderId === null ? null : stampedFolderOf(next());
    const contactFolder = probe.contactFolderId === null ? null : presentContactFolder(next());
    const categories = probe.categories ? categoriesOf(next()) : null;
    const folders = new Map<string, readonly MailFolder[] | null>();
    for (const id of probe.folderParents) folders.set(id, await this.#mailFolders.childrenIn(next()));
    return {
      pages,
      root: root?.folder.parentId === topId ? root : null,
      contactFolder: contactFolder?.parentId === deletedItemsId ? null : contactFolder,
      categories,
      folders,
    };
  }

  async changes(containerId: string, cursor: string | null): Promise<MailboxPage> {
    const delta = this.#deltaOf(containerId);
    const [answer] = await this.#wire.batch([delta.request(containerId, cursor)]);
    return delta.page(containerId, cursor, answer!);
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
  async defaultTaskList(): Promise<string> {
    return taskContainer(await this.#lists.defaultId());
  }
  items(kind: ItemKind): MailboxItems {
    return this.#items[kind];
  }
  mail(): MailboxMail {
    return this.#mail;
  }
}
