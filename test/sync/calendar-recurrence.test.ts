import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { describe, it } from 'vitest';
import type { Recurrence, RecurrenceEnd, RecurrencePattern } from '../../sync/calendar/appointment.ts';
import { occurrences } from '../../sync/calendar/occurrences.ts';
import { describesSame } from '../../sync/calendar/series-days.ts';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const POSITIONS = { first: 1, second: 2, third: 3, fourth: 4, last: -1 };

const interval = fc.integer({ min: 1, max: 5 });
const month = fc.integer({ min: 1, max: 12 });
const dayOfMonth = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 28, max: 31 }));
const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });
const index = fc.constantFrom('first', 'second', 'third', 'fourth', 'last');
const type = <const T extends string>(name: T) => fc.constant(name);

const pattern: fc.Arbitrary<RecurrencePattern> = fc.oneof(
  fc.record({ type: type('daily'), interval }),
  fc.record({ type: type('weekly'), interval, days, firstDayOfWeek: fc.constantFrom(...WEEKDAYS) }),
  fc.record({ type: type('monthlyOnDay'), interval, dayOfMonth }),
  fc.record({ type: type('monthlyOnWeekday'), interval, days, index }),
  fc.record({ type: type('yearlyOnDay'), interval, month, dayOfMonth }),
  fc.record({ type: type('yearlyOnWeekday'), interval, month, days, index }),
);

const later = (day: string, by: number) => Temporal.PlainDate.from(day).add({ days: by }).toString();
const firstDay = fc.integer({ min: 0, max: 1500 }).map(by => later('2024-01-01', by));
const endOf = (first: string): fc.Arbitrary<RecurrenceEnd> =>
  fc.oneof(
    fc.record({ type: type('never') }),
    fc.record({ type: type('count'), occurrences: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ type: type('until'), day: fc.integer({ min: 0, max: 2000 }).map(by => later(first, by)) }),
  );
const ZONES = [
  ...['Australia/Sydney', 'Europe/London', 'America/Denver', 'Asia/Kolkata', 'America/St_Johns'],
  ...['Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Kiritimati', 'UTC'],
];
const recurrence: fc.Arbitrary<Recurrence> = firstDay.chain(first =>
  fc.record({
    ...{ pattern, firstDay: fc.constant(first), end: endOf(first), zone: fc.constantFrom(...ZONES) },
  }),
);

const code = (weekday: string) => weekday.slice(0, 2).toUpperCase();
const byDay = (weekdays: readonly string[]) => `BYDAY=${weekdays.map(code).join(',')}`;
/** RFC 5545 leaves out months without the day: here the last one of 28 up to the day. */
const byMonthDay = (day: number) => {
  const candidates = Array.from({ length: Math.max(1, day - 27) }, (_, less) => day - less);
  return `BYMONTHDAY=${candidates.join(',')}${day > 28 ? ';BYSETPOS=-1' : ''}`;
};

function rule(told: RecurrencePattern): string {
  const every = `INTERVAL=${told.interval}`;
  switch (told.type) {
    case 'daily':
      return `FREQ=DAILY;${every}`;
    case 'weekly':
      return `FREQ=WEEKLY;${every};${byDay(told.days)};WKST=${code(told.firstDayOfWeek)}`;
    case 'monthlyOnDay':
      return `FREQ=MONTHLY;${every};${byMonthDay(told.dayOfMonth)}`;
    case 'monthlyOnWeekday':
      return `FREQ=MONTHLY;${every};${byDay(told.days)};BYSETPOS=${POSITIONS[told.index]}`;
    case 'yearlyOnDay':
      return `FREQ=YEARLY;${every};BYMONTH=${told.month};${byMonthDay(told.dayOfMonth)}`;
    case 'yearlyOnWeekday': {
      const where = `BYMONTH=${told.month};${byDay(told.days)};BYSETPOS=${POSITIONS[told.index]}`;
      return `FREQ=YEARLY;${every};${where}`;
    }
  }
}

const compact = (time: string) => time.replaceAll(/[-:]/g, '');
function ending(end: RecurrenceEnd, zone: string): string {
  if (end.type === 'never') return '';
  if (end.type === 'count') return `;COUNT=${end.occurrences}`;
  const last = Temporal.PlainDateTime.from(`${end.day}T23:59:59`).toZonedDateTime(zone);
  return `;UNTIL=${compact(last.toInstant().toString())}`;
}

describe('CAL-4 a series is expanded as an independent library does', () => {
  /** None that clocks skip or show twice: there the library goes on to another day. */
  const hour = fc.constantFrom(0, 4, 9, 12, 17, 22);
  const minute = fc.constantFrom(0, 15, 59);

  it('over patterns, ends, zones and horizons', () => {
    const horizonAfter = fc.integer({ min: -100, max: 2500 });
    const property = fc.property(recurrence, hour, minute, horizonAfter, (told, h, min, after) => {
      const { zone } = told;
      const start = Temporal.PlainDate.from(told.firstDay).toPlainDateTime({ hour: h, minute: min });
      const end = start.add({ minutes: 45 });
      const library = new RRuleTemporal({
        rruleString: `DTSTART;TZID=${zone}:${compact(`${start}`.padEnd(19, ':00'))}\nRRULE:${rule(told.pattern)}${ending(told.end, zone)}`,
      });
      const from = Temporal.Instant.from(`${told.firstDay}T00:00Z`).add({ hours: 24 * after });
      const to = from.add({ hours: 24 * 500 });
      const expected = library
        .between(new Date(from.epochMilliseconds - 45 * 60_000 + 1), new Date(to.epochMilliseconds - 1), true)
        .map(time => time.toPlainDateTime().toString({ smallestUnit: 'second' }));

      const span = {
        allDay: false as const,
        start: { local: start.toString({ smallestUnit: 'second' }), zone },
        end: { local: end.toString({ smallestUnit: 'second' }), zone },
      };
      const horizon = { fromMs: from.epochMilliseconds, toMs: to.epochMilliseconds };
      const found = [...occurrences({ recurrence: told, span, exceptions: new Map() }, horizon)];
      const locals = found.map(each => (each.span.allDay ? '' : each.span.start.local));
      if (`${locals}` !== `${expected}`) throw new Error(`${locals} instead of ${expected}`);
    });
    fc.assert(property, { numRuns: 200 });
  });
});

describe('CAL-4 whether two recurrences mean the same', () => {
  const daysOf = (told: Recurrence) => {
    const span = { allDay: true as const, firstDay: told.firstDay, lastDay: told.firstDay };
    const horizon = { fromMs: Date.parse('2020-01-01'), toMs: Date.parse('2200-01-01') };
    return [...occurrences({ recurrence: told, span, exceptions: new Map() }, horizon)]
      .map(({ originalDay }) => originalDay)
      .join(' ');
  };

  it('is whether they have the same days', () => {
    // Few values, so that some of them mean the same.
    const simple = fc.record({
      pattern: fc.oneof(
        fc.record({ type: type('daily'), interval: fc.constantFrom(1, 7) }),
        fc.record({
          ...{ type: type('weekly'), interval: fc.constantFrom(1, 2) },
          days: fc.constantFrom(WEEKDAYS, ['tuesday'] as const, ['sunday', 'tuesday'] as const),
          firstDayOfWeek: fc.constantFrom('monday', 'sunday'),
        }),
        fc.record({ type: type('yearlyOnDay'), interval: fc.constant(1), month: fc.constant(2), dayOfMonth }),
        fc.record({
          ...{ type: type('monthlyOnDay'), interval: fc.constantFrom(1, 12) },
          dayOfMonth: fc.constantFrom(28, 29, 31),
        }),
      ),
      firstDay: fc.constantFrom('2026-02-17', '2026-02-18', '2026-02-24'),
      end: fc.constantFrom(
        { type: 'never' },
        { type: 'count', occurrences: 2 },
        { type: 'until', day: '2026-03-03' },
      ),
      zone: fc.constant('UTC'),
    }) as fc.Arbitrary<Recurrence>;
    fc.assert(
      fc.property(
        simple,
        simple,
        (one, other) => describesSame(one, other) === (daysOf(one) === daysOf(other)),
      ),
      { numRuns: 60 },
    );
  });
});
