import { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let connection: Connection;

beforeAll(async () => {
  org = await startOrg();
  await org.control('POST', '/schema', {
    object: 'Contact',
    fields: [{ name: 'Ext__c', externalId: true, unique: true }],
  });
  await org.control('POST', '/load', {
    users: [{ Username: 'jane@example.com', FirstName: 'Jane', LastName: 'Doe' }],
  });
  const { loginUrl, instanceUrl, clientId, clientSecret } = org.info;
  connection = new Connection({ instanceUrl, version: '67.0', oauth2: { loginUrl, clientId, clientSecret } });
  await connection.authorize({ grant_type: 'client_credentials' });
});
afterAll(() => org.close());

describe('jsforce', () => {
  it('authorizes by JWT bearer and knows who it is', async () => {
    const { loginUrl, instanceUrl, clientId } = org.info;
    const jane = new Connection({ instanceUrl, version: '67.0', oauth2: { loginUrl, clientId } });
    const user = await jane.authorize({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await org.assertion('jane@example.com'),
    });
    expect(user.organizationId).toBe(org.info.organizationId);
    expect(await jane.identity()).toMatchObject({
      username: 'jane@example.com',
      user_id: user.id,
      display_name: 'Jane Doe',
    });
  });

  it('creates, retrieves, updates and destroys one and many', async () => {
    const contacts = connection.sobject('Contact');
    const one = await contacts.create({ LastName: 'One' });
    const many = await contacts.create([{ LastName: 'Two' }, { LastName: 'Three' }]);
    expect(one.success && many.every(result => result.success)).toBe(true);
    const ids = [one, ...many].map(result => result.id ?? '');
    expect((await contacts.retrieve(ids, { fields: ['LastName'] })).map(record => record?.LastName)).toEqual([
      'One',
      'Two',
      'Three',
    ]);
    await contacts.update({ Id: ids[0] ?? '', Title: 'First' });
    await contacts.update(ids.map(Id => ({ Id, Department: 'D' })));
    expect(await contacts.retrieve(ids[0] ?? '')).toMatchObject({ Title: 'First', Department: 'D' });
    expect(await contacts.destroy(ids.slice(1))).toMatchObject([{ success: true }, { success: true }]);
    expect(await contacts.destroy(ids[0] ?? '')).toMatchObject({ success: true });
  });

  it('upserts one and many by external id', async () => {
    const contacts = connection.sobject('Contact');
    expect(await contacts.upsert({ LastName: 'U', Ext__c: 'u1' }, 'Ext__c')).toMatchObject({
      success: true,
      created: true,
    });
    expect(
      await contacts.upsert(
        [
          { LastName: 'U', Ext__c: 'u1' },
          { LastName: 'V', Ext__c: 'u2' },
        ],
        'Ext__c',
      ),
    ).toMatchObject([{ created: false }, { created: true }]);
  });

  it('queries with paging, and scans deleted rows', async () => {
    const leads = Array.from({ length: 450 }, (_, i) => ({ LastName: `L${i}`, Company: 'C' }));
    await connection.sobject('Lead').create(leads, { allowRecursive: true });
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    const all = await connection.query('SELECT Id, LastName FROM Lead', {
      autoFetch: true,
      maxFetch: 10_000,
      headers,
    });
    expect(all.records).toHaveLength(450);
    const first = await connection.query('SELECT Id FROM Lead', { headers });
    expect(first).toMatchObject({ totalSize: 450, done: false });
    expect((await connection.queryMore(first.nextRecordsUrl ?? '')).records).toHaveLength(200);
    await connection.sobject('Lead').destroy(String(all.records[0]?.Id));
    expect(
      (await connection.query('SELECT Id FROM Lead WHERE IsDeleted = true', { scanAll: true })).totalSize,
    ).toBe(1);
  });

  it('describes, tells limits and usage', async () => {
    const described = await connection.describe('Contact');
    expect(described.fields.find(field => field.name === 'Email')).toMatchObject({
      type: 'email',
      length: 80,
    });
    expect((await connection.describeGlobal()).sobjects.map(each => each.name)).toContain('Lead');
    expect(await connection.limits()).toMatchObject({ DailyApiRequests: { Max: 100_000 } });
    expect(connection.limitInfo.apiUsage?.limit).toBe(100_000);
  });

  it('sends composites', async () => {
    const body = {
      compositeRequest: [
        { method: 'GET', url: '/services/data/v67.0/query?q=SELECT+Id+FROM+User', referenceId: 'users' },
      ],
    };
    const { compositeResponse } = await connection.requestPost<{
      compositeResponse: { httpStatusCode: number; body: { totalSize: number } }[];
    }>('/composite', body);
    expect(compositeResponse[0]).toMatchObject({ httpStatusCode: 200, body: { totalSize: 2 } });
  });

  it('finds through its query builder and search', async () => {
    await connection.sobject('Contact').create({ LastName: 'Built', Email: 'built@x.example' });
    const found = await connection
      .sobject('Contact')
      .find({ Email: 'built@x.example' }, ['Id', 'Account.Name', 'LastName'])
      .limit(5)
      .execute();
    expect(found).toMatchObject([{ LastName: 'Built', Account: null }]);
    const { searchRecords } = await connection.search(
      'FIND {built@x.example} IN EMAIL FIELDS RETURNING Contact(Id, LastName)',
    );
    expect(searchRecords).toMatchObject([{ LastName: 'Built' }]);
  });

  it('throws errors by their code', async () => {
    await expect(connection.sobject('Contact').create({ FirstName: 'x' } as never)).rejects.toMatchObject({
      name: 'REQUIRED_FIELD_MISSING',
      errorCode: 'REQUIRED_FIELD_MISSING',
    });
    await expect(connection.query('SELECT Nope FROM Contact')).rejects.toMatchObject({
      errorCode: 'INVALID_FIELD',
    });
  });
});
