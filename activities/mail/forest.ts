import type { MailboxMail, MarkedFolder, UsualFolders } from '../../connectors/mail.ts';
import type { KnownFolder } from '../../db/mail-folders.ts';
import type { ExistingFolder } from '../../sync/folders/forest.ts';
import { purposeOf } from '../../sync/folders/tree.ts';

/** No folder stands deeper than this; a chain of parents that is longer turns in a circle. */
const DEEPEST = 50;

/** The mark on a folder of a pairing: what it is to us, for whoever made it and could not remember it any more. */
export function folderMark(pairingId: string, key: string): string {
  return `${pairingId} ${key}`;
}

/**
 * The folders that the plan has to know: all below the root, and ours that are elsewhere with everything in them. What a
 * folder is to us, the ledger knows by its id; a mark counts where the ledger has no other folder of that key.
 */
export async function existingFolders(
  mail: MailboxMail,
  { pairingId, rootFolderId }: { readonly pairingId: string; readonly rootFolderId: string },
  known: readonly KnownFolder[],
): Promise<ExistingFolder[]> {
  const usual = await mail.usualFolders();
  const leaves = new Set(
    known.filter(({ key }) => purposeOf(key).type === 'record').map(({ folderId }) => folderId),
  );
  const below = await mail.foldersBelow([rootFolderId], leaves);
  const found = new Set(below.map(({ id }) => id));
  const elsewhere = await mail.folders(
    known.map(({ folderId }) => folderId).filter(folderId => !found.has(folderId)),
  );
  const inside = elsewhere.length === 0 ? [] : await mail.foldersBelow(elsewhere.map(({ id }) => id));
  const all = unique([...below, ...elsewhere, ...inside]);
  const deleted = await deletedAmong(mail, usual, elsewhere, all);
  const keys = keysOf(all, known, pairingId);
  return all.map(({ id, parentId, name }) => ({
    ...{ id, parentId, name },
    key: keys.get(id) ?? null,
    isInDeletedItems: deleted.has(id),
  }));
}

function unique(folders: readonly MarkedFolder[]): MarkedFolder[] {
  return [...new Map(folders.map(folder => [folder.id, folder])).values()];
}

function keysOf(
  folders: readonly MarkedFolder[],
  known: readonly KnownFolder[],
  pairingId: string,
): Map<string, string> {
  const present = new Set(folders.map(({ id }) => id));
  const remembered = known.filter(({ folderId }) => present.has(folderId));
  const keys = new Map(remembered.map(({ key, folderId }) => [folderId, key]));
  const taken = new Set(keys.values());
  const prefix = folderMark(pairingId, '');
  for (const { id, mark } of folders) {
    const key = mark?.startsWith(prefix) ? mark.slice(prefix.length) : null;
    if (key === null || taken.has(key) || keys.has(id)) continue;
    keys.set(id, key);
    taken.add(key);
  }
  return keys;
}

/** Those that the user deleted, also inside of a folder that was deleted. */
async function deletedAmong(
  mail: MailboxMail,
  { deletedItemsId }: UsualFolders,
  elsewhere: readonly MarkedFolder[],
  all: readonly MarkedFolder[],
): Promise<Set<string>> {
  const parents = new Map(all.map(({ id, parentId }) => [id, parentId]));
  for (const folder of elsewhere) await learnParents(mail, folder.parentId, deletedItemsId, parents);
  const isDeleted = (id: string): boolean => {
    let at: string | undefined = id;
    for (let depth = 0; at !== undefined && depth < DEEPEST; depth++) {
      if (at === deletedItemsId) return true;
      at = parents.get(at);
    }
    return false;
  };
  return new Set(all.filter(({ id }) => isDeleted(id)).map(({ id }) => id));
}

async function learnParents(
  mail: MailboxMail,
  startId: string,
  deletedItemsId: string,
  parents: Map<string, string>,
): Promise<void> {
  let at = startId;
  for (let depth = 0; depth < DEEPEST && at !== deletedItemsId && !parents.has(at); depth++) {
    const [folder] = await mail.folders([at]);
    if (!folder) return;
    parents.set(at, folder.parentId);
    at = folder.parentId;
  }
}
