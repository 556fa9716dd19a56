import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, type CalendarUnderTest, hour, openCalendar, windowQuery } from './calendar-under-test.ts';

const ada = 'ada@example.com';
let tenant: CalendarUnderTest;
beforeEach(async () => {
  tenant = await openCalendar();
});
afterEach(() => tenant.close());

describe('an event', () => {
  it('is answered complete: in UTC with seven digits, HTML, the organizer and what was left to defaults', async () => {
    // Documentation: event resource, user-post-events (201), dateTimeTimeZone.
    const { status, headers, body } = await tenant.post(`${ada}/events`, {
      subject: 'Talk',
      body: { contentType: 'text', content: 'a < b\nc' },
      start: at('2026-03-10T10:00:00', 'W. Europe Standard Time'),
      end: at('2026-03-10T11:30:00.0000000', 'Europe/Berlin'),
      location: { displayName: 'Room 1' },
    });
    expect(status).toBe(201);
    expect(headers.location).toContain(`/events('${encodeURIComponent(body.id)}')`);
    expect(body).toMatchObject({
      '@odata.context': expect.stringMatching(
        /\$metadata#users\('ada(@|%40)example.com'\)\/events\/\$entity$/,
      ),
      '@odata.etag': `W/"${body.changeKey}"`,
      type: 'singleInstance',
      start: { dateTime: '2026-03-10T09:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-03-10T10:30:00.0000000', timeZone: 'UTC' },
      originalStartTimeZone: 'W. Europe Standard Time',
      originalEndTimeZone: 'Europe/Berlin',
      body: { contentType: 'html', content: expect.stringMatching(/<body>a &lt; b<br>\r\nc<\/body>/) },
      bodyPreview: 'a < b\nc',
      isOrganizer: true,
      organizer: { emailAddress: { name: 'ada', address: ada } },
      responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
      importance: 'normal',
      sensitivity: 'normal',
      showAs: 'busy',
      isReminderOn: true,
      reminderMinutesBeforeStart: 15,
      recurrence: null,
      seriesMasterId: null,
      locations: [{ displayName: 'Room 1' }],
      iCalUId: expect.stringMatching(/^040000008200E00074C5B7101A82E00800000000/),
    });
    expect(body).not.toHaveProperty('transactionId');
    expect((await tenant.get(`${ada}/events/${body.id}`)).body).toEqual(body);
  });

  it('is changed property by property, read in the preferred form, and moves to Deleted Items', async () => {
    const event = await tenant.created(ada, { subject: 'A', ...hour('2026-03-10'), categories: ['Red'] });
    const changed = await tenant.patch(`${ada}/events/${event.id}`, {
      sensitivity: 'Private',
      showAs: 'oof',
      importance: 'high',
      isReminderOn: false,
      body: { contentType: 'html', content: '<p>One</p><p>Two &amp; three</p>' },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      subject: 'A',
      categories: ['Red'],
      sensitivity: 'private',
      showAs: 'oof',
      importance: 'high',
      isReminderOn: false,
    });
    expect(changed.body.changeKey).not.toBe(event.changeKey);
    const prefer = 'outlook.timezone="Pacific Standard Time", outlook.body-content-type="text"';
    const { body, headers } = await tenant.get(`${ada}/events/${event.id}`, { prefer });
    expect(headers['preference-applied']).toBe(prefer);
    expect(body).toMatchObject({
      body: { contentType: 'text', content: 'One\r\nTwo & three' },
      start: { dateTime: '2026-03-10T02:00:00.0000000', timeZone: 'Pacific Standard Time' },
    });
    expect((await tenant.remove(`${ada}/events/${event.id}`)).status).toBe(204);
    expect((await tenant.get(`${ada}/events/${event.id}`)).body.error.code).toBe('ErrorItemNotFound');
    await tenant.behave({ deletedItemsOpenById: true });
    const stable = { prefer: 'IdType="ImmutableId"' };
    const other = await tenant.created(ada, { subject: 'B', ...hour('2026-03-10') }, stable);
    await tenant.remove(`${ada}/events/${other.id}`);
    expect((await tenant.get(`${ada}/events/${other.id}`, stable)).body).toMatchObject({ subject: 'B' });
    expect((await tenant.post(`${ada}/events/${other.id}/permanentDelete`, {})).status).toBe(204);
    expect((await tenant.get(`${ada}/events/${other.id}`, stable)).status).toBe(404);
  });

  it('is not written over a version that the writer has not seen', async () => {
    // 412 ErrorIrresolvableConflict, as seen in the field for Outlook items.
    const event = await tenant.created(ada, { subject: 'A', ...hour('2026-03-10') });
    const path = `${ada}/events/${event.id}`;
    const seen = { 'if-match': event['@odata.etag'] };
    expect((await tenant.patch(path, { subject: 'B' }, seen)).status).toBe(200);
    for (const answer of [
      await tenant.patch(path, { subject: 'C' }, seen),
      await tenant.remove(path, seen),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([412, 'ErrorIrresolvableConflict']);
    }
  });

  it('is made once per transactionId, whichever way the service says so', async () => {
    // Documentation: event, transactionId; the status of the second request is not documented.
    const body = { subject: 'A', ...hour('2026-03-10'), transactionId: 't1' };
    const first = await tenant.created(ada, body);
    expect(first.transactionId).toBe('t1');
    expect((await tenant.post(`${ada}/events`, body)).body.id).toBe(first.id);
    await tenant.behave({ transactionIdDuplicate: 'conflict' });
    const refused = await tenant.post(`${ada}/events`, body);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'ErrorDuplicateTransactionId']);
    expect((await tenant.get(`${ada}/events/$count`)).body).toBe('1');
  });

  it('stays an online meeting, until a body comes without the block that tells how to join', async () => {
    // Documentation: event update, body property and online meetings.
    const event = await tenant.created(ada, { ...hour('2026-03-10'), isOnlineMeeting: true });
    expect(event.onlineMeeting.joinUrl).toMatch(/^https:\/\/teams\.microsoft\.com\//);
    expect(event.body.content).toContain(event.onlineMeeting.joinUrl);
    const path = `${ada}/events/${event.id}`;
    const { content } = event.body;
    const kept = { isOnlineMeeting: false, body: { contentType: 'html', content: `New${content}` } };
    expect((await tenant.patch(path, kept)).body).toMatchObject({
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
      onlineMeeting: event.onlineMeeting,
    });
    const lost = await tenant.patch(path, { body: { contentType: 'html', content: 'New' } });
    expect(lost.body).toMatchObject({ isOnlineMeeting: false, onlineMeeting: null });
  });
});

describe('times', () => {
  it.each([
    [
      'an unknown zone',
      { start: at('2026-03-10T10:00:00', 'Mars/Olympus') },
      'TimeZoneNotSupportedException',
    ],
    [
      'a custom zone of Outlook',
      { start: at('2026-03-10T10:00:00', 'tzone://Microsoft/Custom') },
      'TimeZoneNotSupportedException',
    ],
    ['a day that no month has', { start: at('2026-02-30T10:00:00') }, 'ErrorPropertyValidationFailure'],
    ['an hour that no day has', { start: at('2026-02-10T24:00:00') }, 'ErrorPropertyValidationFailure'],
    ['no time', { start: at('soon') }, 'ErrorPropertyValidationFailure'],
    ['an end before the start', { start: at('2026-03-10T12:00:00') }, 'ErrorPropertyValidationFailure'],
    ['no start', { start: null }, 'ErrorInvalidRequest'],
    ['an unknown property', { colour: 'red' }, 'RequestBodyRead'],
  ])('refuses %s', async (_what, change, code) => {
    const { status, body } = await tenant.post(`${ada}/events`, { ...hour('2026-03-10'), ...change });
    expect([status, body.error.code]).toEqual([400, code]);
  });

  it('takes an offset over the zone, and UTC where no zone is', async () => {
    const event = await tenant.created(ada, {
      start: { dateTime: '2026-03-10T10:00:00+02:00', timeZone: 'Eastern Standard Time' },
      end: { dateTime: '2026-03-10T10:00:00' },
    });
    expect(event.start.dateTime).toBe('2026-03-10T08:00:00.0000000');
    expect(event.end.dateTime).toBe('2026-03-10T10:00:00.0000000');
  });

  it('refuses a preferred zone that nobody knows', async () => {
    const answer = await tenant.get(`${ada}/events`, { prefer: 'outlook.timezone="Nowhere"' });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'TimeZoneNotSupportedException']);
  });

  it('are taken in every zone that is named as supported', async () => {
    // Documentation: outlookuser-supportedtimezones.
    const iana = "(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')";
    for (const [standard, known] of [
      ['', 'Tonga Standard Time'],
      [iana, 'America/New_York'],
    ] as const) {
      const { body } = await tenant.get(`${ada}/outlook/supportedTimeZones${standard}`);
      const names: string[] = body.value.map(({ alias }: { alias: string }) => alias);
      expect(names).toContain(known);
      for (const name of names) {
        const time = at('2026-03-10T12:00:00', name);
        const { status } = await tenant.post(`${ada}/events`, { start: time, end: time });
        expect([name, status]).toEqual([name, 201]);
      }
    }
  });
});

describe('an all-day event', () => {
  const zone = 'Eastern Standard Time';
  const day = (from: string, to: string) => ({ isAllDay: true, start: at(from, zone), end: at(to, zone) });

  it('goes from midnight to midnight of one zone, and takes a day or more', async () => {
    // The texts are those of the service, as third parties quote them.
    const create = async (body: unknown) => (await tenant.post(`${ada}/events`, body)).body;
    const late = await create(day('2026-03-10T01:00:00', '2026-03-11T00:00:00'));
    expect(late.error.message).toBe(
      'The Event.Start property for an all-day event needs to be set to midnight.',
    );
    const long = await create(day('2026-03-10T00:00:00', '2026-03-10T23:59:59'));
    expect(long.error.message).toBe(
      'The Event.End property for an all-day event needs to be set to midnight.',
    );
    const short = await create(day('2026-03-10T00:00:00', '2026-03-10T00:00:00'));
    expect(short.error.message).toMatch(/at least 24 hours/);
    const mixed = { ...day('2026-03-10T00:00:00', ''), end: at('2026-03-12T00:00:00', 'UTC') };
    expect((await create(mixed)).error.message).toMatch(/same time zone/);
    const timed = await tenant.created(ada, hour('2026-03-10'));
    expect((await tenant.patch(`${ada}/events/${timed.id}`, { isAllDay: true })).status).toBe(400);
  });

  it('is read in its own zone, or dates shift; whether they do is a switch', async () => {
    const { id } = await tenant.created(ada, day('2026-03-10T00:00:00', '2026-03-11T00:00:00'));
    const start = async (prefer?: string) =>
      (await tenant.get(`${ada}/events/${id}`, prefer ? { prefer } : {})).body.start.dateTime;
    expect(await start()).toBe('2026-03-10T04:00:00.0000000');
    expect(await start(`outlook.timezone="${zone}"`)).toBe('2026-03-10T00:00:00.0000000');
    await tenant.behave({ allDayTimes: 'floating' });
    expect(await start()).toBe('2026-03-10T00:00:00.0000000');
  });
});

describe('custom data', () => {
  const id = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name CrmId';

  it('is written in the body, read by $expand and found by $filter', async () => {
    // Documentation: singleValueLegacyExtendedProperty get and post.
    const body = {
      subject: 'A',
      ...hour('2026-03-10'),
      singleValueExtendedProperties: [{ id, value: '42' }],
    };
    const event = await tenant.created(ada, body);
    expect(event).not.toHaveProperty('singleValueExtendedProperties');
    await tenant.created(ada, { subject: 'B', ...hour('2026-03-10') });
    const expand = `$expand=singleValueExtendedProperties($filter=id eq '${id}')`;
    const filter = `$filter=singleValueExtendedProperties/any(ep:ep/id eq '${id}' and ep/value eq '42')`;
    const found = await tenant.get(`${ada}/events?${filter}&${expand}`);
    expect(found.body.value).toMatchObject([
      { id: event.id, singleValueExtendedProperties: [{ value: '42' }] },
    ]);
  });

  it('may be an open extension', async () => {
    // Documentation: opentypeextension-post-opentypeextension, opentypeextension-get.
    const inline = { '@odata.type': 'microsoft.graph.openTypeExtension', extensionName: 'com.a', n: 1 };
    const event = await tenant.created(ada, { ...hour('2026-03-10'), extensions: [inline] });
    const path = `${ada}/events/${event.id}/extensions`;
    expect((await tenant.post(path, { extensionName: 'com.b', m: 2 })).status).toBe(201);
    expect((await tenant.patch(`${path}/com.a`, { k: 3 })).body).toMatchObject({ n: 1, k: 3 });
    const names = (extensions: { extensionName: string }[]) =>
      extensions.map(({ extensionName }) => extensionName);
    const expanded = await tenant.get(`${ada}/events/${event.id}?$expand=extensions($filter=id eq 'com.b')`);
    expect(names(expanded.body.extensions)).toEqual(['com.b']);
    expect((await tenant.remove(`${path}/com.b`)).status).toBe(204);
    expect(names((await tenant.get(path)).body.value)).toEqual(['com.a']);
  });
});

describe('lists of events', () => {
  it('filter by iCalUId, subject and start, whatever zone is preferred', async () => {
    const early = await tenant.created(ada, { subject: 'Early', ...hour('2026-03-10') });
    const late = await tenant.created(ada, { subject: 'Late', ...hour('2026-03-20') });
    const found = async (filter: string, headers?: Record<string, string>) =>
      (await tenant.get(`${ada}/events?$orderby=start/dateTime&$filter=${filter}`, headers)).body.value.map(
        ({ id }: { id: string }) => id,
      );
    expect(await found(`iCalUId eq '${late.iCalUId}'`)).toEqual([late.id]);
    expect(await found("startswith(subject,'ear')")).toEqual([early.id]);
    const filter = "start/dateTime ge '2026-03-10T09:00' and start/dateTime lt '2026-03-20T09:00'";
    expect(await found(filter)).toEqual([early.id]);
    expect(await found(filter, { prefer: 'outlook.timezone="Tokyo Standard Time"' })).toEqual([early.id]);
    expect(await found("start/dateTime ge '2026-01-01T00:00:00Z'")).toEqual([early.id, late.id]);
  });

  it('belong to a calendar', async () => {
    // Documentation: user-post-calendars, calendar-update, calendar-delete; the default one stays.
    const made = await tenant.post(`${ada}/calendars`, { name: 'CRM', color: 'lightBlue' });
    expect([made.status, made.body.name, made.body.color]).toEqual([201, 'CRM', 'lightBlue']);
    const path = `${ada}/calendars/${made.body.id}`;
    expect((await tenant.patch(path, { name: 'Sales' })).body).toMatchObject({
      name: 'Sales',
      isDefaultCalendar: false,
      isRemovable: true,
      owner: { address: ada },
    });
    const event = (await tenant.post(`${path}/events`, { subject: 'A', ...hour('2026-03-10') })).body;
    const subjects = async (at: string) => (await tenant.get(at)).body.value.length;
    const query = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');
    expect(await subjects(`${path}/events`)).toBe(1);
    expect(await subjects(`${path}/calendarView?${query}`)).toBe(1);
    expect(await subjects(`${ada}/events`)).toBe(0);
    expect((await tenant.get(`${ada}/events/${event.id}`)).body.subject).toBe('A');
    expect((await tenant.get(`${ada}/calendar/events/${event.id}`)).status).toBe(404);
    const { body: main } = await tenant.get(`${ada}/calendar`);
    expect(main).toMatchObject({ name: 'Calendar', isDefaultCalendar: true });
    expect((await tenant.get(`${ada}/calendars`)).body.value).toHaveLength(2);
    expect((await tenant.remove(`${ada}/calendars/${main.id}`)).status).toBe(400);
    expect((await tenant.post(`${ada}/calendars`, { name: 'sales' })).status).toBe(409);
    expect((await tenant.remove(path)).status).toBe(204);
    expect((await tenant.get(`${ada}/events/${event.id}`)).status).toBe(404);
  });

  it('are for those who have the role', async () => {
    await tenant.control('PUT', 'app', { roles: ['Calendars.Read'] });
    expect((await tenant.get(`${ada}/events`)).status).toBe(200);
    expect((await tenant.post(`${ada}/events`, hour('2026-03-10'))).body.error.code).toBe(
      'ErrorAccessDenied',
    );
  });
});
