import { isDeepStrictEqual } from 'node:util';
import {
  type EventContent,
  type EventException,
  type EventShape,
  type EventState,
  reshape,
  shapeOf,
} from '../../store/event-state.ts';
import type { ExtendedProperties } from '../../store/extended-properties.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { CALENDAR } from '../../store/well-known-folders.ts';
import { attendeeOf } from './attendees.ts';
import type { CalendarWorld } from './calendar-world.ts';
import { blankContent } from './event-fields.ts';
import { contentOf, type EventView, isDeleted, timesOf, viewICalUId } from './event-view.ts';
import { MEETING_KEY, meetingKey } from './global-object-id.ts';
import { hasInstance, instanceTimes, patternTimes } from './instances.ts';
import { noResponse, notResponded } from './response-status.ts';

/** The copies of a meeting in the calendars of its attendees, which Exchange makes and keeps. */

/** What the organizer decides; everything else in a copy is the attendee's. */
const SHARED = [
  'subject',
  'body',
  'importance',
  'sensitivity',
  'isAllDay',
  'isCancelled',
  'location',
  'locations',
  'attendees',
  'responseRequested',
  'allowNewTimeProposals',
  'hideAttendees',
  'isOnlineMeeting',
  'onlineMeetingProvider',
  'onlineMeeting',
] as const satisfies (keyof EventContent)[];

const CANCELLED_PREFIX = 'Canceled: ';
const unanswered = () => ({ responseStatus: notResponded(), showAs: 'tentative' });

const isShared = (name: string) => SHARED.some(shared => shared === name);
const entriesWhere = (
  content: Partial<EventContent>,
  keep: (name: string) => boolean,
): Partial<EventContent> => Object.fromEntries(Object.entries(content).filter(([name]) => keep(name)));

/** Responses of others are the organizer's to see; with hidden attendees each sees himself only. */
function sharedContent(content: Partial<EventContent>, address: string): Partial<EventContent> {
  const shared = entriesWhere(content, isShared);
  if (!shared.attendees) return shared;
  const self = attendeeOf(shared.attendees, address);
  const shown = content.hideAttendees ? (self ? [self] : []) : shared.attendees;
  return { ...shared, attendees: shown.map(attendee => ({ ...attendee, status: noResponse() })) };
}

/** The item of a meeting in a calendar; a deleted one does not count. */
export function itemOfMeeting(mailbox: Mailbox, iCalUId: string): Item | undefined {
  for (const number of mailbox.extendedIndex.find(MEETING_KEY, meetingKey(iCalUId))) {
    const item = mailbox.items.get(number);
    if (item?.event?.iCalUId === iCalUId && !isDeleted(mailbox, item)) return item;
  }
  return undefined;
}

export function addEvent(
  mailbox: Mailbox,
  event: EventState,
  now: number,
  folder = mailbox.wellKnown(CALENDAR),
  properties: ExtendedProperties = {},
): Item {
  const extended = { ...properties, [MEETING_KEY]: meetingKey(event.iCalUId) };
  return mailbox.addItem({ kind: 'event', folder, fields: {}, extended, event }, now);
}

/** What the organizer sends: his event, or one occurrence to those who are not in the series. */
export function sentEvent(view: EventView): EventState {
  if (view.date === undefined) return view.event;
  return {
    ...view.event,
    ...timesOf(view),
    iCalUId: viewICalUId(view),
    content: contentOf(view),
    recurrence: null,
    exceptions: {},
    cancelled: [],
  };
}

/** Brings an attendee's calendar to what the organizer sent; the date is that of a changed occurrence. */
export function receive(
  world: CalendarWorld,
  mailbox: Mailbox,
  address: string,
  sent: EventState,
  date?: string,
): Item {
  const item = itemOfMeeting(mailbox, sent.iCalUId);
  if (!item) return addEvent(mailbox, newCopy(sent, address), world.now());
  const copy = item.event!;
  const isMoved = !sameTimes(copy, sent);
  const isAskedAgain = isMoved || (copy.content.isCancelled && !sent.content.isCancelled);
  const content = {
    ...copy.content,
    ...sharedContent(sent.content, address),
    ...(isAskedAgain && unanswered()),
  };
  const shape = mergedShape(copy, sent, address, isMoved);
  const changed = date === undefined ? undefined : shape.exceptions[date];
  if (changed && !isDeepStrictEqual(timesOnly(changed), instanceTimesOf(copy, date!))) {
    changed.content = { ...changed.content, ...unanswered() };
  }
  reshape(copy, shape, mailbox.state.sequence);
  copy.content = content;
  copy.originalZones = sent.originalZones;
  mailbox.updateItem(item, {}, world.now());
  return item;
}

function newCopy(sent: EventState, address: string): EventState {
  const { isReminderOn, reminderMinutesBeforeStart } = sent.content;
  return {
    ...structuredClone(sent),
    content: {
      ...blankContent(),
      isReminderOn,
      reminderMinutesBeforeStart,
      ...sharedContent(sent.content, address),
      ...unanswered(),
    },
    exceptions: mapValues(sent.exceptions, exception => sharedException(exception, address, undefined)),
    isOrganizer: false,
    transactionId: null,
    openExtensions: [],
    former: [],
  };
}

function sharedException(
  { start, end, content }: EventException,
  address: string,
  own: EventException | undefined,
): EventException {
  const personal = entriesWhere(own?.content ?? {}, name => !isShared(name));
  return {
    start,
    end,
    content: { ...personal, ...sharedContent(content, address) },
    extended: own?.extended ?? {},
  };
}

const timesOnly = ({ start, end }: Pick<EventShape, 'start' | 'end'>) => ({ start, end });
const sameTimes = (one: EventShape, other: EventShape) =>
  isDeepStrictEqual([timesOnly(one), one.recurrence], [timesOnly(other), other.recurrence]);
const instanceTimesOf = (shape: EventShape, date: string) =>
  shape.recurrence ? timesOnly(instanceTimes(shape, date)) : timesOnly(shape);

/** The organizer's shape with what the attendee did to single occurrences, unless the series was moved. */
function mergedShape(copy: EventShape, sent: EventShape, address: string, isMoved: boolean): EventShape {
  const own = isMoved ? {} : copy.exceptions;
  const cancelled = isMoved ? sent.cancelled : copy.cancelled;
  const merged: EventShape = {
    ...timesOnly(sent),
    recurrence: sent.recurrence,
    exceptions: mapValues(sent.exceptions, (exception, date) =>
      sharedException(exception, address, own[date]),
    ),
    cancelled,
  };
  for (const [date, exception] of Object.entries(own)) {
    if (date in merged.exceptions || !hasInstance(merged, date)) continue;
    const personal = entriesWhere(exception.content, name => !isShared(name));
    merged.exceptions[date] = { ...exception, ...patternTimes(merged, date), content: personal };
  }
  for (const date of sent.cancelled) {
    if (!cancelled.includes(date)) merged.exceptions[date] = cancelledException(copy, date);
  }
  return merged;
}

function cancelledException(copy: EventShape & { content?: EventContent }, date: string): EventException {
  const own = copy.exceptions[date];
  const { start, end } = instanceTimes(copy, date);
  const subject = own?.content.subject ?? copy.content?.subject ?? '';
  return {
    start,
    end,
    content: { ...own?.content, ...cancelledContent(subject) },
    extended: own?.extended ?? {},
  };
}

function cancelledContent(subject: string): Partial<EventContent> {
  const marked = subject.startsWith(CANCELLED_PREFIX) ? subject : `${CANCELLED_PREFIX}${subject}`;
  return { isCancelled: true, subject: marked, showAs: 'free' };
}

/** A cancelled meeting stays in the calendars of its attendees, marked. */
export function receiveCancellation(
  world: CalendarWorld,
  mailbox: Mailbox,
  iCalUId: string,
  date?: string,
): Item | undefined {
  const item = itemOfMeeting(mailbox, iCalUId);
  if (!item) return undefined;
  const copy = item.event!;
  if (date === undefined) {
    copy.content = { ...copy.content, ...cancelledContent(copy.content.subject) };
  } else if (hasInstance(copy, date)) {
    const exceptions = { ...copy.exceptions, [date]: cancelledException(copy, date) };
    reshape(copy, { ...shapeOf(copy), exceptions }, mailbox.state.sequence);
  }
  mailbox.updateItem(item, {}, world.now());
  return item;
}

const mapValues = <From, To>(values: Record<string, From>, change: (value: From, key: string) => To) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
