import type { ExistingFolder, FolderOperation, FolderRef } from '../../sync/folders/forest.ts';

export const ROOT = 'root';
export const INBOX = 'inbox';
export const DELETED = 'deleted';

interface Folder {
  parentId: string;
  name: string;
  key: string | null;
}

/** A mailbox that refuses what Exchange refuses. Mail is a list of subjects by folder. */
export class Mailbox {
  readonly folders = new Map<string, Folder>([
    [ROOT, { parentId: 'top', name: 'Contoso CRM', key: null }],
    [INBOX, { parentId: 'top', name: 'Inbox', key: null }],
    [DELETED, { parentId: 'top', name: 'Deleted Items', key: null }],
  ]);
  readonly mail = new Map<string, string[]>();
  readonly #created = new Map<string, string>();

  create(parentId: string, name: string, key: string | null = null): string {
    this.#refuseTwice(parentId, name, '');
    const id = `f${this.folders.size}`;
    this.folders.set(id, { parentId, name, key });
    return id;
  }
  rename(id: string, name: string): void {
    this.#refuseTwice(this.#at(id).parentId, name, id);
    this.#at(id).name = name;
  }
  move(id: string, parentId: string): void {
    for (let up: string | undefined = parentId; up; up = this.folders.get(up)?.parentId)
      if (up === id) throw new Error('a folder cannot be moved into itself');
    this.#refuseTwice(parentId, this.#at(id).name, id);
    this.#at(id).parentId = parentId;
  }
  deliver(id: string, subject: string): void {
    this.#at(id);
    this.mail.set(id, [...(this.mail.get(id) ?? []), subject]);
  }

  carryOut(operations: readonly FolderOperation[]): void {
    for (const operation of operations) this.#carryOut(operation);
  }

  /** As the product sees it: what is below the root folder, and its own elsewhere with what is in them. */
  seen(): ExistingFolder[] {
    return [...this.folders]
      .filter(([id, { key }]) => id !== ROOT && (key !== null || this.#isInOurs(id)))
      .map(([id, { parentId, name, key }]) => ({
        ...{ id, parentId, name, key },
        isInDeletedItems: this.pathOf(id).startsWith('/Deleted Items/'),
      }));
  }

  pathOf(id: string): string {
    const folder = this.folders.get(id);
    return folder ? `${this.pathOf(folder.parentId)}/${folder.name}` : '';
  }

  #isInOurs(id: string): boolean {
    const parentId = this.folders.get(id)?.parentId ?? '';
    const folder = this.folders.get(parentId);
    return parentId === ROOT || (folder !== undefined && (folder.key !== null || this.#isInOurs(parentId)));
  }
  #carryOut(operation: FolderOperation): void {
    if (operation.op === 'create') {
      const id = this.create(this.#find(operation.parent), operation.name, operation.key);
      this.#created.set(operation.key, id);
      return;
    }
    const id = this.#find(operation.folder);
    if (operation.op === 'rename') this.rename(id, operation.name);
    else if (operation.op === 'move') this.move(id, this.#find(operation.parent));
    else if (operation.op === 'rescue') this.#rescue(id);
    else this.#remove(id);
  }
  #rescue(id: string): void {
    for (const inside of this.#inside(id)) {
      for (const subject of this.mail.get(inside) ?? []) this.deliver(INBOX, subject);
      this.mail.delete(inside);
    }
  }
  #remove(id: string): void {
    const all = this.#inside(id);
    if (all.some(inside => (this.mail.get(inside) ?? []).length > 0)) throw new Error('mail would be lost');
    for (const inside of all) this.folders.set(inside, { ...this.#at(inside), key: null, parentId: 'gone' });
  }
  #inside(id: string): string[] {
    const children = [...this.folders].filter(([, { parentId }]) => parentId === id);
    return [id, ...children.flatMap(([child]) => this.#inside(child))];
  }
  #find(ref: FolderRef): string {
    const id = ref.type === 'existing' ? ref.id : this.#created.get(ref.key);
    if (id === undefined) throw new Error('not created yet');
    return id;
  }
  #at(id: string): Folder {
    const folder = this.folders.get(id);
    if (!folder || folder.parentId === 'gone') throw new Error(`there is no folder ${id}`);
    return folder;
  }
  #refuseTwice(parentId: string, name: string, except: string): void {
    if (parentId !== 'top' && !this.folders.has(parentId)) throw new Error(`there is no folder ${parentId}`);
    const taken = [...this.folders].some(
      ([id, folder]) =>
        id !== except && folder.parentId === parentId && folder.name.toLowerCase() === name.toLowerCase(),
    );
    if (taken) throw new Error(`ErrorFolderExists: ${name}`);
  }
}
