import type { Event } from '@microsoft/microsoft-graph-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appointmentOf, eventOf } from '../../connectors/graph/event-mapping.ts';
import type { RecurrencePattern } from '../../sync/calendar/appointment.ts';
import { recurrence } from './activity-samples.ts';

const berlin = 'Europe/Berlin';

describe('recurrences', () => {
  const nothing = { month: 0, dayOfMonth: 0, firstDayOfWeek: 'sunday', index: 'first' } as const;
  const patterns: [NonNullable<NonNullable<Event['recurrence']>['pattern']>, RecurrencePattern][] = [
    [
      { type: 'daily', interval: 3 },
      { type: 'daily', interval: 3 },
    ],
    [
      { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'friday'], firstDayOfWeek: 'monday' },
      { type: 'weekly', interval: 2, days: ['monday', 'friday'], firstDayOfWeek: 'monday' },
    ],
    [
      { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
      { type: 'monthlyOnDay', interval: 1, dayOfMonth: 31 },
    ],
    [
      { type: 'relativeMonthly', interval: 1, daysOfWeek: ['tuesday'], index: 'last' },
      { type: 'monthlyOnWeekday', interval: 1, days: ['tuesday'], index: 'last' },
    ],
    [
      { type: 'absoluteYearly', interval: 1, month: 2, dayOfMonth: 29 },
      { type: 'yearlyOnDay', interval: 1, month: 2, dayOfMonth: 29 },
    ],
    [
      { type: 'relativeYearly', interval: 2, month: 11, daysOfWeek: ['thursday'], index: 'fourth' },
      { type: 'yearlyOnWeekday', interval: 2, month: 11, days: ['thursday'], index: 'fourth' },
    ],
  ];

  it.each(patterns)(
    'CAL-4 %j is read with all that answers carry, and written with what it uses',
    (told, pattern) => {
      const range = { startDate: '2026-03-03', recurrenceTimeZone: 'W. Europe Standard Time' };
      const answered = { ...range, type: 'noEnd', endDate: '0001-01-01', numberOfOccurrences: 0 } as const;
      const event: Event = { recurrence: { pattern: { ...nothing, ...told }, range: answered } };
      const read = { pattern, firstDay: '2026-03-03', end: { type: 'never' }, zone: berlin } as const;
      expect(appointmentOf(event, 'UTC')).toEqual({ recurrence: read });
      expect(eventOf({ recurrence: read }, {}, 'UTC')).toEqual({
        recurrence: { pattern: told, range: { ...range, type: 'noEnd' } },
      });
    },
  );

  it('CAL-4 a series ends on a day, after a number or never', () => {
    fc.assert(
      fc.property(recurrence, ({ end, ...series }) => {
        const range = eventOf({ recurrence: { end, ...series } }, {}, berlin).recurrence?.range;
        const ends = { never: {}, until: { endDate: 'day' in end && end.day }, count: {} }[end.type];
        expect(range).toMatchObject({ startDate: series.firstDay, ...ends });
      }),
    );
  });

  it('CAL-4 becomes single by null, and what is no pattern that we know is unknown', () => {
    expect(eventOf({ recurrence: null }, {}, berlin)).toEqual({ recurrence: null });
    const strange = { pattern: { type: 'lunar' as 'daily' }, range: { startDate: '2026-03-03' } };
    expect(appointmentOf({ recurrence: strange }, berlin)).toEqual({});
  });
});
