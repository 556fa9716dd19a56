import { type Change, ChangeLog } from './change-log.ts';
import { knownShapes } from './event-state.ts';
import { type ExtendedProperties, ExtendedPropertyIndex } from './extended-properties.ts';
import { emptyFolder, type Folder, type NewFolder, type NewItem } from './folder.ts';
import { MailboxIds } from './ids.ts';
import { MailboxRecords, type SavedContents } from './mailbox-records.ts';
import {
  type FolderClass,
  type FolderState,
  type Item,
  type ItemKind,
  type MailboxState,
  noGenerations,
  type Tombstone,
} from './mailbox-state.ts';
import type { RecordStore } from './state-file.ts';
import { CONTACTS_ROOT, WELL_KNOWN_FOLDERS } from './well-known-folders.ts';

/** One mailbox: a tree of folders with items; every write moves its sequence on and enters a change log. */
export class Mailbox {
  readonly guid: string;
  readonly ids: MailboxIds;
  readonly state: MailboxState;
  readonly folders = new Map<number, Folder>();
  readonly items = new Map<number, Item>();
  readonly hierarchies: Record<FolderClass, ChangeLog> = {
    calendar: new ChangeLog(),
    contacts: new ChangeLog(),
    mail: new ChangeLog(),
    tasks: new ChangeLog(),
  };
  readonly extendedIndex = new ExtendedPropertyIndex();
  readonly #byInstance = new Map<number, Item>();
  readonly #wellKnown = new Map<string, Folder>();
  readonly #records: MailboxRecords;

  constructor(guid: string, state: MailboxState, records: RecordStore) {
    this.guid = guid;
    this.ids = new MailboxIds(guid);
    this.state = state;
    this.#records = new MailboxRecords(guid, records);
  }

  static create(guid: string, settings: Record<string, unknown>, records: RecordStore): Mailbox {
    const mailbox = new Mailbox(
      guid,
      { sequence: 0, lastNumber: 0, generations: noGenerations(), settings, categories: [] },
      records,
    );
    mailbox.#addWellKnownFolders();
    return mailbox;
  }

  wellKnown(name: string): Folder {
    const folder = this.#wellKnown.get(name);
    if (!folder) throw new Error(`This mailbox has no folder "${name}".`);
    return folder;
  }

  findWellKnown(name: string): Folder | undefined {
    return this.#wellKnown.get(name);
  }

  byInstance(instance: number): Item | undefined {
    return this.#byInstance.get(instance);
  }

  /** Takes the saved state in again; what the change logs tell is entered in its old order. */
  restore(saved: SavedContents): void {
    for (const state of saved.folders) this.#link(emptyFolder(state));
    for (const folder of this.folders.values()) this.#linkToParent(folder);
    const entries = [
      ...saved.folders.map(({ changedAt, number }) => ({
        sequence: changedAt,
        enter: () => this.recordHierarchyChange(this.folders.get(number)!),
      })),
      ...saved.items.map(item => ({
        sequence: item.changedAt,
        enter: () => this.#attach(item, this.folders.get(item.folder)!),
      })),
      ...saved.tombstones.map(tombstone => ({
        sequence: tombstone.sequence,
        enter: () => this.#restoreTombstone(tombstone),
      })),
    ];
    for (const { enter } of entries.sort((one, other) => one.sequence - other.sequence)) enter();
    this.state.generations = { ...noGenerations(), ...this.state.generations };
    this.#addWellKnownFolders();
  }

  saveState(): void {
    this.#records.putState(this.state);
  }

  addFolder(folder: NewFolder): Folder {
    const sequence = this.#nextSequence();
    const added = emptyFolder({
      number: this.#nextNumber(),
      parent: folder.parent,
      class: folder.class,
      displayName: folder.displayName,
      ...(folder.wellKnownName !== undefined && { wellKnownName: folder.wellKnownName }),
      hidden: folder.hidden ?? false,
      addedAt: sequence,
      changedAt: sequence,
      extended: folder.extended ?? {},
      ...(folder.color !== undefined && { color: folder.color }),
      generation: 0,
    });
    this.#link(added);
    this.#linkToParent(added);
    this.recordHierarchyChange(added);
    this.saveFolder(added);
    return added;
  }

  updateFolder(folder: Folder, changes: Partial<FolderState>): void {
    if (changes.parent !== undefined && changes.parent !== folder.state.parent) {
      if (folder.state.parent !== undefined)
        this.folders.get(folder.state.parent)?.children.delete(folder.state.number);
      this.folders.get(changes.parent)?.children.add(folder.state.number);
    }
    Object.assign(folder.state, changes, { changedAt: this.#nextSequence() });
    this.recordHierarchyChange(folder);
    this.saveFolder(folder);
  }

  saveFolder(folder: Folder): void {
    this.#records.putFolder(folder.state);
  }

  /** Removes a folder for good, with all that is in it. */
  removeFolder(folder: Folder): void {
    for (const child of folder.children) this.removeFolder(this.folders.get(child)!);
    for (const item of folder.items.values()) this.#forget(item);
    const { number, parent } = folder.state;
    if (parent !== undefined) this.folders.get(parent)?.children.delete(number);
    this.folders.delete(number);
    this.#records.removeFolder(number);
    const change = {
      key: number,
      sequence: this.#nextSequence(),
      addedAt: folder.state.addedAt,
      knownSince: folder.state.addedAt,
      removed: { instance: number },
    };
    this.hierarchies[folder.state.class].record(change);
    this.#bury(folder.state.class, undefined, change);
  }

  recordHierarchyChange(folder: Folder): void {
    const { number, changedAt, addedAt } = folder.state;
    this.hierarchies[folder.state.class].record({
      key: number,
      sequence: changedAt,
      addedAt,
      knownSince: addedAt,
    });
  }

  addItem({ folder, kind, fields, extended, event, message }: NewItem, now: number): Item {
    const sequence = this.#nextSequence();
    const item: Item = {
      number: this.#nextNumber(),
      instance: this.#nextNumber(),
      kind,
      folder: folder.state.number,
      addedAt: sequence,
      knownSince: sequence,
      changedAt: sequence,
      createdAt: now,
      modifiedAt: now,
      fields,
      extended,
      ...(event && { event }),
      ...(message && { message }),
    };
    this.#attach(item, folder);
    this.#records.putItem(item);
    return item;
  }

  /** Writes an item: its change key moves on even when nothing in it is different. */
  updateItem(
    item: Item,
    changes: { fields?: Record<string, unknown>; extended?: ExtendedProperties },
    now: number,
  ): void {
    if (changes.extended) {
      this.extendedIndex.remove(item.number, item.extended);
      item.extended = changes.extended;
      this.extendedIndex.add(item.number, item.extended);
    }
    if (changes.fields) item.fields = changes.fields;
    item.changedAt = this.#nextSequence();
    item.modifiedAt = now;
    this.folders.get(item.folder)!.changes[item.kind].record(itemChange(item));
    this.#records.putItem(item);
  }

  /** Writes what is not part of an item for its version: nobody is told of a change. */
  amendItem(item: Item, fields: Record<string, unknown>): void {
    item.fields = fields;
    this.#records.putItem(item);
  }

  moveItem(item: Item, target: Folder, now: number): void {
    this.#detach(item);
    item.folder = target.state.number;
    item.instance = this.#nextNumber();
    item.addedAt = item.changedAt = this.#nextSequence();
    item.knownSince = target.changes[item.kind].knownSince(item.number) ?? item.addedAt;
    item.modifiedAt = now;
    this.#attach(item, target);
    this.#records.removeTombstone(target.state.number, item.number);
    this.#records.putItem(item);
  }

  /** Removes an item for good. */
  removeItem(item: Item): void {
    this.#detach(item);
    this.#forget(item);
  }

  /** Those that are missing: a mailbox of an earlier state file may not have all. */
  #addWellKnownFolders(): void {
    for (const { name, displayName, parent, folderClass, hidden } of WELL_KNOWN_FOLDERS) {
      if (this.#wellKnown.has(name)) continue;
      this.addFolder({
        class: folderClass,
        parent: parent === undefined ? undefined : this.wellKnown(parent).state.number,
        displayName,
        wellKnownName: name,
        hidden: hidden ?? false,
      });
    }
  }

  #restoreTombstone({ container, kind, instance, shapes, ...change }: Tombstone): void {
    const log =
      typeof container === 'string'
        ? this.hierarchies[container]
        : kind && this.folders.get(container)?.changes[kind];
    log?.record({ ...change, removed: { instance, ...(shapes && { shapes }) } });
  }

  #attach(item: Item, folder: Folder): void {
    folder.items.set(item.number, item);
    folder.changes[item.kind].record(itemChange(item));
    this.items.set(item.number, item);
    this.#byInstance.set(item.instance, item);
    this.extendedIndex.add(item.number, item.extended);
  }

  /** Takes an item out of its folder and leaves a tombstone there. */
  #detach(item: Item): void {
    const folder = this.folders.get(item.folder)!;
    const shapes = item.event && knownShapes(item.event, this.state.sequence);
    folder.items.delete(item.number);
    this.#byInstance.delete(item.instance);
    const change = {
      key: item.number,
      sequence: this.#nextSequence(),
      addedAt: item.addedAt,
      knownSince: item.knownSince,
      removed: { instance: item.instance, ...(shapes && { shapes }) },
    };
    folder.changes[item.kind].record(change);
    this.#bury(folder.state.number, item.kind, change);
  }

  #bury(container: Tombstone['container'], kind: ItemKind | undefined, change: Required<Change>): void {
    const { removed, ...where } = change;
    this.#records.putTombstone({ container, ...(kind && { kind }), ...where, ...removed });
  }

  #forget(item: Item): void {
    this.items.delete(item.number);
    this.#byInstance.delete(item.instance);
    this.extendedIndex.remove(item.number, item.extended);
    this.#records.removeItem(item.number);
  }

  #link(folder: Folder): void {
    this.folders.set(folder.state.number, folder);
    const { wellKnownName } = folder.state;
    if (wellKnownName !== undefined) this.#wellKnown.set(wellKnownName, folder);
  }

  #linkToParent({ state: { parent, number } }: Folder): void {
    if (parent !== undefined) this.folders.get(parent)?.children.add(number);
  }

  #nextSequence(): number {
    this.saveState();
    return ++this.state.sequence;
  }

  #nextNumber(): number {
    return ++this.state.lastNumber;
  }
}

const itemChange = (item: Item): Change => ({
  key: item.number,
  sequence: item.changedAt,
  addedAt: item.addedAt,
  knownSince: item.knownSince,
});

/** The parent of the contact folders that a user makes is his default folder. */
export const contactsRoot = (mailbox: Mailbox) => mailbox.wellKnown(CONTACTS_ROOT);
