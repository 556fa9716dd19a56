import { SyncFailure } from '../../sync/failure.ts';
import type { MarkedFolder, UsualFolders } from '../mail.ts';
import { required, requireFreeName, requireStorable } from './values.ts';

export const mailRoot = 'mail-root';

/** Ids that are their well-known names. */
export const usualFolders = {
  topId: mailRoot,
  inboxId: 'inbox',
  sentItemsId: 'sentitems',
  deletedItemsId: 'deleteditems',
} as const satisfies UsualFolders;

interface Folder {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly mark: string | null;
  readonly stamp: string | null;
}

/** The folders of mail, as a tree; what is deleted lies in Deleted Items. */
export class MemoryMailFolders {
  readonly #folders = new Map<string, Folder>();
  readonly #countIn: (folderId: string) => number;
  #lastId = 0;

  constructor(countIn: (folderId: string) => number) {
    this.#countIn = countIn;
    this.#put(mailRoot, 'Top of Information Store', '');
    this.#put('inbox', 'Inbox');
    this.#put('sentitems', 'Sent Items');
    this.#put('deleteditems', 'Deleted Items');
    this.#put('drafts', 'Drafts');
  }

  has(id: string): boolean {
    return this.#folders.has(id);
  }

  get(id: string): MarkedFolder | null {
    const folder = this.#folders.get(id);
    return folder === undefined ? null : this.#shown(folder);
  }

  stampOf(id: string): string | null {
    return this.#folders.get(id)?.stamp ?? null;
  }

  stamp(id: string, stamp: string): void {
    this.#folders.set(id, { ...required(this.#folders.get(id)), stamp });
  }

  children(parentId: string): MarkedFolder[] {
    return this.#childrenOf(parentId).map(folder => this.#shown(folder));
  }

  /** At any depth, each once. */
  below(folderIds: readonly string[]): MarkedFolder[] {
    const found = new Map<string, MarkedFolder>();
    const visit = (id: string): void => {
      for (const child of this.children(id)) {
        if (found.has(child.id)) continue;
        found.set(child.id, child);
        visit(child.id);
      }
    };
    folderIds.forEach(visit);
    return [...found.values()];
  }

  create(parentId: string, name: string, given: { mark?: string; stamp?: string }): MarkedFolder {
    requireStorable({ name });
    required(this.#folders.get(parentId));
    requireFreeName(name, this.#childrenOf(parentId));
    this.#lastId += 1;
    return this.#shown(this.#put(`folder-${this.#lastId}`, name, parentId, given));
  }

  rename(id: string, name: string): void {
    requireStorable({ name });
    const folder = this.#ownFolder(id);
    requireFreeName(
      name,
      this.#childrenOf(folder.parentId).filter(sibling => sibling.id !== id),
    );
    this.#folders.set(id, { ...folder, name });
  }

  move(id: string, parentId: string): void {
    const folder = this.#ownFolder(id);
    required(this.#folders.get(parentId));
    if (parentId === id || this.below([id]).some(below => below.id === parentId))
      throw new SyncFailure('validation', 'a folder cannot be put into itself');
    requireFreeName(
      folder.name,
      this.#childrenOf(parentId).filter(sibling => sibling.id !== id),
    );
    this.#folders.set(id, { ...folder, parentId });
  }

  delete(id: string): void {
    const isDeleted = this.below([usualFolders.deletedItemsId]).some(folder => folder.id === id);
    if (isDeleted || !this.#folders.has(id)) return;
    this.#folders.set(id, { ...this.#ownFolder(id), parentId: usualFolders.deletedItemsId });
  }

  /** The user's hand: gone with the folders in it, whose ids are answered. */
  purge(id: string): string[] {
    const ids = [id, ...this.below([id]).map(folder => folder.id)];
    for (const each of ids) this.#folders.delete(each);
    return ids;
  }

  #put(id: string, name: string, parentId = mailRoot, given: { mark?: string; stamp?: string } = {}): Folder {
    const folder = { id, name, parentId, mark: given.mark ?? null, stamp: given.stamp ?? null };
    this.#folders.set(id, folder);
    return folder;
  }

  #ownFolder(id: string): Folder {
    const folder = required(this.#folders.get(id));
    if (!id.startsWith('folder-'))
      throw new SyncFailure('validation', `"${folder.name}" stays what and where it is`);
    return folder;
  }

  #childrenOf(parentId: string): Folder[] {
    return [...this.#folders.values()].filter(folder => folder.parentId === parentId);
  }

  #shown({ id, name, parentId, mark }: Folder): MarkedFolder {
    return { id, name, parentId, mark, itemCount: this.#countIn(id) };
  }
}
