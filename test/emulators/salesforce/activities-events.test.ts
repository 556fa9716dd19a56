import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
});
afterAll(() => org.close());

const TIMED = { Subject: 'Timed', ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30 };
const ALL_DAY = { Subject: 'Day', IsAllDayEvent: true, ActivityDate: '2026-03-03' };

const read = async (id: string) => (await admin.call('GET', `/sobjects/Event/${id}`)).body;
const made = async (fields: Record<string, unknown>) => read(await admin.create('Event', fields));
const refused = (fields: Record<string, unknown>) => admin.call('POST', '/sobjects/Event', fields);
const error = (errorCode: string, ...fields: string[]) => ({ status: 400, body: [{ errorCode, fields }] });

describe('fields of events', () => {
  it('Subject and Description have their lengths; series fields cannot be written', async () => {
    expect(await refused({ ...TIMED, Subject: 'x'.repeat(256) })).toMatchObject(
      error('STRING_TOO_LONG', 'Subject'),
    );
    expect(await refused({ ...TIMED, Description: 'x'.repeat(32_001) })).toMatchObject(
      error('STRING_TOO_LONG', 'Description'),
    );
    expect((await made({ ...TIMED, Description: 'x'.repeat(32_000) })).Description).toHaveLength(32_000);
    for (const fields of [{ IsRecurrence2: true }, { Recurrence2PatternText: 'x' }, { IsChild: true }])
      expect(await refused({ ...TIMED, ...fields })).toMatchObject(
        error('INVALID_FIELD_FOR_INSERT_UPDATE', ...Object.keys(fields)),
      );
  });

  it('a new event is busy, no group event, and keeps its reminder', async () => {
    expect(
      await made({ ...TIMED, IsReminderSet: true, ReminderDateTime: '2026-03-03T09:45:00Z' }),
    ).toMatchObject({
      ShowAs: 'Busy',
      EventSubtype: 'Event',
      IsChild: false,
      IsGroupEvent: false,
      GroupEventType: '0',
      IsArchived: false,
      IsReminderSet: true,
      ReminderDateTime: '2026-03-03T09:45:00.000+0000',
    });
  });

  it('sorts by date and filters by time', async () => {
    const late = await admin.create('Event', { ...TIMED, ActivityDateTime: '2026-06-03T10:00:00Z' });
    const early = await admin.create('Event', { ...ALL_DAY, ActivityDate: '2026-06-01' });
    expect(
      await admin.column('SELECT Id FROM Event WHERE ActivityDate >= 2026-06-01 ORDER BY ActivityDate DESC'),
    ).toEqual([late, early]);
    expect(
      await admin.column(
        'SELECT Id FROM Event WHERE StartDateTime >= 2026-06-01T00:00:00Z ORDER BY StartDateTime',
      ),
    ).toEqual([early, late]);
  });

  it('archived events are found by queryAll and by id', async () => {
    const id = await admin.create('Event', TIMED);
    const stamp = (await read(id)).SystemModstamp;
    await org.advance(60_000);
    await org.control('POST', '/archive', { ids: [id] });
    const soql = `SELECT Id, IsArchived FROM Event WHERE Id = '${id}'`;
    expect((await admin.query(soql)).body.records).toEqual([]);
    expect((await admin.query(soql, true)).body.records).toMatchObject([{ IsArchived: true }]);
    expect(await read(id)).toMatchObject({ IsArchived: true, SystemModstamp: stamp });
    await org.control('POST', '/archive', { ids: [id], archived: false, touches: true });
    expect((await read(id)).SystemModstamp > stamp).toBe(true);
  });

  it('validation rules, collections and upserts work on them', async () => {
    await org.control('POST', '/schema', {
      object: 'Event',
      fields: [{ name: 'Ext__c', externalId: true, unique: true }],
    });
    await org.control('POST', '/load', {
      validationRules: [{ object: 'Event', condition: 'DurationInMinutes = 13', errorMessage: 'Unlucky.' }],
    });
    const attributes = { type: 'Event' };
    const { body } = await admin.call('POST', '/composite/sobjects', {
      records: [
        { attributes, ...TIMED },
        { attributes, ...TIMED, DurationInMinutes: 13 },
        { attributes, Subject: 'x' },
      ],
    });
    expect(body).toMatchObject([
      { success: true },
      { errors: [{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Unlucky.' }] },
      { errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
    ]);
    await org.control('POST', '/load', { validationRules: [] });
    const upsert = () =>
      admin.call('PATCH', '/composite/sobjects/Event/Ext__c', {
        records: [{ attributes, Ext__c: 'a/b+c=', ...TIMED }],
      });
    expect((await upsert()).body).toMatchObject([{ created: true }]);
    expect((await upsert()).body).toMatchObject([{ created: false }]);
  });
});

describe('what events are about', () => {
  it('AccountId follows the account, the opportunity, else the contact', async () => {
    const [first, second] = [
      await admin.create('Account', { Name: 'First' }),
      await admin.create('Account', { Name: 'Second' }),
    ];
    const contact = await admin.create('Contact', { LastName: 'C', AccountId: first });
    const opportunity = await admin.create('Opportunity', {
      Name: 'O',
      StageName: 'Prospecting',
      CloseDate: '2026-04-01',
      AccountId: second,
    });
    const support = await admin.create('Case', { Subject: 'S', AccountId: second });
    const accountOf = async (fields: object) => (await made({ ...TIMED, ...fields })).AccountId;
    expect(await accountOf({})).toBeNull();
    expect(await accountOf({ WhoId: contact })).toBe(first);
    expect(await accountOf({ WhoId: contact, WhatId: second })).toBe(second);
    expect(await accountOf({ WhoId: contact, WhatId: opportunity })).toBe(second);
    expect(await accountOf({ WhoId: contact, WhatId: support })).toBe(first);
    expect(
      (await admin.query(`SELECT (SELECT Id FROM Events) FROM Account WHERE Id = '${first}'`)).body,
    ).toMatchObject({ records: [{ Events: { totalSize: 2 } }] });
  });

  it('who is a person, what is a thing, a lead stands alone', async () => {
    const lead = await admin.create('Lead', { LastName: 'L', Company: 'C' });
    const account = await admin.create('Account', { Name: 'A' });
    expect(await refused({ ...TIMED, WhoId: account })).toMatchObject(
      error('FIELD_INTEGRITY_EXCEPTION', 'WhoId'),
    );
    expect(await refused({ ...TIMED, WhatId: lead })).toMatchObject(
      error('FIELD_INTEGRITY_EXCEPTION', 'WhatId'),
    );
    expect(await refused({ ...TIMED, WhoId: lead, WhatId: account })).toMatchObject(
      error('FIELD_INTEGRITY_EXCEPTION', 'WhatId'),
    );
    expect((await made({ ...TIMED, WhoId: lead })).AccountId).toBeNull();
  });

  it('SOQL reads through owner, who and what', async () => {
    const account = await admin.create('Account', { Name: 'Acme' });
    const contact = await admin.create('Contact', { FirstName: 'Ann', LastName: 'Lee', Title: 'CEO' });
    const id = await admin.create('Event', { ...TIMED, WhoId: contact, WhatId: account });
    const { body } = await admin.query(
      `SELECT Owner.Name, Who.Name, Who.Type, What.Name, What.Type FROM Event WHERE Id = '${id}'`,
    );
    expect(body.records).toMatchObject([
      {
        Owner: { Name: 'Integration User' },
        Who: { Name: 'Ann Lee', Type: 'Contact' },
        What: { Name: 'Acme', Type: 'Account' },
      },
    ]);
    const typed = await admin.query(
      `SELECT TYPEOF Who WHEN Contact THEN Title WHEN Lead THEN Company END FROM Event WHERE Id = '${id}'`,
    );
    expect(typed.body.records).toMatchObject([{ Who: { Title: 'CEO' } }]);
    expect(
      await admin.column("SELECT Id FROM Event WHERE Who.Type = 'Contact' AND What.Name = 'Acme'"),
    ).toEqual([id]);
  });
});
