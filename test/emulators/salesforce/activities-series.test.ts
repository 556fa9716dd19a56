import { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let repId: string;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  const { body } = await org.control('POST', '/load', { users: [{ Username: 'rep@example.com' }] });
  repId = body.users[0].Id;
});
afterAll(() => org.close());

const DAYS = ['2026-03-03', '2026-03-10', '2026-03-17', '2026-03-24'];
const STARTS = DAYS.map(day => `${day}T10:00:00Z`);
const read = async (id: string) => (await admin.call('GET', `/sobjects/Event/${id}`)).body;
const exists = async (ids: string[]) =>
  Promise.all(ids.map(async id => (await admin.call('GET', `/sobjects/Event/${id}`)).status === 200));

async function series(more: object = {}): Promise<string[]> {
  const { body } = await org.control('POST', '/series', {
    record: { Subject: 'Weekly', DurationInMinutes: 30 },
    pattern: { Recurrence2PatternText: 'RRULE:FREQ=WEEKLY', Recurrence2PatternTimeZone: 'Europe/Berlin' },
    starts: STARTS,
    ...more,
  });
  return body.occurrenceIds;
}

describe('Lightning series', () => {
  it('every occurrence is an event that knows the pattern', async () => {
    const ids = await series({ exclusions: [3] });
    expect(await Promise.all(ids.map(read))).toMatchObject(
      DAYS.map((day, i) => ({
        ActivityDate: day,
        IsRecurrence2: true,
        IsRecurrence2Exclusion: i === 3,
        IsRecurrence2Exception: false,
        Recurrence2PatternText: 'RRULE:FREQ=WEEKLY',
        Recurrence2PatternStartDate: '2026-03-03T10:00:00.000+0000',
        IsRecurrence: false,
      })),
    );
    await admin.call('PATCH', `/sobjects/Event/${ids[1]}`, { Location: 'Elsewhere' });
    expect(await read(ids[1] ?? '')).toMatchObject({ IsRecurrence2Exception: true });
  });

  it('the pattern is read-only', async () => {
    const [id] = await series();
    expect(await admin.call('PATCH', `/sobjects/Event/${id}`, { Recurrence2PatternText: 'x' })).toMatchObject(
      {
        status: 400,
        body: [{ errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }],
      },
    );
  });

  it('fromThisEventOnwards deletes it and the later ones', async () => {
    const ids = await series({ invitees: [repId] });
    const children = () => admin.column("SELECT Id FROM Event WHERE IsChild = true AND Subject = 'Weekly'");
    expect(await children()).toHaveLength(4);
    const { status } = await admin.call('DELETE', `/sobjects/Event/${ids[2]}/fromThisEventOnwards`);
    expect(status).toBe(200);
    expect(await exists(ids)).toEqual([true, true, false, false]);
    expect(await children()).toHaveLength(2);
  });

  it('which the first, a child, a single event and an exclusion take differently', async () => {
    const ids = await series({ exclusions: [1], invitees: [repId] });
    const onwards = (id: string) => admin.call('DELETE', `/sobjects/Event/${id}/fromThisEventOnwards`);
    const single = await admin.create('Event', { ActivityDateTime: STARTS[0], DurationInMinutes: 5 });
    const [child] = await admin.column(`SELECT Id FROM Event WHERE IsChild = true AND OwnerId = '${repId}'`);
    for (const id of [single, ids[1] ?? '', String(child)])
      expect(await onwards(id)).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_INPUT' }] });
    expect((await onwards(ids[0] ?? '')).status).toBe(200);
    expect(await exists(ids)).toEqual([false, false, false, false]);
    expect((await onwards(ids[0] ?? '')).status).toBe(404);
  });

  it.each([
    [true, [false, false, false, false]],
    [false, [false, true, true, true]],
  ])('deletingFirstEndsSeries %s', async (deletingFirstEndsSeries, left) => {
    await org.control('PUT', '/activities', { deletingFirstEndsSeries });
    const ids = await series();
    await admin.call('DELETE', `/sobjects/Event/${ids[0]}`);
    expect(await exists(ids)).toEqual(left);
    await org.control('PUT', '/activities', { deletingFirstEndsSeries: true });
  });

  it('deleting a later occurrence deletes it alone', async () => {
    const ids = await series();
    await admin.call('DELETE', `/sobjects/Event/${ids[1]}`);
    expect(await exists(ids)).toEqual([true, false, true, true]);
  });

  it('all-day series count in dates', async () => {
    const ids = await series({ record: { Subject: 'Days', IsAllDayEvent: true }, starts: DAYS });
    expect(await read(ids[1] ?? '')).toMatchObject({ IsAllDayEvent: true, ActivityDate: DAYS[1] });
  });
});

describe('Classic series', () => {
  it.each([
    ['Event', STARTS, { RecurrenceType: 'RecursWeekly', RecurrenceInterval: 1, RecurrenceDayOfWeekMask: 4 }],
    ['Task', DAYS, { RecurrenceType: 'RecursWeekly', RecurrenceStartDateOnly: '2026-03-03' }],
  ])('%ss: a pattern and its occurrences, deleted together', async (object, starts, pattern) => {
    const record = object === 'Event' ? { Subject: 'Old', DurationInMinutes: 30 } : { Subject: 'Old' };
    const { body } = await org.control('POST', '/series', {
      object,
      kind: 'Classic',
      record,
      pattern,
      starts,
    });
    const { patternId, occurrenceIds } = body;
    expect((await admin.call('GET', `/sobjects/${object}/${patternId}`)).body).toMatchObject({
      IsRecurrence: true,
      RecurrenceActivityId: null,
      ...pattern,
    });
    expect(
      await admin.column(`SELECT Id FROM ${object} WHERE RecurrenceActivityId = '${patternId}' ORDER BY Id`),
    ).toEqual(occurrenceIds);
    await admin.call('DELETE', `/sobjects/${object}/${patternId}`);
    expect(await admin.column(`SELECT Id FROM ${object} WHERE Subject = 'Old'`)).toEqual([]);
  });

  it('are not made by IsRecurrence', async () => {
    expect(await admin.call('POST', '/sobjects/Task', { Subject: 'x', IsRecurrence: true })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'FUNCTIONALITY_NOT_ENABLED', fields: ['IsRecurrence'] }],
    });
    expect(await org.control('POST', '/series', { object: 'Task', record: {}, starts: DAYS })).toMatchObject({
      status: 400,
    });
  });
});

describe('what deleted and changed records leave behind', () => {
  const times = { ActivityDateTime: STARTS[0], DurationInMinutes: 30 };

  it.each([
    ['deleted', 404, undefined],
    ['cleared', 200, null],
  ])('activities of a deleted record are %s', async (activitiesOfDeleted, status, cleared) => {
    await org.control('PUT', '/activities', { activitiesOfDeleted });
    for (const [object, fields, field] of [
      ['Contact', { LastName: 'x' }, 'WhoId'],
      ['Account', { Name: 'x' }, 'WhatId'],
      ['Case', { Subject: 'x' }, 'WhatId'],
    ] as const) {
      const about = await admin.create(object, fields);
      const event = await admin.create('Event', { ...times, [field]: about });
      const task = await admin.create('Task', { [field]: about });
      await admin.call('DELETE', `/sobjects/${object}/${about}`);
      for (const path of [`/sobjects/Event/${event}`, `/sobjects/Task/${task}`]) {
        const answer = await admin.call('GET', path);
        expect(answer.status).toBe(status);
        expect(answer.body[field]).toBe(cleared);
      }
    }
    await org.control('PUT', '/activities', { activitiesOfDeleted: 'deleted' });
  });

  it('merged accounts keep the activities of both', async () => {
    const [masterId, loser] = [
      await admin.create('Account', { Name: 'Master' }),
      await admin.create('Account', { Name: 'Loser' }),
    ];
    const contact = await admin.create('Contact', { LastName: 'C', AccountId: loser });
    const event = await admin.create('Event', { ...times, WhatId: loser });
    const task = await admin.create('Task', { WhoId: contact });
    await org.control('POST', '/merge', { object: 'Account', masterId, loserIds: [loser] });
    expect(await read(event)).toMatchObject({ WhatId: masterId, AccountId: masterId });
    expect((await admin.call('GET', `/sobjects/Task/${task}`)).body).toMatchObject({ AccountId: masterId });
  });

  it('a converted lead: activities go to the contact and the opportunity, invitations too', async () => {
    const leadId = await admin.create('Lead', { LastName: 'L', Company: 'Co' });
    const task = await admin.create('Task', { WhoId: leadId });
    const event = await admin.create('Event', times);
    await admin.create('EventRelation', { EventId: event, RelationId: leadId });
    const { body } = await org.control('POST', '/convert', { leadId, opportunity: true });
    expect((await admin.call('GET', `/sobjects/Task/${task}`)).body).toMatchObject({
      WhoId: body.contactId,
      WhatId: body.opportunityId,
      AccountId: body.accountId,
    });
    expect(
      await admin.column(`SELECT RelationId FROM EventRelation WHERE EventId = '${event}'`, 'RelationId'),
    ).toEqual([body.contactId]);
  });
});

describe('jsforce', () => {
  it('creates, invites, queries and deletes', async () => {
    const connection = new Connection({
      instanceUrl: org.info.instanceUrl,
      version: '67.0',
      accessToken: admin.token,
    });
    const event = await connection
      .sobject('Event')
      .create({ Subject: 'By jsforce', StartDateTime: STARTS[0] ?? '', EndDateTime: '2026-03-03T11:00:00Z' });
    const EventId = event.id ?? '';
    await connection.sobject('EventRelation').create({ EventId, RelationId: repId });
    const { records } = await connection.query(
      `SELECT DurationInMinutes, (SELECT Status FROM EventRelations) FROM Event WHERE Id = '${EventId}'`,
    );
    expect(records).toMatchObject([
      { DurationInMinutes: 60, EventRelations: { records: [{ Status: 'New' }] } },
    ]);
    await connection.sobject('Event').destroy(EventId);
    const all = await connection.query("SELECT Id FROM Event WHERE Subject = 'By jsforce'", {
      scanAll: true,
    });
    expect(all.totalSize).toBe(2);
  });
});
