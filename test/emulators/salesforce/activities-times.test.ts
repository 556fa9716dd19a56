import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
});
afterAll(() => org.close());

const TIMED = { Subject: 'Timed', ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30 };
const ALL_DAY = { Subject: 'Day', IsAllDayEvent: true, ActivityDate: '2026-03-03' };

const read = async (id: string) => (await admin.call('GET', `/sobjects/Event/${id}`)).body;
const made = async (fields: Record<string, unknown>) => read(await admin.create('Event', fields));
const refused = (fields: Record<string, unknown>) => admin.call('POST', '/sobjects/Event', fields);
const set = (settings: Record<string, unknown>) => org.control('PUT', '/activities', settings);
const error = (errorCode: string, ...fields: string[]) => ({ status: 400, body: [{ errorCode, fields }] });

describe('times of timed events', () => {
  it.each([
    ['start and duration', TIMED],
    [
      'start and end',
      { StartDateTime: '2026-03-03T11:00:00+01:00', EndDateTime: '2026-03-03T10:30:00.000+0000' },
    ],
    [
      'all of them, agreeing',
      {
        ...TIMED,
        ActivityDate: '2026-03-03',
        StartDateTime: '2026-03-03T10:00:00Z',
        EndDateTime: '2026-03-03T10:30:00Z',
      },
    ],
  ])('%s give the same event', async (_, fields) => {
    expect(await made(fields)).toMatchObject({
      IsAllDayEvent: false,
      ActivityDate: '2026-03-03',
      ActivityDateTime: '2026-03-03T10:00:00.000+0000',
      StartDateTime: '2026-03-03T10:00:00.000+0000',
      EndDateTime: '2026-03-03T10:30:00.000+0000',
      DurationInMinutes: 30,
      EndDate: '2026-03-03',
    });
  });

  it.each([
    ['no start', { DurationInMinutes: 30 }, 'REQUIRED_FIELD_MISSING', ['ActivityDateTime']],
    [
      'neither duration nor end',
      { ActivityDateTime: '2026-03-03T10:00:00Z' },
      'REQUIRED_FIELD_MISSING',
      ['DurationInMinutes'],
    ],
    [
      'an end that is not start plus duration',
      { ...TIMED, EndDateTime: '2026-03-03T11:00:00Z' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      ['DurationInMinutes', 'EndDateTime'],
    ],
    [
      'two different starts',
      { ...TIMED, StartDateTime: '2026-03-03T11:00:00Z' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      ['ActivityDateTime', 'StartDateTime'],
    ],
    [
      'a date that is not that of the start',
      { ...TIMED, ActivityDate: '2026-03-04' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      ['ActivityDate', 'StartDateTime'],
    ],
    [
      'an end before the start',
      { ActivityDateTime: '2026-03-03T10:00:00Z', EndDateTime: '2026-03-03T09:00:00Z' },
      'FIELD_INTEGRITY_EXCEPTION',
      ['EndDateTime'],
    ],
    [
      'more than 14 days',
      { ...TIMED, DurationInMinutes: 14 * 1440 + 1 },
      'FIELD_INTEGRITY_EXCEPTION',
      ['DurationInMinutes'],
    ],
  ])('%s is refused', async (_, fields, code, names) => {
    expect(await refused(fields)).toMatchObject(error(code, ...names));
  });

  it('14 days are allowed, one where the org has no multiday events', async () => {
    const days = { ...TIMED, DurationInMinutes: 14 * 1440 };
    expect((await made(days)).EndDate).toBe('2026-03-17');
    await set({ multidayEvents: false });
    expect(await refused({ ...TIMED, DurationInMinutes: 1441 })).toMatchObject({
      body: [{ message: 'Duration must be between 0 and 1440 minutes: Duration' }],
    });
    await set({ multidayEvents: true });
  });

  it.each([
    ['end', '2026-03-03T15:00:00.000+0000', 180],
    ['duration', '2026-03-03T13:00:00.000+0000', 60],
  ])('of a start that moves alone, the %s gives way', async (startMoves, end, minutes) => {
    await set({ startMoves });
    const id = await admin.create('Event', { ...TIMED, DurationInMinutes: 180 });
    await admin.call('PATCH', `/sobjects/Event/${id}`, { StartDateTime: '2026-03-03T12:00:00Z' });
    expect(await read(id)).toMatchObject({ EndDateTime: end, DurationInMinutes: minutes });
    await set({ startMoves: 'end' });
  });

  it('an update of other fields leaves the times, one of the length the start', async () => {
    const id = await admin.create('Event', TIMED);
    await admin.call('PATCH', `/sobjects/Event/${id}`, { Subject: 'Renamed' });
    expect(await read(id)).toMatchObject({ Subject: 'Renamed', DurationInMinutes: 30 });
    await admin.call('PATCH', `/sobjects/Event/${id}`, { EndDateTime: '2026-03-03T12:00:00Z' });
    expect(await read(id)).toMatchObject({
      StartDateTime: '2026-03-03T10:00:00.000+0000',
      DurationInMinutes: 120,
    });
  });

  it.each([
    ['utc', '2026-03-04'],
    ['owner', '2026-03-03'],
  ])('ActivityDate is read off in %s time', async (activityDateZone, date) => {
    await set({ activityDateZone });
    const late = { Subject: 'Late', ActivityDateTime: '2026-03-04T02:00:00Z', DurationInMinutes: 30 };
    expect((await made(late)).ActivityDate).toBe(date);
    await set({ activityDateZone: 'utc' });
  });
});

describe('times of all-day events', () => {
  it.each([
    ['nothing more', {}, 1],
    ['a duration of two days', { DurationInMinutes: 2880 }, 2],
    ['an end', { EndDateTime: '2026-03-05T00:00:00Z' }, 3],
    ['both, agreeing', { EndDateTime: '2026-03-05', DurationInMinutes: 4320 }, 3],
  ])('with %s, inclusive ends', async (_, fields, days) => {
    expect(await made({ ...ALL_DAY, ...fields })).toMatchObject({
      ActivityDate: '2026-03-03',
      ActivityDateTime: null,
      StartDateTime: '2026-03-03T00:00:00.000+0000',
      EndDateTime: `2026-03-0${2 + days}T00:00:00.000+0000`,
      DurationInMinutes: days * 1440,
      EndDate: `2026-03-0${2 + days}`,
    });
  });

  it('exclusive ends, and a midnight as ActivityDateTime, where the org is set so', async () => {
    await set({ allDayEnd: 'exclusive', allDayActivityDateTime: 'midnight' });
    expect(await made({ ...ALL_DAY, EndDateTime: '2026-03-05' })).toMatchObject({
      ActivityDateTime: '2026-03-03T00:00:00.000+0000',
      EndDateTime: '2026-03-05T00:00:00.000+0000',
      DurationInMinutes: 2880,
      EndDate: '2026-03-04',
    });
    expect(await refused({ ...ALL_DAY, EndDateTime: '2026-03-03' })).toMatchObject(
      error('FIELD_INTEGRITY_EXCEPTION', 'EndDateTime'),
    );
    await set({ allDayEnd: 'inclusive', allDayActivityDateTime: 'null' });
  });

  it.each([
    ['no date', { IsAllDayEvent: true }, 'REQUIRED_FIELD_MISSING', ['ActivityDate']],
    [
      'disagreeing lengths',
      { ...ALL_DAY, DurationInMinutes: 1440, EndDateTime: '2026-03-05' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      ['DurationInMinutes', 'EndDateTime'],
    ],
    [
      'disagreeing dates',
      { ...ALL_DAY, StartDateTime: '2026-03-04T00:00:00Z' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      ['ActivityDate', 'StartDateTime'],
    ],
    [
      'an end before it',
      { ...ALL_DAY, EndDateTime: '2026-03-01' },
      'FIELD_INTEGRITY_EXCEPTION',
      ['EndDateTime'],
    ],
    [
      'fifteen days',
      { ...ALL_DAY, EndDateTime: '2026-03-17' },
      'FIELD_INTEGRITY_EXCEPTION',
      ['DurationInMinutes'],
    ],
  ])('%s are refused', async (_, fields, code, names) => {
    expect(await refused(fields)).toMatchObject(error(code, ...names));
  });

  it('a timed event becomes all-day and back', async () => {
    const id = await admin.create('Event', TIMED);
    await admin.call('PATCH', `/sobjects/Event/${id}`, { IsAllDayEvent: true });
    expect(await read(id)).toMatchObject({ ActivityDate: '2026-03-03', DurationInMinutes: 1440 });
    await admin.call('PATCH', `/sobjects/Event/${id}`, { IsAllDayEvent: false, ...TIMED });
    expect(await read(id)).toMatchObject({
      StartDateTime: '2026-03-03T10:00:00.000+0000',
      DurationInMinutes: 30,
    });
  });
});

describe('any times', () => {
  const DAY_MS = 86_400_000;
  const stamp = fc
    .integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') })
    .map(ms => `${new Date(ms).toISOString().slice(0, 16)}:00Z`);
  const minutes = fc.integer({ min: 0, max: 14 * 1440 });

  it('a duration and its end mean the same, and what was answered can be sent back', async () => {
    await fc.assert(
      fc.asyncProperty(stamp, minutes, fc.boolean(), async (start, DurationInMinutes, IsAllDayEvent) => {
        const first = IsAllDayEvent ? { ActivityDate: start.slice(0, 10) } : { StartDateTime: start };
        const byDuration = await made({ IsAllDayEvent, ...first, DurationInMinutes });
        const times = ({
          EndDateTime,
          DurationInMinutes,
          ActivityDate,
          StartDateTime,
        }: Record<string, unknown>) => ({
          EndDateTime,
          DurationInMinutes,
          ActivityDate,
          StartDateTime,
        });
        const byEnd = await made({ IsAllDayEvent, ...first, EndDateTime: byDuration.EndDateTime });
        const again = await made({ IsAllDayEvent, ...times(byDuration) });
        expect(times(byEnd)).toEqual(times(byDuration));
        expect(times(again)).toEqual(times(byDuration));
        const days = (Date.parse(byDuration.EndDate) - Date.parse(byDuration.ActivityDate)) / DAY_MS;
        expect(days).toBeLessThanOrEqual(14);
      }),
      { numRuns: 40 },
    );
  });
});
