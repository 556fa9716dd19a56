import type { MailFolder, Outcome } from '../connector.ts';
import type { FolderDraft, FolderName, MarkedFolder, UsualFolders } from '../mail.ts';
import { attempt, bodyIn, inBatches, isItemMissing, onward, sent, sentEach } from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { classify } from './failure.ts';
import { extendedValue, markProperty } from './mapping.ts';
import { expandProperties, query } from './odata.ts';
import { requireStorable } from './storable.ts';
import { bodyOf, type FolderBody, type MailboxWire, mailFolderOf, mailFolderSelect } from './wire.ts';

/** Folders have few properties: a page takes what most folders have below them. */
const foldersPerPage = '250';

const usual = {
  topId: 'msgfolderroot',
  inboxId: 'inbox',
  sentItemsId: 'sentitems',
  deletedItemsId: 'deleteditems',
} as const;
const NONE: ReadonlySet<string> = new Set();
const withMark = {
  $select: `${mailFolderSelect},childFolderCount`,
  $expand: expandProperties([markProperty]),
};

/** The folders of mail in one mailbox, wherever they are. */
export class MailFolders {
  readonly #wire: MailboxWire;
  #usual: Promise<UsualFolders> | null = null;

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  /** Their ids never change. */
  usual(): Promise<UsualFolders> {
    this.#usual ??= this.#readUsual().catch((error: unknown) => {
      this.#usual = null;
      throw error;
    });
    return this.#usual;
  }

  async byIds(folderIds: readonly string[]): Promise<MarkedFolder[]> {
    const answers = await sent(
      this.#wire,
      folderIds.map(id => this.#get(id, withMark)),
    );
    return answers.flatMap(answer => {
      const folder = presentIn(answer!);
      return folder === null ? [] : [markedFolder(folder as FolderBody)];
    });
  }

  /** Level by level. The number of folders in a folder leaves out hidden ones, so all but leaves are asked for theirs. */
  async below(folderIds: readonly string[], leaves: ReadonlySet<string> = NONE): Promise<MarkedFolder[]> {
    const found = new Map<string, MarkedFolder>();
    const looked = new Set<string>();
    for (let level = [...new Set(folderIds)]; level.length > 0; ) {
      for (const id of level) looked.add(id);
      const children = (await this.#childrenOfAll(level)).flat();
      for (const child of children) found.set(child.id, markedFolder(child));
      const parents = children.filter(
        ({ id, childFolderCount }) => !leaves.has(id) || childFolderCount !== 0,
      );
      level = [...new Set(parents.map(({ id }) => id))].filter(id => !looked.has(id));
    }
    return [...found.values()];
  }

  /** Asks for the folders directly in a folder. */
  childrenRequest(parentId: string): BatchRequest {
    return this.#childrenRequest(parentId, { $select: mailFolderSelect });
  }

  /** Null where the folder is gone. */
  async childrenIn(answer: BatchAnswer): Promise<MailFolder[] | null> {
    const page = presentIn(answer);
    return page === null ? null : (await this.#wire.listFrom<FolderBody>(page)).map(mailFolderOf);
  }

  create(parentId: string, drafts: readonly FolderDraft[]): Promise<Outcome<MarkedFolder>[]> {
    const url = this.#wire.path('mailFolders', parentId, 'childFolders');
    return inBatches(drafts, chunk => {
      const requests = chunk.map(({ name, mark }) =>
        attempt((): BatchRequest => {
          requireStorable({ name });
          const properties = [{ id: markProperty, value: mark }];
          const body = { displayName: name, singleValueExtendedProperties: properties };
          return { method: 'POST', url, body };
        }),
      );
      return sentEach(this.#wire, requests, (answer, index) =>
        onward(bodyIn(answer, 'write'), body => ({
          ok: true,
          value: { ...mailFolderOf(body), mark: chunk[index]!.mark },
        })),
      );
    });
  }

  rename(names: readonly FolderName[]): Promise<Outcome<null>[]> {
    return inBatches(names, chunk => {
      const requests = chunk.map(({ folderId, name }) =>
        attempt((): BatchRequest => {
          requireStorable({ name });
          const url = this.#wire.path('mailFolders', folderId);
          return { method: 'PATCH', url, body: { displayName: name } };
        }),
      );
      return sentEach(this.#wire, requests, answer =>
        onward(bodyIn(answer, 'write'), () => ({ ok: true, value: null })),
      );
    });
  }

  async move(folderId: string, parentId: string): Promise<void> {
    const url = this.#wire.path('mailFolders', folderId, 'move');
    await this.#wire.send({ method: 'POST', url, body: { destinationId: parentId } });
  }

  /** To Deleted Items. What is in there already stays: deleted once more, it would be gone for good. */
  async delete(folderId: string): Promise<void> {
    if (await this.#isDeleted(folderId)) return;
    const request: BatchRequest = { method: 'DELETE', url: this.#wire.path('mailFolders', folderId) };
    const [answer] = await this.#wire.batch([request]);
    if (!answer!.ok && !isItemMissing(answer!.error)) throw classify(answer!.error, 'write');
  }

  /** Gone, or somewhere within Deleted Items. */
  async #isDeleted(folderId: string): Promise<boolean> {
    const { deletedItemsId } = await this.usual();
    const passed = new Set<string>();
    for (let id = folderId; !passed.has(id); ) {
      passed.add(id);
      const [folder] = await this.byIds([id]);
      if (folder === undefined) return id === folderId;
      if (folder.parentId === deletedItemsId) return true;
      id = folder.parentId;
    }
    return false;
  }

  async #readUsual(): Promise<UsualFolders> {
    const answers = await this.#wire.batch(
      Object.values(usual).map(name => this.#get(name, { $select: 'id' })),
    );
    const ids = answers.map(answer => (bodyOf(answer, 'read') as FolderBody).id);
    return Object.fromEntries(Object.keys(usual).map((key, index) => [key, ids[index]])) as unknown as {
      [name in keyof UsualFolders]: string;
    };
  }

  async #childrenOfAll(parentIds: readonly string[]): Promise<FolderBody[][]> {
    const answers = await sent(
      this.#wire,
      parentIds.map(id => this.#childrenRequest(id, withMark)),
    );
    const children: FolderBody[][] = [];
    for (const answer of answers) {
      const page = presentIn(answer!);
      children.push(page === null ? [] : await this.#wire.listFrom<FolderBody>(page));
    }
    return children;
  }

  #get(id: string, options: Readonly<Record<string, string>>): BatchRequest {
    return { method: 'GET', url: this.#wire.path('mailFolders', id) + query(options) };
  }

  #childrenRequest(parentId: string, options: Readonly<Record<string, string>>): BatchRequest {
    const url = this.#wire.path('mailFolders', parentId, 'childFolders');
    const all = { $top: foldersPerPage, includeHiddenFolders: 'true', ...options };
    return { method: 'GET', url: url + query(all) };
  }
}

/** A folder that is gone is null; a mailbox that is gone is not. */
function presentIn(answer: BatchAnswer): unknown {
  if (answer.ok) return answer.body;
  if (isItemMissing(answer.error)) return null;
  throw classify(answer.error, 'read');
}

function markedFolder(body: FolderBody): MarkedFolder {
  return {
    ...mailFolderOf(body),
    mark: extendedValue(body.singleValueExtendedProperties, markProperty),
  };
}
