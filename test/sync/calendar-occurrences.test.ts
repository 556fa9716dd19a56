import { describe, expect, it } from 'vitest';
import type { Day, Recurrence, RecurrencePattern, Span } from '../../sync/calendar/appointment.ts';
import { type Exception, type Horizon, occurrences } from '../../sync/calendar/occurrences.ts';
import { describesSame } from '../../sync/calendar/series-days.ts';

const recurrence = (pattern: RecurrencePattern, change: Partial<Recurrence> = {}): Recurrence => ({
  ...{ pattern, firstDay: '2026-01-01', end: { type: 'never' }, zone: 'UTC' },
  ...change,
});
const horizon = (from: string, to: string): Horizon => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });
const timed = (start: string, end: string, zone = 'UTC'): Span => ({
  allDay: false,
  start: { local: start, zone },
  end: { local: end, zone },
});
const allDay = (firstDay: Day, lastDay = firstDay): Span => ({ allDay: true, firstDay, lastDay });
const happening = (
  told: Recurrence,
  span: Span,
  within: Horizon,
  exceptions: [Day, Exception][] = [],
): string[] =>
  [...occurrences({ recurrence: told, span, exceptions: new Map(exceptions) }, within)].map(occurrence =>
    occurrence.span.allDay
      ? `${occurrence.span.firstDay}..${occurrence.span.lastDay}`
      : `${occurrence.span.start.local}..${occurrence.span.end.local.slice(11)}`,
  );
const daysOf = (told: Recurrence, within = horizon('2026-01-01', '2027-01-01')) =>
  happening(told, allDay(told.firstDay), within).map(days => days.slice(0, 10));

const everyDay: RecurrencePattern = { type: 'daily', interval: 1 };
const tuesdays: RecurrencePattern = {
  ...{ type: 'weekly', interval: 1, firstDayOfWeek: 'sunday' },
  days: ['tuesday'],
};

describe('CAL-4 the days of a series', () => {
  it('day 31 is the last one of a short month, as in Exchange', () => {
    const told = recurrence({ type: 'monthlyOnDay', interval: 1, dayOfMonth: 31 });
    expect(daysOf(told).slice(0, 4)).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
  });

  it('29 February is the 28th in most years', () => {
    const told = recurrence(
      { type: 'yearlyOnDay', interval: 1, month: 2, dayOfMonth: 29 },
      { firstDay: '2024-02-29' },
    );
    const days = daysOf(told, horizon('2024-01-01', '2029-01-01'));
    expect(days).toEqual(['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']);
  });

  it.each([
    ['monday', ['2026-01-04', '2026-01-12', '2026-01-18', '2026-01-26', '2026-02-01']],
    ['sunday', ['2026-01-11', '2026-01-12', '2026-01-25', '2026-01-26']],
  ] as const)('every second week that begins on %s', (firstDayOfWeek, expected) => {
    const pattern = { type: 'weekly', interval: 2, days: ['monday', 'sunday'], firstDayOfWeek } as const;
    expect(daysOf(recurrence(pattern), horizon('2026-01-01', '2026-02-05'))).toEqual(expected);
  });

  it('the last weekday of a month, and the fifth Friday where there is one', () => {
    const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
    const last = { type: 'monthlyOnWeekday', interval: 1, index: 'last' } as const;
    expect(daysOf(recurrence({ ...last, days: weekdays })).slice(0, 3)).toEqual([
      '2026-01-30',
      '2026-02-27',
      '2026-03-31',
    ]);
    expect(daysOf(recurrence({ ...last, days: ['friday'] })).slice(0, 3)).toEqual([
      '2026-01-30',
      '2026-02-27',
      '2026-03-27',
    ]);
  });

  it('every other year, in a month that was over when the series began', () => {
    const pattern = { type: 'yearlyOnWeekday', interval: 2, month: 3, days: ['monday'] } as const;
    const told = recurrence({ ...pattern, index: 'first' }, { firstDay: '2026-06-01' });
    expect(daysOf(told, horizon('2026-01-01', '2031-01-01'))).toEqual(['2028-03-06', '2030-03-04']);
  });

  it('the end of a range is one of its days', () => {
    const told = recurrence(everyDay, { end: { type: 'until', day: '2026-01-03' } });
    expect(daysOf(told)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
  });

  it('an end before the first day leaves none', () => {
    expect(daysOf(recurrence(tuesdays, { end: { type: 'until', day: '2026-01-05' } }))).toEqual([]);
  });

  it('a numbered end counts from the first occurrence, also when the horizon begins later', () => {
    const told = recurrence(tuesdays, { end: { type: 'count', occurrences: 3 } });
    expect(daysOf(told, horizon('2026-01-14', '2027-01-01'))).toEqual(['2026-01-20']);
  });

  it('a series of centuries is counted and not walked', () => {
    const told = recurrence(everyDay, {
      firstDay: '1900-01-01',
      end: { type: 'count', occurrences: 2_000_000 },
    });
    expect(daysOf(told, horizon('7375-09-01', '7377-01-01')).at(-1)).toBe('7375-10-24');
  });

  it('an endless series is made as it is asked for', () => {
    const endless = { recurrence: recurrence(everyDay), span: allDay('2026-01-01'), exceptions: new Map() };
    const made = occurrences(endless, { fromMs: Date.parse('2026-01-01'), toMs: Number.POSITIVE_INFINITY });
    let count = 0;
    for (const { originalDay } of made) {
      if (++count === 10_000) expect(originalDay).toBe('2053-05-18');
      if (count === 10_000) break;
    }
    expect(count).toBe(10_000);
  });

  it.each([
    [{ type: 'daily', interval: 0 }, /interval of 1 or more/],
    [{ ...tuesdays, days: [] }, /at least one of them/],
    [{ type: 'monthlyOnWeekday', interval: 1, days: [], index: 'first' }, /at least one of them/],
  ] as [RecurrencePattern, RegExp][])('%o is refused', (pattern, problem) => {
    expect(() => daysOf(recurrence(pattern))).toThrow(problem);
  });
});

describe('CAL-3, CAL-4 wall time', () => {
  const around = (zone: string, span: [string, string], within: [string, string]) =>
    happening(recurrence(everyDay, { zone }), timed(...span, zone), horizon(...within));

  it('is kept over changes of the clocks', () => {
    const told = recurrence(tuesdays, { zone: 'America/Denver' });
    const series = {
      ...{ recurrence: told, exceptions: new Map() },
      span: timed('2026-01-06T09:00:00', '2026-01-06T10:00:00', 'America/Denver'),
    };
    const inMarch = [...occurrences(series, horizon('2026-03-02', '2026-03-12'))];
    expect(inMarch.map(({ span }) => span)).toEqual([
      timed('2026-03-03T09:00:00', '2026-03-03T10:00:00', 'America/Denver'),
      timed('2026-03-10T09:00:00', '2026-03-10T10:00:00', 'America/Denver'),
    ]);
  });

  it('that the clocks skip is later; a meeting of the skipped hour keeps its length', () => {
    const span: [string, string] = ['2026-01-01T02:00:00', '2026-01-01T03:00:00'];
    expect(around('America/Denver', span, ['2026-03-07T07:00Z', '2026-03-09T12:00Z'])).toEqual([
      '2026-03-07T02:00:00..03:00:00',
      '2026-03-08T03:00:00..04:00:00',
      '2026-03-09T02:00:00..03:00:00',
    ]);
  });

  it('of an end is kept when the night is an hour shorter', () => {
    const span: [string, string] = ['2026-01-01T22:00:00', '2026-01-02T06:00:00'];
    expect(around('Europe/London', span, ['2026-03-28T20:00Z', '2026-03-29T04:00Z'])).toEqual([
      '2026-03-28T22:00:00..06:00:00',
    ]);
  });

  it('is that of the series, whatever zone its first occurrence was told in', () => {
    const told = recurrence(tuesdays, { zone: 'America/Denver' });
    const utc = timed('2026-01-06T16:00:00', '2026-01-06T17:00:00');
    expect(happening(told, utc, horizon('2026-03-10', '2026-03-12'))).toEqual([
      '2026-03-10T09:00:00..10:00:00',
    ]);
  });

  it('of all-day series is none: their days are days of the zone of the series', () => {
    const told = recurrence({ ...everyDay, interval: 7 }, { zone: 'Pacific/Auckland' });
    const span = allDay('2026-01-01', '2026-01-02');
    expect(happening(told, span, horizon('2026-01-09T10:59Z', '2026-01-14T11:00Z'))).toEqual([
      '2026-01-08..2026-01-09',
    ]);
    expect(happening(told, span, horizon('2026-01-09T11:00Z', '2026-01-14T11:01Z'))).toEqual([
      '2026-01-15..2026-01-16',
    ]);
  });
});

describe('POL-16 the horizon', () => {
  const meeting = timed('2026-01-01T09:00:00', '2026-01-01T10:00:00');
  it.each([
    ['what has begun and is not over is in it', '2026-01-05T09:30Z', '2026-01-06T09:00Z', ['05']],
    ['what ends as it begins, or begins as it ends, is not', '2026-01-05T10:00Z', '2026-01-06T09:00Z', []],
    ['what begins just before it ends is', '2026-01-05T10:00Z', '2026-01-06T09:00:01Z', ['06']],
  ])('%s', (_, from, to, days) => {
    const expected = days.map(day => `2026-01-${day}T09:00:00..10:00:00`);
    expect(happening(recurrence(everyDay), meeting, horizon(from, to))).toEqual(expected);
  });

  it('what takes no time is in it when it begins in it', () => {
    const moment = timed('2026-01-01T09:00:00', '2026-01-01T09:00:00');
    expect(
      happening(recurrence(everyDay), moment, horizon('2026-01-05T09:00Z', '2026-01-05T09:01Z')),
    ).toEqual(['2026-01-05T09:00:00..09:00:00']);
  });

  it('a journey of weeks is in it as long as it lasts', () => {
    const told = recurrence({ type: 'monthlyOnDay', interval: 1, dayOfMonth: 1 });
    const journey = timed('2026-01-01T09:00:00', '2026-01-21T09:00:00');
    expect(happening(told, journey, horizon('2026-03-20', '2026-03-25'))).toEqual([
      '2026-03-01T09:00:00..09:00:00',
    ]);
  });
});

describe('CAL-4 exceptions', () => {
  const week = horizon('2026-01-05', '2026-01-09');
  const meeting = timed('2026-01-01T09:00:00', '2026-01-01T10:00:00');
  const plain = ['05', '06', '07', '08'].map(day => `2026-01-${day}T09:00:00..10:00:00`);
  const told = (...exceptions: [Day, Exception][]) =>
    happening(recurrence(everyDay), meeting, week, exceptions);
  const movedTo = (day: string) => ({ span: timed(`${day}T15:00:00`, `${day}T16:00:00`) });

  it('a cancelled one is gone', () => {
    expect(told(['2026-01-06', 'cancelled'])).toEqual([plain[0], plain[2], plain[3]]);
  });

  it('a moved one is where it was moved', () => {
    expect(told(['2026-01-06', movedTo('2026-01-06')])[1]).toBe('2026-01-06T15:00:00..16:00:00');
  });

  it('one moved into the horizon is in it, from either side', () => {
    const early = told(['2025-12-01', movedTo('2026-01-05')], ['2026-01-02', movedTo('2026-01-05')]);
    expect(early).toEqual(['2026-01-05T15:00:00..16:00:00', ...plain]);
    expect(told(['2026-03-01', movedTo('2026-01-08')])).toEqual([...plain, '2026-01-08T15:00:00..16:00:00']);
  });

  it('one moved out of it is not', () => {
    expect(told(['2026-01-05', movedTo('2026-02-01')])).toEqual(plain.slice(1));
  });

  it('of a day that is not of the series is none', () => {
    const other = recurrence(tuesdays, { end: { type: 'count', occurrences: 1 } });
    const wrong: [Day, Exception][] = ['2026-01-07', '2026-01-13'].map(day => [day, movedTo('2026-01-08')]);
    expect(happening(other, meeting, week, wrong)).toEqual(['2026-01-06T09:00:00..10:00:00']);
  });

  it('a changed one says in what it differs, and keeps its place', () => {
    const changes = { subject: 'With guests' };
    const series = {
      ...{ recurrence: recurrence(everyDay), span: meeting },
      exceptions: new Map([['2026-01-06', changes]]),
    };
    const [first, second] = occurrences(series, week);
    expect(first).toMatchObject({ originalDay: '2026-01-05', changes: {} });
    expect(second).toEqual({
      ...{ originalDay: '2026-01-06', changes },
      span: timed('2026-01-06T09:00:00', '2026-01-06T10:00:00'),
    });
  });
});

describe('CAL-4 recurrences that mean the same', () => {
  const weekly = (interval: number, days: readonly string[], firstDayOfWeek = 'monday') =>
    recurrence({ type: 'weekly', interval, days, firstDayOfWeek } as RecurrencePattern);
  const onDay = (interval: number, dayOfMonth: number) =>
    recurrence({ type: 'monthlyOnDay', interval, dayOfMonth });
  const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
  const inFebruary = (change: object) =>
    recurrence({ type: 'yearlyOnWeekday', interval: 1, month: 2, days: ['monday'], ...change } as never);

  it.each([
    ['the order of days', weekly(1, ['friday', 'monday']), weekly(1, ['monday', 'friday']), true],
    ['every day', weekly(1, week), recurrence(everyDay), true],
    ['every seventh day', weekly(1, ['thursday']), recurrence({ type: 'daily', interval: 7 }), true],
    ['where a week begins, every week', weekly(1, ['monday']), weekly(1, ['monday'], 'sunday'), true],
    [
      'where a week begins, every other week',
      weekly(2, ['monday', 'sunday']),
      weekly(2, ['monday', 'sunday'], 'sunday'),
      false,
    ],
    [
      'the last day of the month',
      onDay(1, 31),
      recurrence({ type: 'monthlyOnWeekday', interval: 1, days: week, index: 'last' }),
      true,
    ],
    ['the 30th', onDay(1, 31), onDay(1, 30), false],
    [
      'every twelfth month',
      onDay(12, 5),
      recurrence({ type: 'yearlyOnDay', interval: 1, month: 1, dayOfMonth: 5 }),
      true,
    ],
    ['28 and 29 February', ...([28, 29] as const).map(february), false],
    ['29 and 30 February', ...([29, 30] as const).map(february), true],
    ['the fourth and the last', inFebruary({ index: 'fourth' }), inFebruary({ index: 'last' }), false],
    ['the first day that fits', recurrence(tuesdays), recurrence(tuesdays, { firstDay: '2026-01-06' }), true],
    [
      'a number and a day',
      recurrence(tuesdays, { end: { type: 'count', occurrences: 2 } }),
      recurrence(tuesdays, { end: { type: 'until', day: '2026-01-19' } }),
      true,
    ],
    [
      'another end',
      recurrence(tuesdays),
      recurrence(tuesdays, { end: { type: 'until', day: '2036-01-19' } }),
      false,
    ],
    [
      'another name of the zone',
      recurrence(tuesdays, { zone: 'Asia/Calcutta' }),
      recurrence(tuesdays, { zone: 'Asia/Kolkata' }),
      true,
    ],
    ['another zone', recurrence(tuesdays), recurrence(tuesdays, { zone: 'Europe/London' }), false],
  ] as [string, Recurrence, Recurrence, boolean][])('%s', (_, one, other, same) => {
    expect(describesSame(one, other)).toBe(same);
    expect(describesSame(other, one)).toBe(same);
    expect(describesSame(one, one)).toBe(true);
  });

  function february(dayOfMonth: number): Recurrence {
    return recurrence({ type: 'yearlyOnDay', interval: 1, month: 2, dayOfMonth });
  }
});
