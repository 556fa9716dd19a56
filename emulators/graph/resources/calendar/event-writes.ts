import { isDeepStrictEqual } from 'node:util';
import { GraphError } from '../../protocol/errors.ts';
import { type Attendee, type EventException, type EventState, reshape } from '../../store/event-state.ts';
import type { Folder } from '../../store/folder.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { writtenExtendedProperties } from '../extended-body.ts';
import { writtenExtensions } from '../open-extensions.ts';
import { wireTime } from '../wire-time.ts';
import { attendeeOf } from './attendees.ts';
import { type CalendarWorld, fieldWriting, ownerOf } from './calendar-world.ts';
import { addEvent } from './copies.ts';
import { discard } from './discard.ts';
import { type Body, blankContent, differingContent, writtenContent } from './event-fields.ts';
import { writtenOccurrenceTimes, writtenShape } from './event-times.ts';
import { contentOf, type EventView, isDeleted, viewOfItem } from './event-view.ts';
import { newICalUId } from './global-object-id.ts';
import { instanceTimes, type Times } from './instances.ts';
import { type Actor, announceCancellation, announceChange, announceCreation } from './meetings.ts';
import { noResponse } from './response-status.ts';
import { reshapeException, sendResponse } from './responses.ts';

const TIMES = ['start', 'end', 'isAllDay', 'recurrence'];
const namesTimes = (body: Body) => TIMES.some(name => name in body);

const zoneName = (body: Body, name: 'start' | 'end', otherwise: string) =>
  (body[name] as { timeZone?: string | null } | undefined)?.timeZone || otherwise;

/** An event as its organizer first writes it. */
export function newEvent(body: Body, world: CalendarWorld): Omit<EventState, 'organizer' | 'isOrganizer'> {
  const content = writtenContent(body, blankContent(), fieldWriting(world));
  const shape = writtenShape(body, undefined, content.isAllDay, world.behaviour);
  return {
    ...shape,
    content,
    iCalUId: newICalUId(world.now(), world.newId()),
    transactionId: typeof body.transactionId === 'string' ? body.transactionId : null,
    originalZones: { start: zoneName(body, 'start', 'UTC'), end: zoneName(body, 'end', 'UTC') },
    openExtensions: world.behaviour.inlineExtensions === 'kept' ? writtenExtensions(body) : [],
    former: [],
  };
}

export function createEvent(world: CalendarWorld, actor: Actor, folder: Folder, body: Body): Item {
  const { mailbox } = actor;
  const event = { ...newEvent(body, world), organizer: ownerOf(world, mailbox), isOrganizer: true };
  const extended = writtenExtendedProperties(body, {});
  const item = addEvent(mailbox, event, world.now(), folder, extended);
  announceCreation(world, actor, viewOfItem(item));
  return item;
}

/** The event that a request with the same transactionId made before. */
export function earlierCreation(
  world: CalendarWorld,
  mailbox: Mailbox,
  { transactionId }: Body,
): Item | undefined {
  if (typeof transactionId !== 'string') return undefined;
  for (const item of mailbox.items.values()) {
    if (item.event?.transactionId !== transactionId || isDeleted(mailbox, item)) continue;
    if (world.behaviour.transactionIdDuplicate === 'existing') return item;
    throw new GraphError(
      409,
      'ErrorDuplicateTransactionId',
      "Your request can't be completed. The TransactionId specified in the request has already been used to create a different event.",
    );
  }
  return undefined;
}

export function updateEvent(world: CalendarWorld, actor: Actor, view: EventView, body: Body): void {
  const before = contentOf(view);
  if (view.date === undefined) writeItem(world, actor.mailbox, view, body);
  else writeOccurrence(world, actor.mailbox, view, view.date, body);
  const names = Object.keys(body).filter(name => !name.includes('@'));
  announceChange(world, actor, view, before, names);
}

function writeItem(world: CalendarWorld, mailbox: Mailbox, { item, event }: EventView, body: Body): void {
  const { content, shape } = writtenEvent(world, event, body);
  const extended = writtenExtendedProperties(body, item.extended);
  if (shape) {
    if (event.isOrganizer && hasMoved(event, shape)) forgetResponses(content);
    reshape(event, shape, mailbox.state.sequence);
    event.originalZones = {
      start: zoneName(body, 'start', event.originalZones.start),
      end: zoneName(body, 'end', event.originalZones.end),
    };
  }
  if ('attendees' in body) followAttendees(event, content.attendees);
  event.content = content;
  mailbox.updateItem(item, extended ? { extended } : {}, world.now());
}

/** Who comes to a series or leaves it does so for the days, too, that have attendees of their own. */
function followAttendees({ content, exceptions }: EventState, attendees: readonly Attendee[]): void {
  const isIn = (list: readonly Attendee[], { emailAddress }: Attendee) =>
    attendeeOf(list, emailAddress.address) !== undefined;
  const added = attendees.filter(each => !isIn(content.attendees, each));
  const removed = content.attendees.filter(each => !isIn(attendees, each));
  for (const exception of Object.values(exceptions)) {
    const own = exception.content.attendees;
    if (!own) continue;
    const kept = own.filter(each => !isIn(removed, each));
    exception.content.attendees = [...kept, ...added.filter(each => !isIn(own, each))];
  }
}

/** What an event says and when it is after a write; without a shape, its times stay. */
export function writtenEvent(world: CalendarWorld, event: EventState, body: Body) {
  const content = writtenContent(body, event.content, fieldWriting(world));
  return {
    content,
    shape: namesTimes(body) ? writtenShape(body, event, content.isAllDay, world.behaviour) : undefined,
  };
}

const hasMoved = (before: Times, after: Times) =>
  !isDeepStrictEqual([before.start, before.end], [after.start, after.end]);

/** Who agreed to another time has not agreed to this one. */
function forgetResponses(content: EventState['content']): void {
  content.attendees = content.attendees.map(attendee => ({ ...attendee, status: noResponse() }));
}

function writeOccurrence(
  world: CalendarWorld,
  mailbox: Mailbox,
  { item, event }: EventView,
  date: string,
  body: Body,
) {
  reshapeException(mailbox, event, date, writtenException(world, event, date, body));
  mailbox.updateItem(item, {}, world.now());
}

/** An occurrence after a write of it alone; only what differs from its series is its own. */
export function writtenException(
  world: CalendarWorld,
  event: EventState,
  date: string,
  body: Body,
): EventException {
  const current = event.exceptions[date];
  const before = { ...event.content, ...current?.content };
  const content = writtenContent(body, before, fieldWriting(world));
  const times = instanceTimes(event, date);
  const { start, end } = namesTimes(body)
    ? writtenOccurrenceTimes(body, event, date, content.isAllDay)
    : times;
  if (event.isOrganizer && hasMoved(times, { start, end })) forgetResponses(content);
  return {
    start,
    end,
    content: { ...current?.content, ...differingContent(before, content) },
    extended: writtenExtendedProperties(body, current?.extended ?? {}) ?? current?.extended ?? {},
  };
}

/** The organizer's deletion cancels the meeting; an attendee's concerns himself, unless he declines with it. */
export function removeEvent(world: CalendarWorld, actor: Actor, view: EventView): void {
  const { mailbox } = actor;
  const wasThere = !isDeleted(mailbox, view.item);
  if (wasThere && view.event.isOrganizer) announceCancellation(world, actor, view);
  const declines = world.behaviour.attendeeDelete === 'declines' && !view.event.isOrganizer;
  if (wasThere && declines && !contentOf(view).isCancelled) {
    sendResponse(world, actor, view, { response: 'declined', time: wireTime(world.now()) });
  }
  discard(world, mailbox, view);
}
