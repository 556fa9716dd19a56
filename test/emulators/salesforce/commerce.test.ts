import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let jane: Client;
let accountId: string;
let annId: string;
let bobId: string;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/load', { users: [{ Username: 'jane@example.com' }] });
  jane = await org.as('jane@example.com');
  accountId = await admin.create('Account', { Name: 'Acme', Website: 'https://www.acme.example/en' });
  annId = await admin.create('Contact', {
    LastName: 'Ann',
    Email: 'ann@acme.example',
    Phone: '+1 555 1',
    AccountId: accountId,
  });
  bobId = await admin.create('Contact', { LastName: 'Bob' });
});
afterAll(() => org.close());

const read = async (object: string, id: string) =>
  (await admin.call('GET', `/sobjects/${object}/${id}`)).body;
const patch = (object: string, id: string, fields: object) =>
  admin.call('PATCH', `/sobjects/${object}/${id}`, fields);
const attempt = (object: string, fields: object) => admin.call('POST', `/sobjects/${object}`, fields);
const opportunity = (fields: object = {}) =>
  admin.create('Opportunity', {
    Name: 'Deal',
    StageName: 'Prospecting',
    CloseDate: '2026-05-20',
    AccountId: accountId,
    ...fields,
  });

describe('required fields, in the vendor’s words', () => {
  it.each([
    ['Opportunity', ['Name', 'StageName', 'CloseDate']],
    ['Lead', ['LastName', 'Company']],
    ['Quote', ['Name', 'OpportunityId']],
    ['Contact', ['LastName']],
    ['Account', ['Name']],
    ['OpportunityContactRole', ['OpportunityId', 'ContactId']],
    ['EmailMessageRelation', ['EmailMessageId', 'RelationType']],
  ])('%s', async (object, fields) => {
    const given = object === 'EmailMessageRelation' ? { RelationAddress: 'a@x.example' } : {};
    expect(await attempt(object, given)).toEqual(
      expect.objectContaining({
        status: 400,
        body: [
          {
            errorCode: 'REQUIRED_FIELD_MISSING',
            message: `Required fields are missing: [${fields.join(', ')}]`,
            fields,
          },
        ],
      }),
    );
  });

  it('a case needs nothing', async () => {
    expect((await attempt('Case', {})).status).toBe(201);
  });

  it('the administrator’s own are refused in his', async () => {
    await org.control('POST', '/load', {
      validationRules: [
        {
          object: 'Opportunity',
          condition: 'Amount = null',
          errorMessage: 'Give an amount',
          field: 'Amount',
        },
      ],
    });
    const refused = await attempt('Opportunity', {
      Name: 'x',
      StageName: 'Prospecting',
      CloseDate: '2026-05-20',
    });
    await org.control('POST', '/load', { validationRules: [] });
    expect(refused.body).toEqual([
      { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Give an amount', fields: ['Amount'] },
    ]);
  });
});

describe('Opportunity', () => {
  it('its stage says what is likely and what is closed, its date the fiscal period', async () => {
    const id = await opportunity();
    expect(await read('Opportunity', id)).toMatchObject({
      Probability: 10,
      IsClosed: false,
      IsWon: false,
      ForecastCategoryName: 'Pipeline',
      FiscalYear: 2026,
      FiscalQuarter: 2,
      Fiscal: '2026 2',
    });
    await patch('Opportunity', id, { StageName: 'Closed Won' });
    expect(await read('Opportunity', id)).toMatchObject({ Probability: 100, IsClosed: true, IsWon: true });
    await patch('Opportunity', id, { StageName: 'Closed Lost', Probability: 5 });
    expect(await read('Opportunity', id)).toMatchObject({
      Probability: 5,
      IsClosed: true,
      IsWon: false,
      ForecastCategoryName: 'Omitted',
    });
  });

  it('a probability that was given stays with its stage, and unknown stages are open', async () => {
    const id = await opportunity({ Probability: 42 });
    await patch('Opportunity', id, { Name: 'Renamed' });
    expect(await read('Opportunity', id)).toMatchObject({ Probability: 42 });
    const own = await opportunity({ StageName: 'Our own' });
    expect(await read('Opportunity', own)).toMatchObject({ IsClosed: false, Probability: null });
  });

  it('a name longer than the field is refused, a day that does not exist too', async () => {
    expect(
      (await attempt('Opportunity', { Name: 'x'.repeat(121), StageName: 'x', CloseDate: '2026-05-20' })).body,
    ).toMatchObject([{ errorCode: 'STRING_TOO_LONG', fields: ['Name'] }]);
    expect((await attempt('Opportunity', { Name: 'x', CloseDate: '2026-02-30' })).body).toMatchObject([
      { errorCode: 'JSON_PARSER_ERROR' },
    ]);
  });

  it('open ones of an owner come by last change, with owner and account', async () => {
    const mine = await jane.create('Opportunity', {
      Name: 'Of Jane',
      StageName: 'Prospecting',
      CloseDate: '2026-05-20',
    });
    await jane.create('Opportunity', { Name: 'Lost', StageName: 'Closed Lost', CloseDate: '2026-05-20' });
    const { body } = await jane.query(
      'SELECT Id, Name, Owner.Name, Account.Name FROM Opportunity WHERE IsClosed = false ORDER BY LastModifiedDate DESC LIMIT 30',
    );
    expect(body.records).toMatchObject([{ Id: mine, Owner: { Name: 'jane' }, Account: null }]);
  });

  it('has contact roles, one of them primary', async () => {
    const OpportunityId = await opportunity({ ContactId: annId });
    const roles = () =>
      admin.column(
        `SELECT ContactId FROM OpportunityContactRole WHERE OpportunityId = '${OpportunityId}' AND IsPrimary = true`,
        'ContactId',
      );
    expect(await roles()).toEqual([annId]);
    await admin.create('OpportunityContactRole', {
      OpportunityId,
      ContactId: bobId,
      Role: 'Decision Maker',
      IsPrimary: true,
    });
    expect(await roles()).toEqual([bobId]);
    expect(await read('Opportunity', OpportunityId)).toMatchObject({ ContactId: bobId });
    const { body } = await admin.query(
      `SELECT (SELECT Contact.Name, Role FROM OpportunityContactRoles ORDER BY Id) FROM Opportunity WHERE Id = '${OpportunityId}'`,
    );
    expect(body.records[0].OpportunityContactRoles.records).toMatchObject([
      { Contact: { Name: 'Ann' } },
      { Contact: { Name: 'Bob' }, Role: 'Decision Maker' },
    ]);
  });

  it('takes roles, quotes and e-mails with it', async () => {
    const OpportunityId = await opportunity({ ContactId: annId });
    const quoteId = await admin.create('Quote', { Name: 'Q', OpportunityId });
    const emailId = await admin.create('EmailMessage', { Subject: 'About', RelatedToId: OpportunityId });
    await admin.call('DELETE', `/sobjects/Opportunity/${OpportunityId}`);
    for (const [object, id] of [
      ['Quote', quoteId],
      ['EmailMessage', emailId],
    ] as const)
      expect((await admin.call('GET', `/sobjects/${object}/${id}`)).status).toBe(404);
    expect(
      await admin.column(`SELECT Id FROM OpportunityContactRole WHERE OpportunityId = '${OpportunityId}'`),
    ).toEqual([]);
  });
});

describe('Case', () => {
  it('has a number of its own, and account and addresses of its contact', async () => {
    const first = await read('Case', await admin.create('Case', { Subject: 'A', ContactId: annId }));
    const second = await read('Case', await admin.create('Case', { Subject: 'B' }));
    expect(first).toMatchObject({
      CaseNumber: expect.stringMatching(/^\d{8}$/),
      Status: 'New',
      Priority: 'Medium',
      AccountId: accountId,
      ContactEmail: 'ann@acme.example',
      ContactPhone: '+1 555 1',
      IsClosed: false,
    });
    expect(Number(second.CaseNumber)).toBe(Number(first.CaseNumber) + 1);
    expect((await attempt('Case', { CaseNumber: '1' })).body).toMatchObject([
      { errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['CaseNumber'] },
    ]);
    expect(
      await admin.column(`SELECT Subject FROM Case WHERE CaseNumber = '${first.CaseNumber}'`, 'Subject'),
    ).toEqual(['A']);
  });

  it('an account that is given stays', async () => {
    const other = await admin.create('Account', { Name: 'Other' });
    const id = await admin.create('Case', { ContactId: annId, AccountId: other });
    expect(await read('Case', id)).toMatchObject({ AccountId: other });
  });

  it('is closed by its status, and reopened', async () => {
    const id = await admin.create('Case', { Subject: 'A' });
    await patch('Case', id, { Status: 'Closed' });
    const closed = await read('Case', id);
    expect(closed).toMatchObject({
      IsClosed: true,
      ClosedDate: closed.SystemModstamp,
      IsClosedOnCreate: false,
    });
    await patch('Case', id, { Status: 'Working' });
    expect(await read('Case', id)).toMatchObject({ IsClosed: false, ClosedDate: null });
    const atOnce = await admin.create('Case', { Status: 'Closed' });
    expect(await read('Case', atOnce)).toMatchObject({ IsClosed: true, IsClosedOnCreate: true });
  });

  it('keeps who supplied it, whose address must be one', async () => {
    const id = await admin.create('Case', { SuppliedEmail: 'who@x.example', SuppliedName: 'Who' });
    expect(await read('Case', id)).toMatchObject({ SuppliedEmail: 'who@x.example', SuppliedName: 'Who' });
    expect((await attempt('Case', { SuppliedEmail: 'who' })).body).toMatchObject([
      { errorCode: 'INVALID_EMAIL_ADDRESS', fields: ['SuppliedEmail'] },
    ]);
  });

  it('belongs to a user or a queue', async () => {
    const queue = await admin.create('Group', { Name: 'Support', Type: 'Queue' });
    const group = await admin.create('Group', { Name: 'All', Type: 'Regular' });
    expect(await read('Case', await admin.create('Case', { OwnerId: queue }))).toMatchObject({
      OwnerId: queue,
    });
    expect((await attempt('Case', { OwnerId: group })).body).toMatchObject([
      { errorCode: 'FIELD_INTEGRITY_EXCEPTION', fields: ['OwnerId'] },
    ]);
  });
});

describe('Quote', () => {
  it('belongs to an opportunity and its account, and has a number', async () => {
    const id = await admin.create('Quote', { Name: 'Q', OpportunityId: await opportunity() });
    expect(await read('Quote', id)).toMatchObject({
      QuoteNumber: expect.stringMatching(/^\d{8}$/),
      AccountId: accountId,
      Status: 'Draft',
      GrandTotal: 0,
    });
  });

  it('exists where the org uses quotes', async () => {
    await org.control('PUT', '/features', { quotes: false });
    expect((await admin.call('GET', '/sobjects/Quote/describe')).status).toBe(404);
    await org.control('PUT', '/features', { quotes: true });
    expect((await admin.call('GET', '/sobjects/Quote/describe')).body).toMatchObject({ name: 'Quote' });
  });
});

describe('people and accounts by address', () => {
  it('accounts are found by the domain of their web site or of their contacts', async () => {
    expect(await admin.column("SELECT Id FROM Account WHERE Website LIKE '%acme.example%'")).toEqual([
      accountId,
    ]);
    expect(
      await admin.column(
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Email LIKE '%@acme.example')",
      ),
    ).toEqual([accountId]);
  });

  it('people are found by several addresses in any case, leads only while they are not converted', async () => {
    const leadId = await admin.create('Lead', { LastName: 'Lea', Company: 'L', Email: 'lea@l.example' });
    const open = "SELECT Id FROM Lead WHERE Email IN ('LEA@l.example') AND IsConverted = false";
    expect(
      await admin.column("SELECT Id FROM Contact WHERE Email IN ('ANN@acme.example', 'x@x.example')"),
    ).toEqual([annId]);
    expect(await admin.column(open)).toEqual([leadId]);
    await org.control('POST', '/convert', { leadId });
    expect(await admin.column(open)).toEqual([]);
  });
});

describe('custom objects with lookups', () => {
  const lookup = (name: string, definition: object = {}) => ({
    name,
    type: 'reference',
    referenceTo: ['Opportunity'],
    ...definition,
  });

  beforeAll(() =>
    org.control('POST', '/schema', [
      {
        object: 'Project__c',
        hasActivities: true,
        fields: [
          lookup('Deal__c'),
          lookup('Master__c', { onParentDeletion: 'Cascade', relationshipName: 'Master__r' }),
        ],
      },
      { object: 'Invoice__c', fields: [lookup('Deal__c', { required: true })] },
    ]),
  );

  it('are followed up and down', async () => {
    const dealId = await opportunity({ Name: 'Looked up' });
    const id = await admin.create('Project__c', { Name: 'P', Deal__c: dealId });
    const { body } = await admin.query(`SELECT Deal__r.Account.Name FROM Project__c WHERE Id = '${id}'`);
    expect(body.records).toMatchObject([{ Deal__r: { Account: { Name: 'Acme' } } }]);
    const down = await admin.query(
      `SELECT (SELECT Name FROM Project__r) FROM Opportunity WHERE Id = '${dealId}'`,
    );
    expect(down.body.records).toMatchObject([{ Project__r: { records: [{ Name: 'P' }] } }]);
  });

  it('lose a deleted target, or go with it', async () => {
    const dealId = await opportunity();
    const cleared = await admin.create('Project__c', { Deal__c: dealId });
    const gone = await admin.create('Project__c', { Master__c: dealId });
    await admin.call('DELETE', `/sobjects/Opportunity/${dealId}`);
    expect(await read('Project__c', cleared)).toMatchObject({ Deal__c: null });
    expect((await admin.call('GET', `/sobjects/Project__c/${gone}`)).status).toBe(404);
  });

  it('that are required keep it', async () => {
    const dealId = await opportunity({ Name: 'Kept' });
    await admin.create('Invoice__c', { Name: 'I-1', Deal__c: dealId });
    expect(await admin.call('DELETE', `/sobjects/Opportunity/${dealId}`)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'DELETE_FAILED', message: expect.stringContaining('I-1') }],
    });
    const { body } = await admin.call('GET', '/sobjects/Opportunity/describe');
    expect(
      body.childRelationships.find((each: { childSObject: string }) => each.childSObject === 'Invoice__c'),
    ).toMatchObject({ restrictedDelete: true, cascadeDelete: false });
    expect((await attempt('Invoice__c', { Name: 'I-2' })).body).toMatchObject([
      { errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Deal__c'] },
    ]);
  });
});
