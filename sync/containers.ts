import type { Day } from './calendar/appointment.ts';
import type { ItemKind } from './record.ts';

/**
 * What of a mailbox is watched, by ids that tell what they are: a window of the primary calendar, a list of tasks, the
 * messages of a usual folder, or a folder of contacts under its own id.
 */
const CALENDAR = 'calendar';
const TASKS = 'tasks:';
const MAIL = 'mail:';

export interface CalendarWindow {
  readonly fromDay: Day;
  /** The first day that it does not cover. */
  readonly toDay: Day;
}

/** The container of what a window of the calendar tells; several windows tell of the same items. */
export function calendarContainer({ fromDay, toDay }: CalendarWindow): string {
  return `${CALENDAR}:${fromDay}/${toDay}`;
}

export function taskContainer(listId: string): string {
  return `${TASKS}${listId}`;
}

/** Folders whose messages are archived by themselves (MAIL-6). */
export type ArchivedFolder = 'inbox' | 'sentitems';

/** The container of the messages of the Inbox or of Sent Items, without the folders in them. */
export function mailContainer(folder: ArchivedFolder): string {
  return MAIL + folder;
}

export function archivedFolderOf(containerId: string): ArchivedFolder {
  return containerId === mailContainer('inbox') ? 'inbox' : 'sentitems';
}

/** What the changes of a container are about. */
export type WatchedKind = ItemKind | 'message';

export function kindOfContainer(containerId: string): WatchedKind {
  if (containerId.startsWith(MAIL)) return 'message';
  if (containerId.startsWith(CALENDAR)) return 'event';
  return containerId.startsWith(TASKS) ? 'task' : 'contact';
}

/** Null for what is no window of the calendar. */
export function windowOf(containerId: string): CalendarWindow | null {
  const found = /^calendar:([^/]+)\/([^/]+)$/.exec(containerId);
  return found ? { fromDay: found[1] ?? '', toDay: found[2] ?? '' } : null;
}

/** The id of the list behind the container of a list of tasks. */
export function listOf(containerId: string): string {
  return containerId.slice(TASKS.length);
}

/** Where the items are that a container tells of: an event is in the calendar, whichever window tells of it. */
export function placeOf(containerId: string): string {
  return windowOf(containerId) ? CALENDAR : containerId;
}
