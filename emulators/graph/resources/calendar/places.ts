import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Folder } from '../../store/folder.ts';
import { CALENDAR } from '../../store/well-known-folders.ts';
import { folderOfClass } from '../stored-items.ts';

/** Where events may be asked for. */
export interface Place {
  pattern: string;
  /** How many keys of calendars stand in the path. */
  keys: number;
  /** The mailbox itself: an event's id finds it in whatever calendar it is. */
  isMailbox: boolean;
  folderOf(call: MailboxCall): Folder;
}

const defaultCalendar = ({ mailbox }: MailboxCall) => mailbox.wellKnown(CALENDAR);

export const calendarOfPath = ({ mailbox, params }: MailboxCall): Folder =>
  folderOfClass(mailbox, params[1]!, 'calendar');

export const CALENDAR_PLACES: readonly Place[] = [
  { pattern: '/users/{id}', keys: 0, isMailbox: true, folderOf: defaultCalendar },
  { pattern: '/users/{id}/calendar', keys: 0, isMailbox: false, folderOf: defaultCalendar },
  { pattern: '/users/{id}/calendars/{id}', keys: 1, isMailbox: false, folderOf: calendarOfPath },
];
