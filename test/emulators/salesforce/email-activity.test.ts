import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let jane: Client;
let accountId: string;
let annId: string;
let bobId: string;
let leadId: string;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/load', { users: [{ Username: 'jane@example.com' }] });
  jane = await org.as('jane@example.com');
  accountId = await admin.create('Account', { Name: 'Acme' });
  annId = await admin.create('Contact', { LastName: 'Ann', Email: 'ann@acme.example', AccountId: accountId });
  bobId = await admin.create('Contact', { LastName: 'Bob', Email: 'bob@acme.example', AccountId: accountId });
  leadId = await admin.create('Lead', { LastName: 'Lea', Company: 'L', Email: 'lea@lead.example' });
});
afterAll(() => org.close());

const email = (fields: object = {}, client = admin) =>
  client.create('EmailMessage', {
    Subject: 'Offer',
    TextBody: 'Dear Ann',
    FromAddress: 'jane@example.com',
    Status: '3',
    MessageDate: '2026-02-27T23:30:00Z',
    ...fields,
  });
const read = async (id: string) => (await admin.call('GET', `/sobjects/EmailMessage/${id}`)).body;
const task = async (id: string) =>
  (await admin.call('GET', `/sobjects/Task/${(await read(id)).ActivityId}`)).body;
const status = async (object: string, id: string) =>
  (await admin.call('GET', `/sobjects/${object}/${id}`)).status;
const setting = (values: object) => org.control('PUT', '/email', values);

describe('the activity of an e-mail', () => {
  it('is a completed task of its author on the day of the message, in the history of contact and account', async () => {
    const id = await email({ ToIds: [annId], RelatedToId: accountId });
    expect(await task(id)).toMatchObject({
      Subject: 'Email: Offer',
      Description: 'Dear Ann',
      TaskSubtype: 'Email',
      Type: 'Email',
      Status: 'Completed',
      IsClosed: true,
      ActivityDate: '2026-02-27',
      WhoId: annId,
      WhatId: accountId,
      AccountId: accountId,
    });
    expect(await admin.column(`SELECT Id FROM Task WHERE WhoId = '${annId}'`)).toHaveLength(1);
  });

  it('has the plain subject where the org is so, cut to what a task takes', async () => {
    await setting({ taskSubject: 'plain' });
    const plain = await email({ Subject: 'x'.repeat(300) });
    await setting({ taskSubject: 'prefixed' });
    expect((await task(plain)).Subject).toBe('x'.repeat(255));
  });

  it('is made without people and subject too', async () => {
    expect(await task(await email({ Subject: null }))).toMatchObject({ WhoId: null, WhatId: null });
  });

  it('is about a lead only if about nothing else', async () => {
    expect(await task(await email({ ToIds: [leadId] }))).toMatchObject({ WhoId: leadId });
    expect(await task(await email({ ToIds: [leadId], RelatedToId: accountId }))).toMatchObject({
      WhoId: null,
      WhatId: accountId,
    });
    expect(await task(await email({ ToIds: [leadId], CcIds: [annId] }))).toMatchObject({ WhoId: annId });
  });

  it('comes with sending, not with the draft', async () => {
    const id = await email({ Status: '5', ToIds: [annId] });
    expect((await read(id)).ActivityId).toBeNull();
    await admin.call('PATCH', `/sobjects/EmailMessage/${id}`, { Status: '3' });
    expect(await task(id)).toMatchObject({ WhoId: annId, IsClosed: true });
  });

  it('gets the person that is related afterwards', async () => {
    const id = await email({ FromAddress: 'ann@acme.example', Incoming: true });
    await admin.create('EmailMessageRelation', {
      EmailMessageId: id,
      RelationId: annId,
      RelationType: 'FromAddress',
    });
    expect(await task(id)).toMatchObject({ WhoId: annId });
  });

  it('has all contacts with Shared Activities', async () => {
    await org.control('PUT', '/activities', { sharedActivities: true });
    const id = await email({ ToIds: [annId, bobId], CcIds: [annId], RelatedToId: accountId });
    const { ActivityId } = await read(id);
    expect(
      await admin.column(
        `SELECT RelationId FROM TaskWhoRelation WHERE TaskId = '${ActivityId}'`,
        'RelationId',
      ),
    ).toEqual([annId, bobId]);
    await org.control('PUT', '/activities', { sharedActivities: false });
  });

  it('cannot be given, except for an e-mail on a case', async () => {
    const ActivityId = await admin.create('Task', { Subject: 'Own' });
    expect(await admin.call('POST', '/sobjects/EmailMessage', { ActivityId })).toMatchObject({
      status: 403,
      body: [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', fields: ['ActivityId'] }],
    });
    const ParentId = await admin.create('Case', { Subject: 'Broken' });
    expect(await read(await email({ ActivityId, ParentId }))).toMatchObject({ ActivityId });
  });
});

describe('e-mails on cases', () => {
  it('make no activity of their own', async () => {
    const ParentId = await admin.create('Case', { Subject: 'Broken' });
    expect((await read(await email({ ParentId }))).ActivityId).toBeNull();
  });

  it('make one where the org does so: open for the owner of the case if unread, else completed', async () => {
    await setting({ caseActivity: 'created' });
    const ParentId = await jane.create('Case', { Subject: 'Broken' });
    const { OwnerId } = (await admin.call('GET', `/sobjects/Case/${ParentId}`)).body;
    const unread = await task(await email({ ParentId, Incoming: true, Status: '0' }));
    const sent = await task(await email({ ParentId }));
    await setting({ caseActivity: 'none' });
    expect(unread).toMatchObject({ IsClosed: false, OwnerId, WhatId: ParentId });
    expect(sent).toMatchObject({ IsClosed: true, WhatId: ParentId });
  });

  it('go with their case', async () => {
    const ParentId = await admin.create('Case', { Subject: 'Broken' });
    const id = await email({ ParentId });
    await admin.call('DELETE', `/sobjects/Case/${ParentId}`);
    expect(await status('EmailMessage', id)).toBe(404);
  });
});

describe('deletion', () => {
  it.each([
    ['deleted', 404],
    ['kept', 200],
  ])('with an e-mail its relations are deleted, its activity is %s', async (activityOfDeleted, expected) => {
    const id = await email({ ToIds: [annId] });
    const { ActivityId } = await read(id);
    await setting({ activityOfDeleted });
    expect((await admin.call('DELETE', `/sobjects/EmailMessage/${id}`)).status).toBe(204);
    await setting({ activityOfDeleted: 'deleted' });
    expect(await status('Task', ActivityId)).toBe(expected);
    const relations = `SELECT Id FROM EmailMessageRelation WHERE EmailMessageId = '${id}'`;
    expect(await admin.column(relations)).toEqual([]);
    expect((await admin.query(`${relations} AND IsDeleted = true`, true)).body.totalSize).toBe(2);
  });

  it.each([
    ['deleted', 404],
    ['kept', 200],
  ])('with its activity an e-mail is %s', async (emailOfDeletedActivity, expected) => {
    const id = await email({ ToIds: [annId] });
    await setting({ emailOfDeletedActivity });
    await admin.call('DELETE', `/sobjects/Task/${(await read(id)).ActivityId}`);
    await setting({ emailOfDeletedActivity: 'deleted' });
    expect(await status('EmailMessage', id)).toBe(expected);
    if (expected === 200) expect((await read(id)).ActivityId).toBeNull();
  });

  it('of a person leaves the e-mail with the bare address', async () => {
    const contactId = await admin.create('Contact', { LastName: 'Gone', Email: 'gone@acme.example' });
    const id = await email({ ToIds: [annId, contactId], RelatedToId: accountId });
    await admin.call('DELETE', `/sobjects/Contact/${contactId}`);
    expect(
      await admin.column(
        `SELECT RelationAddress FROM EmailMessageRelation WHERE EmailMessageId = '${id}' AND RelationId = null AND RelationType = 'ToAddress'`,
        'RelationAddress',
      ),
    ).toEqual(['gone@acme.example']);
    expect((await read(id)).ToIds).toEqual([annId]);
  });

  it('of what it is about leaves the e-mail without it, if activities stay', async () => {
    await org.control('PUT', '/activities', { activitiesOfDeleted: 'cleared' });
    const RelatedToId = await admin.create('Account', { Name: 'Gone' });
    const id = await email({ RelatedToId });
    await admin.call('DELETE', `/sobjects/Account/${RelatedToId}`);
    await org.control('PUT', '/activities', { activitiesOfDeleted: 'deleted' });
    expect((await read(id)).RelatedToId).toBeNull();
  });

  it('conversion and merge move e-mails to the person that remains', async () => {
    const converted = await admin.create('Lead', { LastName: 'C', Company: 'C', Email: 'c@c.example' });
    const loserId = await admin.create('Contact', { LastName: 'L', Email: 'l@c.example' });
    const masterId = await admin.create('Contact', { LastName: 'M', Email: 'm@c.example' });
    const id = await email({ ToIds: [converted], CcIds: [loserId] });
    const { body } = await org.control('POST', '/convert', { leadId: converted });
    await org.control('POST', '/merge', { object: 'Contact', masterId, loserIds: [loserId] });
    expect(await read(id)).toMatchObject({ ToIds: [body.contactId], CcIds: [masterId] });
  });
});
