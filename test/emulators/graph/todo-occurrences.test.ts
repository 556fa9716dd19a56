import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { nextOccurrence } from '../../../emulators/graph/resources/todo/recurrence.ts';
import type { Recurrence, RecurrencePattern, Weekday } from '../../../emulators/graph/store/event-state.ts';

const CODES: Record<Weekday, string> = {
  sunday: 'SU',
  monday: 'MO',
  tuesday: 'TU',
  wednesday: 'WE',
  thursday: 'TH',
  friday: 'FR',
  saturday: 'SA',
};
const WEEKDAYS = Object.keys(CODES) as Weekday[];
const POSITIONS = { first: 1, second: 2, third: 3, fourth: 4, last: -1 };

const patterns: fc.Arbitrary<RecurrencePattern> = fc.record({
  type: fc.constantFrom(
    'daily',
    'weekly',
    'absoluteMonthly',
    'relativeMonthly',
    'absoluteYearly',
    'relativeYearly',
  ),
  interval: fc.integer({ min: 1, max: 4 }),
  month: fc.integer({ min: 1, max: 12 }),
  // A day that some months lack is their last one in Exchange, and none in RFC 5545.
  dayOfMonth: fc.integer({ min: 1, max: 28 }),
  daysOfWeek: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
  firstDayOfWeek: fc.constantFrom(...WEEKDAYS),
  index: fc.constantFrom('first', 'second', 'third', 'fourth', 'last'),
});

const days = fc
  .integer({ min: 0, max: 3000 })
  .map(offset => Temporal.PlainDate.from('2024-01-01').add({ days: offset }));

/** The same pattern in the terms of RFC 5545. */
function ruleOf(pattern: RecurrencePattern): string {
  const weekdays = `BYDAY=${pattern.daysOfWeek.map(day => CODES[day]).join(',')}`;
  const relative = `${weekdays};BYSETPOS=${POSITIONS[pattern.index]}`;
  const parts = {
    daily: 'FREQ=DAILY',
    weekly: `FREQ=WEEKLY;${weekdays};WKST=${CODES[pattern.firstDayOfWeek]}`,
    absoluteMonthly: `FREQ=MONTHLY;BYMONTHDAY=${pattern.dayOfMonth}`,
    relativeMonthly: `FREQ=MONTHLY;${relative}`,
    absoluteYearly: `FREQ=YEARLY;BYMONTH=${pattern.month};BYMONTHDAY=${pattern.dayOfMonth}`,
    relativeYearly: `FREQ=YEARLY;BYMONTH=${pattern.month};${relative}`,
  };
  return `${parts[pattern.type]};INTERVAL=${pattern.interval}`;
}

function recurrenceFrom(pattern: RecurrencePattern, start: Temporal.PlainDate): Recurrence {
  const startDate = start.toString();
  const unused = { endDate: '0001-01-01', recurrenceTimeZone: 'UTC', numberOfOccurrences: 0 };
  return { pattern, range: { type: 'noEnd', startDate, ...unused } };
}

describe('the next occurrence of a recurring task', () => {
  it('is the one that an implementation of RFC 5545 finds', () => {
    fc.assert(
      fc.property(patterns, days, fc.integer({ min: 0, max: 900 }), (pattern, start, later) => {
        const from = start.add({ days: later });
        const stamp = start.toString().replaceAll('-', '');
        const rule = new RRuleTemporal({
          rruleString: `DTSTART:${stamp}T000000Z\nRRULE:${ruleOf(pattern)}`,
        });
        const expected = rule.next(new Date(`${from.toString()}T00:00:00Z`), true);
        const found = nextOccurrence(recurrenceFrom(pattern, start), from);
        expect(found?.toString()).toBe(expected?.toPlainDate().toString());
      }),
      { numRuns: 300 },
    );
  });
});
