import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
});
afterAll(() => org.close());

const read = async (id: string) => (await admin.call('GET', `/sobjects/Task/${id}`)).body;
const patch = (id: string, fields: object) => admin.call('PATCH', `/sobjects/Task/${id}`, fields);
const refused = (fields: object) => admin.call('POST', '/sobjects/Task', fields);
const error = (errorCode: string, ...fields: string[]) => ({ status: 400, body: [{ errorCode, fields }] });

describe('status and priority', () => {
  it('a new task is open and of normal priority', async () => {
    expect(await read(await admin.create('Task', { Subject: 'New' }))).toMatchObject({
      Status: 'Not Started',
      Priority: 'Normal',
      TaskSubtype: 'Task',
      IsClosed: false,
      IsHighPriority: false,
      CompletedDateTime: null,
      IsArchived: false,
    });
  });

  it('IsClosed and CompletedDateTime follow the status, IsHighPriority the priority', async () => {
    const id = await admin.create('Task', { Subject: 'Work', Priority: 'High' });
    expect(await read(id)).toMatchObject({ IsHighPriority: true });
    await patch(id, { Status: 'Completed', Priority: 'Low' });
    const closed = await read(id);
    expect(closed).toMatchObject({ IsClosed: true, IsHighPriority: false });
    expect(closed.CompletedDateTime).toBe(closed.SystemModstamp);
    await org.advance(5000);
    await patch(id, { Subject: 'Still closed' });
    expect((await read(id)).CompletedDateTime).toBe(closed.CompletedDateTime);
    expect(await admin.column('SELECT Id FROM Task WHERE IsClosed = true')).toContain(id);
    await patch(id, { Status: 'Deferred' });
    expect(await read(id)).toMatchObject({ IsClosed: false, CompletedDateTime: null });
  });

  it('the status tables tell what the values mean', async () => {
    const statuses = await admin.query(
      'SELECT ApiName, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder',
    );
    expect(statuses.body.records).toMatchObject([
      { ApiName: 'Not Started', IsClosed: false, IsDefault: true },
      { ApiName: 'In Progress', IsClosed: false },
      { ApiName: 'Completed', IsClosed: true },
      { ApiName: 'Waiting on someone else', IsClosed: false },
      { ApiName: 'Deferred', IsClosed: false },
    ]);
    expect(
      await admin.column('SELECT ApiName FROM TaskPriority WHERE IsHighPriority = true', 'ApiName'),
    ).toEqual(['High']);
  });

  it.each(['IsClosed', 'IsHighPriority', 'CompletedDateTime', 'IsArchived', 'AccountId'])(
    '%s cannot be written',
    async name => {
      const value = name.startsWith('Is') ? true : name === 'AccountId' ? null : '2026-03-03T10:00:00Z';
      expect(await refused({ Subject: 'x', [name]: value })).toMatchObject(
        error('INVALID_FIELD_FOR_INSERT_UPDATE', name),
      );
    },
  );
});

describe('fields of tasks', () => {
  it('ActivityDate is a date without a time, and may be missing', async () => {
    const id = await admin.create('Task', { Subject: 'Due', ActivityDate: '2026-03-09' });
    expect((await read(id)).ActivityDate).toBe('2026-03-09');
    await patch(id, { ActivityDate: null });
    expect((await read(id)).ActivityDate).toBeNull();
    expect(await refused({ ActivityDate: '2026-02-30' })).toMatchObject({
      body: [{ errorCode: 'JSON_PARSER_ERROR' }],
    });
  });

  it('a call has its subtype from the start and keeps it', async () => {
    const id = await admin.create('Task', {
      Subject: 'Call',
      TaskSubtype: 'Call',
      Type: 'Call',
      CallType: 'Outbound',
      CallDurationInSeconds: 90,
      CallDisposition: 'reached',
      CallObject: 'centre',
    });
    expect(await read(id)).toMatchObject({ TaskSubtype: 'Call', CallDurationInSeconds: 90 });
    expect(await patch(id, { TaskSubtype: 'Task' })).toMatchObject(
      error('INVALID_FIELD_FOR_INSERT_UPDATE', 'TaskSubtype'),
    );
    expect(await refused({ Subject: 'x', CallType: 'Sideways' })).toMatchObject(
      error('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'CallType'),
    );
    expect(await refused({ Subject: 'x', TaskSubtype: 'Fax' })).toMatchObject(
      error('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'TaskSubtype'),
    );
  });

  it('reminders stay as given', async () => {
    const reminder = { IsReminderSet: true, ReminderDateTime: '2026-03-09T08:00:00.000+0000' };
    expect(await read(await admin.create('Task', { Subject: 'x', ...reminder }))).toMatchObject(reminder);
  });

  it('an account comes from what the task is about', async () => {
    const account = await admin.create('Account', { Name: 'A' });
    const contact = await admin.create('Contact', { LastName: 'C', AccountId: account });
    const lead = await admin.create('Lead', { LastName: 'L', Company: 'C' });
    expect((await read(await admin.create('Task', { WhoId: contact }))).AccountId).toBe(account);
    expect(await refused({ WhoId: lead, WhatId: account })).toMatchObject(
      error('FIELD_INTEGRITY_EXCEPTION', 'WhatId'),
    );
  });

  it('archived tasks are found by queryAll alone', async () => {
    const id = await admin.create('Task', { Subject: 'Old', Status: 'Completed' });
    await org.control('POST', '/archive', { ids: [id] });
    const soql = `SELECT Id FROM Task WHERE Id = '${id}'`;
    expect((await admin.query(soql)).body.totalSize).toBe(0);
    expect((await admin.query(soql, true)).body.totalSize).toBe(1);
  });
});

describe('owners', () => {
  it('queues own tasks where the org allows it', async () => {
    const queue = await admin.create('Group', { Name: 'Support', Type: 'Queue' });
    const group = await admin.create('Group', { Name: 'Everybody', Type: 'Regular' });
    const attempt = (OwnerId: string) => refused({ Subject: 'Queued', OwnerId });
    expect(await attempt(queue)).toMatchObject(error('FIELD_INTEGRITY_EXCEPTION', 'OwnerId'));
    await org.control('PUT', '/activities', { queueOwnedTasks: true });
    expect((await attempt(queue)).status).toBe(201);
    expect(await attempt(group)).toMatchObject(error('FIELD_INTEGRITY_EXCEPTION', 'OwnerId'));
    const { body } = await admin.query("SELECT Owner.Name, Owner.Type FROM Task WHERE Subject = 'Queued'");
    expect(body.records).toMatchObject([{ Owner: { Name: 'Support', Type: 'Group' } }]);
    await org.control('PUT', '/activities', { queueOwnedTasks: false });
  });

  it('events belong to users', async () => {
    const queue = await admin.create('Group', { Name: 'Rooms', Type: 'Queue' });
    const times = { ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30 };
    expect(await admin.call('POST', '/sobjects/Event', { ...times, OwnerId: queue })).toMatchObject(
      error('FIELD_INTEGRITY_EXCEPTION', 'OwnerId'),
    );
  });
});

describe('the interface', () => {
  it('settings are checked and answered', async () => {
    expect((await org.control('PUT', '/activities', {})).body).toMatchObject({
      sharedActivities: false,
      allDayEnd: 'inclusive',
    });
    expect(await org.control('PUT', '/activities', { allDayEnd: 'sometimes' })).toMatchObject({
      status: 400,
    });
    expect(await org.control('POST', '/archive', { ids: ['00T000000000000AAA'] })).toMatchObject({
      status: 404,
    });
  });

  it('load takes activities with their relations', async () => {
    const { body } = await org.control('POST', '/load', {
      records: [
        { attributes: { type: 'Contact', referenceId: 'ann' }, LastName: 'Ann' },
        {
          attributes: { type: 'Event', referenceId: 'lunch' },
          Subject: 'Lunch',
          IsAllDayEvent: true,
          ActivityDate: '2026-03-03',
          WhoId: '@{ann.id}',
        },
        {
          attributes: { type: 'EventRelation' },
          EventId: '@{lunch.id}',
          RelationId: '@{ann.id}',
          Status: 'Accepted',
        },
        { attributes: { type: 'Task' }, Subject: 'Pay', WhoId: '@{ann.id}' },
      ],
    });
    const [ann, lunch] = body.records.map((each: { Id: string }) => each.Id);
    expect(
      (await admin.query(`SELECT RelationId, Status FROM EventRelation WHERE EventId = '${lunch}'`)).body
        .records,
    ).toMatchObject([{ RelationId: ann, Status: 'Accepted' }]);
    expect(
      await org.control('POST', '/load', {
        records: [{ attributes: { type: 'Task' }, Subject: 'x', WhoId: '@{nobody.id}' }],
      }),
    ).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_INPUT' }] });
  });

  it('activities can be about custom objects that have them', async () => {
    await org.control('POST', '/schema', [
      { object: 'Plain__c' },
      {
        object: 'Project__c',
        hasActivities: true,
        fields: [{ name: 'Account__c', type: 'reference', referenceTo: ['Account'] }],
      },
    ]);
    const account = await admin.create('Account', { Name: 'Owner' });
    const project = await admin.create('Project__c', { Name: 'P', Account__c: account });
    const plain = await admin.create('Plain__c', { Name: 'x' });
    expect(await refused({ WhatId: plain })).toMatchObject(error('FIELD_INTEGRITY_EXCEPTION', 'WhatId'));
    expect((await read(await admin.create('Task', { WhatId: project }))).AccountId).toBe(account);
    const { body } = await admin.query(
      `SELECT (SELECT Id FROM Tasks) FROM Project__c WHERE Id = '${project}'`,
    );
    expect(body.records[0].Tasks.totalSize).toBe(1);
    await admin.call('DELETE', `/sobjects/Project__c/${project}`);
    expect(await admin.column(`SELECT Id FROM Task WHERE WhatId = '${project}'`)).toEqual([]);
  });
});
