import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { type DueQuestion, nextDue, type PolicySchedule } from '../../sync/schedule/due.ts';
import { stableOffset } from '../../sync/schedule/offset.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const usual: PolicySchedule = {
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  peak: { from: '08:00', to: '18:00', everyMinutes: 15 },
  offPeak: { everyMinutes: 60 },
  blackout: { from: '00:00', to: '05:00' },
};

const at = (zoned: string) => Temporal.ZonedDateTime.from(zoned).epochMilliseconds;
const question = (zoned: string, timeZone: string, more: Partial<DueQuestion> = {}): DueQuestion => ({
  policySchedule: usual,
  timeZone,
  now: at(`${zoned}[${timeZone}]`),
  pairingOffset: 0,
  minimumIntervalMinutes: 5,
  ...more,
});
const wall = (epochMs: number, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(epochMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString()
    .slice(0, 16);

/** Zones with a change of the clock in the days after the date: forward, back, half an hour, a day that never was. */
const changes: [string, string][] = [
  ['Europe/London', '2026-03-27T00:00:00Z'],
  ['Europe/London', '2026-10-23T00:00:00Z'],
  ['America/New_York', '2026-03-06T00:00:00Z'],
  ['America/New_York', '2026-10-30T00:00:00Z'],
  ['America/St_Johns', '2026-03-06T00:00:00Z'],
  ['America/St_Johns', '2026-10-30T00:00:00Z'],
  ['Australia/Sydney', '2026-04-03T00:00:00Z'],
  ['Australia/Sydney', '2026-10-02T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-02T00:00:00Z'],
  ['America/Santiago', '2026-04-03T00:00:00Z'],
  ['America/Santiago', '2026-09-04T00:00:00Z'],
  ['Africa/Cairo', '2026-04-22T00:00:00Z'],
  ['Pacific/Apia', '2011-12-28T00:00:00Z'],
  ['Asia/Kolkata', '2026-03-27T00:00:00Z'],
  ['Asia/Kathmandu', '2026-03-27T00:00:00Z'],
];

describe('POL-4 when the next cycle is due', () => {
  it.each([
    ['peak', '2026-06-10T09:01', '2026-06-10T09:15', 'peak'],
    ['strictly after now', '2026-06-10T09:15', '2026-06-10T09:30', 'peak'],
    ['off-peak in the evening', '2026-06-10T18:05', '2026-06-10T19:00', 'offPeak'],
    ['off-peak at the weekend', '2026-06-13T09:01', '2026-06-13T10:00', 'offPeak'],
    ['the first slot of the peak', '2026-06-10T07:30', '2026-06-10T08:00', 'peak'],
    ['behind the blackout', '2026-06-10T23:30', '2026-06-11T05:00', 'blackout-end'],
    ['from inside the blackout', '2026-06-11T02:00', '2026-06-11T05:00', 'blackout-end'],
  ])('%s: %s → %s', (_, now, due, window) => {
    const answer = nextDue(question(now, 'Europe/Berlin'));
    expect([wall(answer.dueAtMs, 'Europe/Berlin'), answer.window]).toEqual([due, window]);
  });

  it('shifts by the offset of the pairing', () => {
    const answer = nextDue(question('2026-06-10T09:01', 'Europe/Berlin', { pairingOffset: 0.4 }));
    expect(wall(answer.dueAtMs, 'Europe/Berlin')).toBe('2026-06-10T09:06');
  });

  it('says why', () => {
    expect(nextDue(question('2026-06-10T09:01', 'Europe/Berlin')).reason).toBe(
      'every 15 minutes (peak hours)',
    );
    expect(nextDue(question('2026-06-10T23:30', 'Europe/Berlin')).reason).toBe(
      'after the blackout that ends at 05:00 (Europe/Berlin)',
    );
  });

  it('never runs more often than the subscription allows, whatever the policy still says', () => {
    const answer = nextDue(question('2026-06-10T09:01', 'Europe/Berlin', { minimumIntervalMinutes: 60 }));
    expect(wall(answer.dueAtMs, 'Europe/Berlin')).toBe('2026-06-10T10:00');
  });

  it('a night shift: peak that passes midnight belongs to the day on which it starts', () => {
    const policySchedule = {
      ...usual,
      peak: { from: '22:00', to: '06:00', everyMinutes: 15 },
      blackout: null,
    };
    const due = (now: string) => nextDue(question(now, 'Europe/Berlin', { policySchedule })).window;
    expect([due('2026-06-13T02:01'), due('2026-06-14T02:01'), due('2026-06-12T23:01')]).toEqual([
      'peak',
      'offPeak',
      'peak',
    ]);
  });

  it('a blackout that passes midnight', () => {
    const policySchedule = { ...usual, blackout: { from: '22:00', to: '06:00' } };
    const answer = nextDue(question('2026-06-12T21:30', 'Europe/Berlin', { policySchedule }));
    expect(wall(answer.dueAtMs, 'Europe/Berlin')).toBe('2026-06-13T06:00');
  });

  it('a peak until 24:00 ends with the day', () => {
    const policySchedule = {
      ...usual,
      peak: { from: '00:00', to: '24:00', everyMinutes: 15 },
      blackout: null,
    };
    const due = (now: string) => nextDue(question(now, 'Europe/Berlin', { policySchedule })).window;
    expect([due('2026-06-12T23:40'), due('2026-06-12T23:45')]).toEqual(['peak', 'offPeak']);
  });

  it('one cycle a day whose slot lies in the blackout runs once in what is open, also when asked again', () => {
    const policySchedule = {
      ...usual,
      peak: { ...usual.peak, everyMinutes: 1440 },
      offPeak: { everyMinutes: 1440 },
    };
    const more = { policySchedule, pairingOffset: 2 / 24 };
    const asked = ['2026-06-10T01:00', '2026-06-10T04:00', '2026-06-10T05:01', '2026-06-10T06:30'];
    const dues = asked.map(now => wall(nextDue(question(now, 'UTC', more)).dueAtMs, 'UTC'));
    expect(dues).toEqual(Array(4).fill('2026-06-10T06:35'));
  });

  it.each([
    ['a cycle that started late keeps the next slot', '2026-06-10T09:02', '2026-06-10T09:15'],
    ['a manual one just before a slot takes its place', '2026-06-10T09:13', '2026-06-10T09:30'],
  ])('%s', (_, now, due) => {
    const started = question(now, 'UTC');
    const answer = nextDue({ ...started, lastStartedAt: started.now });
    expect(wall(answer.dueAtMs, 'UTC')).toBe(due);
  });
});

describe('POL-4 changes of the clock', () => {
  it.each([
    ['the hour that does not exist', '2026-03-29T00:50', { from: '01:30', to: '01:45' }, '2026-03-29T02:00'],
    ['the hour that exists twice', '2026-10-25T00:59', { from: '01:00', to: '01:30' }, '2026-10-25T01:30'],
  ])('blackout in %s', (_, now, blackout, due) => {
    const policySchedule = { ...usual, offPeak: { everyMinutes: 10 }, blackout };
    const answer = nextDue(question(now, 'Europe/London', { policySchedule }));
    expect(wall(answer.dueAtMs, 'Europe/London')).toBe(due);
    expect(answer.dueAtMs).toBe(at(`${due}+00:00[UTC]`) - (due.includes('03-29') ? 60 * minuteMs : 0));
  });

  it('a blackout that a missing day cuts in two is one', () => {
    const policySchedule = {
      ...usual,
      offPeak: { everyMinutes: 5 },
      blackout: { from: '02:30', to: '00:30' },
    };
    const answer = nextDue(question('2011-12-29T03:00', 'Pacific/Apia', { policySchedule }));
    expect(wall(answer.dueAtMs, 'Pacific/Apia')).toBe('2011-12-31T00:30');
  });

  it('a day that never was has no cycles', () => {
    const answer = nextDue(question('2011-12-29T23:30', 'Pacific/Apia'));
    expect(wall(answer.dueAtMs, 'Pacific/Apia')).toBe('2011-12-31T05:00');
  });
});

const minutesOfDay = fc.integer({ min: 0, max: 47 }).map(half => half * 30);
const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const wallWindow = (longestMinutes: number) =>
  fc
    .tuple(minutesOfDay, fc.integer({ min: 4, max: longestMinutes / 30 }))
    .map(([from, halves]) => ({ from: clock(from), to: clock((from + halves * 30) % 1440) }));
const interval = fc.constantFrom(5, 10, 15, 20, 30, 60);
const schedules: fc.Arbitrary<PolicySchedule> = fc.record({
  weekdays: fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const),
  peak: fc.tuple(wallWindow(1380), interval).map(([window, everyMinutes]) => ({ ...window, everyMinutes })),
  offPeak: interval.map(everyMinutes => ({ everyMinutes })),
  blackout: fc.option(wallWindow(1320), { nil: null }),
});
const questions: fc.Arbitrary<DueQuestion> = fc
  .record({
    change: fc.constantFrom(...changes),
    afterMs: fc.integer({ min: 0, max: 5 * dayMs }),
    policySchedule: schedules,
    lastStartedAgoMs: fc.option(fc.integer({ min: 0, max: 90 * minuteMs })),
    pairingOffset: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    minimumIntervalMinutes: fc.constantFrom(5, 30, 60),
  })
  .map(({ change: [timeZone, date], afterMs, lastStartedAgoMs, ...rest }) => {
    const now = Date.parse(date) + afterMs;
    const lastStartedAt = lastStartedAgoMs === null ? null : now - lastStartedAgoMs;
    return { ...rest, timeZone, now, lastStartedAt };
  });

/** By the clock on the wall alone, as a user would judge. */
function isBlackout(epochMs: number, { policySchedule: { blackout }, timeZone }: DueQuestion): boolean {
  if (!blackout) return false;
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(epochMs);
  const { from, to } = blackout;
  return from < to ? from <= time && time < to : from <= time || time < to;
}

/** The one on which the clocks go back. */
const longestDayMs = 25 * 60 * minuteMs;

const longestIntervalMs = ({ policySchedule: { peak, offPeak }, minimumIntervalMinutes }: DueQuestion) =>
  Math.max(peak.everyMinutes, offPeak.everyMinutes, minimumIntervalMinutes) * minuteMs;

describe('POL-4 whatever the schedule, the zone and the moment', () => {
  it('is due after now, outside the blackout, not closer than half the shortest interval to the last cycle', () => {
    fc.assert(
      fc.property(questions, asked => {
        const { dueAtMs } = nextDue(asked);
        expect(dueAtMs).toBeGreaterThan(asked.now);
        expect(isBlackout(dueAtMs, asked)).toBe(false);
        const restMs = dueAtMs - (asked.lastStartedAt ?? Number.NEGATIVE_INFINITY);
        expect(restMs).toBeGreaterThanOrEqual((asked.minimumIntervalMinutes * minuteMs) / 2);
      }),
      { numRuns: 1500 },
    );
  });

  // A window that ends on a slot leaves it to the next one, whose grid is another.
  it('is at most two intervals away without a blackout, and never a whole day more with one', () => {
    fc.assert(
      fc.property(questions, asked => {
        const earliestMs = Math.max(
          asked.now,
          (asked.lastStartedAt ?? 0) + (asked.minimumIntervalMinutes * minuteMs) / 2,
        );
        const allowedMs = 2 * longestIntervalMs(asked) + (asked.policySchedule.blackout ? longestDayMs : 0);
        expect(nextDue(asked).dueAtMs - earliestMs).toBeLessThanOrEqual(allowedMs + 1);
      }),
      { numRuns: 1000 },
    );
  });

  it('answers the same when asked again, at once or at any moment until then', () => {
    fc.assert(
      fc.property(
        questions,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (asked, share) => {
          const first = nextDue(asked);
          expect(nextDue(structuredClone(asked))).toEqual(first);
          const later = asked.now + Math.floor(share * (first.dueAtMs - asked.now));
          expect(nextDue({ ...asked, now: later }).dueAtMs).toBe(first.dueAtMs);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('POL-4 weeks of cycles', () => {
  const cyclesOf = (timeZone: string, fromMs: number, days: number, offset: number, lateMs: number) => {
    const endMs = fromMs + days * dayMs;
    let started: number | null = null;
    let now = fromMs - 1;
    for (let count = 0; ; count += 1) {
      const ask: DueQuestion = {
        policySchedule: usual,
        timeZone,
        now,
        lastStartedAt: started,
        pairingOffset: offset,
        minimumIntervalMinutes: 5,
      };
      const { dueAtMs } = nextDue(ask);
      if (dueAtMs >= endMs) return count;
      started = dueAtMs + lateMs;
      now = started + 1000;
    }
  };

  const perWorkday = 10 * 4 + 3 + 6;
  const perWeekendDay = 19;
  it.each([
    ['Europe/London', '2026-03-23T00:00:00Z', 0],
    ['America/New_York', '2026-10-26T04:00:00Z', 0],
    ['Australia/Sydney', '2026-03-29T13:00:00Z', 1000],
    ['Asia/Kolkata', '2026-06-07T18:30:00Z', 1000],
    ['America/St_Johns', '2026-06-08T02:30:00Z', 90_000],
    ['Pacific/Apia', '2026-06-07T11:00:00Z', 90_000],
  ])('two weeks in %s from %s, each cycle %i ms late, are as many as planned', (timeZone, monday, lateMs) => {
    for (const id of ['prg_a', 'prg_b', 'prg_c']) {
      const count = cyclesOf(timeZone, Date.parse(monday), 14, stableOffset(id), lateMs);
      expect(Math.abs(count - 2 * (5 * perWorkday + 2 * perWeekendDay))).toBeLessThanOrEqual(1);
    }
  });
});
