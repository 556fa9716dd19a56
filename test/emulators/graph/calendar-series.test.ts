import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, type CalendarUnderTest, daily, hour, openCalendar, windowQuery } from './calendar-under-test.ts';

const ada = 'ada@example.com';
const march = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');
const immutable = { prefer: 'IdType="ImmutableId"' };

let tenant: CalendarUnderTest;
beforeEach(async () => {
  tenant = await openCalendar();
});
afterEach(() => tenant.close());

interface Instance {
  id: string;
  type: string;
  subject: string;
  start: { dateTime: string };
  originalStart: string;
}

const instances = async (id: string, query = march): Promise<Instance[]> =>
  (await tenant.get(`${ada}/events/${id}/instances?${query}&$top=100`)).body.value;
const days = (list: { start: { dateTime: string } }[]) =>
  list.map(({ start }) => start.dateTime.slice(8, 13));
const fiveDays = () =>
  tenant.created(ada, { subject: 'Daily', ...hour('2026-03-10'), recurrence: daily('2026-03-10', 5) });

describe('a series', () => {
  it('is answered with everything a recurrence has, and found in views as occurrences of a master', async () => {
    // Documentation: recurrencePattern, recurrenceRange, event type; the values of what is not used are from the field.
    const master = await fiveDays();
    expect(master.type).toBe('seriesMaster');
    expect(master.recurrence).toEqual({
      pattern: {
        type: 'daily',
        interval: 1,
        month: 0,
        dayOfMonth: 0,
        firstDayOfWeek: 'sunday',
        index: 'first',
      },
      range: {
        type: 'numbered',
        startDate: '2026-03-10',
        endDate: '0001-01-01',
        recurrenceTimeZone: 'UTC',
        numberOfOccurrences: 5,
      },
    });
    const list = await instances(master.id);
    expect(days(list)).toEqual(['10T09', '11T09', '12T09', '13T09', '14T09']);
    expect(list[1]).toMatchObject({
      type: 'occurrence',
      seriesMasterId: master.id,
      originalStart: '2026-03-11T09:00:00Z',
      recurrence: null,
      subject: 'Daily',
    });
    const view = await tenant.get(`${ada}/calendarView?${march}&$select=subject,start`);
    expect(days(view.body.value)).toEqual(days(list));
    const { body } = await tenant.get(`${ada}/events`);
    expect(body.value.map(({ type }: Instance) => type)).toEqual(['seriesMaster']);
    const uids = new Set([master, ...list].map(({ iCalUId }) => iCalUId));
    expect(uids.size).toBe(6);
  });

  it('has ids for its occurrences, of both kinds, that translate into each other', async () => {
    const master = await fiveDays();
    const [, second] = await instances(master.id);
    const { body } = await tenant.post(`${ada}/translateExchangeIds`, {
      inputIds: [second!.id],
      sourceIdType: 'restId',
      targetIdType: 'restImmutableEntryId',
    });
    const { targetId } = body.value[0];
    expect((await tenant.get(`${ada}/events/${targetId}`, immutable)).body).toMatchObject({
      id: targetId,
      start: { dateTime: '2026-03-11T09:00:00.0000000' },
    });
    const elsewhere = second!.id.slice(0, -4) + (second!.id.endsWith('AAA=') ? 'AAE=' : 'AAA=');
    expect((await tenant.get(`${ada}/events/${elsewhere}`)).status).toBe(404);
  });

  it('changes single occurrences into exceptions, and lists them', async () => {
    // Documentation: event update; cancelledOccurrences and exceptionOccurrences of the event resource.
    const master = await fiveDays();
    const [, second, third] = await instances(master.id);
    const changed = await tenant.patch(`${ada}/events/${second!.id}`, {
      subject: 'Special',
      ...hour('2026-03-11', 15),
    });
    expect(changed.body).toMatchObject({
      id: second!.id,
      type: 'exception',
      subject: 'Special',
      start: { dateTime: '2026-03-11T15:00:00.0000000' },
      originalStart: '2026-03-11T09:00:00Z',
    });
    expect((await tenant.remove(`${ada}/events/${third!.id}`)).status).toBe(204);
    expect((await tenant.get(`${ada}/events/${third!.id}`)).status).toBe(404);
    await tenant.patch(`${ada}/events/${master.id}`, { subject: 'New', showAs: 'free' });
    const list = await instances(master.id);
    expect(days(list)).toEqual(['10T09', '11T15', '13T09', '14T09']);
    expect(list.map(({ subject }) => subject)).toEqual(['New', 'Special', 'New', 'New']);
    expect((await tenant.get(`${ada}/events/${master.id}`)).body).not.toHaveProperty('cancelledOccurrences');
    const wanted = '$select=*,cancelledOccurrences,exceptionOccurrences&$expand=exceptionOccurrences';
    const { body } = await tenant.get(`${ada}/events/${master.id}?${wanted}`);
    expect(body.cancelledOccurrences).toEqual([`OID.${master.id}.2026-03-12`]);
    expect(body.exceptionOccurrences).toMatchObject([{ id: second!.id, subject: 'Special', showAs: 'free' }]);
  });

  it('does not let an occurrence reach its neighbours', async () => {
    // Documentation: event update, ErrorOccurrenceCrossingBoundary.
    const master = await tenant.created(ada, {
      ...hour('2026-03-10'),
      recurrence: daily('2026-03-10', 5, 3),
    });
    const [, second] = await instances(master.id);
    const move = async (date: string) => {
      const { status, body } = await tenant.patch(`${ada}/events/${second!.id}`, hour(date, 20));
      return status === 200 ? 'moved' : body.error;
    };
    const crossing = {
      code: 'ErrorOccurrenceCrossingBoundary',
      message: 'Modified occurrence is crossing or overlapping adjacent occurrence.',
    };
    expect(await move('2026-03-10')).toMatchObject(crossing);
    expect(await move('2026-03-16')).toMatchObject(crossing);
    expect(await move('2026-03-11')).toBe('moved');
    expect(await move('2026-03-15')).toBe('moved');
    const recurrence = daily('2026-03-13', 2);
    expect((await tenant.patch(`${ada}/events/${second!.id}`, { recurrence })).status).toBe(400);
  });

  it('drops exceptions with a new pattern or time, and keeps those within a new end', async () => {
    const master = await fiveDays();
    const [, second, third] = await instances(master.id);
    await tenant.patch(`${ada}/events/${second!.id}`, { subject: 'Special' });
    await tenant.remove(`${ada}/events/${third!.id}`);
    const path = `${ada}/events/${master.id}`;
    await tenant.patch(path, { recurrence: daily('2026-03-10', 4) });
    const shorter = await instances(master.id);
    expect(shorter.map(({ type }) => type)).toEqual(['occurrence', 'exception', 'occurrence']);
    await tenant.patch(path, hour('2026-03-10', 11));
    const later = await instances(master.id);
    expect(days(later)).toEqual(['10T11', '11T11', '12T11', '13T11']);
    expect(new Set(later.map(({ type }) => type))).toEqual(new Set(['occurrence']));
    await tenant.patch(`${ada}/events/${later[1]!.id}`, { subject: 'Special' });
    await tenant.patch(path, { recurrence: daily('2026-03-10', 3, 2) });
    expect((await instances(master.id)).map(({ type }) => type)).not.toContain('exception');
    expect((await tenant.get(`${ada}/events/${later[1]!.id}`)).status).toBe(404);
  });

  it('becomes a single event and a series again in place, with the same iCalUId', async () => {
    const single = await tenant.created(ada, { subject: 'A', ...hour('2026-03-10') });
    const path = `${ada}/events/${single.id}`;
    const kept = { id: single.id, iCalUId: single.iCalUId };
    const series = await tenant.patch(path, { recurrence: daily('2026-03-10', 3) });
    expect(series.body).toMatchObject({ ...kept, type: 'seriesMaster' });
    expect(await instances(single.id)).toHaveLength(3);
    const again = await tenant.patch(path, { recurrence: null });
    expect(again.body).toMatchObject({ ...kept, type: 'singleInstance', recurrence: null });
    expect((await tenant.get(`${ada}/calendarView?${march}`)).body.value).toMatchObject([kept]);
  });

  it('moves its start date with its start', async () => {
    const master = await fiveDays();
    const { body } = await tenant.patch(`${ada}/events/${master.id}`, hour('2026-03-12', 8));
    expect(body.recurrence.range.startDate).toBe('2026-03-12');
    expect(days(await instances(master.id))).toEqual(['12T08', '13T08', '14T08', '15T08', '16T08']);
  });

  it('keeps its wall time over changes of the clocks, in the zone of the recurrence', async () => {
    const zone = 'Pacific Standard Time';
    const master = await tenant.created(ada, {
      start: at('2026-03-07T17:00:00', zone),
      end: at('2026-03-07T18:00:00', zone),
      recurrence: daily('2026-03-07', 3),
    });
    expect(master.recurrence.range.recurrenceTimeZone).toBe(zone);
    // America changes its clocks on 2026-03-08.
    expect(days(await instances(master.id))).toEqual(['08T01', '09T00', '10T00']);
    const tokyo = { ...daily('2026-03-08', 3).range, recurrenceTimeZone: 'Tokyo Standard Time' };
    const pattern = { type: 'daily', interval: 1 };
    const { body } = await tenant.patch(`${ada}/events/${master.id}`, {
      recurrence: { pattern, range: tokyo },
    });
    expect(body.recurrence.range.startDate).toBe('2026-03-08');
    expect(days(await instances(master.id))).toEqual(['08T01', '09T01', '10T01']);
  });

  it('begins with the first day of its pattern, or as it was sent', async () => {
    // Documentation: recurrenceRange, startDate: "this date or later"; 2026-03-10 is a Tuesday.
    const recurrence = {
      pattern: { type: 'weekly', interval: 2, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
      range: { type: 'numbered', startDate: '2026-03-10', numberOfOccurrences: 2 },
    };
    const first = await tenant.created(ada, { ...hour('2026-03-10'), recurrence });
    expect([first.start.dateTime.slice(0, 10), first.recurrence.range.startDate]).toEqual([
      '2026-03-23',
      '2026-03-23',
    ]);
    await tenant.behave({ seriesStart: 'asSent' });
    const sent = await tenant.created(ada, { ...hour('2026-03-10'), recurrence });
    expect(sent.start.dateTime.slice(0, 10)).toBe('2026-03-10');
    for (const { id } of [first, sent]) {
      const query = windowQuery('2026-03-01', '2026-05-01');
      expect(days(await instances(id, query))).toEqual(['23T09', '06T09']);
    }
  });

  it('takes the wanted daily, weekly, monthly and yearly days, and the last of a month that is too short', async () => {
    const year = windowQuery('2026-01-01', '2027-01-01');
    const dates = async (pattern: unknown, startDate: string) => {
      const range = { type: 'endDate', startDate, endDate: '2026-12-31' };
      const { id } = await tenant.created(ada, { ...hour(startDate), recurrence: { pattern, range } });
      return (await instances(id, year)).map(({ start }) => start.dateTime.slice(5, 10));
    };
    expect(await dates({ type: 'absoluteMonthly', interval: 5, dayOfMonth: 31 }, '2026-01-31')).toEqual([
      '01-31',
      '06-30',
      '11-30',
    ]);
    const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
    const lastWeekday = { type: 'relativeMonthly', interval: 6, daysOfWeek: weekdays, index: 'last' };
    expect(await dates(lastWeekday, '2026-05-29')).toEqual(['05-29', '11-30']);
    expect(
      await dates({ type: 'absoluteYearly', interval: 1, dayOfMonth: 29, month: 2 }, '2026-02-28'),
    ).toEqual(['02-28']);
    const thanksgiving = {
      type: 'relativeYearly',
      interval: 1,
      daysOfWeek: ['Thursday'],
      index: 'fourth',
      month: 11,
    };
    expect(await dates(thanksgiving, '2026-11-26')).toEqual(['11-26']);
  });
});

describe('a recurrence is refused', () => {
  const range = { type: 'noEnd', startDate: '2026-03-10' };
  const pattern = { type: 'daily', interval: 1 };

  it.each([
    ['without a range', { pattern }],
    ['without a type', { pattern: { interval: 1 }, range }],
    ['without an interval', { pattern: { type: 'daily' }, range }],
    ['weekly without days', { pattern: { type: 'weekly', interval: 1 }, range }],
    ['monthly without a day', { pattern: { type: 'absoluteMonthly', interval: 1 }, range }],
    ['monthly on the 32nd', { pattern: { type: 'absoluteMonthly', interval: 1, dayOfMonth: 32 }, range }],
    ['yearly without a month', { pattern: { type: 'absoluteYearly', interval: 1, dayOfMonth: 1 }, range }],
    ['yearly without days', { pattern: { type: 'relativeYearly', interval: 1, month: 1 }, range }],
    ['from another day than the event', { pattern, range: { ...range, startDate: '2026-03-11' } }],
    ['without a start date', { pattern, range: { type: 'noEnd' } }],
    ['up to no date', { pattern, range: { ...range, type: 'endDate' } }],
    [
      'up to a day before its start',
      { pattern, range: { ...range, type: 'endDate', endDate: '2026-03-09' } },
    ],
    ['so many times as nobody says', { pattern, range: { ...range, type: 'numbered' } }],
    [
      'when nothing of it is in its range',
      {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
        range: { ...range, type: 'endDate', endDate: '2026-03-12' },
      },
    ],
  ])('%s', async (_what, recurrence) => {
    // Documentation: recurrencePattern and recurrenceRange, required properties.
    const { status, body } = await tenant.post(`${ada}/events`, { ...hour('2026-03-10'), recurrence });
    expect([status, body.error.code]).toEqual([400, 'ErrorPropertyValidationFailure']);
  });

  it('with what its type does not use, unless that is switched', async () => {
    // Documentation: recurrencePattern; answers carry these, so what they say by default is never refused.
    const create = async (more: unknown) =>
      tenant.post(`${ada}/events`, {
        ...hour('2026-03-10'),
        recurrence: { pattern: { ...pattern, ...(more as object) }, range },
      });
    expect((await create({ month: 0, dayOfMonth: 0, daysOfWeek: [], index: 'first' })).status).toBe(201);
    expect((await create({ dayOfMonth: 10 })).status).toBe(400);
    await tenant.behave({ unusedPatternProperties: 'ignored' });
    expect((await create({ dayOfMonth: 10 })).body.recurrence.pattern.dayOfMonth).toBe(0);
  });
});

describe('a calendar view', () => {
  it('has what overlaps the window, at most 1825 days, and says what it needs', async () => {
    const long = { start: at('2026-03-09T22:00:00'), end: at('2026-03-10T02:00:00') };
    await tenant.created(ada, { subject: 'Over midnight', ...long });
    const before = { start: at('2026-03-09T23:00:00'), end: at('2026-03-10T00:00:00') };
    await tenant.created(ada, { subject: 'Ends at its start', ...before });
    const query = (from: string, to: string) => `${ada}/calendarView?${windowQuery(from, to)}`;
    const { body } = await tenant.get(query('2026-03-10T00:00:00', '2026-03-10T12:00:00'));
    expect(body.value.map(({ subject }: Instance) => subject)).toEqual(['Over midnight']);
    // The offset counts that the value has, not the preferred zone (documentation: list calendarView).
    const shifted = await tenant.get(query('2026-03-10T03:00:00%2B01:00', '2026-03-10T12:00:00'), {
      prefer: 'outlook.timezone="Pacific Standard Time"',
    });
    expect(shifted.body.value).toHaveLength(0);
    const problem = async (path: string) => (await tenant.get(path)).body.error;
    expect(await problem(`${ada}/calendarView`)).toMatchObject({
      code: 'ErrorInvalidParameter',
      message:
        'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
    });
    expect((await problem(query('2026-01-01', '2036-01-01'))).code).toBe('ErrorCalendarViewRangeTooBig');
    expect((await problem(query('2026-01-02', '2026-01-01'))).code).toBe('ErrorInvalidParameter');
    expect((await problem(query('soon', '2026-01-01'))).code).toBe('ErrorInvalidParameter');
    expect(await problem(`${query('2026-01-01', '2026-01-02')}&$select=createdDateTime`)).toBeDefined();
  });

  it('is paged and ordered', async () => {
    await fiveDays();
    const first = await tenant.get(`${ada}/calendarView?${march}&$top=3&$orderby=start/dateTime desc`);
    expect(days(first.body.value)).toEqual(['14T09', '13T09', '12T09']);
    const next = await tenant.get(first.body['@odata.nextLink']);
    expect(days(next.body.value)).toEqual(['11T09', '10T09']);
  });
});
