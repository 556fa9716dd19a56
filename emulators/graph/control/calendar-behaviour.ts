import { z } from 'zod';

/** Ways in which the calendar may behave: the documentation leaves them open, or reports contradict each other. */
export interface CalendarBehaviour {
  /** Whether all-day events are told in the wanted zone, where their midnight may be another hour. */
  allDayTimes: 'shifted' | 'floating';
  /** Properties that a recurrence pattern's type does not use, with a value of their own. */
  unusedPatternProperties: 'refused' | 'ignored';
  /** Whether a series whose start is not in its pattern begins with the first occurrence or as it was sent. */
  seriesStart: 'firstOccurrence' | 'asSent';
  /** What becomes of the copy of an attendee who declines. */
  declinedEvents: 'removed' | 'kept';
  /** Whether an attendee who deletes his copy says nothing to the organizer, or declines. */
  attendeeDelete: 'silent' | 'declines';
  /** Changes of categories, reminders and custom data only. */
  privatePatches: 'silent' | 'mailed';
  /** Whether changes of meetings that are over are mailed. */
  pastMeetings: 'silent' | 'mailed';
  /** Which events outside the window a delta round names as removed: those that change, or all in a first round. */
  deltaOutsideWindow: 'changes' | 'all';
  /** Whether the removal of a series names its instances too. */
  deltaRemovedSeries: 'instances' | 'master';
  /** Whether a delta round has the masters of series beside their instances. */
  deltaSeriesMasters: 'shown' | 'hidden';
}

export const defaultCalendarBehaviour = (): CalendarBehaviour => ({
  allDayTimes: 'shifted',
  unusedPatternProperties: 'refused',
  seriesStart: 'firstOccurrence',
  declinedEvents: 'removed',
  attendeeDelete: 'silent',
  privatePatches: 'silent',
  pastMeetings: 'silent',
  deltaOutsideWindow: 'changes',
  deltaRemovedSeries: 'instances',
  deltaSeriesMasters: 'shown',
});

export const calendarBehaviourShape = {
  allDayTimes: z.enum(['shifted', 'floating']),
  unusedPatternProperties: z.enum(['refused', 'ignored']),
  seriesStart: z.enum(['firstOccurrence', 'asSent']),
  declinedEvents: z.enum(['removed', 'kept']),
  attendeeDelete: z.enum(['silent', 'declines']),
  privatePatches: z.enum(['silent', 'mailed']),
  pastMeetings: z.enum(['silent', 'mailed']),
  deltaOutsideWindow: z.enum(['changes', 'all']),
  deltaRemovedSeries: z.enum(['instances', 'master']),
  deltaSeriesMasters: z.enum(['shown', 'hidden']),
};
