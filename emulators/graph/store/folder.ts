import { ChangeLog } from './change-log.ts';
import type { EventState } from './event-state.ts';
import type { ExtendedProperties } from './extended-properties.ts';
import type { FolderClass, FolderState, Item, ItemKind } from './mailbox-state.ts';
import type { MessageState } from './message-state.ts';

export interface Folder {
  state: FolderState;
  items: Map<number, Item>;
  children: Set<number>;
  changes: Record<ItemKind, ChangeLog>;
}

export interface NewItem {
  kind: ItemKind;
  folder: Folder;
  fields: Record<string, unknown>;
  extended: ExtendedProperties;
  event?: EventState;
  message?: MessageState;
}

export interface NewFolder {
  class: FolderClass;
  parent: number | undefined;
  displayName: string;
  wellKnownName?: string;
  hidden?: boolean;
  extended?: ExtendedProperties;
  color?: string;
}

export const emptyFolder = (state: FolderState): Folder => ({
  state,
  items: new Map(),
  children: new Set(),
  changes: {
    contact: new ChangeLog(),
    event: new ChangeLog(),
    message: new ChangeLog(),
    task: new ChangeLog(),
  },
});
