import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/schema', [
    {
      object: 'Contact',
      fields: [
        { name: 'Ext__c', length: 60, externalId: true, unique: true },
        { name: 'Legacy__c', externalId: true },
      ],
    },
    {
      object: 'Project__c',
      label: 'Project',
      fields: [
        { name: 'Account__c', type: 'reference', referenceTo: ['Account'] },
        { name: 'Key__c', externalId: true, unique: true },
      ],
    },
  ]);
});
afterAll(() => org.close());

describe('one record', () => {
  it('is created, read, changed and deleted', async () => {
    const posted = await admin.call('POST', '/sobjects/Contact', {
      FirstName: 'Ann',
      LastName: 'Ash',
      MailingCity: 'Kiel',
      MailingCountry: 'Germany',
    });
    expect(posted).toMatchObject({
      status: 201,
      body: { success: true, errors: [], id: expect.stringMatching(/^003\w{15}$/) },
    });
    const { id } = posted.body;
    expect(posted.headers.get('location')).toBe(`/services/data/v67.0/sobjects/Contact/${id}`);
    const read = await admin.call('GET', `/sobjects/Contact/${id}`);
    expect(read.body).toMatchObject({
      Id: id,
      Name: 'Ann Ash',
      IsDeleted: false,
      Email: null,
      CreatedDate: '2026-03-02T10:00:00.000+0000',
      SystemModstamp: '2026-03-02T10:00:00.000+0000',
      MailingAddress: { city: 'Kiel', country: 'Germany', street: null },
      OtherAddress: null,
    });
    await org.advance(1500);
    expect(await admin.call('PATCH', `/sobjects/Contact/${id}`, { LastName: 'Birch' })).toMatchObject({
      status: 204,
      body: '',
    });
    const changed = await admin.call('GET', `/sobjects/Contact/${id}?fields=Name,SystemModstamp`);
    expect(changed.body).toEqual({
      attributes: read.body.attributes,
      Name: 'Ann Birch',
      SystemModstamp: '2026-03-02T10:00:01.000+0000',
      Id: id,
    });
    expect((await admin.call('DELETE', `/sobjects/Contact/${id}`)).status).toBe(204);
    const deleted = {
      status: 404,
      body: [{ errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }],
    };
    expect(await admin.call('DELETE', `/sobjects/Contact/${id}`)).toMatchObject(deleted);
    expect(await admin.call('GET', `/sobjects/Contact/${id}`)).toMatchObject(deleted);
    expect(await admin.call('PATCH', `/sobjects/Contact/${id}`, { LastName: 'x' })).toMatchObject(deleted);
    expect(await admin.column(`SELECT Id FROM Contact WHERE Id = '${id}'`)).toEqual([]);
    expect(
      (await admin.query(`SELECT IsDeleted FROM Contact WHERE Id = '${id}'`, true)).body.records[0].IsDeleted,
    ).toBe(true);
  });

  it.each([
    [
      'a missing required field',
      { FirstName: 'x' },
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [LastName]',
      ['LastName'],
    ],
    [
      'a long text',
      { LastName: 'x'.repeat(81) },
      'STRING_TOO_LONG',
      `Last Name: data value too large: ${'x'.repeat(81)} (max length=80)`,
      ['LastName'],
    ],
    [
      'a bad address',
      { LastName: 'x', Email: 'not an email' },
      'INVALID_EMAIL_ADDRESS',
      'Email: invalid email address: not an email',
      ['Email'],
    ],
    [
      'an unknown field',
      { LastName: 'x', Nope__c: 1 },
      'INVALID_FIELD',
      "No such column 'Nope__c' on sobject of type Contact",
      [],
    ],
    [
      'a read-only field',
      { LastName: 'x', Name: 'y' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      expect.stringContaining('Unable to create/update fields: Name.'),
      ['Name'],
    ],
    [
      'a reference of a wrong type',
      { LastName: 'x', AccountId: '003000000000000AAA' },
      'FIELD_INTEGRITY_EXCEPTION',
      expect.stringContaining('id value of incorrect type'),
      ['AccountId'],
    ],
    [
      'a reference to nothing',
      { LastName: 'x', AccountId: '001000000000000AAA' },
      'INVALID_CROSS_REFERENCE_KEY',
      'invalid cross reference id',
      ['AccountId'],
    ],
    [
      'a malformed id',
      { LastName: 'x', AccountId: 'acme' },
      'MALFORMED_ID',
      expect.stringContaining('id value of incorrect type: acme'),
      ['AccountId'],
    ],
  ])('%s is refused', async (_, fields, errorCode, message, names) => {
    expect(await admin.call('POST', '/sobjects/Contact', fields)).toMatchObject({
      status: 400,
      body: [{ errorCode, message, fields: names }],
    });
  });

  it('a wrong JSON type, and what is no JSON, is refused by the parser', async () => {
    expect(
      await admin.call('POST', '/sobjects/Contact', { LastName: 'x', DoNotCall: 'maybe' }),
    ).toMatchObject({ status: 400, body: [{ errorCode: 'JSON_PARSER_ERROR' }] });
    expect(await admin.call('POST', '/sobjects/Contact', '{')).toMatchObject({
      status: 400,
      body: [{ errorCode: 'JSON_PARSER_ERROR' }],
    });
  });

  it('an inactive user cannot own', async () => {
    const { body } = await org.control('POST', '/load', {
      users: [{ Username: 'left@example.com', IsActive: false }],
    });
    const refused = { status: 400, body: [{ errorCode: 'INACTIVE_OWNER_OR_USER' }] };
    expect(
      await admin.call('POST', '/sobjects/Contact', { LastName: 'x', OwnerId: body.users[0].id }),
    ).toMatchObject(refused);
  });

  it('an address too long for the API answers 414', async () => {
    expect(
      (await admin.query(`SELECT Id FROM Contact WHERE LastName = '${'x'.repeat(17_000)}'`)).status,
    ).toBe(414);
  });

  it('a restricted picklist takes only its values', async () => {
    const event = {
      Subject: 'x',
      DurationInMinutes: 30,
      ActivityDateTime: '2026-03-03T10:00:00Z',
      ShowAs: 'Asleep',
    };
    expect(await admin.call('POST', '/sobjects/Event', event)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', fields: ['ShowAs'] }],
    });
  });

  it('empty text is null, white space around it goes, NUL is dropped', async () => {
    const id = await admin.create('Contact', {
      LastName: '  Ash \u0000 ',
      FirstName: '',
      Description: ' kept ',
    });
    expect((await admin.call('GET', `/sobjects/Contact/${id}`)).body).toMatchObject({
      LastName: 'Ash',
      FirstName: null,
      Description: ' kept ',
    });
  });

  it.each(['/sobjects/Nope', '/sobjects/Contact/003000000000000AAA', '/nope'])(
    'GET %s answers 404 NOT_FOUND',
    async path => {
      expect(await admin.call('GET', path)).toMatchObject({
        status: 404,
        body: [{ errorCode: 'NOT_FOUND' }],
      });
    },
  );

  it('a wrong method answers 405', async () => {
    expect(await admin.call('DELETE', '/query')).toMatchObject({
      status: 405,
      body: [{ errorCode: 'METHOD_NOT_ALLOWED' }],
    });
  });
});

describe('conditional requests', () => {
  it('If-Unmodified-Since refuses an update of a changed record with 412', async () => {
    const id = await admin.create('Contact', { LastName: 'Ash' });
    const before = (await admin.call('GET', `/sobjects/Contact/${id}`)).headers.get('date') ?? '';
    await org.advance(5000);
    expect(
      (
        await admin.call(
          'PATCH',
          `/sobjects/Contact/${id}`,
          { LastName: 'B' },
          { 'if-unmodified-since': before },
        )
      ).status,
    ).toBe(204);
    expect(
      (
        await admin.call(
          'PATCH',
          `/sobjects/Contact/${id}`,
          { LastName: 'C' },
          { 'if-unmodified-since': before },
        )
      ).status,
    ).toBe(412);
    expect(
      (
        await admin.call(
          'PATCH',
          `/sobjects/Contact/${id}`,
          { LastName: 'C' },
          { 'if-unmodified-since': 'yesterday' },
        )
      ).status,
    ).toBe(400);
  });

  it('If-Modified-Since answers 304 for rows and describes', async () => {
    const id = await admin.create('Contact', { LastName: 'Ash' });
    const read = await admin.call('GET', `/sobjects/Contact/${id}`);
    const since = { 'if-modified-since': read.headers.get('last-modified') ?? '' };
    expect((await admin.call('GET', `/sobjects/Contact/${id}`, undefined, since)).status).toBe(304);
    const described = await admin.call('GET', '/sobjects/Contact/describe');
    const unchanged = { 'if-modified-since': described.headers.get('last-modified') ?? '' };
    expect((await admin.call('GET', '/sobjects/Contact/describe', undefined, unchanged)).status).toBe(304);
  });

  it('entity tags work for Account', async () => {
    const id = await admin.create('Account', { Name: 'A' });
    const etag = (await admin.call('GET', `/sobjects/Account/${id}`)).headers.get('etag') ?? '';
    expect(
      (await admin.call('GET', `/sobjects/Account/${id}`, undefined, { 'if-none-match': etag })).status,
    ).toBe(304);
    expect(
      (await admin.call('PATCH', `/sobjects/Account/${id}`, { Name: 'B' }, { 'if-match': etag })).status,
    ).toBe(204);
    expect(
      (await admin.call('PATCH', `/sobjects/Account/${id}`, { Name: 'C' }, { 'if-match': etag })).status,
    ).toBe(412);
  });
});

describe('upsert by external id', () => {
  it('creates, then updates, and reads by it', async () => {
    const path = `/sobjects/Contact/Ext__c/${encodeURIComponent('AAMk/a+b=?x#y z')}`;
    const first = await admin.call('PATCH', path, { LastName: 'Ash' });
    expect(first).toMatchObject({ status: 201, body: { success: true, created: true, errors: [] } });
    expect(await admin.call('PATCH', path, { LastName: 'Birch' })).toMatchObject({
      status: 200,
      body: { id: first.body.id, created: false },
    });
    expect((await admin.call('GET', path)).body).toMatchObject({
      LastName: 'Birch',
      Ext__c: 'AAMk/a+b=?x#y z',
    });
  });

  it('answers 300 with addresses when several match', async () => {
    const ids = [
      await admin.create('Contact', { LastName: 'A', Legacy__c: 'same' }),
      await admin.create('Contact', { LastName: 'B', Legacy__c: 'same' }),
    ];
    const { status, body } = await admin.call('PATCH', '/sobjects/Contact/Legacy__c/same', { LastName: 'C' });
    expect(status).toBe(300);
    expect(body).toEqual(ids.map(id => `/services/data/v67.0/sobjects/Contact/${id}`));
  });

  it('refuses a field that is no external id, and the id repeated in the body', async () => {
    expect(await admin.call('PATCH', '/sobjects/Contact/Title/x', { LastName: 'A' })).toMatchObject({
      status: 404,
      body: [
        {
          errorCode: 'NOT_FOUND',
          message: 'Provided external ID field does not exist or is not accessible: Title',
        },
      ],
    });
    expect(
      await admin.call('PATCH', '/sobjects/Contact/Ext__c/x', { LastName: 'A', Ext__c: 'x' }),
    ).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
  });

  it('takes the address of a person for one, and of an e-mail for none', async () => {
    const path = '/sobjects/Contact/Email/key@x.example';
    expect((await admin.call('PATCH', `${path}?updateOnly=true`, { LastName: 'Key' })).status).toBe(404);
    const { status, body } = await admin.call('PATCH', path, { LastName: 'Key' });
    expect(status).toBe(201);
    expect((await admin.call('GET', path)).body).toMatchObject({ Id: body.id, Email: 'key@x.example' });
    const updated = await admin.call('PATCH', `${path}?updateOnly=true`, { Title: 'x' });
    expect(updated).toMatchObject({ status: 200, body: { id: body.id, created: false } });
    expect(
      (await admin.call('PATCH', '/sobjects/EmailMessage/FromAddress/key@x.example', { Subject: 'x' }))
        .status,
    ).toBe(404);
  });

  it('a unique value is given once', async () => {
    const id = await admin.create('Contact', { LastName: 'A', Ext__c: 'unique' });
    expect(await admin.call('POST', '/sobjects/Contact', { LastName: 'B', Ext__c: 'UNIQUE' })).toMatchObject({
      status: 400,
      body: [
        {
          errorCode: 'DUPLICATE_VALUE',
          message: `duplicate value found: Ext__c duplicates value on record with id: ${id.slice(0, 15)}`,
        },
      ],
    });
  });

  it('a reference can be given by external id', async () => {
    const accountId = await admin.create('Account', { Name: 'Parent' });
    const project = await admin.create('Project__c', { Name: 'P1', Key__c: 'k1', Account__c: accountId });
    expect(project).toMatch(/^a00/);
    const { body } = await admin.query(`SELECT Account__r.Name FROM Project__c WHERE Key__c = 'K1'`);
    expect(body.records[0].Account__r.Name).toBe('Parent');
  });
});
