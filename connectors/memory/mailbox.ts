import { SyncFailure } from '../../sync/failure.ts';
import type { Fields, MailboxPerson } from '../../sync/record.ts';
import type {
  ContactFolder,
  Mailbox,
  MailboxChange,
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

/** Small, so that enumerations have several pages. */
const rowsPerPage = 20;

interface LogEntry {
  readonly containerId: string;
  readonly itemId: string;
}
interface StampedFolder {
  readonly folder: MailFolder;
  stamp: string | null;
}

/**
 * What a mailbox is, without a network: the executable reference of the conformance suite. Deltas are read from a
 * log of what happened in each container; the newest entry of an item counts.
 */
export class MemoryMailbox implements Mailbox {
  readonly #identity: MailboxIdentity;
  readonly #now: () => number;
  readonly #items = new Map<string, MailboxPerson>();
  readonly #contactFolders = new Map<string, ContactFolder>();
  readonly #mailFolders = new Map<string, StampedFolder>();
  readonly #categories = new Map<string, MasterCategory>();
  readonly #log: LogEntry[] = [];
  #lastId = 0;

  constructor(identity: MailboxIdentity, now: () => number) {
    this.#identity = identity;
    this.#now = now;
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
    if (!this.#contactFolders.has(containerId)) return { type: 'container-gone' };
    const start = cursor === null ? 0 : Number(cursor);
    if (!Number.isInteger(start) || start > this.#log.length) return { type: 'resync' };
    const changes = new Map<string, MailboxChange>();
    let position = start;
    while (position < this.#log.length && changes.size < rowsPerPage) {
      const entry = this.#log[position++]!;
      if (entry.containerId === containerId) changes.set(entry.itemId, this.#changeOf(entry));
    }
    return {
      type: 'page',
      changes: [...changes.values()],
      cursor: String(position),
      more: position < this.#log.length,
    };
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
    for (const item of [...this.#items.values()]) if (item.containerId === id) this.#remove(item.itemId);
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

  async read(itemIds: readonly string[]): Promise<Outcome<MailboxItemState>[]> {
    return itemIds.map(id => {
      const person = this.#items.get(id);
      return { ok: true, value: person === undefined ? { type: 'deleted' } : { type: 'present', person } };
    });
  }

  async findByKeys(containerId: string, keys: readonly string[]): Promise<Map<string, MailboxPerson>> {
    const found = new Map<string, MailboxPerson>();
    for (const item of this.#items.values()) {
      if (item.containerId === containerId && keys.includes(item.stamp ?? '')) found.set(item.stamp!, item);
    }
    return found;
  }

  async write(operations: readonly MailboxWrite[]): Promise<Outcome<MailboxWritten>[]> {
    return operations.map(operation => {
      try {
        return { ok: true, value: this.#apply(operation) };
      } catch (error) {
        if (error instanceof SyncFailure) return { ok: false, failure: error };
        throw error;
      }
    });
  }

  /** The user's hand: drags the item to another folder. */
  move(itemId: string, containerId: string): void {
    const item = required(this.#items.get(itemId));
    this.#log.push({ containerId: item.containerId, itemId });
    this.#store({ ...item, containerId });
  }

  #apply(operation: MailboxWrite): MailboxWritten {
    if (operation.op === 'delete') return this.#remove(operation.itemId);
    requireStorable(operation.fields);
    if (operation.op === 'create') {
      const { containerId, fields, categories, key } = operation;
      required(this.#contactFolders.get(containerId));
      const createdAtMs = this.#now();
      return this.#store({
        itemId: this.#nextId(),
        containerId,
        etag: '',
        categories,
        fields,
        createdAtMs,
        modifiedAtMs: createdAtMs,
        stamp: key,
      });
    }
    const item = required(this.#items.get(operation.itemId));
    if (operation.etag !== undefined && operation.etag !== item.etag) {
      throw new SyncFailure('conflict', 'the item has changed since it was read');
    }
    const { stamp: _, ...unstamped } = item;
    const stamp = operation.key === undefined ? item.stamp : operation.key;
    return this.#store({
      ...unstamped,
      fields: { ...item.fields, ...operation.fields },
      categories: operation.categories ?? item.categories,
      ...(stamp != null && { stamp }),
    });
  }

  #store(item: MailboxPerson): MailboxPerson {
    const stored = { ...item, etag: String(this.#log.length + 1), modifiedAtMs: this.#now() };
    this.#items.set(item.itemId, stored);
    this.#log.push({ containerId: item.containerId, itemId: item.itemId });
    return stored;
  }

  #remove(itemId: string): null {
    const item = this.#items.get(itemId);
    if (item === undefined) return null;
    this.#items.delete(itemId);
    this.#log.push({ containerId: item.containerId, itemId });
    return null;
  }

  #changeOf({ containerId, itemId }: LogEntry): MailboxChange {
    const person = this.#items.get(itemId);
    if (person?.containerId !== containerId) return { type: 'removed', itemId };
    return { type: 'present', person, partial: false };
  }

  #nextId(): string {
    this.#lastId += 1;
    return `id-${this.#lastId}`;
  }
}

function required<T>(found: T | undefined): T {
  if (found === undefined) throw new SyncFailure('gone', 'there is no such thing in the mailbox');
  return found;
}

function requireFreeName(name: string, taken: readonly { readonly name: string }[]): void {
  if (taken.some(other => other.name === name))
    throw new SyncFailure('duplicate', `"${name}" is there already`);
}

function requireStorable(fields: Fields): void {
  const names = Object.entries(fields).flatMap(([name, value]) =>
    value?.includes('\0') || value?.isWellFormed() === false ? [name] : [],
  );
  if (names.length > 0) throw new SyncFailure('validation', `${names}: cannot be stored`, { fields: names });
}
