import { checkBody } from '../protocol/schema.ts';
import type { CalendarWorld } from '../resources/calendar/calendar-world.ts';
import { addEvent } from '../resources/calendar/copies.ts';
import type { Body } from '../resources/calendar/event-fields.ts';
import { EVENT } from '../resources/calendar/event-type.ts';
import { viewOfItem } from '../resources/calendar/event-view.ts';
import { newEvent } from '../resources/calendar/event-writes.ts';
import { placeCopies } from '../resources/calendar/meetings.ts';
import { writtenExtendedProperties } from '../resources/extended-body.ts';
import type { User } from '../store/directory.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { CALENDAR } from '../store/well-known-folders.ts';

export interface LoadedEvent {
  id: string;
  immutableId: string;
  iCalUId: string;
}

/** Reads the events of a user as bodies of creations; what it gives puts them there, without any mail. */
export function prepareEvents(
  bodies: Body[],
  user: User,
  world: CalendarWorld,
): (mailbox: Mailbox) => LoadedEvent[] {
  const organizer = { name: user.displayName, address: user.mail ?? user.userPrincipalName };
  const prepared = bodies.map(body => {
    checkBody(body, EVENT);
    const event = { ...newEvent(body, world), organizer, isOrganizer: true };
    return { event, extended: writtenExtendedProperties(body, {}) };
  });
  return mailbox =>
    prepared.map(({ event, extended }) => {
      const item = addEvent(mailbox, event, world.now(), mailbox.wellKnown(CALENDAR), extended);
      placeCopies(world, mailbox, viewOfItem(item));
      return {
        id: mailbox.ids.item(item.folder, item.instance),
        immutableId: mailbox.ids.immutable(item.number),
        iCalUId: event.iCalUId,
      };
    });
}
