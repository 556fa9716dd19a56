import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  await org.control('POST', '/schema', {
    object: 'Contact',
    fields: [{ name: 'Ext__c', externalId: true, unique: true }],
  });
});
afterAll(() => org.close());

const contact = (LastName: string | null, more: object = {}) => ({
  attributes: { type: 'Contact' },
  LastName,
  ...more,
});
const url = (path: string) => `/services/data/v67.0${path}`;

describe('sObject collections', () => {
  it('answer per record, with statusCode for the code', async () => {
    const { status, body } = await admin.call('POST', '/composite/sobjects', {
      records: [contact('A'), contact(null), contact('C')],
    });
    expect(status).toBe(200);
    expect(body).toEqual([
      { id: expect.stringMatching(/^003/), success: true, errors: [] },
      {
        success: false,
        errors: [
          {
            statusCode: 'REQUIRED_FIELD_MISSING',
            message: 'Required fields are missing: [LastName]',
            fields: ['LastName'],
          },
        ],
      },
      { id: expect.stringMatching(/^003/), success: true, errors: [] },
    ]);
  });

  it('allOrNone rolls the innocent back and says so', async () => {
    const { body } = await admin.call('POST', '/composite/sobjects', {
      allOrNone: true,
      records: [contact('Innocent'), contact(null)],
    });
    expect(body[0].errors[0].statusCode).toBe('ALL_OR_NONE_OPERATION_ROLLED_BACK');
    expect(body[1].errors[0].statusCode).toBe('REQUIRED_FIELD_MISSING');
    expect(await admin.column("SELECT Id FROM Contact WHERE LastName = 'Innocent'")).toEqual([]);
  });

  it('update and delete by id; unknown, wrong and repeated ids fail alone', async () => {
    const [a, b] = [
      await admin.create('Contact', { LastName: 'A' }),
      await admin.create('Contact', { LastName: 'B' }),
    ];
    const records = [
      contact('A2', { id: a }),
      contact('B2', { id: b }),
      contact('B3', { Id: b }),
      contact('X', { id: '003000000000000AAA' }),
      contact('X', { id: 'nope' }),
      contact('X'),
    ];
    const { body } = await admin.call('PATCH', '/composite/sobjects', { records });
    expect(body.map((result: { success: boolean }) => result.success)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(
      body.slice(2).map((result: { errors: { statusCode: string }[] }) => result.errors[0]?.statusCode),
    ).toEqual(['DUPLICATE_VALUE', 'INVALID_CROSS_REFERENCE_KEY', 'MALFORMED_ID', 'MISSING_ARGUMENT']);
    const deleted = await admin.call('DELETE', `/composite/sobjects?ids=${a},${a},${b}`);
    expect(deleted.body).toMatchObject([
      { id: a, success: true },
      { success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
      { id: b, success: true },
    ]);
  });

  it('upsert creates and updates; the same external id twice in a request fails both', async () => {
    const records = [
      contact('A', { Ext__c: 'e1' }),
      contact('B', { Ext__c: 'e2' }),
      contact('C', { Ext__c: 'E2' }),
    ];
    const { body } = await admin.call('PATCH', '/composite/sobjects/Contact/Ext__c', { records });
    expect(body).toMatchObject([
      { success: true, created: true },
      { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
      { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
    ]);
    const again = await admin.call('PATCH', '/composite/sobjects/Contact/Ext__c', {
      records: [contact('A2', { Ext__c: 'e1' })],
    });
    expect(again.body).toMatchObject([{ id: body[0].id, success: true, created: false, errors: [] }]);
  });

  it('retrieve keeps the order and gives null for missing and deleted', async () => {
    const [a, b] = [
      await admin.create('Contact', { LastName: 'A' }),
      await admin.create('Contact', { LastName: 'B' }),
    ];
    await admin.call('DELETE', `/sobjects/Contact/${b}`);
    const { body } = await admin.call('POST', '/composite/sobjects/Contact', {
      ids: [b, '003000000000000AAA', a],
      fields: ['Id', 'LastName'],
    });
    expect(body).toEqual([
      null,
      null,
      { attributes: { type: 'Contact', url: url(`/sobjects/Contact/${a}`) }, Id: a, LastName: 'A' },
    ]);
  });

  it('more than 200 records are refused', async () => {
    const records = Array.from({ length: 201 }, () => contact('x'));
    expect((await admin.call('POST', '/composite/sobjects', { records })).status).toBe(400);
  });
});

describe('composite', () => {
  it('queries, updates and queries again in one call', async () => {
    const id = await admin.create('Contact', { LastName: 'Before' });
    const soql = encodeURIComponent(`SELECT LastName FROM Contact WHERE Id = '${id}'`);
    const used = Number(
      /=(\d+)/.exec((await admin.call('GET', '/limits')).headers.get('sforce-limit-info') ?? '')?.[1],
    );
    const { body, headers } = await admin.call('POST', '/composite', {
      compositeRequest: [
        { method: 'GET', url: url(`/query?q=${soql}`), referenceId: 'before' },
        {
          method: 'PATCH',
          url: url(`/sobjects/Contact/${id}`),
          referenceId: 'update',
          body: { LastName: 'After' },
        },
        { method: 'GET', url: url(`/query?q=${soql}`), referenceId: 'after' },
      ],
    });
    expect(body.compositeResponse.map((each: { httpStatusCode: number }) => each.httpStatusCode)).toEqual([
      200, 204, 200,
    ]);
    expect(body.compositeResponse[0].body.records[0].LastName).toBe('Before');
    expect(body.compositeResponse[1]).toEqual({
      body: null,
      httpHeaders: {},
      httpStatusCode: 204,
      referenceId: 'update',
    });
    expect(body.compositeResponse[2].body.records[0].LastName).toBe('After');
    expect(headers.get('sforce-limit-info')).toBe(`api-usage=${used + 1}/100000`);
  });

  const parentAndChild = (name: string | null, allOrNone: boolean) => ({
    allOrNone,
    compositeRequest: [
      { method: 'POST', url: url('/sobjects/Account'), referenceId: 'account', body: { Name: name } },
      {
        method: 'POST',
        url: url('/sobjects/Contact'),
        referenceId: 'contact',
        body: { LastName: 'Child', AccountId: '@{account.id}' },
      },
      {
        method: 'GET',
        url: url("/query?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{contact.id}'"),
        referenceId: 'read',
      },
    ],
  });

  it('references lead to earlier results', async () => {
    const { body } = await admin.call('POST', '/composite', parentAndChild('Parent', true));
    expect(body.compositeResponse[2].body.records[0].Account.Name).toBe('Parent');
    expect(body.compositeResponse[0].httpHeaders.Location).toMatch(/\/sobjects\/Account\/001/);
  });

  it('a failed reference halts what depends on it, allOrNone halts everything', async () => {
    const codes = (body: {
      compositeResponse: { httpStatusCode: number; body: { errorCode: string }[] }[];
    }) => body.compositeResponse.map(each => [each.httpStatusCode, each.body[0]?.errorCode]);
    const loose = await admin.call('POST', '/composite', parentAndChild(null, false));
    expect(codes(loose.body)).toEqual([
      [400, 'REQUIRED_FIELD_MISSING'],
      [400, 'PROCESSING_HALTED'],
      [400, 'PROCESSING_HALTED'],
    ]);
    const strict = await admin.call('POST', '/composite', {
      allOrNone: true,
      compositeRequest: [
        { method: 'POST', url: url('/sobjects/Account'), referenceId: 'kept', body: { Name: 'Rolled back' } },
        { method: 'POST', url: url('/sobjects/Account'), referenceId: 'bad', body: {} },
      ],
    });
    expect(codes(strict.body)).toEqual([
      [400, 'PROCESSING_HALTED'],
      [400, 'REQUIRED_FIELD_MISSING'],
    ]);
    expect(await admin.column("SELECT Id FROM Account WHERE Name = 'Rolled back'")).toEqual([]);
  });

  it.each([
    [26, '/limits'],
    [6, '/query?q=SELECT+Id+FROM+Contact'],
    [6, '/composite/sobjects/Contact?ids=003000000000000&fields=Id'],
  ])('%i times %s are too many', async (count, path) => {
    const compositeRequest = Array.from({ length: count }, (_, i) => ({
      method: 'GET',
      url: url(path),
      referenceId: `r${i}`,
    }));
    expect((await admin.call('POST', '/composite', { compositeRequest })).status).toBe(400);
    const allowed = compositeRequest.slice(1);
    expect((await admin.call('POST', '/composite', { compositeRequest: allowed })).status).toBe(200);
  });
});

describe('batch and tree', () => {
  it('a batch runs its parts apart and counts each', async () => {
    const batchRequests = [
      { method: 'POST', url: 'v67.0/sobjects/Account', richInput: { Name: 'Batch' } },
      { method: 'GET', url: 'v67.0/sobjects/Nope' },
      { method: 'GET', url: '/services/data/v67.0/limits' },
    ];
    const { body } = await admin.call('POST', '/composite/batch', { batchRequests });
    expect(body).toMatchObject({
      hasErrors: true,
      results: [{ statusCode: 201 }, { statusCode: 404 }, { statusCode: 200 }],
    });
    const halted = await admin.call('POST', '/composite/batch', { haltOnError: true, batchRequests });
    expect(halted.body.results[2]).toMatchObject({
      statusCode: 412,
      result: [{ errorCode: 'BATCH_PROCESSING_HALTED' }],
    });
    expect((await org.control('GET', '/requests/log')).body.at(-2)).toMatchObject({
      route: 'POST /composite/batch',
      apiCalls: 3,
    });
  });

  it('a tree is created whole or not at all', async () => {
    const tree = (LastName: string | null) => ({
      records: [
        {
          attributes: { type: 'Account', referenceId: 'a' },
          Name: 'Tree',
          Contacts: { records: [{ attributes: { type: 'Contact', referenceId: 'c' }, LastName }] },
        },
      ],
    });
    const failed = await admin.call('POST', '/composite/tree/Account', tree(null));
    expect(failed).toMatchObject({
      status: 400,
      body: {
        hasErrors: true,
        results: [{ referenceId: 'c', errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] }],
      },
    });
    expect(await admin.column("SELECT Id FROM Account WHERE Name = 'Tree'")).toEqual([]);
    const { status, body } = await admin.call('POST', '/composite/tree/Account', tree('Leaf'));
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { hasErrors: false, results: [{ referenceId: 'a' }, { referenceId: 'c' }] },
    });
  });
});
