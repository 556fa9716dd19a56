import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdentityOf } from '../../connectors/graph/event-identity.ts';
import {
  appointmentOf,
  attendeesOf,
  eventOf,
  eventSelect,
  seriesSelect,
} from '../../connectors/graph/event-mapping.ts';
import type { AppointmentFields } from '../../sync/calendar/appointment.ts';
import { type CalendarUnderTest, openCalendar, windowQuery } from '../emulators/graph/calendar-under-test.ts';
import { appointment, recurrence, spanIn, zone } from './activity-samples.ts';

let calendar: CalendarUnderTest;
beforeAll(async () => {
  calendar = await openCalendar();
});
afterAll(() => calendar.close());

const ada = 'ada@example.com';
const stored = async (id: string) => (await calendar.get(`${ada}/events/${id}?$select=${eventSelect}`)).body;

/** Exchange makes HTML of every body: the words are what stays. */
function words(fields: AppointmentFields) {
  return fields.body ? { ...fields, body: { text: fields.body.text, html: expect.any(String) } } : fields;
}

describe('events in a mailbox', () => {
  it.each(['shifted', 'floating'])(
    'CAL-3 CAL-6 are read as they were written, all-day times being %s',
    async allDayTimes => {
      await calendar.behave({ allDayTimes });
      const single = fc.tuple(appointment, spanIn(zone)).map(([fields, span]) => {
        const { recurrence: _none, ...rest } = fields;
        return { ...rest, span };
      });
      await fc.assert(
        fc.asyncProperty(single, single, zone, async (fields, change, mailboxZone) => {
          const { id } = await calendar.created(ada, eventOf(fields, {}, mailboxZone));
          const event = await stored(id);
          expect(appointmentOf(event, mailboxZone)).toMatchObject(words(fields));
          const { status } = await calendar.patch(`${ada}/events/${id}`, eventOf(change, event, mailboxZone));
          expect(status).toBe(200);
          expect(appointmentOf(await stored(id), mailboxZone)).toMatchObject(words({ ...fields, ...change }));
        }),
        { numRuns: 25 },
      );
    },
  );

  it('CAL-4 a series is read as it was written', async () => {
    await calendar.behave({ seriesStart: 'asSent' });
    await fc.assert(
      fc.asyncProperty(recurrence, fc.boolean(), async (series, allDay) => {
        const { firstDay, zone: seriesZone } = series;
        const time = (hour: string) => ({ local: `${firstDay}T${hour}:00:00`, zone: seriesZone });
        const span = allDay
          ? ({ allDay, firstDay, lastDay: firstDay } as const)
          : ({ allDay, start: time('09'), end: time('10') } as const);
        const end = series.end.type === 'until' ? ({ type: 'never' } as const) : series.end;
        const fields = { span, recurrence: { ...series, end } };
        const { id } = await calendar.created(ada, eventOf(fields, {}, 'Europe/Berlin'));
        expect(appointmentOf(await stored(id), 'Europe/Berlin')).toMatchObject(fields);
      }),
      { numRuns: 25 },
    );
  });

  it('CAL-4 an occurrence is known by its series and its original start, also when it was moved', async () => {
    const span = {
      allDay: false,
      start: { local: '2026-03-03T09:00:00', zone: 'Europe/Berlin' },
      end: { local: '2026-03-03T10:00:00', zone: 'Europe/Berlin' },
    } as const;
    const series = {
      pattern: { type: 'daily', interval: 7 },
      firstDay: '2026-03-03',
      end: { type: 'until', day: '2026-03-10' },
      zone: 'Europe/Berlin',
    } as const;
    const { id } = await calendar.created(ada, eventOf({ span, recurrence: series }, {}, 'UTC'));
    const window = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');
    const days = await calendar.get(`${ada}/events/${id}/instances?${window}`);
    const moved = { ...span, start: { ...span.start, local: '2026-03-03T08:00:00' } };
    await calendar.patch(`${ada}/events/${days.body.value[0].id}`, eventOf({ span: moved }, {}, 'UTC'));
    const { body } = await calendar.get(`${ada}/events/${id}/instances?${window}`);
    expect(body.value.map(eventIdentityOf)).toMatchObject([
      { type: 'exception', seriesId: id, originalStartMs: Date.parse('2026-03-03T08:00:00Z') },
      { type: 'occurrence', seriesId: id, originalStartMs: Date.parse('2026-03-10T08:00:00Z') },
    ]);
    expect(eventIdentityOf(await stored(id))).toMatchObject({
      type: 'series',
      seriesId: null,
      isOrganizer: true,
    });
  });

  it('CAL-4 a series tells the days that it leaves out', async () => {
    const span = { allDay: true, firstDay: '2026-03-03', lastDay: '2026-03-03' } as const;
    const series = {
      pattern: { type: 'daily', interval: 1 },
      firstDay: '2026-03-03',
      end: { type: 'count', occurrences: 3 },
      zone: 'Pacific/Kiritimati',
    } as const;
    const { id } = await calendar.created(ada, eventOf({ span, recurrence: series }, {}, 'UTC'));
    const window = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');
    const { body } = await calendar.get(`${ada}/events/${id}/instances?${window}`);
    await calendar.remove(`${ada}/events/${body.value[1].id}`);
    const { body: left } = await calendar.get(`${ada}/events/${id}?$select=${seriesSelect}`);
    expect(eventIdentityOf(left).cancelledDays).toEqual(['2026-03-04']);
    expect(appointmentOf(left, 'UTC')).toMatchObject({ span, recurrence: series });
  });

  it('CAL-5 have the people who were invited', async () => {
    const { id } = await calendar.created(ada, {
      ...eventOf({ span: { allDay: true, firstDay: '2026-03-03', lastDay: '2026-03-03' } }, {}, 'UTC'),
      attendees: attendeesOf([
        { address: 'bob@example.com', name: 'Bob', role: 'optional', response: 'none' },
      ]),
    });
    expect(appointmentOf(await stored(id), 'UTC').participants).toEqual([
      { address: ada, name: 'ada', role: 'organizer', response: 'accepted' },
      { address: 'bob@example.com', name: 'Bob', role: 'optional', response: 'none' },
    ]);
  });

  it.each([
    ['text', { text: 'Agenda', html: null }],
    ['HTML', { text: 'Agenda', html: '<p>Agenda</p>' }],
    ['nothing', null],
  ])('CAL-6 a new body of %s leaves an online meeting what it is', async (_, body) => {
    const span = { allDay: true, firstDay: '2026-03-03', lastDay: '2026-03-03' } as const;
    const { id } = await calendar.created(ada, {
      ...eventOf({ span, body: { text: 'Welcome', html: '<div>Welcome</div>' } }, {}, 'UTC'),
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
    });
    const before = await stored(id);
    await calendar.patch(`${ada}/events/${id}`, eventOf({ body }, before, 'UTC'));
    const { onlineMeeting, body: after } = await stored(id);
    expect(onlineMeeting).toEqual(before.onlineMeeting);
    expect(after.content).not.toContain('Welcome');
    if (body?.html) expect(after.content).toContain('Join the meeting');
  });
});
