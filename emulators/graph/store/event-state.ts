import { isDeepStrictEqual } from 'node:util';
import type { ExtendedProperties } from './extended-properties.ts';
import type { OpenExtension } from './mailbox-state.ts';

/** A wall time as it was written: without an offset, in a zone by its Windows or IANA name. */
export interface WallTime {
  /** yyyy-MM-ddTHH:mm:ss */
  dateTime: string;
  timeZone: string;
}

export type Weekday = 'sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday';
export type WeekIndex = 'first' | 'second' | 'third' | 'fourth' | 'last';

export interface RecurrencePattern {
  type: 'daily' | 'weekly' | 'absoluteMonthly' | 'relativeMonthly' | 'absoluteYearly' | 'relativeYearly';
  interval: number;
  month: number;
  dayOfMonth: number;
  daysOfWeek: Weekday[];
  firstDayOfWeek: Weekday;
  index: WeekIndex;
}

export interface RecurrenceRange {
  type: 'endDate' | 'noEnd' | 'numbered';
  startDate: string;
  endDate: string;
  recurrenceTimeZone: string;
  numberOfOccurrences: number;
}

export interface Recurrence {
  pattern: RecurrencePattern;
  range: RecurrenceRange;
}

export interface EmailAddress {
  name?: string;
  address: string;
}

export interface ResponseStatus {
  response: 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';
  time: string;
}

export interface Attendee {
  type: 'required' | 'optional' | 'resource';
  status: ResponseStatus;
  emailAddress: EmailAddress;
}

/** What an event says, as the interface shows it: everything but its times and its identity. */
export interface EventContent {
  subject: string;
  body: { contentType: 'html' | 'text'; content: string };
  importance: string;
  sensitivity: string;
  showAs: string;
  isAllDay: boolean;
  isCancelled: boolean;
  isReminderOn: boolean;
  reminderMinutesBeforeStart: number;
  location: Record<string, unknown>;
  locations: Record<string, unknown>[];
  attendees: Attendee[];
  categories: string[];
  responseRequested: boolean;
  allowNewTimeProposals: boolean;
  hideAttendees: boolean;
  isOnlineMeeting: boolean;
  onlineMeetingProvider: string;
  onlineMeeting: { joinUrl: string } | null;
  responseStatus: ResponseStatus;
}

/** An occurrence that differs from its series; what it does not say itself, it has from the series. */
export interface EventException {
  start: WallTime;
  end: WallTime;
  content: Partial<EventContent>;
  extended: ExtendedProperties;
}

/** All that decides which instances an event has, and when. */
export interface EventShape {
  start: WallTime;
  end: WallTime;
  recurrence: Recurrence | null;
  /** By the date on which the pattern puts the occurrence. */
  exceptions: Record<string, EventException>;
  cancelled: string[];
}

/** A shape that a series had, so that a delta query can tell which instances are gone. */
export interface FormerShape extends EventShape {
  /** The last sequence of the mailbox at which it was so. */
  until: number;
}

export interface EventState extends EventShape {
  iCalUId: string;
  content: EventContent;
  organizer: EmailAddress;
  isOrganizer: boolean;
  transactionId: string | null;
  /** The zones that were set, which a custom one cannot be found by. */
  originalZones: { start: string; end: string };
  openExtensions: OpenExtension[];
  former: FormerShape[];
}

export const shapeOf = ({ start, end, recurrence, exceptions, cancelled }: EventShape): EventShape => ({
  start,
  end,
  recurrence,
  exceptions,
  cancelled,
});

/** Writes a new shape over the present one, which is remembered when instances of a series may go with it. */
export function reshape(event: EventState, shape: EventShape, sequence: number): void {
  const before = outlineOf(event, sequence);
  if (event.recurrence && !isDeepStrictEqual(before, outlineOf(shape, sequence))) event.former.push(before);
  Object.assign(event, shape);
}

/** The shapes that a client may know of, the present one last. */
export const knownShapes = (event: EventState, sequence: number): FormerShape[] => [
  ...event.former,
  outlineOf(event, sequence),
];

/** A shape without what its exceptions say. */
const outlineOf = (shape: EventShape, until: number): FormerShape => ({
  ...shapeOf(shape),
  exceptions: Object.fromEntries(
    Object.entries(shape.exceptions).map(([date, { start, end }]) => [
      date,
      { start, end, content: {}, extended: {} },
    ]),
  ),
  until,
});
