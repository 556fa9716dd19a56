import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let account: string;
let ann: string;
let bob: string;
let lead: string;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  account = await admin.create('Account', { Name: 'Acme' });
  ann = await admin.create('Contact', { LastName: 'Ann', AccountId: account });
  bob = await admin.create('Contact', { LastName: 'Bob' });
  lead = await admin.create('Lead', { LastName: 'Lea', Company: 'C' });
});
afterAll(() => org.close());

const KINDS = [
  ['Event', { ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30 }, { IsParent: true }],
  ['Task', { Subject: 'Task' }, {}],
] as const;

const set = (settings: Record<string, unknown>) => org.control('PUT', '/activities', settings);
const read = async (object: string, id: string) =>
  (await admin.call('GET', `/sobjects/${object}/${id}`)).body;
const relations = async (object: string, id: string, all = false) =>
  (
    await admin.query(
      `SELECT Id, RelationId, IsWhat, AccountId FROM ${object}Relation WHERE ${object}Id = '${id}' ORDER BY Id`,
      all,
    )
  ).body.records;

describe('without Shared Activities', () => {
  it('relations tell of invitations alone, and tasks have none', async () => {
    const described = (await admin.call('GET', '/sobjects/EventRelation/describe')).body;
    const names = described.fields.map((field: { name: string }) => field.name);
    expect(names).toContain('Status');
    for (const name of ['IsParent', 'IsWhat', 'IsInvitee', 'AccountId']) expect(names).not.toContain(name);
    expect((await admin.call('GET', '/sobjects/TaskRelation/describe')).status).toBe(404);
    expect(await admin.query('SELECT Id FROM EventWhoRelation')).toMatchObject({
      body: [{ errorCode: 'INVALID_TYPE' }],
    });
    expect((await admin.query('SELECT WhoCount FROM Event')).body[0].errorCode).toBe('INVALID_FIELD');
    const task = (await admin.call('GET', '/sobjects/Task/describe')).body;
    expect(task.childRelationships.map((each: { childSObject: string }) => each.childSObject)).not.toContain(
      'TaskRelation',
    );
  });

  it('turning it on relates what is there, turning it off forgets', async () => {
    const id = await admin.create('Task', { Subject: 'Before', WhoId: ann, WhatId: account });
    await set({ sharedActivities: true });
    expect(await relations('Task', id)).toMatchObject([
      { RelationId: ann, IsWhat: false, AccountId: account },
      { RelationId: account, IsWhat: true, AccountId: account },
    ]);
    expect(await read('Task', id)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
    await set({ sharedActivities: false });
    await set({ sharedActivities: true });
    expect(await relations('Task', id)).toHaveLength(2);
  });
});

describe.each(KINDS)('with Shared Activities, %s', (object, fields, flags) => {
  const relate = (id: string, RelationId: string, more: object = flags) =>
    admin.call('POST', `/sobjects/${object}Relation`, { [`${object}Id`]: id, RelationId, ...more });

  it('describe tells the relations', async () => {
    const { body } = await admin.call('GET', `/sobjects/${object}/describe`);
    expect(body.childRelationships).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          relationshipName: `${object}Relations`,
          childSObject: `${object}Relation`,
        }),
        expect.objectContaining({ relationshipName: `${object}WhoRelations` }),
      ]),
    );
    const relation = (await admin.call('GET', `/sobjects/${object}Relation/describe`)).body;
    const field = relation.fields.find((each: { name: string }) => each.name === 'RelationId');
    expect(field).toMatchObject({ createable: true, updateable: false, polymorphicForeignKey: true });
  });

  it('several contacts: the first is the primary one, the next follows it', async () => {
    const id = await admin.create(object, { ...fields, WhoId: ann, WhatId: account });
    expect((await relate(id, bob)).status).toBe(201);
    expect(await read(object, id)).toMatchObject({
      WhoId: ann,
      WhoCount: 2,
      WhatCount: 1,
      AccountId: account,
    });
    const { body } = await admin.query(
      `SELECT (SELECT RelationId, Type, Relation.Name FROM ${object}WhoRelations) FROM ${object} WHERE Id = '${id}'`,
    );
    expect(body.records[0][`${object}WhoRelations`].records).toMatchObject([
      { RelationId: ann, Type: 'Contact', Relation: { Name: 'Ann' } },
      { RelationId: bob, Type: 'Contact' },
    ]);
    expect(
      await admin.column(
        `SELECT RelationId FROM ${object}WhoRelation WHERE ${object}Id = '${id}'`,
        'RelationId',
      ),
    ).toEqual([ann, bob]);
    const [primary] = await relations(object, id);
    await admin.call('DELETE', `/sobjects/${object}Relation/${primary.Id}`);
    expect(await read(object, id)).toMatchObject({ WhoId: bob, WhoCount: 1 });
  });

  it('WhoId replaces the primary contact; clearing it promotes the next', async () => {
    const id = await admin.create(object, { ...fields, WhoId: ann });
    await admin.call('PATCH', `/sobjects/${object}/${id}`, { WhoId: bob });
    expect(await relations(object, id)).toMatchObject([{ RelationId: bob }]);
    await relate(id, ann);
    await admin.call('PATCH', `/sobjects/${object}/${id}`, { WhoId: null });
    expect(await read(object, id)).toMatchObject({ WhoId: ann, WhoCount: 1 });
  });

  it('a relation fills what the activity has not', async () => {
    const id = await admin.create(object, fields);
    await relate(id, bob);
    await relate(id, account, { IsWhat: true });
    expect(await read(object, id)).toMatchObject({ WhoId: bob, WhatId: account, AccountId: account });
    const relation = (await relations(object, id)).find((row: { IsWhat: boolean }) => row.IsWhat);
    await admin.call('DELETE', `/sobjects/${object}Relation/${relation.Id}`);
    expect(await read(object, id)).toMatchObject({ WhoId: bob, WhatId: null, AccountId: null });
  });

  it('one lead or contacts, one other record, nothing twice', async () => {
    const id = await admin.create(object, { ...fields, WhoId: ann, WhatId: account });
    const other = await admin.create('Account', { Name: 'Other' });
    for (const [RelationId, more, errorCode] of [
      [lead, flags, 'FIELD_INTEGRITY_EXCEPTION'],
      [other, { IsWhat: true }, 'FIELD_INTEGRITY_EXCEPTION'],
      [ann, flags, 'DUPLICATE_VALUE'],
    ] as const)
      expect(await relate(id, RelationId, more)).toMatchObject({ status: 400, body: [{ errorCode }] });
  });

  it('fifty contacts and no more', async () => {
    const id = await admin.create(object, fields);
    const many = await admin.call('POST', '/composite/sobjects', {
      records: Array.from({ length: 51 }, (_, i) => ({ attributes: { type: 'Contact' }, LastName: `C${i}` })),
    });
    const { body } = await admin.call('POST', '/composite/sobjects', {
      records: many.body.map((contact: { id: string }) => ({
        attributes: { type: `${object}Relation` },
        [`${object}Id`]: id,
        RelationId: contact.id,
        ...flags,
      })),
    });
    expect(body.filter((each: { success: boolean }) => each.success)).toHaveLength(50);
    expect(await read(object, id)).toMatchObject({ WhoCount: 50, WhoId: many.body[0].id });
  });

  it('deleting one of several contacts leaves the activity, deleting the last takes it', async () => {
    const [first, second] = [
      await admin.create('Contact', { LastName: 'First' }),
      await admin.create('Contact', { LastName: 'Second' }),
    ];
    const id = await admin.create(object, { ...fields, WhoId: first });
    await relate(id, second);
    await admin.call('DELETE', `/sobjects/Contact/${first}`);
    expect(await read(object, id)).toMatchObject({ WhoId: second, WhoCount: 1 });
    await admin.call('DELETE', `/sobjects/Contact/${second}`);
    expect((await admin.call('GET', `/sobjects/${object}/${id}`)).status).toBe(404);
  });

  it('merged contacts are named once', async () => {
    const [master, loser] = [
      await admin.create('Contact', { LastName: 'Master' }),
      await admin.create('Contact', { LastName: 'Loser' }),
    ];
    const id = await admin.create(object, { ...fields, WhoId: loser });
    await relate(id, master);
    await org.control('POST', '/merge', { object: 'Contact', masterId: master, loserIds: [loser] });
    expect(await read(object, id)).toMatchObject({ WhoId: master, WhoCount: 1 });
    expect(await relations(object, id)).toMatchObject([{ RelationId: master }]);
  });

  it('a converted lead gives its activities to the contact', async () => {
    const leadId = await admin.create('Lead', { LastName: 'Converted', Company: 'Co' });
    const id = await admin.create(object, { ...fields, WhoId: leadId });
    const { body } = await org.control('POST', '/convert', { leadId });
    expect(await read(object, id)).toMatchObject({ WhoId: body.contactId, WhatId: body.accountId });
    expect((await relations(object, id)).map((row: { RelationId: string }) => row.RelationId).sort()).toEqual(
      [body.accountId, body.contactId].sort(),
    );
  });
});

describe('events with Shared Activities', () => {
  const times = { ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30 };

  it('one relation is invitee and parent at once; a relation that says nothing invites', async () => {
    const id = await admin.create('Event', { ...times, WhoId: ann });
    const [relation] = await relations('Event', id);
    const path = `/sobjects/EventRelation/${relation.Id}`;
    expect((await admin.call('GET', path)).body).toMatchObject({ IsParent: true, IsInvitee: false });
    expect((await admin.call('PATCH', path, { IsInvitee: true })).status).toBe(204);
    expect(await read('Event', id)).toMatchObject({ IsGroupEvent: true, WhoCount: 1 });
    await admin.call('PATCH', `/sobjects/Event/${id}`, { WhoId: null });
    expect((await admin.call('GET', path)).body).toMatchObject({ IsParent: false, IsInvitee: true });
    expect(await admin.call('PATCH', path, { IsInvitee: false })).toMatchObject({ status: 400 });
    const invited = await admin.create('EventRelation', { EventId: id, RelationId: bob });
    expect((await admin.call('GET', `/sobjects/EventRelation/${invited}`)).body).toMatchObject({
      IsInvitee: true,
      IsParent: false,
      IsWhat: false,
    });
  });

  it('a deleted event no longer names what it was about; without Shared Activities it does', async () => {
    const deleted = async () => {
      const id = await admin.create('Event', { ...times, WhoId: ann, WhatId: account });
      await admin.call('DELETE', `/sobjects/Event/${id}`);
      return (await admin.query(`SELECT WhoId, WhatId FROM Event WHERE Id = '${id}'`, true)).body.records;
    };
    expect(await deleted()).toMatchObject([{ WhoId: null, WhatId: null }]);
    await set({ sharedActivities: false });
    expect(await deleted()).toMatchObject([{ WhoId: ann, WhatId: account }]);
  });
});
