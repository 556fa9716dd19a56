import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { at, type CalendarUnderTest, openCalendar, windowQuery } from './calendar-under-test.ts';

const ada = 'ada@example.com';
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const code = (day: string) => day.slice(0, 2).toUpperCase();
const INDEXES = ['first', 'second', 'third', 'fourth', 'last'];

let tenant: CalendarUnderTest;
beforeAll(async () => {
  tenant = await openCalendar();
});
afterAll(() => tenant.close());

/** A pattern as Graph has it, and the same rule as RFC 5545 has it. */
interface Rule {
  pattern: Record<string, unknown>;
  rrule: string;
}

const days = fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 5 });
const interval = fc.integer({ min: 1, max: 4 });
const month = fc.integer({ min: 1, max: 12 });
const index = fc.constantFrom(...INDEXES);
const dayOfMonth = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 28, max: 31 }));
const position = (name: string) => (name === 'last' ? -1 : INDEXES.indexOf(name) + 1);
const byDay = (names: string[]) => `BYDAY=${names.map(code).join(',')}`;
/** The day, or the last one of a month that does not have it, as Outlook shows such series. */
const byMonthDay = (day: number) => {
  const candidates = Array.from({ length: Math.max(1, day - 27) }, (_, less) => Math.max(day - less, 1));
  return day <= 28 ? `BYMONTHDAY=${day}` : `BYMONTHDAY=${candidates.join(',')};BYSETPOS=-1`;
};

const rule: fc.Arbitrary<Rule> = fc.oneof(
  interval.map(every => ({
    pattern: { type: 'daily', interval: every },
    rrule: `FREQ=DAILY;INTERVAL=${every}`,
  })),
  fc.tuple(interval, days, fc.constantFrom(...DAYS)).map(([every, daysOfWeek, firstDayOfWeek]) => ({
    pattern: { type: 'weekly', interval: every, daysOfWeek, firstDayOfWeek },
    rrule: `FREQ=WEEKLY;INTERVAL=${every};WKST=${code(firstDayOfWeek)};${byDay(daysOfWeek)}`,
  })),
  fc.tuple(interval, dayOfMonth).map(([every, day]) => ({
    pattern: { type: 'absoluteMonthly', interval: every, dayOfMonth: day },
    rrule: `FREQ=MONTHLY;INTERVAL=${every};${byMonthDay(day)}`,
  })),
  fc.tuple(interval, days, index).map(([every, daysOfWeek, which]) => ({
    pattern: { type: 'relativeMonthly', interval: every, daysOfWeek, index: which },
    rrule: `FREQ=MONTHLY;INTERVAL=${every};${byDay(daysOfWeek)};BYSETPOS=${position(which)}`,
  })),
  fc.tuple(interval, dayOfMonth, month).map(([every, day, of]) => ({
    pattern: { type: 'absoluteYearly', interval: every, dayOfMonth: day, month: of },
    rrule: `FREQ=YEARLY;INTERVAL=${every};BYMONTH=${of};${byMonthDay(day)}`,
  })),
  fc.tuple(interval, days, index, month).map(([every, daysOfWeek, which, of]) => ({
    pattern: { type: 'relativeYearly', interval: every, daysOfWeek, index: which, month: of },
    rrule: `FREQ=YEARLY;INTERVAL=${every};BYMONTH=${of};${byDay(daysOfWeek)};BYSETPOS=${position(which)}`,
  })),
);

/** Windows names with the IANA zones they mean: both hemispheres, half hours, none. */
const ZONES = [
  ['Eastern Standard Time', 'America/New_York'],
  ['W. Europe Standard Time', 'Europe/Berlin'],
  ['AUS Eastern Standard Time', 'Australia/Sydney'],
  ['Lord Howe Standard Time', 'Australia/Lord_Howe'],
  ['India Standard Time', 'Asia/Kolkata'],
  ['Europe/London', 'Europe/London'],
] as const;

const start = fc.record({
  day: fc.integer({ min: 0, max: 700 }).map(days => Temporal.PlainDate.from('2025-01-01').add({ days })),
  // Not the hours that clocks skip or repeat: there the library goes on to another day (see the test below).
  hour: fc.constantFrom(0, 3, 4, 9, 12, 17, 22, 23),
  zone: fc.constantFrom(...ZONES),
});

type Ending = { range: Record<string, unknown>; rrule: (zone: string) => string };
const ending = (first: Temporal.PlainDate): fc.Arbitrary<Ending> =>
  fc.oneof(
    fc.constant({ range: { type: 'noEnd' }, rrule: () => '' }),
    fc.integer({ min: 1, max: 40 }).map(count => ({
      range: { type: 'numbered', numberOfOccurrences: count },
      rrule: () => `;COUNT=${count}`,
    })),
    fc.integer({ min: 0, max: 1500 }).map(length => {
      const last = first.add({ days: length });
      const until = (zone: string) =>
        last.toZonedDateTime({ timeZone: zone, plainTime: '23:59:59' }).toInstant().toString();
      return {
        range: { type: 'endDate', endDate: last.toString() },
        rrule: (zone: string) => `;UNTIL=${until(zone).replaceAll(/[-:]/g, '')}`,
      };
    }),
  );

/** The largest page holds an occurrence a day, and one more where summer time moves the last one into the window. */
const LARGEST_PAGE = 1000;
const WINDOW_DAYS = LARGEST_PAGE - 1;

const series = start.chain(begin =>
  fc.record({
    begin: fc.constant(begin),
    rule,
    end: ending(begin.day),
    windowAfter: fc.integer({ min: -30, max: 2000 }),
  }),
);

it('expands a series as an independent library does, over years and changes of the clocks', async () => {
  await fc.assert(
    fc.asyncProperty(series, async ({ begin, rule: { pattern, rrule }, end, windowAfter }) => {
      const [name, iana] = begin.zone;
      const wall = begin.day.toPlainDateTime({ hour: begin.hour });
      const from = begin.day.add({ days: windowAfter }).toZonedDateTime({ timeZone: 'UTC' }).toInstant();
      const to = from.add({ hours: 24 * WINDOW_DAYS });
      const dtstart = wall.toString().replaceAll(/[-:]/g, '');
      const library = new RRuleTemporal({
        rruleString: `DTSTART;TZID=${iana}:${dtstart}\nRRULE:${rrule}${end.rrule(iana)}`,
      });
      const expected = library
        .between(new Date(from.epochMilliseconds), new Date(to.epochMilliseconds - 1), true)
        .map(time => time.epochMilliseconds);

      const time = at(wall.toString(), name);
      const created = await tenant.post(`${ada}/events`, {
        start: time,
        end: time,
        recurrence: { pattern, range: { ...end.range, startDate: begin.day.toString() } },
      });
      if (created.status === 400) {
        expect(created.body.error.message).toMatch(/no occurrence/);
        expect(library.next(new Date(0), true)).toBeNull();
        return;
      }
      const query = `${windowQuery(from.toString(), to.toString())}&$top=${LARGEST_PAGE}`;
      const listed = await tenant.get(`${ada}/events/${created.body.id}/instances?${query}`);
      const starts = listed.body.value.map((event: { start: { dateTime: string } }) =>
        Date.parse(`${event.start.dateTime.slice(0, 19)}Z`),
      );
      expect(starts).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

const startsOf = async (body: unknown, from: string, to: string): Promise<string[]> => {
  const { id } = await tenant.created(ada, body);
  const { body: listed } = await tenant.get(`${ada}/events/${id}/instances?${windowQuery(from, to)}`);
  return listed.value.map((event: { start: { dateTime: string } }) => event.start.dateTime.slice(0, 16));
};

it('puts a wall time that the clocks skip or repeat where RFC 5545, 3.3.5, puts it', async () => {
  const daily = (dateTime: string) => ({
    start: at(dateTime, 'W. Europe Standard Time'),
    end: at(dateTime, 'Europe/Berlin'),
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'noEnd', startDate: dateTime.slice(0, 10) },
    },
  });
  // On 2026-03-29 there is no 02:30 in Berlin: as if the clock had not been changed, 03:30 summer time.
  const spring = await startsOf(daily('2026-03-28T02:30:00'), '2026-03-28', '2026-03-31');
  expect(spring).toEqual(['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30']);
  // On 2026-10-25 there are two: the first one counts.
  const autumn = await startsOf(daily('2026-10-24T02:30:00'), '2026-10-24', '2026-10-27');
  expect(autumn).toEqual(['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30']);
});

it('does not write out a series that never ends', async () => {
  const body = {
    start: at('1990-01-01T09:00:00'),
    end: at('1990-01-01T09:30:00'),
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'noEnd', startDate: '1990-01-01' },
    },
  };
  const found = await startsOf(body, '9000-01-01T00:00:00Z', '9000-01-03T00:00:00Z');
  expect(found).toEqual(['9000-01-01T09:00', '9000-01-02T09:00']);
});
