import { reshape, shapeOf } from '../../store/event-state.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import { DELETED_ITEMS } from '../../store/well-known-folders.ts';
import type { CalendarWorld } from './calendar-world.ts';
import { type EventView, isDeleted } from './event-view.ts';

/** Takes an event out of the calendar; an occurrence becomes one that its series does not have any more. */
export function discard(world: CalendarWorld, mailbox: Mailbox, { item, event, date }: EventView): void {
  if (date === undefined) {
    if (isDeleted(mailbox, item)) mailbox.removeItem(item);
    else mailbox.moveItem(item, mailbox.wellKnown(DELETED_ITEMS), world.now());
    return;
  }
  const { [date]: _gone, ...exceptions } = event.exceptions;
  const shape = { ...shapeOf(event), exceptions, cancelled: [...event.cancelled, date] };
  reshape(event, shape, mailbox.state.sequence);
  mailbox.updateItem(item, {}, world.now());
}
