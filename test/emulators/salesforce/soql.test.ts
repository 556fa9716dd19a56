import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
const ids: Record<string, string> = {};

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/schema', {
    object: 'Contact',
    fields: [
      { name: 'Level__c', type: 'double' },
      { name: 'Tags__c', type: 'multipicklist', picklistValues: ['a', 'b', 'c'] },
    ],
  });
  ids.acme = await admin.create('Account', { Name: 'Acme', Industry: 'Technology' });
  ids.zeta = await admin.create('Account', { Name: 'Zeta' });
  const contacts = [
    {
      LastName: 'Ash',
      FirstName: 'Ann',
      Email: 'ann@acme.example',
      AccountId: ids.acme,
      Level__c: 1,
      Tags__c: 'a;b',
      Birthdate: '1990-05-01',
    },
    {
      LastName: 'Birch',
      FirstName: 'Bob',
      Email: 'BOB@acme.example',
      AccountId: ids.acme,
      Level__c: 2,
      Tags__c: 'b',
    },
    { LastName: 'Cedar', Title: "O'Neil 100%", AccountId: ids.zeta, Level__c: 3, DoNotCall: true },
    { LastName: 'Dogwood', Level__c: 4 },
  ];
  for (const contact of contacts) {
    ids[contact.LastName] = await admin.create('Contact', contact);
    await org.advance(60_000);
  }
});
afterAll(() => org.close());

const names = (where: string) =>
  admin.column(`SELECT LastName FROM Contact WHERE ${where} ORDER BY LastName`, 'LastName');

describe('WHERE', () => {
  it.each([
    ["LastName = 'ASH'", ['Ash']],
    ["Email = 'bob@ACME.example'", ['Birch']],
    ["LastName != 'Ash'", ['Birch', 'Cedar', 'Dogwood']],
    ["FirstName != 'Ann'", ['Birch', 'Cedar', 'Dogwood']],
    ['FirstName = null', ['Cedar', 'Dogwood']],
    ["FirstName = ''", ['Cedar', 'Dogwood']],
    ['AccountId != null', ['Ash', 'Birch', 'Cedar']],
    ["LastName IN ('ash', 'CEDAR')", ['Ash', 'Cedar']],
    ["LastName NOT IN ('Ash', 'Cedar')", ['Birch', 'Dogwood']],
    ["LastName LIKE '%r%'", ['Birch', 'Cedar']],
    ["LastName LIKE '_sh'", ['Ash']],
    ["Title LIKE '%100\\%'", ['Cedar']],
    ["Title = 'O\\'Neil 100%'", ['Cedar']],
    ['Level__c >= 2 AND Level__c < 4', ['Birch', 'Cedar']],
    ['DoNotCall = true', ['Cedar']],
    ['Birthdate = 1990-05-01', ['Ash']],
    ['Birthdate < 1990-05-01', []],
    ["Tags__c INCLUDES ('a;b', 'c')", ['Ash']],
    ["Tags__c INCLUDES ('b')", ['Ash', 'Birch']],
    ["Tags__c EXCLUDES ('a')", ['Birch', 'Cedar', 'Dogwood']],
    ["Account.Name = 'acme'", ['Ash', 'Birch']],
    ["Contact.Account.Owner.Username = 'integration@example.com' AND Level__c = 3", ['Cedar']],
    ['NOT Level__c = 1 AND NOT (Level__c = 2 OR Level__c = 3)', ['Dogwood']],
    ["(LastName = 'Ash' OR LastName = 'Birch') AND (NOT Level__c = 1)", ['Birch']],
    ['((Level__c = 1) OR ((Level__c = 2)))', ['Ash', 'Birch']],
    ["AccountId IN (SELECT Id FROM Account WHERE Industry = 'Technology')", ['Ash', 'Birch']],
    ["AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Zeta') AND AccountId != null", ['Ash', 'Birch']],
    ['CreatedDate = TODAY', ['Ash', 'Birch', 'Cedar', 'Dogwood']],
    ['CreatedDate < TODAY', []],
    ['CreatedDate = LAST_N_DAYS:2', ['Ash', 'Birch', 'Cedar', 'Dogwood']],
    ['CreatedDate = YESTERDAY', []],
    ['CreatedDate >= THIS_MONTH AND CreatedDate < NEXT_WEEK', ['Ash', 'Birch', 'Cedar', 'Dogwood']],
    ['CALENDAR_YEAR(CreatedDate) = 2026', ['Ash', 'Birch', 'Cedar', 'Dogwood']],
    ['SystemModstamp > 2026-03-02T10:01:00Z', ['Cedar', 'Dogwood']],
    ['SystemModstamp >= 2026-03-02T11:02:00+01:00', ['Cedar', 'Dogwood']],
  ])('%s', async (where, expected) => {
    expect(await names(where)).toEqual(expected);
  });

  it('matches ids of 15 and 18 characters', async () => {
    expect(await names(`Id = '${ids.Ash?.slice(0, 15)}'`)).toEqual(['Ash']);
    expect(await names(`AccountId = '${ids.zeta?.slice(0, 15)}'`)).toEqual(['Cedar']);
  });
});

describe('SELECT', () => {
  it('nests parents and children, with attributes', async () => {
    const { body } = await admin.query(
      'SELECT Id, Name, Owner.Name, (SELECT LastName FROM Contacts WHERE Level__c > 1 ORDER BY LastName) FROM Account ORDER BY Name',
    );
    expect(body.records[0]).toEqual({
      attributes: { type: 'Account', url: `/services/data/v67.0/sobjects/Account/${ids.acme}` },
      Id: ids.acme,
      Name: 'Acme',
      Owner: {
        attributes: { type: 'User', url: expect.stringContaining('/sobjects/User/005') },
        Name: 'Integration User',
      },
      Contacts: {
        totalSize: 1,
        done: true,
        records: [
          {
            attributes: { type: 'Contact', url: `/services/data/v67.0/sobjects/Contact/${ids.Birch}` },
            LastName: 'Birch',
          },
        ],
      },
    });
  });

  it('gives null for a missing parent and for no children', async () => {
    const { body } = await admin.query(
      "SELECT Account.Name, (SELECT Id FROM Cases) FROM Contact WHERE LastName = 'Dogwood'",
    );
    expect(body.records[0]).toMatchObject({ Account: null, Cases: null });
  });

  it('TYPEOF picks fields by the type of a polymorphic parent', async () => {
    const leadId = await admin.create('Lead', { LastName: 'L', Company: 'C' });
    const { body } = await admin.query(
      `SELECT TYPEOF Owner WHEN User THEN Username, Profile.Name ELSE Name END FROM Lead WHERE Id = '${leadId}'`,
    );
    expect(body.records[0].Owner).toEqual({
      attributes: expect.objectContaining({ type: 'User' }),
      Username: org.info.username,
      Profile: { attributes: expect.objectContaining({ type: 'Profile' }), Name: 'System Administrator' },
    });
    const other = await admin.query(
      `SELECT TYPEOF Owner WHEN Group THEN Id ELSE Name, Email END FROM Lead WHERE Id = '${leadId}'`,
    );
    expect(other.body.records[0].Owner).toMatchObject({
      Name: 'Integration User',
      Email: expect.any(String),
    });
  });

  it.each([
    ['TYPEOF Owner WHEN User THEN Nmae END', 'INVALID_FIELD'],
    ['TYPEOF Owner WHEN User THEN Id ELSE Username__c END', 'INVALID_FIELD'],
    ['TYPEOF Owner WHEN Opportunity THEN Id END', 'INVALID_TYPE'],
    ['TYPEOF Owner WHEN User THEN Id END, Owner.Name', 'MALFORMED_QUERY'],
  ])('refuses %s', async (fields, errorCode) => {
    expect(await admin.query(`SELECT ${fields} FROM Lead`)).toMatchObject({
      status: 400,
      body: [{ errorCode }],
    });
  });

  it.each([
    ["LastName = 'Ash' OR Id IN (SELECT ContactId FROM Case)", "not allowed with the 'OR' operator"],
    ["Level__c = 1 AND (LastName = 'Ash' OR Id IN (SELECT ContactId FROM Case))", 'top level WHERE'],
    ['NOT Id IN (SELECT ContactId FROM Case)', 'top level WHERE'],
    ['Id IN (SELECT Id FROM Contact)', 'should not be on the same object type'],
    ['Id IN (SELECT WhoId FROM Task)', "Entity 'Task' is not supported for semi join inner selects"],
    ['Id IN (SELECT ContactId FROM Case LIMIT 1)', 'LIMIT'],
    ['Id IN (SELECT ContactId FROM Case WHERE AccountId IN (SELECT Id FROM Account))', 'Nesting'],
    ['AccountId IN (SELECT Contact.AccountId FROM Case)', 'cannot follow relationships'],
    ['LastName IN (SELECT Id FROM Account)', "'LastName' is neither an id"],
    [
      'Id IN (SELECT ContactId FROM Case) AND AccountId IN (SELECT Id FROM Account) AND AccountId IN (SELECT AccountId FROM Opportunity)',
      'Maximum 2',
    ],
  ])('a semi-join is refused: %s', async (condition, message) => {
    expect(await admin.query(`SELECT Id FROM Contact WHERE ${condition}`)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'MALFORMED_QUERY', message: expect.stringContaining(message) }],
    });
  });

  it('FIELDS(STANDARD), and FIELDS(ALL) only with LIMIT', async () => {
    const { body } = await admin.query('SELECT FIELDS(ALL) FROM Contact LIMIT 1');
    expect(body.records[0]).toMatchObject({ LastName: 'Ash', Level__c: 1 });
    expect((await admin.query('SELECT FIELDS(STANDARD) FROM Contact')).body.records[0]).not.toHaveProperty(
      'Level__c',
    );
    expect(await admin.query('SELECT FIELDS(ALL) FROM Contact')).toMatchObject({
      status: 400,
      body: [{ errorCode: 'MALFORMED_QUERY' }],
    });
  });

  it('counts and groups', async () => {
    expect((await admin.query('SELECT COUNT() FROM Contact WHERE Level__c > 1')).body).toEqual({
      totalSize: 3,
      done: true,
      records: [],
    });
    const { body } = await admin.query(
      'SELECT AccountId, COUNT(Id) size, MAX(Level__c) FROM Contact WHERE AccountId != null GROUP BY AccountId HAVING COUNT(Id) > 1',
    );
    expect(body.records).toEqual([
      { attributes: { type: 'AggregateResult' }, AccountId: ids.acme, size: 2, expr0: 2 },
    ]);
  });

  it('orders groups by a field or an aggregate', async () => {
    const soql = (order: string) =>
      `SELECT AccountId FROM Contact WHERE AccountId != null GROUP BY AccountId ORDER BY ${order}`;
    expect(await admin.column(soql('COUNT(Id) DESC'), 'AccountId')).toEqual([ids.acme, ids.zeta]);
    expect(await admin.column(soql('AccountId DESC'), 'AccountId')).toEqual([ids.zeta, ids.acme]);
    expect((await admin.query(soql('LastName'))).status).toBe(400);
  });

  it('orders with nulls first or last, limits and skips', async () => {
    expect(await admin.column('SELECT FirstName FROM Contact ORDER BY FirstName', 'FirstName')).toEqual([
      null,
      null,
      'Ann',
      'Bob',
    ]);
    expect(
      await admin.column('SELECT FirstName FROM Contact ORDER BY FirstName DESC NULLS LAST', 'FirstName'),
    ).toEqual(['Bob', 'Ann', null, null]);
    expect(
      await admin.column('SELECT LastName FROM Contact ORDER BY LastName LIMIT 2 OFFSET 1', 'LastName'),
    ).toEqual(['Birch', 'Cedar']);
  });

  it('pages by keyset on (SystemModstamp, Id) without gap or repetition', async () => {
    const batch = Array.from({ length: 50 }, (_, i) => ({
      attributes: { type: 'Lead' },
      LastName: `Keyset ${i}`,
      Company: 'K',
    }));
    await admin.call('POST', '/composite/sobjects', { records: batch });
    await admin.call('POST', '/composite/sobjects', { records: batch });
    const seen: string[] = [];
    let [stamp, id] = ['2020-01-01T00:00:00Z', '000000000000000'];
    for (;;) {
      const { body } = await admin.query(
        `SELECT Id, SystemModstamp FROM Lead WHERE SystemModstamp >= ${stamp} AND (SystemModstamp > ${stamp} OR (SystemModstamp = ${stamp} AND Id > '${id}')) AND Company = 'K' ORDER BY SystemModstamp ASC, Id ASC LIMIT 30`,
      );
      if (body.records.length === 0) break;
      for (const record of body.records) seen.push(record.Id);
      id = body.records.at(-1).Id;
      stamp = body.records.at(-1).SystemModstamp.replace('+0000', 'Z');
    }
    expect(seen).toHaveLength(100);
    expect(new Set(seen).size).toBe(100);
  });
});

describe('refusals', () => {
  it.each([
    [
      'SELECT Nope FROM Contact',
      'INVALID_FIELD',
      /ERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Contact'/,
    ],
    [
      'SELECT Id FROM Contact WHERE Nope.Name = null',
      'INVALID_FIELD',
      /Didn't understand relationship 'Nope' in field path/,
    ],
    ['SELECT Id FROM Nope', 'INVALID_TYPE', /sObject type 'Nope' is not supported/],
    [
      'SELECT Id FROM ActivityHistory',
      'INVALID_TYPE_FOR_OPERATION',
      /entity type ActivityHistory does not support query/,
    ],
    ['SELECT Id, FROM Contact', 'MALFORMED_QUERY', /unexpected token: 'FROM'/],
    ['invalid query', 'MALFORMED_QUERY', /unexpected token: 'invalid'/],
    [
      "SELECT Id FROM Contact WHERE LastName = 'a' AND Title = 'b' OR Title = 'c'",
      'MALFORMED_QUERY',
      /unexpected token: 'OR'/,
    ],
    ["SELECT Id FROM Contact WHERE LastName = 'a", 'MALFORMED_QUERY', /mismatched character/],
    ["SELECT Id FROM Contact WHERE LastName = 'a\\x'", 'MALFORMED_QUERY', /Illegal character sequence/],
    [
      'SELECT Id FROM Contact WHERE NOT (NOT (NOT Level__c = 1))',
      'MALFORMED_QUERY',
      /unexpected token: 'NOT'/,
    ],
    ['SELECT Id FROM Contact ALL ROWS', 'MALFORMED_QUERY', /unexpected token/],
    [
      "SELECT Id FROM Contact WHERE SystemModstamp > '2020-01-01T00:00:00Z'",
      'INVALID_FIELD',
      /must be of type dateTime and should not be enclosed in quotes/,
    ],
    [
      'SELECT Id FROM Contact WHERE LastName = 5',
      'INVALID_FIELD',
      /must be of type string and should be enclosed in quotes/,
    ],
    [
      "SELECT Id FROM Contact WHERE Description = 'x'",
      'INVALID_FIELD',
      /can not be filtered in a query call/,
    ],
    ["SELECT Id FROM Contact WHERE Id = 'abc'", 'INVALID_QUERY_FILTER_OPERATOR', /invalid ID field: abc/],
    [
      'SELECT Id FROM Contact LIMIT 1 OFFSET 2001',
      'NUMBER_OUTSIDE_VALID_RANGE',
      /Maximum SOQL offset allowed is 2000/,
    ],
    ['SELECT Id, Id FROM Contact', 'INVALID_FIELD', /duplicate field selected: Id/],
    [
      'SELECT LastName, COUNT(Id) FROM Contact GROUP BY AccountId',
      'MALFORMED_QUERY',
      /Field must be grouped or aggregated: LastName/,
    ],
    ['SELECT Id FROM ContentDocumentLink', 'MALFORMED_QUERY', /Implementation restriction/],
  ])('%s', async (soql, errorCode, message) => {
    const { status, body } = await admin.query(soql);
    expect({ status, code: body[0].errorCode }).toEqual({ status: 400, code: errorCode });
    expect(body[0].message).toMatch(message);
    expect(body[0]).not.toHaveProperty('fields');
  });
});

describe('locators', () => {
  const LARGE = "SELECT Id FROM Lead WHERE Company = 'Page'";
  const small = { 'sforce-query-options': 'batchSize=200' };
  const open = (client: Client) =>
    client.call('GET', `/query?q=${encodeURIComponent(LARGE)}`, undefined, small);

  beforeAll(async () => {
    const records = Array.from({ length: 200 }, (_, i) => ({
      attributes: { type: 'Lead' },
      LastName: `Page ${i}`,
      Company: 'Page',
    }));
    for (let i = 0; i < 3; i += 1) await admin.call('POST', '/composite/sobjects', { records });
  });

  it('pages through all records by nextRecordsUrl', async () => {
    const seen = new Set<string>();
    let page = await open(admin);
    expect(page.body).toMatchObject({ totalSize: 600, done: false });
    for (;;) {
      for (const record of page.body.records) seen.add(record.Id);
      if (page.body.done) break;
      expect(page.body.nextRecordsUrl).toMatch(/^\/services\/data\/v67\.0\/query\/01g\w{15}-\d+$/);
      page = await admin.call('GET', page.body.nextRecordsUrl);
    }
    expect(seen.size).toBe(600);
  });

  it('a locator is bound to its session', async () => {
    const { body } = await open(admin);
    const other = await org.as(org.info.username);
    expect(await other.call('GET', body.nextRecordsUrl)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }],
    });
  });

  it('the eleventh open cursor closes the first', async () => {
    const locators: string[] = [];
    for (let i = 0; i < 11; i += 1) locators.push((await open(admin)).body.nextRecordsUrl);
    expect((await admin.call('GET', locators[0] ?? '')).status).toBe(400);
    expect((await admin.call('GET', locators[1] ?? '')).status).toBe(200);
  });

  it('shows the rows as they were when the query ran', async () => {
    const { body } = await open(admin);
    const last = (await admin.column(`${LARGE} ORDER BY Id DESC LIMIT 1`))[0];
    await admin.call('DELETE', `/sobjects/Lead/${last}`);
    let page = await admin.call('GET', body.nextRecordsUrl);
    while (!page.body.done) page = await admin.call('GET', page.body.nextRecordsUrl);
    expect(page.body.totalSize).toBe(600);
  });
});
