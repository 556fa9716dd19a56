import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let jane: Client;
let accountId: string;
let annId: string;
let leadId: string;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/schema', [
    { object: 'EmailMessage', fields: [{ name: 'Key__c', length: 60, externalId: true, unique: true }] },
    { object: 'Project__c', hasActivities: true },
  ]);
  await org.control('POST', '/load', { users: [{ Username: 'jane@example.com' }] });
  jane = await org.as('jane@example.com');
  accountId = await admin.create('Account', { Name: 'Acme' });
  annId = await admin.create('Contact', { LastName: 'Ann', Email: 'ann@acme.example', AccountId: accountId });
  leadId = await admin.create('Lead', { LastName: 'Lea', Company: 'L', Email: 'lea@lead.example' });
});
afterAll(() => org.close());

const read = async (id: string) => (await admin.call('GET', `/sobjects/EmailMessage/${id}`)).body;
const patch = (id: string, fields: object, client = admin) =>
  client.call('PATCH', `/sobjects/EmailMessage/${id}`, fields);
const attempt = (fields: object, client = admin) => client.call('POST', '/sobjects/EmailMessage', fields);
const email = (fields: object = {}) =>
  admin.create('EmailMessage', {
    Subject: 'Offer',
    TextBody: 'Dear Ann',
    FromAddress: 'jane@example.com',
    ToAddress: 'x@elsewhere.example',
    Status: '3',
    RelatedToId: accountId,
    ...fields,
  });
const setting = (values: object) => org.control('PUT', '/email', values);
const relations = async (id: string) =>
  (
    await admin.query(
      `SELECT RelationType, RelationAddress, RelationId, RelationObjectType FROM EmailMessageRelation WHERE EmailMessageId = '${id}' ORDER BY Id`,
    )
  ).body.records.map(({ attributes: _, ...relation }: Record<string, unknown>) => relation);

describe('fields', () => {
  it('a new e-mail is New, outgoing and found by its Message-ID in any case', async () => {
    const id = await admin.create('EmailMessage', {
      Subject: 'Hello',
      MessageIdentifier: '<A.b@mail.example>',
      ThreadIdentifier: '<t@mail.example>',
      MessageDate: '2026-02-01T09:30:00Z',
    });
    expect(await read(id)).toMatchObject({
      Status: '0',
      Incoming: false,
      IsClientManaged: false,
      IsExternallyVisible: false,
      HasAttachment: false,
      MessageDate: '2026-02-01T09:30:00.000+0000',
      ThreadIdentifier: '<t@mail.example>',
    });
    expect(
      await admin.column("SELECT Id FROM EmailMessage WHERE MessageIdentifier = '<a.B@mail.example>'"),
    ).toEqual([id]);
  });

  it.each([
    ['TextBody', 32_000],
    ['HtmlBody', 131_072],
    ['Subject', 3000],
    ['MessageIdentifier', 765],
    ['ToAddress', 4000],
  ])('%s takes %i characters and no more', async (field, length) => {
    const body = await read(await email({ [field]: 'x'.repeat(length) }));
    expect(body[field]).toHaveLength(length);
    expect(await attempt({ [field]: 'x'.repeat(length + 1) })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'STRING_TOO_LONG', fields: [field] }],
    });
  });

  it('the sender is one address, the status one of six', async () => {
    expect(await attempt({ FromAddress: 'Jane <jane@example.com>' })).toMatchObject({
      body: [{ errorCode: 'INVALID_EMAIL_ADDRESS' }],
    });
    expect(await attempt({ Status: 'Sent' })).toMatchObject({
      body: [{ errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' }],
    });
  });

  it('the status is told by its label', async () => {
    const id = await email();
    const { body } = await admin.query(
      `SELECT Status, toLabel(Status) word FROM EmailMessage WHERE Id = '${id}'`,
    );
    expect(body.records).toMatchObject([{ Status: '3', word: 'Sent' }]);
    const described = (await admin.call('GET', '/sobjects/EmailMessage/describe')).body;
    expect(
      described.fields.find((each: { name: string }) => each.name === 'Status').picklistValues,
    ).toContainEqual(expect.objectContaining({ value: '5', label: 'Draft' }));
  });

  it('is hidden from queries as a whole until it becomes visible', async () => {
    const hidden = "SELECT Id FROM EmailMessage WHERE MessageIdentifier = '<late@mail.example>'";
    await org.control('PUT', '/visibility', { object: 'EmailMessage', delayMs: 60_000 });
    const id = await email({ MessageIdentifier: '<late@mail.example>', ToIds: [annId] });
    await org.control('PUT', '/visibility', []);
    expect(await admin.column(hidden)).toEqual([]);
    expect(await read(id)).toMatchObject({ ToIds: [annId] });
    await org.advance(60_000);
    expect(await admin.column(hidden)).toEqual([id]);
  });

  it('bodies and lists of ids cannot be filtered', async () => {
    for (const field of ['HtmlBody', 'ToIds'])
      expect((await admin.query(`SELECT Id FROM EmailMessage WHERE ${field} = 'x'`)).body).toMatchObject([
        { errorCode: 'INVALID_FIELD' },
      ]);
  });

  it('describe tells of the lists of ids, and of objects only an org with Enhanced Email has', async () => {
    const { body } = await admin.call('GET', '/sobjects/EmailMessage/describe');
    expect(body.fields.find((each: { name: string }) => each.name === 'ToIds')).toMatchObject({
      type: 'junctionidlist',
      createable: true,
      filterable: false,
    });
    await setting({ enhancedEmail: false });
    expect((await admin.call('GET', '/sobjects/EmailMessage/describe')).status).toBe(404);
    expect((await admin.query('SELECT Id FROM EmailMessageRelation')).body).toMatchObject([
      { errorCode: 'INVALID_TYPE' },
    ]);
    await setting({ enhancedEmail: true });
  });
});

describe('what can still be changed', () => {
  it('of an e-mail that is no draft: IsExternallyVisible and custom fields', async () => {
    const id = await email();
    expect((await patch(id, { IsExternallyVisible: true, Key__c: 'k1' })).status).toBe(204);
    expect(await read(id)).toMatchObject({ IsExternallyVisible: true, Key__c: 'k1' });
    for (const field of ['Subject', 'TextBody', 'MessageIdentifier', 'RelatedToId', 'ToIds', 'Status'])
      expect(await patch(id, { [field]: field === 'Status' ? '0' : null })).toMatchObject({
        status: 403,
        body: [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', fields: [field] }],
      });
    expect(await patch(id, { ParentId: null })).toMatchObject({
      body: [{ errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }],
    });
  });

  it('Status goes from New to Read, and nowhere else', async () => {
    const id = await email({ Status: '0', Incoming: true });
    expect((await patch(id, { Status: '1' })).status).toBe(204);
    for (const Status of ['0', '2', '3', '5']) expect((await patch(id, { Status })).status).toBe(403);
  });

  it('a draft is free until it is sent', async () => {
    const id = await email({ Status: '5' });
    await patch(id, { Subject: 'Better offer', ToAddress: 'y@elsewhere.example', ToIds: [annId] });
    expect(await relations(id)).toMatchObject([
      { RelationType: 'FromAddress' },
      { RelationAddress: 'ann@acme.example', RelationId: annId },
      { RelationAddress: 'y@elsewhere.example', RelationId: null },
    ]);
    expect((await patch(id, { Status: '3' })).status).toBe(204);
    expect((await patch(id, { Subject: 'Too late' })).status).toBe(403);
    expect((await read(id)).Subject).toBe('Better offer');
  });

  it('a private draft is its author’s alone', async () => {
    const id = await jane.create('EmailMessage', { Subject: 'Mine', Status: '5', IsPrivateDraft: true });
    expect((await patch(id, { Subject: 'Yours' })).body).toMatchObject([
      { errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY' },
    ]);
    expect((await patch(id, { Subject: 'Still mine' }, jane)).status).toBe(204);
  });

  it('an upsert by a custom key makes an e-mail once, and refuses to change it', async () => {
    const path = '/sobjects/EmailMessage/Key__c/once';
    expect((await admin.call('PATCH', path, { Subject: 'Once' })).status).toBe(201);
    expect(await admin.call('PATCH', path, { Subject: 'Twice' })).toMatchObject({
      status: 403,
      body: [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }],
    });
  });
});

describe('relations', () => {
  it('addresses have a relation without a record, people named by id one with', async () => {
    const id = await email({
      ToAddress: 'Xaver <x@elsewhere.example>; y@elsewhere.example',
      ToIds: [annId],
      CcIds: [leadId],
      BccAddress: 'z@elsewhere.example',
    });
    expect(await relations(id)).toEqual([
      relation('FromAddress', 'jane@example.com'),
      relation('ToAddress', 'ann@acme.example', annId, 'Contact'),
      relation('ToAddress', 'x@elsewhere.example'),
      relation('ToAddress', 'y@elsewhere.example'),
      relation('CcAddress', 'lea@lead.example', leadId, 'Lead'),
      relation('BccAddress', 'z@elsewhere.example'),
    ]);
    expect(await read(id)).toMatchObject({ ToIds: [annId], CcIds: [leadId], BccIds: [] });
  });

  it('an address of a person named by id is told once', async () => {
    const id = await email({ ToAddress: 'ANN@acme.example', ToIds: [annId] });
    expect((await relations(id)).slice(1)).toEqual([
      relation('ToAddress', 'ann@acme.example', annId, 'Contact'),
    ]);
  });

  it('addresses are matched or not related at all where the org is so', async () => {
    await setting({ addressRelations: 'matched' });
    const matched = await email({ ToAddress: 'ann@acme.example; nobody@acme.example' });
    await setting({ addressRelations: 'none' });
    const none = await email({ ToAddress: 'ann@acme.example' });
    await setting({ addressRelations: 'plain' });
    expect(await relations(matched)).toMatchObject([
      { RelationType: 'FromAddress' },
      { RelationId: annId },
      { RelationAddress: 'nobody@acme.example', RelationId: null },
    ]);
    expect(await relations(none)).toEqual([]);
    expect(await read(matched)).toMatchObject({ ToIds: [annId] });
  });

  it('the sender is related afterwards, by id', async () => {
    const id = await email({ FromAddress: 'ann@acme.example', Incoming: true });
    const before = (await read(id)).SystemModstamp;
    await org.advance(2000);
    await admin.create('EmailMessageRelation', {
      EmailMessageId: id,
      RelationId: annId,
      RelationType: 'FromAddress',
    });
    expect((await relations(id)).at(-1)).toEqual(
      relation('FromAddress', 'ann@acme.example', annId, 'Contact'),
    );
    expect((await read(id)).SystemModstamp).toBe(before);
  });

  it('a list of ids is a list, of people that exist', async () => {
    expect((await attempt({ ToIds: annId })).body).toMatchObject([
      { errorCode: 'JSON_PARSER_ERROR', message: expect.stringContaining('VALUE_STRING') },
    ]);
    expect((await attempt({ ToIds: [accountId] })).body).toMatchObject([
      { errorCode: 'FIELD_INTEGRITY_EXCEPTION', fields: ['RelationId'] },
    ]);
    expect((await attempt({ ToIds: ['003000000000000AAA'] })).body).toMatchObject([
      { errorCode: 'INVALID_CROSS_REFERENCE_KEY' },
    ]);
    expect((await attempt({ ToIds: ['x'] })).body).toMatchObject([{ errorCode: 'MALFORMED_ID' }]);
  });

  it('a relation is one of an e-mail, of a type', async () => {
    expect(await admin.call('POST', '/sobjects/EmailMessageRelation', {})).toMatchObject({
      body: [{ errorCode: 'REQUIRED_FIELD_MISSING', fields: ['EmailMessageId', 'RelationType'] }],
    });
  });

  it('a relation names a person or an address', async () => {
    const EmailMessageId = await email();
    expect(
      await admin.call('POST', '/sobjects/EmailMessageRelation', {
        EmailMessageId,
        RelationType: 'CcAddress',
      }),
    ).toMatchObject({ body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] });
  });

  it.each([
    ['creatable', 201, 403],
    ['editable', 201, 204],
    ['refused', 403, 403],
  ])('relations of a sent e-mail are %s', async (relationsOfSent, created, deleted) => {
    const EmailMessageId = await email({ ToIds: [annId] });
    const [old] = await admin.column(
      `SELECT Id FROM EmailMessageRelation WHERE EmailMessageId = '${EmailMessageId}' AND RelationId = '${annId}'`,
    );
    await setting({ relationsOfSent });
    const made = await admin.call('POST', '/sobjects/EmailMessageRelation', {
      EmailMessageId,
      RelationType: 'CcAddress',
      RelationId: leadId,
    });
    const removed = await admin.call('DELETE', `/sobjects/EmailMessageRelation/${old}`);
    await setting({ relationsOfSent: 'creatable' });
    expect([made.status, removed.status]).toEqual([created, deleted]);
    expect((await read(EmailMessageId)).ToIds).toEqual(deleted === 204 ? [] : [annId]);
  });

  it('e-mails are found by the person in a sub-query and a semi-join', async () => {
    const contactId = await admin.create('Contact', { LastName: 'Sub', Email: 'sub@acme.example' });
    const id = await email({ ToIds: [contactId] });
    const { body } = await admin.query(
      `SELECT Id, (SELECT EmailMessageId FROM EmailMessageRelations) FROM Contact WHERE Id = '${contactId}'`,
    );
    expect(body.records[0].EmailMessageRelations.records).toMatchObject([{ EmailMessageId: id }]);
    expect(
      await admin.column(
        `SELECT Id FROM EmailMessage WHERE Id IN (SELECT EmailMessageId FROM EmailMessageRelation WHERE RelationId = '${contactId}')`,
      ),
    ).toEqual([id]);
  });
});

describe('any changes of a draft', () => {
  const FIELDS = ['ToIds', 'CcIds', 'BccIds'] as const;

  it('the lists of ids and the relations say the same', async () => {
    const people = [
      annId,
      leadId,
      ...(await Promise.all(
        ['B', 'C'].map(LastName => admin.create('Contact', { LastName, Email: `${LastName}@x.example` })),
      )),
    ];
    const list = fc.option(fc.subarray(people), { nil: undefined });
    const step = fc.record({ ToIds: list, CcIds: list, BccIds: list });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async steps => {
        const id = await email({ Status: '5', ToAddress: null });
        const expected: Record<string, string[]> = { ToIds: [], CcIds: [], BccIds: [] };
        for (const fields of steps) {
          await patch(id, fields);
          for (const field of FIELDS) expected[field] = fields[field] ?? expected[field] ?? [];
        }
        expect(await read(id)).toMatchObject(expected);
        const related = await relations(id);
        for (const field of FIELDS)
          expect(
            related
              .filter((each: Related) => each.RelationType === field.replace('Ids', 'Address'))
              .map((each: Related) => each.RelationId),
          ).toEqual(expected[field]);
      }),
      { numRuns: 25 },
    );
  });
});

interface Related {
  readonly RelationType: string;
  readonly RelationId: string | null;
}

const relation = (
  RelationType: string,
  RelationAddress: string,
  RelationId: string | null = null,
  RelationObjectType: string | null = null,
) => ({ RelationType, RelationAddress, RelationId, RelationObjectType });
