import type { Behaviour } from '../../control/behaviour.ts';
import { itemNotFound } from '../../protocol/errors.ts';
import type { EventContent, EventException, EventState } from '../../store/event-state.ts';
import type { Folder } from '../../store/folder.ts';
import { occurrenceId, splitOccurrenceId } from '../../store/ids.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { DELETED_ITEMS } from '../../store/well-known-folders.ts';
import { itemById, itemId } from '../stored-items.ts';
import { dateOf, dayOf } from './civil-days.ts';
import { occurrenceICalUId } from './global-object-id.ts';
import { hasInstance, instanceTimes, type Times } from './instances.ts';

/** An event as the interface knows it: an item, or the occurrence that a series has of a date. */
export interface EventView {
  item: Item;
  event: EventState;
  date: string | undefined;
}

export const viewOfItem = (item: Item, date?: string): EventView => ({ item, event: item.event!, date });

export const exceptionOf = ({ event, date }: EventView): EventException | undefined =>
  date === undefined ? undefined : event.exceptions[date];

export const contentOf = (view: EventView): EventContent => ({
  ...view.event.content,
  ...exceptionOf(view)?.content,
});

export const timesOf = ({ event, date }: EventView): Times =>
  date === undefined ? event : instanceTimes(event, date);

export function typeOf(view: EventView): 'singleInstance' | 'seriesMaster' | 'occurrence' | 'exception' {
  if (view.date === undefined) return view.event.recurrence ? 'seriesMaster' : 'singleInstance';
  return exceptionOf(view) ? 'exception' : 'occurrence';
}

export function viewId(mailbox: Mailbox, { item, date }: EventView, immutable: boolean): string {
  const id = itemId(mailbox, item, immutable);
  return date === undefined ? id : occurrenceId(id, dayOf(date));
}

export const viewICalUId = ({ event, date }: EventView) =>
  date === undefined ? event.iCalUId : occurrenceICalUId(event.iCalUId, date);

export function viewById(mailbox: Mailbox, id: string): EventView {
  const occurrence = splitOccurrenceId(id);
  const item = itemById(mailbox, occurrence?.masterId ?? id, 'event');
  if (!occurrence) return viewOfItem(item);
  const date = dateOf(occurrence.day);
  if (!hasInstance(item.event!, date)) throw itemNotFound();
  return viewOfItem(item, date);
}

export const isDeleted = (mailbox: Mailbox, item: Item) =>
  item.folder === mailbox.wellKnown(DELETED_ITEMS).state.number;

/** As other items: one in Deleted Items is opened by its id only when that is switched on. */
export function requireOpen(
  mailbox: Mailbox,
  { item }: EventView,
  folder: Folder | undefined,
  behaviour: Behaviour,
) {
  if (isDeleted(mailbox, item) && !behaviour.deletedItemsOpenById) throw itemNotFound();
  if (folder && !isDeleted(mailbox, item) && item.folder !== folder.state.number) throw itemNotFound();
}
