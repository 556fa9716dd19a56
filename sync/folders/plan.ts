import { type ExistingFolder, type FolderOperation, Forest } from './forest.ts';
import type { FolderKind } from './kinds.ts';
import type { TrackedRecord } from './tracked.ts';
import { type FolderOptions, type WantedFolder, wantedFolders } from './tree.ts';

/**
 * What has to be done in a mailbox so that it has the folders of MAIL-1 and MAIL-5, in this order: what was renamed, moved
 * or deleted comes back with what is in it; what is no longer wanted goes after the user's mail in it went to the Inbox.
 * A folder of the user's that has the place of one of ours is renamed. A mailbox that is as it should be needs nothing.
 */
export function planFolders(
  records: ReadonlyMap<FolderKind, readonly TrackedRecord[]>,
  existing: readonly ExistingFolder[],
  options: FolderOptions & { readonly rootFolderId: string },
): FolderOperation[] {
  return operationsFor(wantedFolders(records, options), existing, options.rootFolderId);
}

export function operationsFor(
  wanted: readonly WantedFolder[],
  existing: readonly ExistingFolder[],
  rootFolderId: string,
): FolderOperation[] {
  const forest = new Forest(existing);
  const ours = new Map(existing.flatMap(folder => (folder.key === null ? [] : [[folder.key, folder]])));
  const kept = new Set(wanted.flatMap(({ key }) => ours.get(key)?.id ?? []));
  const going = goingFolders([...ours.values()], kept, forest);
  removeAll(
    forest,
    going.filter(id => !forest.inside(id).some(inside => kept.has(inside))),
  );
  const ids = new Map<string | null, string>([[null, rootFolderId]]);
  for (const { key, parentKey, name } of wanted) {
    const parent = ids.get(parentKey) ?? rootFolderId;
    const folder = ours.get(key);
    if (folder) forest.place(folder.id, parent, name);
    ids.set(key, folder?.id ?? forest.create(key, parent, name));
  }
  removeAll(forest, going);
  return forest.operations;
}

/** What the user deleted already may stay where it is, unless it comes back in a folder that is wanted. */
function goingFolders(ours: readonly ExistingFolder[], kept: ReadonlySet<string>, forest: Forest): string[] {
  const comingBack = new Set([...kept].flatMap(id => forest.inside(id)));
  return ours
    .filter(({ id, isInDeletedItems }) => !kept.has(id) && (!isInDeletedItems || comingBack.has(id)))
    .map(({ id }) => id);
}

/** What is in another one that goes is gone with it. */
function removeAll(forest: Forest, ids: readonly string[]): void {
  const within = new Set(ids.flatMap(id => forest.inside(id)));
  for (const id of ids) if (!within.has(id)) forest.remove(id);
}
