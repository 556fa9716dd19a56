import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let jane: Client;
let accountId: string;
let annId: string;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/schema', [{ object: 'Project__c', hasActivities: true }]);
  await org.control('POST', '/load', { users: [{ Username: 'jane@example.com' }] });
  jane = await org.as('jane@example.com');
  accountId = await admin.create('Account', { Name: 'Acme' });
  annId = await admin.create('Contact', { LastName: 'Ann', AccountId: accountId });
});
afterAll(() => org.close());

const read = async (id: string) => (await admin.call('GET', `/sobjects/EmailMessage/${id}`)).body;
const attempt = (fields: object, client = admin) => client.call('POST', '/sobjects/EmailMessage', fields);
const email = (fields: object = {}) =>
  admin.create('EmailMessage', {
    Subject: 'Offer',
    TextBody: 'Dear Ann',
    Status: '3',
    RelatedToId: accountId,
    ...fields,
  });
const setting = (values: object) => org.control('PUT', '/email', values);

describe('what an e-mail is about', () => {
  it('a case in one field is in both, unless the org keeps them apart', async () => {
    const caseId = await admin.create('Case', { Subject: 'Broken' });
    const both = [await email({ RelatedToId: caseId }), await email({ RelatedToId: null, ParentId: caseId })];
    for (const id of both) expect(await read(id)).toMatchObject({ ParentId: caseId, RelatedToId: caseId });
    await setting({ caseFields: 'asGiven' });
    const apart = await email({ RelatedToId: null, ParentId: caseId });
    await setting({ caseFields: 'both' });
    expect(await read(apart)).toMatchObject({ ParentId: caseId, RelatedToId: null });
    const { body } = await admin.query(
      `SELECT (SELECT Id FROM EmailMessages) FROM Case WHERE Id = '${caseId}'`,
    );
    expect(body.records[0].EmailMessages.totalSize).toBe(3);
  });

  it('ParentId is a case and nothing else; RelatedToId also a custom object with activities', async () => {
    expect((await attempt({ ParentId: accountId })).body).toMatchObject([
      { errorCode: 'FIELD_INTEGRITY_EXCEPTION', fields: ['ParentId'] },
    ]);
    const projectId = await admin.create('Project__c', { Name: 'P' });
    const id = await email({ RelatedToId: projectId });
    const { body } = await admin.query(
      `SELECT (SELECT Id FROM Emails) FROM Project__c WHERE Id = '${projectId}'`,
    );
    expect(body.records[0].Emails.records).toMatchObject([{ Id: id }]);
  });

  it('nobody relates an e-mail to a record that they cannot see', async () => {
    expect((await attempt({ RelatedToId: accountId }, jane)).body).toMatchObject([
      { errorCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', fields: ['RelatedToId'] },
    ]);
  });

  it.each(['ToIds', 'CcIds', 'BccIds'])('nobody names a person in %s whom they cannot see', async field => {
    expect(await attempt({ [field]: [annId] }, jane)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', fields: [field] }],
    });
  });

  it('nobody relates an e-mail of their own to a person whom they cannot see', async () => {
    const own = await jane.create('EmailMessage', { Subject: 'Own' });
    const relate = (RelationId: string) =>
      jane.call('POST', '/sobjects/EmailMessageRelation', {
        EmailMessageId: own,
        RelationType: 'FromAddress',
        RelationId,
      });
    expect((await relate(annId)).body).toMatchObject([
      { errorCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', fields: ['RelationId'] },
    ]);
    expect((await relate(await jane.create('Contact', { LastName: 'Seen' }))).status).toBe(201);
  });

  it('an e-mail is read by its author, and by whoever reads what it is about', async () => {
    const own = await jane.create('EmailMessage', { Subject: 'Own' });
    const hidden = await email();
    const janes = await jane.create('Account', { Name: 'Of Jane' });
    const about = await email({ RelatedToId: janes });
    expect(
      (
        await jane.column(`SELECT Id FROM EmailMessage WHERE Id IN ('${own}', '${hidden}', '${about}')`)
      ).sort(),
    ).toEqual([own, about].sort());
    expect((await jane.call('GET', `/sobjects/EmailMessage/${hidden}`)).status).toBe(404);
  });
});
