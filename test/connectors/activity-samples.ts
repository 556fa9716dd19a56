import fc from 'fast-check';
import type {
  AppointmentFields,
  Body,
  Recurrence,
  RecurrencePattern,
  Span,
  ZonedTime,
} from '../../sync/calendar/appointment.ts';
import { normalText } from '../../sync/calendar/plain-text.ts';
import { zonedTime } from '../../sync/calendar/zones.ts';
import type { TaskFields } from '../../sync/tasks/task.ts';

/** With and without summer time, half hours, both ends of the date line. */
const zones = [
  ...['UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Denver', 'America/St_Johns'],
  ...['Asia/Kolkata', 'Australia/Sydney', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Kiritimati'],
  ...['Pacific/Honolulu', 'Pacific/Apia', 'Africa/Cairo'],
];
export const zone = fc.constantFrom(...zones);

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const minute = fc
  .integer({ min: Date.UTC(2024, 0, 1) / minuteMs, max: Date.UTC(2035, 0, 1) / minuteMs })
  .map(minutes => minutes * minuteMs);

const day = minute.map(atMs => new Date(atMs).toISOString().slice(0, 10));
const dayAfter = (from: string, days: number) =>
  new Date(Date.parse(from) + days * dayMs).toISOString().slice(0, 10);

export const zonedTimeIn = (inZone: fc.Arbitrary<string>): fc.Arbitrary<ZonedTime> =>
  fc.tuple(minute, inZone).map(([atMs, name]) => zonedTime(atMs, name));

/** At most as long as a CRM can hold. */
export const spanIn = (inZone: fc.Arbitrary<string>): fc.Arbitrary<Span> =>
  fc.oneof(
    fc
      .tuple(minute, fc.integer({ min: 0, max: 14 * 1440 }), inZone, inZone)
      .map(([atMs, minutes, startZone, endZone]) => ({
        allDay: false as const,
        start: zonedTime(atMs, startZone),
        end: zonedTime(atMs + minutes * minuteMs, endZone),
      })),
    fc.tuple(day, fc.integer({ min: 0, max: 13 })).map(([firstDay, more]) => ({
      allDay: true as const,
      firstDay,
      lastDay: dayAfter(firstDay, more),
    })),
  );

/** In normal form and without white space at its ends, which Salesforce removes. */
export const line = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .map(value => normalText(value).replaceAll(/\s+/g, ' '))
  .filter(value => value !== '');
const textBody: fc.Arbitrary<Body> = fc
  .array(line, { minLength: 1, maxLength: 4 })
  .map(lines => ({ text: lines.join('\n'), html: null }));

const interval = fc.integer({ min: 1, max: 99 });
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const days = fc.subarray([...weekdays], { minLength: 1 });
const index = fc.constantFrom('first', 'second', 'third', 'fourth', 'last');
const month = fc.integer({ min: 1, max: 12 });
const dayOfMonth = fc.integer({ min: 1, max: 31 });
const firstDayOfWeek = fc.constantFrom(...weekdays);

const pattern: fc.Arbitrary<RecurrencePattern> = fc.oneof(
  fc.record({ type: fc.constant('daily' as const), interval }),
  fc.record({ type: fc.constant('weekly' as const), interval, days, firstDayOfWeek }),
  fc.record({ type: fc.constant('monthlyOnDay' as const), interval, dayOfMonth }),
  fc.record({ type: fc.constant('monthlyOnWeekday' as const), interval, days, index }),
  fc.record({ type: fc.constant('yearlyOnDay' as const), interval, month, dayOfMonth }),
  fc.record({ type: fc.constant('yearlyOnWeekday' as const), interval, month, days, index }),
);

export const recurrence: fc.Arbitrary<Recurrence> = fc.record({
  pattern,
  firstDay: day,
  end: fc.oneof(
    fc.constant({ type: 'never' as const }),
    day.map(last => ({ type: 'until' as const, day: last })),
    fc.integer({ min: 1, max: 999 }).map(occurrences => ({ type: 'count' as const, occurrences })),
  ),
  zone,
});

/** What a mailbox can hold of an appointment, except who takes part; any of it may be unknown. */
export const appointment: fc.Arbitrary<AppointmentFields> = fc.record(
  {
    subject: fc.option(line, { nil: null }),
    location: fc.option(line, { nil: null }),
    body: fc.option(textBody, { nil: null }),
    span: spanIn(zone),
    showAs: fc.constantFrom('free', 'tentative', 'busy', 'outOfOffice', 'elsewhere'),
    isPrivate: fc.boolean(),
    reminderMinutes: fc.option(fc.integer({ min: 0, max: 20_160 }), { nil: null }),
    recurrence: fc.option(recurrence, { nil: null }),
  },
  { requiredKeys: [] },
);

/** What a CRM can hold: single events, moments and three ways to show them. */
export const crmAppointment: fc.Arbitrary<AppointmentFields> = fc.record(
  {
    subject: fc.option(line, { nil: null }),
    location: fc.option(line, { nil: null }),
    body: fc.option(textBody, { nil: null }),
    span: spanIn(fc.constant('UTC')),
    showAs: fc.constantFrom('free', 'busy', 'outOfOffice'),
    isPrivate: fc.boolean(),
    reminderMinutes: fc.option(fc.integer({ min: 0, max: 20_160 }), { nil: null }),
  },
  { requiredKeys: ['span'] },
);

export const task: fc.Arbitrary<TaskFields> = fc.record({
  subject: fc.option(line, { nil: null }),
  body: fc.option(textBody, { nil: null }),
  dueDay: fc.option(day, { nil: null }),
  startDay: fc.option(day, { nil: null }),
  status: fc.constantFrom('notStarted', 'inProgress', 'waiting', 'deferred', 'completed'),
  priority: fc.constantFrom('low', 'normal', 'high'),
  reminder: fc.option(zonedTimeIn(fc.constant('UTC')), { nil: null }),
});
