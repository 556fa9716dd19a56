import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let [manager, rep, peer]: Client[] = [];
let contactId: string;
let accountId: string;

beforeAll(async () => {
  org = await startOrg();
  const { body } = await org.control('POST', '/load', {
    roles: [{ Name: 'Head' }, { Name: 'Sales', ParentRole: 'Head' }, { Name: 'Service', ParentRole: 'Head' }],
    users: [
      { Username: 'manager@example.com', Role: 'Head' },
      { Username: 'rep@example.com', Role: 'Sales' },
      { Username: 'peer@example.com', Role: 'Service' },
    ],
  });
  expect(body.users.map((user: { Id: string }) => user.Id.slice(0, 3))).toEqual(['005', '005', '005']);
  manager = await org.as('manager@example.com');
  rep = await org.as('rep@example.com');
  peer = await org.as('peer@example.com');
  accountId = await org.admin.create('Account', { Name: 'Shared' });
  contactId = await org.admin.create('Contact', {
    OwnerId: body.users[1].Id,
    LastName: 'Mine',
    Email: 'mine@x.example',
    Phone: '1',
    AccountId: accountId,
  });
});
afterAll(() => org.close());

const client = (name: string): Client => ({ manager, rep, peer, admin: org.admin })[name] as Client;

describe('sharing by owner and role', () => {
  it.each([
    ['rep', [true, true]],
    ['manager', [true, true]],
    ['admin', [true, true]],
    ['peer', [false, false]],
  ])('%s sees and retrieves a private contact: %j', async (name, [queried, retrieved]) => {
    expect((await client(name).column(`SELECT Id FROM Contact WHERE Id = '${contactId}'`)).length === 1).toBe(
      queried,
    );
    expect((await client(name).call('GET', `/sobjects/Contact/${contactId}`)).status).toBe(
      retrieved ? 200 : 404,
    );
    const many = await client(name).call('POST', '/composite/sobjects/Contact', {
      ids: [contactId],
      fields: ['Id'],
    });
    expect(many.body[0] !== null).toBe(retrieved);
  });

  it('who may not edit is told so', async () => {
    expect(await peer?.call('PATCH', `/sobjects/Contact/${contactId}`, { Title: 'x' })).toMatchObject({
      status: 403,
      body: [
        { errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights on object id' },
      ],
    });
    expect((await manager?.call('PATCH', `/sobjects/Contact/${contactId}`, { Title: 'x' }))?.status).toBe(
      204,
    );
  });

  it('the owner of a contact may read its account, not edit it', async () => {
    expect(
      await rep?.column(`SELECT Account.Name FROM Contact WHERE Id = '${contactId}'`, 'Account'),
    ).toMatchObject([{ Name: 'Shared' }]);
    expect((await rep?.call('PATCH', `/sobjects/Account/${accountId}`, { Name: 'x' }))?.status).toBe(403);
    expect((await peer?.call('GET', `/sobjects/Account/${accountId}`))?.status).toBe(404);
  });

  it('org-wide defaults open objects for reading or editing', async () => {
    await org.control('PUT', '/sharing', { Contact: 'Read' });
    expect((await peer?.call('GET', `/sobjects/Contact/${contactId}`))?.status).toBe(200);
    expect((await peer?.call('PATCH', `/sobjects/Contact/${contactId}`, { Title: 'y' }))?.status).toBe(403);
    await org.control('PUT', '/sharing', { Contact: 'ReadWrite' });
    expect((await peer?.call('PATCH', `/sobjects/Contact/${contactId}`, { Title: 'y' }))?.status).toBe(204);
    expect((await peer?.call('DELETE', `/sobjects/Contact/${contactId}`))?.status).toBe(403);
    await org.control('PUT', '/sharing', { Contact: 'Private' });
  });

  it('UserRecordAccess tells the rights of any user', async () => {
    const users = (
      await org.admin.query(
        "SELECT Id FROM User WHERE Username IN ('rep@example.com', 'peer@example.com') ORDER BY Username",
      )
    ).body.records;
    const access = async (userId: string) =>
      (
        await org.admin.query(
          `SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '${userId}' AND RecordId IN ('${contactId}', '${accountId}')`,
        )
      ).body.records;
    expect(await access(users[1].Id)).toMatchObject([
      {
        RecordId: contactId,
        HasReadAccess: true,
        HasEditAccess: true,
        HasDeleteAccess: true,
        MaxAccessLevel: 'All',
      },
      { RecordId: accountId, HasReadAccess: true, HasEditAccess: false, MaxAccessLevel: 'Read' },
    ]);
    expect(await access(users[0].Id)).toMatchObject([
      { HasReadAccess: false, MaxAccessLevel: 'None' },
      { HasReadAccess: false },
    ]);
    expect(
      (await org.admin.query(`SELECT RecordId FROM UserRecordAccess WHERE RecordId = '${contactId}'`)).status,
    ).toBe(400);
  });

  it('a change of role changes what is seen', async () => {
    await org.control('POST', '/load', { users: [{ Username: 'peer@example.com', Role: 'Head' }] });
    expect((await peer?.call('GET', `/sobjects/Contact/${contactId}`))?.status).toBe(200);
    await org.control('POST', '/load', { users: [{ Username: 'peer@example.com', Role: 'Service' }] });
    expect((await peer?.call('GET', `/sobjects/Contact/${contactId}`))?.status).toBe(404);
  });

  it('private events stay with their owner, others follow the person they are about', async () => {
    const times = { ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30, WhoId: contactId };
    const open = await org.admin.create('Event', { Subject: 'Open', ...times });
    const closed = await org.admin.create('Event', { Subject: 'Closed', IsPrivate: true, ...times });
    expect(await rep?.column(`SELECT Id FROM Event WHERE Id IN ('${open}', '${closed}')`)).toEqual([open]);
  });
});

describe('references', () => {
  it.each([
    ['Task', { Subject: 'Call' }, 'WhoId'],
    ['Case', { Subject: 'Broken' }, 'ContactId'],
    ['Event', { Subject: 'Visit', ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30 }, 'WhoId'],
  ])('nobody relates a %s to a contact that they cannot see', async (object, fields, field) => {
    expect(await peer?.call('POST', `/sobjects/${object}`, { ...fields, [field]: contactId })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', fields: [field] }],
    });
    expect((await rep?.call('POST', `/sobjects/${object}`, { ...fields, [field]: contactId }))?.status).toBe(
      201,
    );
  });

  it('what is related already can be saved by whoever cannot see the other record', async () => {
    const id = await rep?.create('Case', { Subject: 'Moved', ContactId: contactId });
    await org.control('PUT', '/sharing', { Case: 'ReadWrite' });
    const save = (fields: object) => peer?.call('PATCH', `/sobjects/Case/${id}`, fields);
    expect((await save({ Subject: 'Again', ContactId: contactId }))?.status).toBe(204);
    expect((await save({ ContactId: null }))?.status).toBe(204);
    expect((await save({ ContactId: contactId }))?.status).toBe(400);
    await org.control('PUT', '/sharing', { Case: 'Private' });
  });
});

describe('field and object permissions', () => {
  it('a hidden field does not exist for the user', async () => {
    await org.control('PUT', '/fls', {
      user: 'rep@example.com',
      object: 'Contact',
      field: 'Phone',
      readable: false,
      editable: false,
    });
    expect(await rep?.query('SELECT Phone FROM Contact')).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_FIELD' }],
    });
    expect((await rep?.call('GET', `/sobjects/Contact/${contactId}`))?.body).not.toHaveProperty('Phone');
    const described = await rep?.call('GET', '/sobjects/Contact/describe');
    expect(described?.body.fields.map((field: { name: string }) => field.name)).not.toContain('Phone');
    expect(await rep?.call('PATCH', `/sobjects/Contact/${contactId}`, { Phone: '2' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_FIELD' }],
    });
    expect((await manager?.call('GET', `/sobjects/Contact/${contactId}`))?.body.Phone).toBe('1');
  });

  it('a read-only field is refused on writing', async () => {
    await org.control('PUT', '/fls', {
      profile: 'Standard User',
      object: 'Contact',
      field: 'Title',
      readable: true,
      editable: false,
    });
    expect(await rep?.call('PATCH', `/sobjects/Contact/${contactId}`, { Title: 'z' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['Title'] }],
    });
    expect((await org.admin.call('PATCH', `/sobjects/Contact/${contactId}`, { Title: 'z' })).status).toBe(
      204,
    );
  });

  it('without the right to an object it does not exist', async () => {
    await org.control('PUT', '/objectPermissions', { user: 'peer@example.com', object: 'Lead', read: false });
    expect(await peer?.query('SELECT Id FROM Lead')).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_TYPE' }],
    });
    expect((await peer?.call('GET', '/sobjects/Lead/describe'))?.status).toBe(404);
  });
});
