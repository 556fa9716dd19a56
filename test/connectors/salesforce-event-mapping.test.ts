import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutMark } from '../../connectors/salesforce/cut.ts';
import { appointmentOf, eventColumns, eventRecordOf } from '../../connectors/salesforce/event-mapping.ts';
import { invitationsOf, participantsOf } from '../../connectors/salesforce/event-people.ts';
import type { ObjectShape } from '../../connectors/salesforce/shape.ts';
import type { Row } from '../../connectors/salesforce/wire.ts';
import type { AppointmentFields } from '../../sync/calendar/appointment.ts';
import { startOrg, type TestOrg } from '../emulators/salesforce/org.ts';
import { crmAppointment, zone } from './activity-samples.ts';

const maxLengths: Readonly<Record<string, number>> = { Subject: 255, Location: 255, Description: 32_000 };
const shape: ObjectShape = {
  columns: new Map(eventColumns.map(name => [name, { maxLength: maxLengths[name] ?? null }])),
  keyColumn: null,
};
const relationShape = (...flags: string[]): ObjectShape => ({
  columns: new Map(['EventId', 'RelationId', 'Status', ...flags].map(name => [name, { maxLength: null }])),
  keyColumn: null,
});
const written = (fields: AppointmentFields, current: Row = {}, ownerZone = 'Europe/Berlin') =>
  eventRecordOf(fields, current, shape, ownerZone);

const timed = (from: string, to: string): AppointmentFields => ({
  span: { allDay: false, start: { local: from, zone: 'UTC' }, end: { local: to, zone: 'UTC' } },
});
const days = (firstDay: string, lastDay: string): AppointmentFields => ({
  span: { allDay: true, firstDay, lastDay },
});

describe('events of Salesforce', () => {
  it('CAL-1 reads back what was written, on clocks of any zone', () => {
    fc.assert(
      fc.property(crmAppointment, zone, (fields, ownerZone) => {
        expect(appointmentOf(written(fields, {}, ownerZone), ownerZone)).toEqual(fields);
      }),
    );
  });

  it('changes nothing that was not asked, except the moment of a reminder that goes with its event', () => {
    fc.assert(
      fc.property(crmAppointment, crmAppointment, zone, (before, change, ownerZone) => {
        const row = written(before, {}, ownerZone);
        const after = { ...row, ...written(change, row, ownerZone) };
        expect(appointmentOf(after, ownerZone)).toEqual({ ...before, ...change });
      }),
    );
  });

  it('takes a column that is not on a row for unknown, and writes none that the org does not have', () => {
    expect(appointmentOf({ Subject: null, Location: 'Kiel' }, 'UTC')).toEqual({
      subject: null,
      location: 'Kiel',
    });
    const bare: ObjectShape = { columns: new Map([['Subject', { maxLength: 255 }]]), keyColumn: null };
    expect(eventRecordOf({ subject: 'A', location: 'B', showAs: 'busy' }, {}, bare, 'UTC')).toEqual({
      Subject: 'A',
    });
  });

  it.each(['Europe/Berlin', 'Pacific/Kiritimati', 'Pacific/Honolulu'])(
    'CAL-3 an all-day event is the same date for an owner in %s',
    ownerZone => {
      const record = written(days('2026-03-03', '2026-03-05'), {}, ownerZone);
      expect(record).toEqual({
        IsAllDayEvent: true,
        StartDateTime: '2026-03-03T00:00:00.000Z',
        DurationInMinutes: 3 * 1440,
      });
      expect(appointmentOf(record, ownerZone)).toEqual(days('2026-03-03', '2026-03-05'));
    },
  );

  it('POL-15 the reminder of an all-day event counts from the midnight of its owner', () => {
    const record = written({ ...days('2026-03-03', '2026-03-03'), reminderMinutes: 15 * 60 });
    expect(record).toMatchObject({ IsReminderSet: true, ReminderDateTime: '2026-03-02T08:00:00.000Z' });
  });

  it('POL-15 a reminder goes along when its event moves, and stays away when there is none', () => {
    const before = written({
      ...timed('2026-03-03T10:00:00', '2026-03-03T11:00:00'),
      reminderMinutes: 30,
    });
    const move = timed('2026-03-04T10:00:00', '2026-03-04T11:00:00');
    expect(written(move, before)).toMatchObject({ ReminderDateTime: '2026-03-04T09:30:00.000Z' });
    expect(written(move, { ...before, IsReminderSet: false })).not.toHaveProperty('ReminderDateTime');
  });

  it.each([['tentative'], ['elsewhere']] as const)('CAL-6 shows %s as busy: it has no other way', showAs => {
    expect(written({ showAs })).toEqual({ ShowAs: 'Busy' });
  });

  it('CAL-6 cuts what is too long with a visible mark, and never takes the rest for deleted', () => {
    const text = 'many words '.repeat(4000);
    const record = written({ subject: 'x'.repeat(300), body: { text, html: null } });
    expect(String(record.Description).slice(-60)).toMatch(/(many|words) \[… more in the mailbox\]$/);
    expect(String(record.Description).length).toBeLessThanOrEqual(32_000);
    expect(record.Subject).toHaveLength(255);
    expect(appointmentOf({ ...record, Location: 'Kiel' }, 'UTC')).toEqual({ location: 'Kiel' });
    expect(appointmentOf({ Description: `${record.Description}\nP.S.` }, 'UTC')).toEqual({});
  });

  it('cuts between characters, however many units they have', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), shift => {
        const record = written({ subject: 'x'.repeat(shift) + '😀'.repeat(200) });
        expect(String(record.Subject).isWellFormed()).toBe(true);
        expect(String(record.Subject).endsWith(cutMark)).toBe(true);
      }),
    );
  });

  it('refuses an appointment that is longer than the CRM can hold, and says what to do', () => {
    expect(() => written(days('2026-03-01', '2026-03-15'))).toThrow(
      expect.objectContaining({
        kind: 'validation',
        fields: ['span'],
        message: expect.stringMatching(/15 days/),
      }),
    );
    expect(() => written(days('2026-03-01', '2026-03-14'))).not.toThrow();
  });
});

describe('people of an event', () => {
  const people = new Map<string, Row>([
    ['005A', { Name: 'Ann', Email: 'Ann@Contoso.example' }],
    ['005B', { Name: 'Bob', Email: 'bob@contoso.example' }],
    ['003C', { Name: 'Cyd', Email: 'cyd@fabrikam.example' }],
    ['00QD', { Name: 'Dan', Email: null }],
  ]);
  const event = { OwnerId: '005A', WhoId: '003C', WhatId: '001X' };

  it('CAL-5 are its owner, who is invited and whom it is about, each once', () => {
    const relations = [
      { RelationId: '005B', IsInvitee: true, Status: 'Uncertain' },
      { RelationId: '00QD', IsInvitee: true, Status: 'New' },
      { RelationId: '003C', IsInvitee: true, IsParent: true, Status: 'Declined' },
      { RelationId: '001X', IsInvitee: false, IsParent: true, IsWhat: true },
    ];
    expect(participantsOf(event, relations, people)).toEqual([
      { address: 'ann@contoso.example', name: 'Ann', role: 'organizer', response: 'accepted' },
      { address: 'bob@contoso.example', name: 'Bob', role: 'required', response: 'tentative' },
      { address: 'cyd@fabrikam.example', name: 'Cyd', role: 'required', response: 'declined' },
    ]);
    expect(participantsOf(event, [], people).map(({ address }) => address)).toEqual([
      'ann@contoso.example',
      'cyd@fabrikam.example',
    ]);
  });

  it('CAL-5 are invited as far as they are in the CRM', () => {
    const ids = new Map([['bob@contoso.example', '005B']]);
    const [owner] = participantsOf(event, [], people);
    const guest = { name: null, role: 'optional', response: 'accepted' } as const;
    expect(
      invitationsOf(
        '00U1',
        [owner!, { ...guest, address: 'bob@contoso.example' }, { ...guest, address: 'nobody@example.com' }],
        new Map([...ids, ['ann@contoso.example', '005A']]),
        relationShape('IsInvitee'),
      ),
    ).toEqual([{ EventId: '00U1', RelationId: '005B', IsInvitee: true, Status: 'Accepted' }]);
  });
});

describe('events in an org', () => {
  let org: TestOrg;
  beforeAll(async () => {
    org = await startOrg();
  });
  afterAll(() => org.close());

  const stored = async (id: string): Promise<Row> => {
    const { body } = await org.admin.query(`SELECT ${eventColumns.join(', ')} FROM Event WHERE Id = '${id}'`);
    return body.records[0];
  };

  it.each(['inclusive', 'exclusive'])(
    'CAL-3 are read as they were written, all-day ends being %s',
    async allDayEnd => {
      await org.control('PUT', '/activities', { allDayEnd });
      await fc.assert(
        fc.asyncProperty(crmAppointment, crmAppointment, zone, async (fields, change, ownerZone) => {
          const id = await org.admin.create('Event', written(fields, {}, ownerZone));
          const row = await stored(id);
          expect(appointmentOf(row, ownerZone)).toMatchObject(fields);
          const { status } = await org.admin.call(
            'PATCH',
            `/sobjects/Event/${id}`,
            written(change, row, ownerZone),
          );
          expect(status).toBe(204);
          expect(appointmentOf(await stored(id), ownerZone)).toMatchObject({ ...fields, ...change });
        }),
        { numRuns: 25 },
      );
    },
  );

  it.each(['x', 'word ', 'line\n', '😀\n\n'])('CAL-6 takes a text of %j that was cut for it', async unit => {
    const text = unit.repeat(40_000);
    const times = timed('2026-03-03T10:00:00', '2026-03-03T11:00:00');
    const record = written({ ...times, subject: text, location: text, body: { text, html: null } });
    const description = String((await stored(await org.admin.create('Event', record))).Description);
    expect(description.endsWith(cutMark)).toBe(true);
    expect(description.length).toBeGreaterThan(15_000);
    expect(description.replaceAll('\n', '\r\n').length).toBeLessThanOrEqual(32_000);
  });

  it('CAL-5 have the people who were invited', async () => {
    const { body } = await org.control('POST', '/load', {
      users: [{ Username: 'bob@example.com', Email: 'bob@example.com', FirstName: 'Bob', LastName: 'B' }],
    });
    const userId: string = body.users[0].Id;
    const contactId = await org.admin.create('Contact', { LastName: 'Cyd', Email: 'cyd@example.com' });
    const eventId = await org.admin.create(
      'Event',
      written(timed('2026-03-03T10:00:00', '2026-03-03T11:00:00')),
    );
    const guests = [
      { address: 'bob@example.com', name: 'Bob B', role: 'required', response: 'tentative' },
      { address: 'cyd@example.com', name: 'Cyd', role: 'required', response: 'none' },
    ] as const;
    const ids = new Map([
      ['bob@example.com', userId],
      ['cyd@example.com', contactId],
    ]);
    for (const invitation of invitationsOf(eventId, guests, ids, relationShape()))
      await org.admin.create('EventRelation', invitation);

    const rows = async (soql: string): Promise<Row[]> => (await org.admin.query(soql)).body.records;
    const [event] = await rows(`SELECT OwnerId, WhoId FROM Event WHERE Id = '${eventId}'`);
    const relations = await rows(
      `SELECT RelationId, Status FROM EventRelation WHERE EventId = '${eventId}' ORDER BY Id`,
    );
    const found = [
      ...(await rows('SELECT Id, Name, Email FROM User')),
      ...(await rows('SELECT Id, Name, Email FROM Contact')),
    ];
    const participants = participantsOf(event!, relations, new Map(found.map(row => [String(row.Id), row])));
    expect(participants.filter(({ role }) => role !== 'organizer')).toEqual(guests);
    expect(participants[0]).toMatchObject({ role: 'organizer', response: 'accepted' });
  });
});
