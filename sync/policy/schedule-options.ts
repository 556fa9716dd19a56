import * as z from 'zod';
import { weekdays } from '../schedule/weekday.ts';
import { option } from './option.ts';
import { endTime, listOf, startTime, timeZone, userOrTimeZone, wholeNumber } from './values.ts';

const everyMinutes = (minutes: number, when: string) =>
  option(wholeNumber(1, 1440), {
    help: `Minutes between two cycles of a pairing ${when}. The subscription sets the shortest interval; the default is raised to it.`,
    effect: 'none',
    default: minutes,
  });

const from = (time: string, what: string) =>
  option(startTime(), {
    help: `Wall time in the user's zone at which ${what} begin.`,
    effect: 'none',
    default: time,
  });

const to = (time: string, what: string) =>
  option(endTime(), {
    help: `Wall time in the user's zone at which ${what} end; not after the beginning means on the next day.`,
    effect: 'none',
    default: time,
  });

const blackout = z.strictObject({
  from: from('00:00', 'the blackout hours'),
  to: to('05:00', 'the blackout hours'),
});

/** POL-4, POL-5 */
export const schedule = z.strictObject({
  timeZone: option(userOrTimeZone(), {
    help: 'Time zone of the schedule: "user" takes it from the CRM user, else from the mailbox; or one IANA zone for all.',
    effect: 'none',
    default: 'user',
  }),
  fallbackTimeZone: option(timeZone(), {
    help: 'Time zone of users for whom neither CRM nor mailbox tell one.',
    effect: 'none',
    default: 'UTC',
  }),
  weekdays: option(listOf(z.enum(weekdays), 7), {
    help: 'Days that have peak hours.',
    effect: 'none',
    default: ['mon', 'tue', 'wed', 'thu', 'fri'],
  }),
  peak: z.strictObject({
    from: from('08:00', 'the peak hours'),
    to: to('18:00', 'the peak hours'),
    everyMinutes: everyMinutes(15, 'in peak hours'),
  }),
  offPeak: z.strictObject({ everyMinutes: everyMinutes(60, 'outside peak hours') }),
  blackout: option(blackout.nullable(), {
    help: 'Hours in which no cycle starts; null for none.',
    effect: 'none',
    default: { from: '00:00', to: '05:00' },
  }),
});
