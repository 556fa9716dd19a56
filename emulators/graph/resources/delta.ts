import type { EntityType } from '../odata/entity-type.ts';
import { expander } from '../odata/expand.ts';
import { GraphError, syncFolderNotFound } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import type { Change } from '../store/change-log.ts';
import type { Folder } from '../store/folder.ts';
import type { FolderClass, Item, ItemKind } from '../store/mailbox-state.ts';
import { type DeltaWorld, deltaPage } from './delta-page.ts';
import type { SyncState } from './delta-state.ts';

export interface ItemDelta {
  call: MailboxCall;
  folderOf: (call: MailboxCall) => Folder;
  type: EntityType<Item, MailboxCall>;
  kind: ItemKind;
  resource: string;
  refused?: readonly string[];
  accepted?: readonly string[];
  /** Whether a change is told: all are, without. */
  tells?: (change: Change, state: SyncState) => boolean;
}

const UNSUPPORTED = ['$orderby', '$filter', '$select', '$expand', '$search', '$top'];

/** The changes of the items of one kind in one folder. */
export function itemDelta(
  { call, folderOf, type, kind, resource, refused = UNSUPPORTED, accepted, tells }: ItemDelta,
  world: DeltaWorld,
): GraphResponse {
  const { mailbox } = call;
  const folder = syncFolder(call, folderOf);
  return deltaPage(call, world, {
    key: `${kind}/${folder.state.number}`,
    resource,
    refused,
    ...(accepted && { accepted }),
    typeName: type.name,
    changes: folder.changes[kind],
    generation: () => folder.state.generation,
    nextGeneration() {
      folder.state.generation++;
      mailbox.saveFolder(folder);
      return folder.state.generation;
    },
    rows(change, state) {
      if (tells && !tells(change, state)) return [];
      const { key, removed } = change;
      if (removed) return [{ removed: removedItemId(call, folder, key, removed.instance) }];
      const item = mailbox.items.get(key);
      return item?.kind === kind ? [{ entity: type.render(item, selecting(call, state)) }] : [];
    },
    expander(expand) {
      const expanded = expander(type, expand, call);
      return expanded && (({ key }) => expanded(mailbox.items.get(key)!));
    },
  });
}

/** The call as if it had the selection of the first one: some properties come only when selected. */
const selecting = (call: MailboxCall, { select }: SyncState): MailboxCall => ({
  ...call,
  query: new Map([...call.query, ['$select', select]]),
});

/** How an item was called in the folder that it left. */
export const removedItemId = (
  { mailbox, preferences }: MailboxCall,
  folder: Folder,
  key: number,
  instance: number,
) =>
  preferences.immutableIds ? mailbox.ids.immutable(key) : mailbox.ids.item(folder.state.number, instance);

export function syncFolder(call: MailboxCall, folderOf: (call: MailboxCall) => Folder): Folder {
  try {
    return folderOf(call);
  } catch (error) {
    if (error instanceof GraphError && error.code === 'ErrorFolderNotFound') throw syncFolderNotFound();
    throw error;
  }
}

/** The changes of a folder hierarchy, flat. */
export function hierarchyDelta(
  call: MailboxCall,
  world: DeltaWorld,
  hierarchy: {
    folderClass: FolderClass;
    type: EntityType<Folder, MailboxCall>;
    shows: (folder: Folder) => boolean;
    resource?: string;
  },
): GraphResponse {
  const { mailbox } = call;
  const { folderClass, type, shows } = hierarchy;
  return deltaPage(call, world, {
    key: `hierarchy/${folderClass}`,
    resource: hierarchy.resource ?? 'Folders',
    refused: ['$orderby', '$filter', '$search', '$top'],
    typeName: type.name,
    changes: mailbox.hierarchies[folderClass],
    generation: () => mailbox.state.generations[folderClass],
    nextGeneration() {
      mailbox.saveState();
      return ++mailbox.state.generations[folderClass];
    },
    rows({ key, removed }) {
      if (removed) return [{ removed: mailbox.ids.folder(key) }];
      const folder = mailbox.folders.get(key);
      return folder && shows(folder) ? [{ entity: type.render(folder, call) }] : [];
    },
  });
}
