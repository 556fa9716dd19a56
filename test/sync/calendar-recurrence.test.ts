import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { Recurrence, RecurrenceEnd, RecurrencePattern, Span } from '../../sync/calendar/appointment.ts';
import { type Exception, occurrences } from '../../sync/calendar/occurrences.ts';
import { describesSame } from '../../sync/calendar/series-days.ts';
import { epochMs } from '../../sync/calendar/zones.ts';

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

type Timed = Extract<Span, { allDay: false }>;
const wall = (time: Temporal.PlainDateTime, zone: string) => ({
  local: time.toString({ smallestUnit: 'second' }),
  zone,
});

describe('CAL-3, CAL-4 every day of a series has its wall time', () => {
  const minuteOfDay = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 239 }));
  const length = fc.oneof(fc.integer({ min: 0, max: 180 }), fc.integer({ min: 0, max: 3000 }));

  it('where the clocks show it, skip it or show it twice', () => {
    const property = fc.property(
      firstDay,
      minuteOfDay,
      length,
      fc.constantFrom(...ZONES),
      (day, at, minutes, zone) => {
        const start = Temporal.PlainDate.from(day).toPlainDateTime().add({ minutes: at });
        const series = {
          span: { allDay: false as const, start: wall(start, zone), end: wall(start.add({ minutes }), zone) },
          recurrence: {
            pattern: { type: 'daily' as const, interval: 1 },
            firstDay: day,
            end: { type: 'never' as const },
            zone,
          },
          exceptions: new Map(),
        };
        const fromMs = start.toZonedDateTime(zone).epochMilliseconds - 1;
        const found = [...occurrences(series, { fromMs, toMs: fromMs + 200 * 86_400_000 })];
        return found.every(({ span }, index) => {
          if (span.allDay) return false;
          const moment = start.add({ days: index }).toZonedDateTime(zone);
          const end = start.add({ days: index, minutes }).toZonedDateTime(zone);
          const startMs = moment.epochMilliseconds;
          const endMs = end.epochMilliseconds > startMs ? end.epochMilliseconds : startMs + minutes * 60_000;
          return epochMs(span.start) === startMs && epochMs(span.end) === endMs;
        });
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
});

function movedBy({ start, end }: Timed, day: string, hours: number): Timed {
  const moved = ({ local, zone }: Timed['start']) => {
    const days = Temporal.PlainDate.from(start.local.slice(0, 10)).until(day).days;
    return wall(Temporal.PlainDateTime.from(local).add({ hours: 24 * days + hours }), zone);
  };
  return { allDay: false, start: moved(start), end: moved(end) };
}

describe('POL-16, CAL-4 exceptions are where they were moved', () => {
  it('as if the whole series were written out', () => {
    const told = recurrence.filter(({ end }) => end.type !== 'never');
    /** The n-th occurrence is cancelled, or moved by so many hours. */
    const change = fc.tuple(
      fc.nat(30),
      fc.oneof(fc.constant('cancelled'), fc.integer({ min: -2000, max: 2000 })),
    );
    const property = fc.property(
      told,
      fc.array(change),
      fc.integer({ min: -50, max: 900 }),
      (series, changes, after) => {
        const start = Temporal.PlainDateTime.from(`${series.firstDay}T12:30:00`);
        const span = {
          allDay: false as const,
          start: wall(start, series.zone),
          end: wall(start.add({ hours: 30 }), series.zone),
        };
        const always = { fromMs: Date.parse('2020-01-01'), toMs: Date.parse('2500-01-01') };
        const plain = [...occurrences({ recurrence: series, span, exceptions: new Map() }, always)];
        const exceptions = new Map<string, Exception>();
        for (const [nth, what] of changes) {
          const day = plain[nth]?.originalDay;
          if (day === undefined) continue;
          exceptions.set(day, typeof what === 'string' ? 'cancelled' : { span: movedBy(span, day, what) });
        }
        const fromMs = Date.parse(series.firstDay) + after * 86_400_000;
        const horizon = { fromMs, toMs: fromMs + 100 * 86_400_000 };
        const expected = plain
          .flatMap(each => {
            const exception = exceptions.get(each.originalDay) ?? {};
            return exception === 'cancelled'
              ? []
              : [{ ...each, span: exception.span ?? each.span, changes: exception }];
          })
          .filter(({ span: moved }) => {
            const { start: from, end: to } = moved as Timed;
            return epochMs(from) < horizon.toMs && epochMs(to) > fromMs;
          });
        expect([...occurrences({ recurrence: series, span, exceptions }, horizon)]).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 60 });
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
