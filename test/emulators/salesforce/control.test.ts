import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
});
afterAll(() => org.close());

describe('rules of the administrator', () => {
  it('validation rules refuse with their own text', async () => {
    await org.control('POST', '/load', {
      validationRules: [
        {
          object: 'Contact',
          condition: 'Email = null AND Phone = null',
          errorMessage: 'Give an address or a phone.',
          field: 'Email',
        },
      ],
    });
    expect(await admin.call('POST', '/sobjects/Contact', { LastName: 'x' })).toMatchObject({
      status: 400,
      body: [
        {
          errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
          message: 'Give an address or a phone.',
          fields: ['Email'],
        },
      ],
    });
    expect((await admin.call('POST', '/sobjects/Contact', { LastName: 'x', Phone: '1' })).status).toBe(201);
    expect(
      await org.control('POST', '/load', {
        validationRules: [{ object: 'Contact', condition: 'Nope = 1', errorMessage: 'x' }],
      }),
    ).toMatchObject({ status: 400 });
    await org.control('POST', '/load', { validationRules: [] });
  });

  it('duplicate rules tell the matches; allowSave passes a warning', async () => {
    const id = await admin.create('Contact', { LastName: 'Twin', Email: 'twin@x.example' });
    await org.control('POST', '/load', {
      duplicateRules: [{ object: 'Contact', fields: ['Email'], allowSave: true }],
    });
    const twin = { LastName: 'Other', Email: 'TWIN@x.example' };
    const refused = await admin.call('POST', '/sobjects/Contact', twin);
    expect(refused).toMatchObject({
      status: 400,
      body: [
        {
          errorCode: 'DUPLICATES_DETECTED',
          duplicateResult: { allowSave: true, matchResults: [{ matchRecords: [{ record: { Id: id } }] }] },
        },
      ],
    });
    expect(
      (
        await admin.call('POST', '/sobjects/Contact', twin, {
          'sforce-duplicate-rule-header': 'allowSave=true',
        })
      ).status,
    ).toBe(201);
    await org.control('POST', '/load', { duplicateRules: [] });
  });

  it('a trigger rewrites what was sent', async () => {
    await org.control('POST', '/load', {
      rewriteRules: [{ object: 'Contact', field: 'Phone', transform: 'digits' }],
    });
    const id = await admin.create('Contact', { LastName: 'x', Phone: '+49 (431) 12' });
    expect((await admin.call('GET', `/sobjects/Contact/${id}`)).body.Phone).toBe('4943112');
    await org.control('POST', '/load', { rewriteRules: [] });
  });
});

describe('change', () => {
  it('updated and deleted ignore seconds and know their window', async () => {
    const [kept, gone] = [
      await admin.create('Lead', { LastName: 'K', Company: 'C' }),
      await admin.create('Lead', { LastName: 'G', Company: 'C' }),
    ];
    await admin.call('DELETE', `/sobjects/Lead/${gone}`);
    await org.advance(120_000);
    const window = 'start=2026-03-02T10:00:59%2B00:00&end=2026-03-02T10:02:30%2B00:00';
    expect((await admin.call('GET', `/sobjects/Lead/updated?${window}`)).body).toEqual({
      ids: [kept],
      latestDateCovered: '2026-03-02T10:02:00.000+0000',
    });
    expect((await admin.call('GET', `/sobjects/Lead/deleted?${window}`)).body).toMatchObject({
      deletedRecords: [{ id: gone, deletedDate: '2026-03-02T10:00:00.000+0000' }],
    });
    expect(
      await admin.call('GET', '/sobjects/Lead/updated?start=2026-01-01T00:00:00Z&end=2026-03-02T10:00:00Z'),
    ).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_REPLICATION_DATE' }] });
    for (const object of ['UserRecordAccess', 'ContentDocumentLink'])
      expect(await admin.call('GET', `/sobjects/${object}/updated?${window}`)).toMatchObject({
        status: 400,
        body: [{ message: `sObject type ${object} is not replicable` }],
      });
  });

  it('late rows appear in queries with their older stamp', async () => {
    const id = await admin.create('Contact', { LastName: 'Early' });
    await org.control('PUT', '/visibility', { object: 'Contact', delayMs: 300_000 });
    await org.advance(1000);
    await admin.call('PATCH', `/sobjects/Contact/${id}`, { LastName: 'Late' });
    const late = await admin.create('Contact', { LastName: 'New and late' });
    const stamp = (await admin.call('GET', `/sobjects/Contact/${late}`)).body.SystemModstamp;
    const soql = `SELECT LastName, SystemModstamp FROM Contact WHERE Id IN ('${id}', '${late}') ORDER BY Id`;
    expect((await admin.query(soql)).body.records).toMatchObject([{ LastName: 'Early' }]);
    await org.advance(300_000);
    expect((await admin.query(soql)).body.records).toMatchObject([
      { LastName: 'Late' },
      { LastName: 'New and late', SystemModstamp: stamp },
    ]);
    await org.control('PUT', '/visibility', []);
  });

  it('a touch moves SystemModstamp alone', async () => {
    const id = await admin.create('Contact', { LastName: 'Touched' });
    await org.advance(60_000);
    await org.control('POST', '/touch', { ids: [id] });
    const { body } = await admin.call(
      'GET',
      `/sobjects/Contact/${id}?fields=LastModifiedDate,SystemModstamp`,
    );
    expect(
      Date.parse(body.SystemModstamp.replace('+0000', 'Z')) -
        Date.parse(body.LastModifiedDate.replace('+0000', 'Z')),
    ).toBe(60_000);
  });

  it('a hard delete leaves no trace for queryAll', async () => {
    const id = await admin.create('Contact', { LastName: 'Vanished' });
    await org.control('POST', '/hardDelete', { ids: [id] });
    expect((await admin.query(`SELECT Id FROM Contact WHERE Id = '${id}'`, true)).body.totalSize).toBe(0);
  });

  it('search finds addresses', async () => {
    const id = await admin.create('Contact', { LastName: 'Sought', Email: 'sought@x.example' });
    const found = [{ attributes: { type: 'Contact' }, Id: id }];
    expect(
      (
        await admin.call(
          'GET',
          `/search?q=${encodeURIComponent('FIND {sought@x.example} IN EMAIL FIELDS RETURNING Contact(Id, Email), Lead(Id)')}`,
        )
      ).body.searchRecords,
    ).toMatchObject(found);
    expect(
      (
        await admin.call('POST', '/parameterizedSearch', {
          q: 'sought@x.example',
          in: 'EMAIL',
          sobjects: [{ name: 'Contact', fields: ['Id'] }],
        })
      ).body.searchRecords,
    ).toMatchObject(found);
  });
});

describe('limits', () => {
  it('counts calls, and refuses beyond the daily limit without Retry-After', async () => {
    await org.control('PUT', '/limits', { dailyApiRequests: 12, used: 10 });
    expect((await admin.call('GET', '/limits')).body.DailyApiRequests).toEqual({ Max: 12, Remaining: 1 });
    expect((await admin.call('GET', '/limits')).headers.get('sforce-limit-info')).toBe('api-usage=12/12');
    const refused = await admin.call('GET', '/limits');
    expect(refused).toMatchObject({
      status: 403,
      body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }],
    });
    expect(refused.headers.get('retry-after')).toBeNull();
    await org.control('PUT', '/limits', { dailyApiRequests: 100_000, used: 0 });
  });

  it('the Date header follows the clock', async () => {
    await org.control('PUT', '/clock', { now: '2026-03-02T11:00:00Z' });
    expect((await admin.call('GET', '/limits')).headers.get('date')).toBe('Mon, 02 Mar 2026 11:00:00 GMT');
    await org.control('PUT', '/clock', { now: '2026-03-02T10:30:00Z' });
  });
});

describe('faults', () => {
  const arm = (...faults: object[]) => org.control('PUT', '/faults', faults);

  it.each([
    [{ mode: 'status', status: 503, times: 1 }, 503, 'SERVER_UNAVAILABLE'],
    [{ mode: 'status', status: 401, times: 1 }, 401, 'INVALID_SESSION_ID'],
    [{ mode: 'status', status: 403, times: 1 }, 403, 'REQUEST_LIMIT_EXCEEDED'],
    [{ mode: 'status', errorCode: 'UNABLE_TO_LOCK_ROW', times: 1 }, 400, 'UNABLE_TO_LOCK_ROW'],
    [{ mode: 'status', errorCode: 'STORAGE_LIMIT_EXCEEDED', times: 1 }, 403, 'STORAGE_LIMIT_EXCEEDED'],
  ])('%j', async (fault, status, errorCode) => {
    await arm({ match: 'GET /limits', ...fault });
    expect(await admin.call('GET', '/limits')).toMatchObject({ status, body: [{ errorCode }] });
    expect((await admin.call('GET', '/limits')).status).toBe(200);
  });

  it('a maintenance page is HTML', async () => {
    await arm({ match: '*', mode: 'status', status: 503, html: true, retryAfter: 7, times: 1 });
    const { status, headers } = await admin.call('GET', '/limits');
    expect([status, headers.get('content-type'), headers.get('retry-after')]).toEqual([
      503,
      'text/html',
      '7',
    ]);
  });

  it('a lost response has happened, a disconnect has not', async () => {
    await arm({ match: 'POST /sobjects/Account', mode: 'lost-response', times: 1 });
    await expect(admin.call('POST', '/sobjects/Account', { Name: 'Lost' })).rejects.toThrow();
    await arm({ match: { method: 'POST', object: 'Account' }, mode: 'disconnect', times: 1 });
    await expect(admin.call('POST', '/sobjects/Account', { Name: 'Never' })).rejects.toThrow();
    expect(await admin.column("SELECT Name FROM Account WHERE Name IN ('Lost', 'Never')", 'Name')).toEqual([
      'Lost',
    ]);
  });

  it('partial fails every second record of a collection', async () => {
    await arm({ match: 'POST /composite/sobjects', mode: 'partial', times: 1 });
    const records = ['A', 'B', 'C'].map(Name => ({ attributes: { type: 'Account' }, Name }));
    const { body } = await admin.call('POST', '/composite/sobjects', { records });
    expect(body.map((result: { success: boolean }) => result.success)).toEqual([true, false, true]);
  });

  it('strikes one subrequest of a composite', async () => {
    await arm({ match: { soql: 'FROM Lead' }, mode: 'status', errorCode: 'INVALID_FIELD', times: 1 });
    const query = (object: string) => ({
      method: 'GET',
      url: `/services/data/v67.0/query?q=SELECT+Id+FROM+${object}`,
      referenceId: object,
    });
    const { body } = await admin.call('POST', '/composite', {
      compositeRequest: [query('Contact'), query('Lead')],
    });
    expect(body.compositeResponse.map((each: { httpStatusCode: number }) => each.httpStatusCode)).toEqual([
      200, 400,
    ]);
  });

  it('an expired cursor refuses the next page', async () => {
    const records = Array.from({ length: 200 }, (_, i) => ({
      attributes: { type: 'Account' },
      Name: `P${i}`,
    }));
    await admin.call('POST', '/composite/sobjects', { records });
    await admin.call('POST', '/composite/sobjects', { records });
    const first = await admin.call(
      'GET',
      `/query?q=${encodeURIComponent('SELECT Id FROM Account')}`,
      undefined,
      { 'sforce-query-options': 'batchSize=200' },
    );
    await arm({ mode: 'expired-cursor', times: 1 });
    expect(await admin.call('GET', first.body.nextRecordsUrl)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }],
    });
  });

  it('says what is wrong with a fault', async () => {
    expect(await arm({ mode: 'magic' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_INPUT' }],
    });
  });
});

describe('the request log', () => {
  it('counts by route and tells who asked for what', async () => {
    await org.control('POST', '/requests/reset');
    const id = await admin.create('Account', { Name: 'Logged' });
    await admin.query('SELECT Id FROM Account LIMIT 1');
    await admin.call('POST', '/composite', {
      compositeRequest: [
        { method: 'GET', url: `/services/data/v67.0/sobjects/Account/${id}`, referenceId: 'a' },
      ],
    });
    const { body } = await org.control('GET', '/requests');
    expect(body).toMatchObject({
      routes: { 'POST /sobjects/{object}': 1, 'GET /query': 1, 'POST /composite': 1 },
      totals: { http: 3, counted: 3 },
    });
    const log = (await org.control('GET', '/requests/log')).body;
    expect(log[2]).toMatchObject({
      method: 'POST',
      user: org.info.username,
      status: 200,
      subrequests: [{ method: 'GET', status: 200 }],
    });
  });

  it('reset empties the org and keeps its identity and the integration user', async () => {
    const before = (await org.control('GET', '/info')).body;
    await org.control('POST', '/reset');
    await org.control('PUT', '/clock', { now: '2026-03-02T10:30:00Z' });
    expect((await org.control('GET', '/info')).body).toEqual(before);
    expect(await admin.column('SELECT Id FROM Account')).toEqual([]);
    expect((await admin.call('GET', '/services/oauth2/userinfo')).body.preferred_username).toBe(
      before.username,
    );
  });
});
