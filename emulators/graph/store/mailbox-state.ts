import type { EventState, FormerShape } from './event-state.ts';
import type { ExtendedProperties } from './extended-properties.ts';
import type { MessageState } from './message-state.ts';

/** The kinds of containers and the items they hold; each kind of folder is its own hierarchy. */
export type FolderClass = 'calendar' | 'contacts' | 'mail' | 'tasks';
export type ItemKind = 'contact' | 'event' | 'message' | 'task';

export interface Item {
  number: number;
  /** Names the item in its folder; a move gives it another one, and with it another default id. */
  instance: number;
  kind: ItemKind;
  folder: number;
  addedAt: number;
  knownSince: number;
  changedAt: number;
  createdAt: number;
  modifiedAt: number;
  fields: Record<string, unknown>;
  extended: ExtendedProperties;
  /** What an item of the calendar is. */
  event?: EventState;
  message?: MessageState;
}

/** Data of an application on an item or a folder, under a name that the application chose. */
export interface OpenExtension {
  extensionName: string;
  values: Record<string, unknown>;
}

export interface FolderState {
  number: number;
  parent: number | undefined;
  class: FolderClass;
  displayName: string;
  wellKnownName?: string;
  hidden: boolean;
  addedAt: number;
  changedAt: number;
  extended: ExtendedProperties;
  openExtensions?: OpenExtension[];
  /** The colour of a calendar. */
  color?: string;
  /** Counts the sync states given out for the contents of this folder. */
  generation: number;
}

export interface MailboxState {
  sequence: number;
  lastNumber: number;
  /** Counts the sync states given out for each folder hierarchy. */
  generations: Record<FolderClass, number>;
  settings: Record<string, unknown>;
  categories: { id: string; displayName: string; color: string }[];
}

export const noGenerations = (): MailboxState['generations'] => ({
  calendar: 0,
  contacts: 0,
  mail: 0,
  tasks: 0,
});

/** What stays of an item or folder that left its container. */
export interface Tombstone {
  /** A folder, or the hierarchy that a folder left. */
  container: number | FolderClass;
  kind?: ItemKind;
  key: number;
  sequence: number;
  addedAt: number;
  knownSince: number;
  instance: number;
  shapes?: FormerShape[];
}
