import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let jane: Client;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/schema', [
    { object: 'Contact', fields: [{ name: 'Ext__c', length: 60, externalId: true, unique: true }] },
    { object: 'Project__c', label: 'Project', fields: [{ name: 'Key__c', externalId: true, unique: true }] },
  ]);
  await org.control('POST', '/load', {
    users: [{ Username: 'jane@example.com', FirstName: 'Jane', LastName: 'Doe' }],
  });
  jane = await org.as('jane@example.com');
});
afterAll(() => org.close());

describe('describe', () => {
  it('tells lengths, references, picklists and children', async () => {
    const { body } = await admin.call('GET', '/sobjects/Contact/describe');
    const field = (name: string) => body.fields.find((each: { name: string }) => each.name === name);
    expect(body).toMatchObject({ name: 'Contact', keyPrefix: '003', createable: true, queryable: true });
    expect(field('LastName')).toMatchObject({
      type: 'string',
      length: 80,
      nillable: false,
      createable: true,
      label: 'Last Name',
    });
    expect(field('AccountId')).toMatchObject({
      type: 'reference',
      referenceTo: ['Account'],
      relationshipName: 'Account',
    });
    expect(field('Name')).toMatchObject({ createable: false, updateable: false, nameField: true });
    expect(field('Ext__c')).toMatchObject({ externalId: true, unique: true, custom: true, idLookup: true });
    expect(field('Salutation').picklistValues).toContainEqual(
      expect.objectContaining({ value: 'Ms.', active: true }),
    );
    expect(body.childRelationships).toContainEqual(
      expect.objectContaining({ relationshipName: 'Events', childSObject: 'Event', field: 'WhoId' }),
    );
  });

  it('lists all objects', async () => {
    const { body } = await admin.call('GET', '/sobjects');
    const names = body.sobjects.map((each: { name: string }) => each.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'Account',
        'Contact',
        'Event',
        'EmailMessage',
        'Lead',
        'Project__c',
        'Quote',
        'Task',
        'User',
      ]),
    );
  });
});

describe('rules of objects', () => {
  it('deleting an account deletes its contacts', async () => {
    const accountId = await admin.create('Account', { Name: 'Gone' });
    const contactId = await admin.create('Contact', { LastName: 'With', AccountId: accountId });
    await admin.call('DELETE', `/sobjects/Account/${accountId}`);
    expect((await admin.call('GET', `/sobjects/Contact/${contactId}`)).status).toBe(404);
  });

  it('a converted lead points to what it became and is closed to its owner', async () => {
    const leadId = await jane.create('Lead', {
      LastName: 'Lead',
      FirstName: 'Lea',
      Company: 'Lead Inc',
      Email: 'lea@lead.example',
    });
    const converted = await org.control('POST', '/convert', { leadId, opportunity: true });
    const { body } = await jane.call('GET', `/sobjects/Lead/${leadId}`);
    expect(body).toMatchObject({
      IsConverted: true,
      Status: 'Closed - Converted',
      ConvertedContactId: converted.body.contactId,
      ConvertedAccountId: converted.body.accountId,
      ConvertedOpportunityId: converted.body.opportunityId,
    });
    expect((await jane.call('GET', `/sobjects/Contact/${converted.body.contactId}`)).body).toMatchObject({
      Name: 'Lea Lead',
      Email: 'lea@lead.example',
      AccountId: converted.body.accountId,
    });
    expect(await jane.call('PATCH', `/sobjects/Lead/${leadId}`, { Title: 'x' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }],
    });
    for (const [object, fields] of [
      ['Task', { Subject: 'Late', WhoId: leadId }],
      ['EmailMessage', { Subject: 'Late', ToIds: [leadId] }],
    ] as const)
      expect(await admin.call('POST', `/sobjects/${object}`, fields)).toMatchObject({
        status: 400,
        body: [{ errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD', message: 'cannot reference converted lead' }],
      });
  });

  it('a merge deletes the loser, which names the master', async () => {
    const masterId = await admin.create('Contact', { LastName: 'Master' });
    const loserId = await admin.create('Contact', { LastName: 'Loser', Email: 'l@x.example' });
    await org.control('POST', '/merge', { object: 'Contact', masterId, loserIds: [loserId] });
    const { body } = await admin.query(
      `SELECT Id, IsDeleted, MasterRecordId, Email FROM Contact WHERE Id IN ('${masterId}', '${loserId}') ORDER BY Id`,
      true,
    );
    expect(body.records).toMatchObject([
      { IsDeleted: false, MasterRecordId: null, Email: 'l@x.example' },
      { IsDeleted: true, MasterRecordId: masterId },
    ]);
  });
});
