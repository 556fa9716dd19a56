import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CalendarUnderTest, daily, hour, openCalendar, windowQuery } from './calendar-under-test.ts';

const ada = 'ada@example.com';
const view = `${ada}/calendarView/delta`;
const march = `${view}?${windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')}`;
const immutable = { prefer: 'IdType="ImmutableId"' };

let tenant: CalendarUnderTest;
beforeEach(async () => {
  tenant = await openCalendar();
});
afterEach(() => tenant.close());

type Row = Record<string, unknown>;
const removed = (rows: Row[]) => rows.filter(row => '@removed' in row).map(({ id }) => id);
const shown = (rows: Row[]) => rows.filter(row => !('@removed' in row));
const types = (rows: Row[]) => rows.map(row => ('@removed' in row ? 'removed' : row.type));

const event = (subject: string, date: string) => tenant.created(ada, { subject, ...hour(date) }, immutable);
const threeDays = (startDate = '2026-03-10') =>
  tenant.created(ada, { subject: 'Daily', ...hour(startDate), recurrence: daily(startDate, 3) }, immutable);

describe('a calendar view delta', () => {
  it('gives single events whole, masters whole, occurrences as stubs, exceptions whole', async () => {
    // The stubs: microsoft-graph-docs issues 7632 and 1716.
    const single = await event('Single', '2026-03-05');
    await event('Outside', '2026-05-05');
    const master = await threeDays();
    const { rows } = await tenant.round(march, immutable);
    expect(types(rows)).toEqual(['singleInstance', 'seriesMaster', 'occurrence', 'occurrence', 'occurrence']);
    expect(rows[0]).toMatchObject({
      '@odata.type': '#microsoft.graph.event',
      id: single.id,
      subject: 'Single',
    });
    expect(rows[1]).toMatchObject({ id: master.id, subject: 'Daily', recurrence: master.recurrence });
    expect(Object.keys(rows[2]!).sort()).toEqual(
      ['@odata.etag', '@odata.type', 'end', 'id', 'seriesMasterId', 'start', 'type'].sort(),
    );
    await tenant.patch(`${ada}/events/${rows[3]!.id}`, { subject: 'Special' });
    const changed = await tenant.round(march, immutable);
    expect(changed.rows.find(({ id }) => id === rows[3]!.id)).toMatchObject({
      type: 'exception',
      subject: 'Special',
      body: { contentType: 'html' },
    });
    await tenant.behave({ deltaSeriesMasters: 'hidden' });
    expect(types((await tenant.round(march, immutable)).rows)).not.toContain('seriesMaster');
  });

  it('takes its window once and no options, in the words of the service', async () => {
    // Documentation: event delta; the texts are quoted in public issues.
    const problem = async (path: string) => {
      const { status, body } = await tenant.get(path);
      return [status, body.error.code, body.error.message];
    };
    expect(await problem(view)).toEqual([
      400,
      'ErrorInvalidParameter',
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
    ]);
    for (const option of [
      '$select=subject',
      "$filter=subject eq 'A'",
      '$orderby=subject',
      '$search="A"',
      '$expand=extensions',
    ]) {
      expect(await problem(`${march}&${option}`)).toEqual([
        400,
        'ErrorInvalidUrlQuery',
        "The following parameters are not supported with change tracking over the 'CalendarView' resource: '$orderby, $filter, $select, $expand, $search'.",
      ]);
    }
    expect(await problem(`${march}&$top=5`)).toEqual([
      400,
      'ErrorInvalidUrlQuery',
      "The '$top' parameter is not supported with change tracking over the 'CalendarView' resource as page size cannot be guaranteed. Express page size preferences using the Prefer: odata.maxpagesize= header instead.",
    ]);
    expect(await problem(`${ada}/events/delta`)).toEqual([
      400,
      'BadRequest',
      "Unsupported request: Change tracking is not supported against 'microsoft.graph.event'.",
    ]);
  });

  it('pages through the rows of one series, empty and double pages too', async () => {
    await threeDays();
    await event('Single', '2026-03-05');
    const small = { prefer: 'odata.maxpagesize=2' };
    const plain = await tenant.round(march, small);
    expect(plain.pages).toEqual([2, 2, 1]);
    await tenant.behave({ deltaEmptyPages: true, deltaDuplicates: true });
    const strange = await tenant.round(march, small);
    expect(strange.pages).toEqual([0, 3, 3, 2]);
    expect(new Set(strange.rows.map(({ id }) => id))).toEqual(new Set(plain.rows.map(({ id }) => id)));
  });

  it('goes on with a series that changes between two pages', async () => {
    const master = await threeDays();
    const { body } = await tenant.get(march, { prefer: 'odata.maxpagesize=2' });
    const path = `${ada}/events/${master.id}`;
    await tenant.patch(path, { recurrence: daily('2026-03-10', 2, 5) }, immutable);
    const { rows } = await tenant.round(body['@odata.nextLink']);
    expect(types(rows)).toEqual(['seriesMaster', 'occurrence', 'occurrence', 'removed', 'removed']);
    const starts = shown(rows).map(({ start }) => (start as { dateTime: string }).dateTime.slice(8, 10));
    expect(starts).toEqual(['10', '10', '15']);
  });

  it('follows zone and body preferences', async () => {
    await event('Single', '2026-03-05');
    const prefer = 'outlook.timezone="Tokyo Standard Time"';
    const { headers, body } = await tenant.get(march, { prefer });
    expect(headers['preference-applied']).toBe(`odata.track-changes, ${prefer}`);
    expect(body.value[0].start).toEqual({
      dateTime: '2026-03-05T18:00:00.0000000',
      timeZone: 'Tokyo Standard Time',
    });
  });

  it('dies with its generation', async () => {
    await event('Single', '2026-03-05');
    await tenant.control('PUT', 'limits', { deltaGenerations: 1 });
    const { deltaLink } = await tenant.round(march);
    await tenant.round(deltaLink);
    await tenant.round(march);
    const { status, body, headers } = await tenant.get(deltaLink);
    expect([status, body.error.code]).toEqual([410, 'SyncStateNotFound']);
    expect(headers.location).toMatch(/calendarView\/delta\?\$deltaToken=$/);
  });
});

describe('later rounds', () => {
  it('name what left the window, and what changes outside it', async () => {
    // Documentation: event delta: events outside of the range are returned as removed.
    const inside = await event('Inside', '2026-03-05');
    const outside = await event('Outside', '2026-05-05');
    const { rows, deltaLink } = await tenant.round(march, immutable);
    expect(types(rows)).toEqual(['singleInstance']);
    expect((await tenant.round(deltaLink, immutable)).rows).toEqual([]);
    await tenant.patch(`${ada}/events/${inside.id}`, hour('2026-04-05'), immutable);
    await tenant.patch(`${ada}/events/${outside.id}`, { subject: 'Still outside' }, immutable);
    const next = await tenant.round(deltaLink, immutable);
    expect(removed(next.rows)).toEqual([inside.id, outside.id]);
    await tenant.patch(`${ada}/events/${outside.id}`, hour('2026-03-06'), immutable);
    const last = await tenant.round(next.deltaLink, immutable);
    expect(last.rows).toMatchObject([{ id: outside.id, subject: 'Still outside' }]);
    await tenant.behave({ deltaOutsideWindow: 'all' });
    expect(removed((await tenant.round(march, immutable)).rows)).toEqual([inside.id]);
  });

  it('name deleted events, and the instances of deleted series unless that is switched', async () => {
    const single = await event('Single', '2026-03-05');
    const master = await threeDays();
    const first = await tenant.round(march, immutable);
    const instances = first.rows.filter(({ type }) => type === 'occurrence').map(({ id }) => id);
    await tenant.remove(`${ada}/events/${single.id}`);
    await tenant.remove(`${ada}/events/${master.id}`);
    const { rows } = await tenant.round(first.deltaLink, immutable);
    expect(removed(rows)).toEqual([single.id, master.id, ...instances]);
    await tenant.behave({ deltaRemovedSeries: 'master' });
    expect(removed((await tenant.round(first.deltaLink, immutable)).rows)).toEqual([single.id, master.id]);
    const fresh = await tenant.round(march, immutable);
    expect(fresh.rows).toEqual([]);
  });

  it('name the instances that a series lost, also those that it lost earlier', async () => {
    const master = await threeDays();
    const first = await tenant.round(march, immutable);
    const [one, two, three] = first.rows.slice(1).map(({ id }) => String(id));
    await tenant.remove(`${ada}/events/${two}`);
    const second = await tenant.round(first.deltaLink, immutable);
    expect(removed(second.rows)).toEqual([two]);
    expect(types(second.rows)).toEqual(['seriesMaster', 'occurrence', 'occurrence', 'removed']);
    const path = `${ada}/events/${master.id}`;
    await tenant.patch(path, { recurrence: daily('2026-03-10', 1) }, immutable);
    expect(removed((await tenant.round(second.deltaLink, immutable)).rows)).toEqual([three]);
    await tenant.patch(path, { recurrence: null }, immutable);
    const late = await tenant.round(first.deltaLink, immutable);
    expect(removed(late.rows).sort()).toEqual([one, two, three].sort());
    expect(shown(late.rows)).toMatchObject([{ id: master.id, type: 'singleInstance' }]);
    await tenant.remove(path);
    const gone = await tenant.round(first.deltaLink, immutable);
    expect(removed(gone.rows).sort()).toEqual([master.id, one, two, three].sort());
    expect(removed((await tenant.round(march, immutable)).rows)).toEqual([]);
  });

  it('leave out most of a changed row, except of stubs, when rows are partial', async () => {
    const single = await event('Single', '2026-03-05');
    const master = await threeDays();
    const { deltaLink } = await tenant.round(march, immutable);
    await tenant.behave({ deltaPartialRows: true });
    await tenant.patch(`${ada}/events/${single.id}`, { subject: 'New' }, immutable);
    await tenant.patch(`${ada}/events/${master.id}`, { subject: 'New' }, immutable);
    const { rows } = await tenant.round(deltaLink, immutable);
    expect(rows[0]).toMatchObject({ id: single.id });
    expect(rows[0]).not.toHaveProperty('subject');
    expect(rows[2]).toHaveProperty('start');
  });

  it('are there for other calendars', async () => {
    const { body } = await tenant.post(`${ada}/calendars`, { name: 'CRM' });
    const query = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');
    const path = `${ada}/calendars/${body.id}/calendarView/delta?${query}`;
    const { deltaLink } = await tenant.round(path);
    await tenant.post(`${ada}/calendars/${body.id}/events`, { subject: 'A', ...hour('2026-03-10') });
    expect((await tenant.round(deltaLink)).rows).toMatchObject([{ subject: 'A' }]);
    expect((await tenant.round(march)).rows).toEqual([]);
  });
});
