import { foldedName, freeName, withSuffix } from './names.ts';

/** A folder of the mailbox: below the root folder; ours wherever it is now, with all that is in it. */
export interface ExistingFolder {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  /** What it is to us, as the ledger knows it by its id; null for a folder of the user's, also for a copy of ours. */
  readonly key: string | null;
  readonly isInDeletedItems: boolean;
}

/** A folder that is there, or the one that an operation before this one creates. */
export type FolderRef =
  | { readonly type: 'existing'; readonly id: string }
  | { readonly type: 'new'; readonly key: string };

export type FolderOperation =
  | { readonly op: 'create'; readonly key: string; readonly parent: FolderRef; readonly name: string }
  | { readonly op: 'rename'; readonly folder: FolderRef; readonly name: string }
  /** Brings what is in the folder along. */
  | { readonly op: 'move'; readonly folder: FolderRef; readonly parent: FolderRef }
  /** All mail that is not ours, in the folder and in every folder inside, goes to the Inbox. */
  | { readonly op: 'rescue'; readonly folder: FolderRef }
  /** Comes after the rescue, and is carried out only if nothing of the user's has come in since: else planned again. */
  | { readonly op: 'delete'; readonly folder: FolderRef };

interface Node {
  readonly ref: FolderRef;
  parent: string;
  name: string;
}

/**
 * The folders as they will be after the operations so far. Exchange refuses two folders of one name side by side: what
 * stands in the way of a folder of ours is renamed first.
 */
export class Forest {
  readonly operations: FolderOperation[] = [];
  readonly #nodes = new Map<string, Node>();

  constructor(existing: readonly ExistingFolder[]) {
    for (const { id, parentId, name } of existing)
      this.#nodes.set(id, { ref: { type: 'existing', id }, parent: parentId, name });
  }

  /** Creates a folder and tells under which id it is known here. */
  create(key: string, parent: string, name: string): string {
    const id = `new ${key}`;
    this.#makeWay(parent, name, id);
    this.operations.push({ op: 'create', key, parent: this.#ref(parent), name });
    this.#nodes.set(id, { ref: { type: 'new', key }, parent, name });
    return id;
  }

  /** Brings a folder to where it belongs, under its name. */
  place(id: string, parent: string, name: string): void {
    const node = this.#nodes.get(id);
    if (!node) return;
    this.#makeWay(parent, name, id);
    if (node.parent !== parent) {
      // What else is where it comes from may be unknown: the name has to be one that nobody gives.
      if (this.#holder(parent, node.name, id) !== undefined)
        this.#rename(id, this.#free(withSuffix(name, ' (moving)'), [node.parent, parent]));
      this.operations.push({ op: 'move', folder: node.ref, parent: this.#ref(parent) });
      node.parent = parent;
    }
    if (node.name !== name) this.#rename(id, name);
  }

  /** Takes a folder out of the mailbox, with the folders of the user's in it, whose mail is rescued. */
  remove(id: string): void {
    const node = this.#nodes.get(id);
    if (!node) return;
    this.operations.push({ op: 'rescue', folder: node.ref }, { op: 'delete', folder: node.ref });
    for (const inside of this.inside(id)) this.#nodes.delete(inside);
    this.#nodes.delete(id);
  }

  /** The ids of all folders below one. */
  inside(id: string): string[] {
    const children = [...this.#nodes].filter(([, { parent }]) => parent === id).map(([child]) => child);
    return children.flatMap(child => [child, ...this.inside(child)]);
  }

  #makeWay(parent: string, name: string, forId: string): void {
    const holder = this.#holder(parent, name, forId);
    if (holder !== undefined) this.#rename(holder, this.#free(name, [parent]));
  }

  #holder(parent: string, name: string, except: string): string | undefined {
    const wanted = foldedName(name);
    for (const [id, node] of this.#nodes)
      if (node.parent === parent && id !== except && foldedName(node.name) === wanted) return id;
    return undefined;
  }

  #free(name: string, parents: readonly string[]): string {
    return freeName(name, candidate =>
      parents.some(parent => this.#holder(parent, candidate, '') !== undefined),
    );
  }

  #rename(id: string, name: string): void {
    const node = this.#nodes.get(id);
    if (!node) return;
    this.operations.push({ op: 'rename', folder: node.ref, name });
    node.name = name;
  }

  #ref(id: string): FolderRef {
    return this.#nodes.get(id)?.ref ?? { type: 'existing', id };
  }
}
