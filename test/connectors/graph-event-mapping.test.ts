import type { DateTimeTimeZone, Event } from '@microsoft/microsoft-graph-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIdentityOf } from '../../connectors/graph/event-identity.ts';
import { appointmentOf, attendeesOf, eventOf } from '../../connectors/graph/event-mapping.ts';
import { keyProperty } from '../../connectors/graph/mapping.ts';
import { zonedTimeOf } from '../../connectors/graph/times.ts';
import type { AppointmentFields, Participant } from '../../sync/calendar/appointment.ts';
import { epochMs, zonedTime } from '../../sync/calendar/zones.ts';
import { appointment, line, zone, zonedTimeIn } from './activity-samples.ts';

const berlin = 'Europe/Berlin';
const utc = (dateTime: string) => ({ dateTime: `${dateTime}.0000000`, timeZone: 'UTC' });

/** What the service keeps beside what was written. */
function kept(written: Event): Event {
  return {
    ...written,
    ...(written.start && { originalStartTimeZone: written.start.timeZone! }),
    ...(written.end && { originalEndTimeZone: written.end.timeZone! }),
  };
}

const sensitivity = fc.constantFrom('normal', 'private', 'confidential', 'personal');

/** As an answer says it: times in UTC, with seven digits of a second, and more of a location than its name. */
function asTold(
  { start, end, location, ...event }: Event,
  street: string,
  level: NonNullable<Event['sensitivity']>,
): Event {
  const inUtc = (time: DateTimeTimeZone) => utc(zonedTime(epochMs(zonedTimeOf(time, null)), 'UTC').local);
  return {
    ...event,
    ...(event.sensitivity && { sensitivity: level }),
    ...(location?.displayName && { location: { ...location, address: { street } } }),
    ...(start && { start: inUtc(start) }),
    ...(end && { end: inUtc(end) }),
  };
}

describe('events of Graph', () => {
  it('CAL-1 CAL-3 CAL-4 CAL-6 reads back what was written to a new event', () => {
    fc.assert(
      fc.property(appointment, zone, (fields, mailboxZone) => {
        expect(appointmentOf(kept(eventOf(fields, {}, mailboxZone)), mailboxZone)).toEqual(fields);
      }),
    );
  });

  it('changes nothing that was not asked, and never who takes part', () => {
    fc.assert(
      fc.property(appointment, appointment, zone, (before, change, mailboxZone) => {
        const stored = kept(eventOf(before, {}, mailboxZone));
        const written = eventOf({ ...change, participants: [] }, stored, mailboxZone);
        expect(appointmentOf(kept({ ...stored, ...written }), mailboxZone)).toEqual({ ...before, ...change });
        expect(written).not.toHaveProperty('attendees');
      }),
    );
  });

  it('what the service tells is written back as it was, as far as it is written at all', () => {
    fc.assert(
      fc.property(appointment, line, sensitivity, zone, (fields, address, level, mailboxZone) => {
        const told = asTold(kept(eventOf(fields, {}, mailboxZone)), address, level);
        const written = eventOf(appointmentOf(told, mailboxZone), told, mailboxZone);
        const { location: _kept, ...unchanged } = told;
        expect(asTold(kept({ ...told, ...written }), address, level)).toEqual(told);
        expect(unchanged).toMatchObject(asTold(kept(written), address, level));
      }),
    );
  });

  it('takes a property that is not on a row for unknown, not for empty', () => {
    expect(appointmentOf({}, berlin)).toEqual({});
    expect(appointmentOf({ subject: '', location: null, body: null, showAs: 'unknown' }, berlin)).toEqual({
      subject: null,
      location: null,
      body: null,
    });
  });

  it.each(['private', 'confidential', 'personal'] as const)(
    'CAL-6 a %s event is private and stays what it is',
    sensitivity => {
      expect(appointmentOf({ sensitivity }, berlin)).toEqual({ isPrivate: true });
      expect(eventOf({ isPrivate: true }, { sensitivity }, berlin)).toEqual({ sensitivity });
      expect(eventOf({ isPrivate: false }, { sensitivity }, berlin)).toEqual({ sensitivity: 'normal' });
    },
  );

  it('a location that is not changed keeps its address and coordinates', () => {
    const current: Event = { location: { displayName: 'Room 1', locationUri: 'room1@contoso.example' } };
    expect(eventOf({ location: 'Room 1' }, current, berlin)).toEqual({});
    expect(eventOf({ location: null }, current, berlin)).toEqual({ location: { displayName: '' } });
  });

  it('refuses by name what Exchange cannot store', () => {
    expect(() => eventOf({ subject: 'nul\0', location: '\ud800' }, {}, berlin)).toThrow(
      expect.objectContaining({ kind: 'validation', fields: ['subject', 'location'] }),
    );
  });
});

describe('times', () => {
  it('CAL-3 a time told in UTC is read on the clocks of the zone in which it was written', () => {
    const event: Event = {
      start: utc('2026-07-01T08:00:00'),
      end: utc('2026-07-01T12:30:00'),
      originalStartTimeZone: 'W. Europe Standard Time',
      originalEndTimeZone: 'India Standard Time',
    };
    const { span } = appointmentOf(event, 'UTC');
    expect(span).toEqual({
      allDay: false,
      start: { local: '2026-07-01T10:00:00', zone: berlin },
      end: { local: '2026-07-01T18:00:00', zone: 'Asia/Kolkata' },
    });
    expect(eventOf({ span: span! }, event, 'UTC')).toMatchObject({
      start: { dateTime: '2026-07-01T10:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-07-01T18:00:00', timeZone: 'India Standard Time' },
    });
  });

  it.each(['tzone://Microsoft/Custom', 'Nowhere Standard Time', null])(
    'CAL-3 where %s is no zone that is known, the moment is kept',
    originalStartTimeZone => {
      const { span } = appointmentOf(
        { start: utc('2026-07-01T08:00:00'), end: utc('2026-07-01T09:00:00'), originalStartTimeZone },
        berlin,
      );
      expect(span).toMatchObject({ start: { local: '2026-07-01T08:00:00', zone: 'UTC' } });
    },
  );

  it('CAL-3 no moment is lost, also in hours that the clocks repeat', () => {
    fc.assert(
      fc.property(zonedTimeIn(fc.constant('UTC')), zone, (moment, writtenIn) => {
        const event = { start: utc(moment.local), end: utc(moment.local), originalStartTimeZone: writtenIn };
        const { span } = appointmentOf(event, berlin);
        expect(span).toMatchObject({ allDay: false });
        if (span?.allDay === false) expect(epochMs(span.start)).toBe(epochMs(moment));
      }),
    );
  });

  it.each([
    ['Honolulu', '2026-03-03T10:00:00', '2026-03-04T10:00:00', 'Hawaiian Standard Time'],
    ['Kiritimati', '2026-03-02T10:00:00', '2026-03-03T10:00:00', 'Line Islands Standard Time'],
    ['Berlin', '2026-03-02T23:00:00', '2026-03-03T23:00:00', 'W. Europe Standard Time'],
    [
      'the mailbox, its own being lost',
      '2026-03-02T23:00:00',
      '2026-03-03T23:00:00',
      'tzone://Microsoft/Custom',
    ],
    [
      'no length at all, as imported,',
      '2026-03-02T23:00:00',
      '2026-03-02T23:00:00',
      'W. Europe Standard Time',
    ],
    ['any, told at midnight', '2026-03-03T00:00:00', '2026-03-04T00:00:00', 'Hawaiian Standard Time'],
  ])('CAL-3 an all-day event of %s is its date', (_, start, end, name) => {
    const { span } = appointmentOf(
      {
        isAllDay: true,
        start: utc(start),
        end: utc(end),
        originalStartTimeZone: name,
        originalEndTimeZone: name,
      },
      berlin,
    );
    expect(span).toEqual({ allDay: true, firstDay: '2026-03-03', lastDay: '2026-03-03' });
  });

  it('CAL-3 a day whose midnight the clocks skip is still that day', () => {
    const { span } = appointmentOf(
      {
        isAllDay: true,
        start: utc('2026-04-23T22:00:00'),
        end: utc('2026-04-24T21:00:00'),
        originalStartTimeZone: 'Egypt Standard Time',
        originalEndTimeZone: 'Egypt Standard Time',
      },
      berlin,
    );
    expect(span).toEqual({ allDay: true, firstDay: '2026-04-24', lastDay: '2026-04-24' });
  });

  it('CAL-3 an all-day event keeps the zone of its midnights, a new one has those of the mailbox', () => {
    const span = { allDay: true, firstDay: '2026-03-03', lastDay: '2026-03-04' } as const;
    expect(eventOf({ span }, {}, berlin)).toEqual({
      isAllDay: true,
      start: { dateTime: '2026-03-03T00:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-03-05T00:00:00', timeZone: 'W. Europe Standard Time' },
    });
    expect(eventOf({ span }, { originalStartTimeZone: 'India Standard Time' }, berlin)).toMatchObject({
      start: { timeZone: 'India Standard Time' },
    });
  });

  it('names a time that cannot be read', () => {
    const event: Event = { start: { dateTime: 'soon', timeZone: 'UTC' }, end: utc('2026-03-03T00:00:00') };
    expect(() => appointmentOf(event, berlin)).toThrow(/"soon" in "UTC" is no time/);
  });
});

describe('people and identity', () => {
  const answered = (
    response: 'none' | 'notResponded' | 'tentativelyAccepted' | 'declined' | 'organizer',
  ) => ({
    response,
    time: '0001-01-01T00:00:00Z',
  });
  const event: Event = {
    organizer: { emailAddress: { name: 'Ann', address: 'Ann@contoso.example' } },
    attendees: [
      { type: 'required', status: answered('organizer'), emailAddress: { address: 'ann@contoso.example' } },
      {
        type: 'optional',
        status: answered('declined'),
        emailAddress: { name: 'Bob', address: 'bob@x.example' },
      },
      {
        type: 'resource',
        status: answered('none'),
        emailAddress: { name: 'r@x.example', address: 'R@x.example' },
      },
      { type: 'required', emailAddress: { name: 'no address' } },
    ],
  };
  const people: Participant[] = [
    { address: 'ann@contoso.example', name: 'Ann', role: 'organizer', response: 'accepted' },
    { address: 'bob@x.example', name: 'Bob', role: 'optional', response: 'declined' },
    { address: 'r@x.example', name: null, role: 'resource', response: 'none' },
  ];

  it('CAL-5 are the organizer and the attendees, each once', () => {
    expect(appointmentOf(event, berlin)).toEqual({ participants: people } satisfies AppointmentFields);
  });

  it('POL-18 attendees are written only when they are asked for by themselves', () => {
    expect(eventOf({ participants: people }, {}, berlin)).toEqual({});
    expect(attendeesOf(people)).toEqual([
      { type: 'optional', emailAddress: { address: 'bob@x.example', name: 'Bob' } },
      { type: 'resource', emailAddress: { address: 'r@x.example' } },
    ]);
  });

  it('CAL-2 CAL-4 an exception is known by its series and by when the series puts it', () => {
    const exception: Event = {
      type: 'exception',
      seriesMasterId: 'AAQ1',
      iCalUId: '0400',
      originalStart: '2026-03-03T09:00:00Z',
      isOrganizer: false,
      isCancelled: true,
      responseStatus: answered('tentativelyAccepted'),
      singleValueExtendedProperties: [{ id: keyProperty, value: 'key-1' }],
    };
    expect(eventIdentityOf(exception)).toEqual({
      type: 'exception',
      seriesId: 'AAQ1',
      originalStartMs: Date.parse('2026-03-03T09:00:00Z'),
      iCalUId: '0400',
      isOrganizer: false,
      isCancelled: true,
      ownResponse: 'tentative',
      cancelledDays: null,
      key: 'key-1',
    });
  });

  it('CAL-4 a short row of a delta is an occurrence where its series puts it, and tells no more', () => {
    const stub: Event = { type: 'occurrence', seriesMasterId: 'AAQ1', start: utc('2026-03-03T09:00:00') };
    expect(eventIdentityOf(stub)).toEqual({
      type: 'occurrence',
      seriesId: 'AAQ1',
      originalStartMs: Date.parse('2026-03-03T09:00:00Z'),
      iCalUId: null,
      isOrganizer: null,
      isCancelled: null,
      ownResponse: null,
      cancelledDays: null,
      key: null,
    });
  });
});
