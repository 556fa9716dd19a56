import { describe, expect, it } from 'vitest';
import { currentWindow, isHorizonShort, missingContainers, retiredRanges } from '../../activities/horizon.ts';
import { calendarContainer, windowOf } from '../../sync/containers.ts';
import type { Policy } from '../../sync/policy/schema.ts';
import { samplePolicy } from './policy-sample.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.parse('2026-06-15T12:00:00Z');
const policy = samplePolicy({ general: { syncStartDate: '2026-06-01' } });
const cursor = (containerId: string, more: { enumerating?: boolean } = {}) => ({
  containerId,
  cursor: 'c',
  enumerating: false,
  readAtMs: nowMs,
  ...more,
});
const dayAt = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe('CAL-4, POL-16 the days of the calendar that are read', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];

  it.each(ids)('cover what the policy asks for a month at least, for the pairing %s', id => {
    const window = currentWindow(policy, id, nowMs);
    const lasts = (days: number) => isHorizonShort([cursor(window)], policy, nowMs + days * DAY_MS);
    expect([0, 15, 31].map(lasts)).toEqual([false, false, false]);
    expect(lasts(63)).toBe(true);
  });

  it('begin with the start date, or with the days back that the policy asks, whichever is earlier', () => {
    const fromDay = (startDate: string) =>
      windowOf(
        currentWindow({ ...policy, general: { ...policy.general, syncStartDate: startDate } }, 'a', nowMs),
      )?.fromDay;
    expect(fromDay('2026-01-01')).toBe('2026-01-01');
    expect(fromDay('2026-06-15')).toBe(dayAt(nowMs - policy.calendar.pastDays * DAY_MS));
  });

  it('are not extended for all pairings on one day', () => {
    const ends = ids.map(id => windowOf(currentWindow(policy, id, nowMs))?.toDay);
    expect(new Set(ends).size).toBeGreaterThan(1);
  });

  it('are too few where none is read yet', () => {
    expect(isHorizonShort([], policy, nowMs)).toBe(true);
    expect(isHorizonShort([cursor('tasks:1'), cursor('folder')], policy, nowMs)).toBe(true);
  });

  it('a range retires when a later one has been read to its end', () => {
    const [before, after] = ['2027-07-01', '2027-09-01'].map(toDay =>
      calendarContainer({ fromDay: '2026-05-16', toDay }),
    ) as [string, string];
    const others = [cursor('folder'), cursor('tasks:1')];
    expect(retiredRanges([cursor(before), cursor(after), ...others])).toEqual([before]);
    expect(retiredRanges([cursor(before), cursor(after, { enumerating: true }), ...others])).toEqual([]);
    expect(retiredRanges([cursor(after), ...others])).toEqual([]);
    expect(retiredRanges(others)).toEqual([]);
  });
});

describe('POL-9 what the modules need to be watched', () => {
  const withModules = (appointments: boolean, calls: boolean, tasks: boolean): Policy => {
    const as = (enabled: boolean) => ({ enabled, direction: 'both' as const });
    const modules = { appointments: as(appointments), calls: as(calls), tasks: as(tasks) };
    return { ...policy, modules: { ...policy.modules, ...modules } };
  };
  it.each([
    ['people only', false, false, false, [], []],
    ['appointments', true, false, false, [], ['event']],
    ['calls are tasks', false, true, false, [], ['task']],
    ['tasks', false, false, true, [], ['task']],
    ['all, and one is watched already', true, true, true, ['tasks:1'], ['event']],
    ['all, and all are watched', true, true, true, ['tasks:1', 'calendar:a/b'], []],
  ])('%s', (_name, appointments, calls, tasks, watched, missing) => {
    const options = withModules(appointments, calls, tasks);
    expect(missingContainers({ options, cursors: watched.map(id => cursor(id)) })).toEqual(missing);
  });
});
