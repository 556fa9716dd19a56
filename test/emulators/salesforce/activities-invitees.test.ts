import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let admin: Client;
let rep: Client;
let peer: Client;
let repId: string;
let peerId: string;
let contactId: string;

beforeAll(async () => {
  org = await startOrg();
  admin = org.admin;
  const { body } = await org.control('POST', '/load', {
    roles: [{ Name: 'Head' }, { Name: 'Sales', ParentRole: 'Head' }],
    users: [
      { Username: 'rep@example.com', Role: 'Sales' },
      { Username: 'peer@example.com', Role: 'Sales' },
      { Username: 'head@example.com', Role: 'Head' },
      { Username: 'gone@example.com', IsActive: false },
    ],
  });
  [repId, peerId] = body.users.map((user: { Id: string }) => user.Id);
  rep = await org.as('rep@example.com');
  peer = await org.as('peer@example.com');
  contactId = await rep.create('Contact', { LastName: 'Guest' });
});
afterAll(() => org.close());

const TIMES = { ActivityDateTime: '2026-03-03T10:00:00Z', DurationInMinutes: 30 };
const set = (settings: Record<string, unknown>) => org.control('PUT', '/activities', settings);
const invite = (client: Client, EventId: string, RelationId: string, more = {}) =>
  client.create('EventRelation', { EventId, RelationId, ...more });
const field = async (id: string, name: string) =>
  (await admin.call('GET', `/sobjects/Event/${id}`)).body[name];
const child = async (subject: string, all = false) =>
  (
    await admin.query(
      `SELECT FIELDS(ALL) FROM Event WHERE Subject = '${subject}' AND IsChild = true LIMIT 200`,
      all,
    )
  ).body.records;

describe('invitations', () => {
  it('an invited user has a child event, a contact has none', async () => {
    const eventId = await rep.create('Event', { Subject: 'Kickoff', Location: 'Kiel', ...TIMES });
    expect(await child('Kickoff')).toEqual([]);
    const relationId = await invite(rep, eventId, peerId);
    await invite(rep, eventId, contactId);
    expect(await child('Kickoff')).toMatchObject([
      {
        OwnerId: peerId,
        IsChild: true,
        IsGroupEvent: true,
        GroupEventType: '1',
        Location: 'Kiel',
        StartDateTime: '2026-03-03T10:00:00.000+0000',
      },
    ]);
    expect(await field(eventId, 'IsGroupEvent')).toBe(true);
    expect(await field(eventId, 'GroupEventType')).toBe('1');
    expect((await admin.call('GET', `/sobjects/EventRelation/${relationId}`)).body).toMatchObject({
      EventId: eventId,
      RelationId: peerId,
      Status: 'New',
      RespondedDate: null,
    });
    const { body } = await admin.query(
      `SELECT Id, (SELECT Relation.Name, Relation.Type, Status FROM EventRelations ORDER BY Id) FROM Event WHERE Id = '${eventId}'`,
    );
    expect(body.records[0].EventRelations.records).toMatchObject([
      { Relation: { Type: 'User' } },
      { Relation: { Name: 'Guest', Type: 'Contact' } },
    ]);
  });

  it('changes of the parent reach the child, its owner keeps ShowAs', async () => {
    const eventId = await rep.create('Event', { Subject: 'Moving', ...TIMES });
    await invite(rep, eventId, peerId);
    const [before] = await child('Moving');
    await org.advance(5000);
    expect((await peer.call('PATCH', `/sobjects/Event/${before.Id}`, { ShowAs: 'Free' })).status).toBe(204);
    await rep.call('PATCH', `/sobjects/Event/${eventId}`, { StartDateTime: '2026-03-04T10:00:00Z' });
    const [after] = await child('Moving');
    expect(after).toMatchObject({
      Id: before.Id,
      ShowAs: 'Free',
      ActivityDate: '2026-03-04',
      EndDateTime: '2026-03-04T10:30:00.000+0000',
    });
    expect(after.SystemModstamp > before.SystemModstamp).toBe(true);
  });

  it('a child event takes its fields from the parent, unless the org is set otherwise', async () => {
    const eventId = await rep.create('Event', { Subject: 'Fixed', ...TIMES });
    await invite(rep, eventId, peerId);
    const [{ Id }] = await child('Fixed');
    const edit = () => peer.call('PATCH', `/sobjects/Event/${Id}`, { Location: 'Elsewhere' });
    expect(await edit()).toMatchObject({
      status: 400,
      body: [{ errorCode: 'FIELD_INTEGRITY_EXCEPTION', fields: ['Location'] }],
    });
    await set({ childEventEdits: 'allowed' });
    expect((await edit()).status).toBe(204);
    expect(await field(eventId, 'Location')).toBeNull();
    await set({ childEventEdits: 'refused' });
  });

  it('invited users read the event and answer; the answer is stamped', async () => {
    const eventId = await rep.create('Event', { Subject: 'Answer', IsPrivate: true, ...TIMES });
    expect((await peer.call('GET', `/sobjects/Event/${eventId}`)).status).toBe(404);
    const relationId = await invite(rep, eventId, peerId);
    expect((await peer.call('GET', `/sobjects/Event/${eventId}`)).status).toBe(200);
    expect((await peer.call('PATCH', `/sobjects/Event/${eventId}`, { Subject: 'x' })).status).toBe(403);
    await org.advance(60_000);
    const answer = { Status: 'Accepted', Response: 'gladly' };
    expect((await peer.call('PATCH', `/sobjects/EventRelation/${relationId}`, answer)).status).toBe(204);
    const { body } = await admin.call('GET', `/sobjects/EventRelation/${relationId}`);
    expect(body).toMatchObject(answer);
    expect(body.RespondedDate).toBe(body.LastModifiedDate);
    const other = await invite(rep, eventId, contactId);
    expect((await peer.call('PATCH', `/sobjects/EventRelation/${other}`, answer)).status).toBe(403);
    expect((await peer.call('DELETE', `/sobjects/EventRelation/${relationId}`)).status).toBe(403);
  });

  it.each([
    [false, 1],
    [true, 0],
  ])('a declined invitation, declineRemovesChild %s', async (declineRemovesChild, left) => {
    await set({ declineRemovesChild });
    const subject = `Declined ${left}`;
    const eventId = await rep.create('Event', { Subject: subject, ...TIMES });
    const relationId = await invite(rep, eventId, peerId);
    await peer.call('PATCH', `/sobjects/EventRelation/${relationId}`, { Status: 'Declined' });
    expect(await child(subject)).toHaveLength(left);
    await peer.call('PATCH', `/sobjects/EventRelation/${relationId}`, { Status: 'Accepted' });
    expect(await child(subject)).toHaveLength(1);
    await set({ declineRemovesChild: false });
  });

  it.each([
    [false, false],
    [true, true],
  ])(
    'relationsTouchActivity %s: an invitation moves the stamp of the event %s',
    async (relationsTouchActivity, moves) => {
      await set({ relationsTouchActivity });
      const eventId = await rep.create('Event', { Subject: 'Touched', ...TIMES });
      const [stamp, modified] = [
        await field(eventId, 'SystemModstamp'),
        await field(eventId, 'LastModifiedDate'),
      ];
      await org.advance(5000);
      await invite(rep, eventId, contactId);
      expect((await field(eventId, 'SystemModstamp')) > stamp).toBe(moves);
      expect(await field(eventId, 'LastModifiedDate')).toBe(modified);
      await set({ relationsTouchActivity: false });
    },
  );

  it('what cannot be invited, by whom, and to what', async () => {
    const eventId = await rep.create('Event', { Subject: 'Refusals', ...TIMES });
    await invite(rep, eventId, peerId);
    const attempt = (client: Client, fields: object) =>
      client.call('POST', '/sobjects/EventRelation', fields);
    const [{ Id: childId }] = await child('Refusals');
    const accountId = await rep.create('Account', { Name: 'A' });
    const own = await peer.create('Contact', { LastName: 'Own' });
    const cases: [Client, object, string][] = [
      [rep, { EventId: eventId, RelationId: peerId }, 'DUPLICATE_VALUE'],
      [admin, { EventId: childId, RelationId: contactId }, 'FIELD_INTEGRITY_EXCEPTION'],
      [rep, { EventId: eventId, RelationId: accountId }, 'FIELD_INTEGRITY_EXCEPTION'],
      [peer, { EventId: eventId, RelationId: own }, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY'],
      [rep, { EventId: eventId }, 'REQUIRED_FIELD_MISSING'],
      [
        rep,
        { EventId: eventId, RelationId: contactId, Status: 'Perhaps' },
        'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      ],
      [rep, { EventId: eventId, RelationId: contactId, IsParent: true }, 'INVALID_FIELD'],
    ];
    for (const [client, fields, errorCode] of cases)
      expect(await attempt(client, fields)).toMatchObject({ status: 400, body: [{ errorCode }] });
  });

  it('inactive users are invited without a child event', async () => {
    const eventId = await admin.create('Event', { Subject: 'Inactive', ...TIMES });
    const [gone] = await admin.column("SELECT Id FROM User WHERE Username = 'gone@example.com'");
    await invite(admin, eventId, String(gone));
    expect(await child('Inactive')).toEqual([]);
    expect(await field(eventId, 'IsGroupEvent')).toBe(true);
  });
});

describe('endings', () => {
  it('deleting the event deletes child events and relations, which queryAll still finds', async () => {
    const eventId = await rep.create('Event', { Subject: 'Cancelled', ...TIMES });
    const relationId = await invite(rep, eventId, peerId);
    expect((await rep.call('DELETE', `/sobjects/Event/${eventId}`)).status).toBe(204);
    expect(await child('Cancelled')).toEqual([]);
    expect(await child('Cancelled', true)).toMatchObject([{ IsDeleted: true, OwnerId: peerId }]);
    const soql = `SELECT Id, IsDeleted FROM EventRelation WHERE EventId = '${eventId}'`;
    expect((await admin.query(soql)).body.records).toEqual([]);
    expect((await admin.query(soql, true)).body.records).toMatchObject([{ Id: relationId, IsDeleted: true }]);
  });

  it('a withdrawn invitation takes the child event along; only getDeleted tells of the relation', async () => {
    const eventId = await rep.create('Event', { Subject: 'Withdrawn', ...TIMES });
    const relationId = await invite(rep, eventId, peerId);
    await rep.call('DELETE', `/sobjects/EventRelation/${relationId}`);
    expect(await child('Withdrawn')).toEqual([]);
    expect(await field(eventId, 'IsGroupEvent')).toBe(false);
    expect(await field(eventId, 'GroupEventType')).toBe('0');
    const soql = `SELECT Id FROM EventRelation WHERE EventId = '${eventId}'`;
    expect((await admin.query(soql, true)).body.records).toEqual([]);
    await org.advance(120_000);
    const { now } = (await org.control('GET', '/clock')).body;
    const start = new Date(Date.parse(now) - 3_600_000).toISOString();
    const path = `/sobjects/EventRelation/deleted?start=${start}&end=${now}`;
    const { body } = await admin.call('GET', path);
    expect(body.deletedRecords.map((each: { id: string }) => each.id)).toContain(relationId);
  });

  it('deletedRelations recycled: queryAll finds it', async () => {
    await set({ deletedRelations: 'recycled' });
    const eventId = await rep.create('Event', { Subject: 'Recycled', ...TIMES });
    const relationId = await invite(rep, eventId, peerId);
    await rep.call('DELETE', `/sobjects/EventRelation/${relationId}`);
    const soql = `SELECT Id FROM EventRelation WHERE EventId = '${eventId}'`;
    expect((await admin.query(soql, true)).body.records).toMatchObject([{ Id: relationId }]);
    await set({ deletedRelations: 'purged' });
  });

  it('a child event that its owner deletes leaves the invitation', async () => {
    const eventId = await rep.create('Event', { Subject: 'Mine alone', ...TIMES });
    const relationId = await invite(rep, eventId, peerId);
    const [{ Id }] = await child('Mine alone');
    expect((await peer.call('DELETE', `/sobjects/Event/${Id}`)).status).toBe(204);
    await peer.call('PATCH', `/sobjects/EventRelation/${relationId}`, { Response: 'gone' });
    expect(await child('Mine alone')).toEqual([]);
    expect((await rep.call('GET', `/sobjects/Event/${eventId}`)).status).toBe(200);
    expect((await admin.call('GET', `/sobjects/EventRelation/${relationId}`)).body.Status).toBe('New');
  });

  it('a deleted contact is no longer invited', async () => {
    const guest = await rep.create('Contact', { LastName: 'Short' });
    const eventId = await rep.create('Event', { Subject: 'Stays', ...TIMES });
    await invite(rep, eventId, guest);
    await admin.call('DELETE', `/sobjects/Contact/${guest}`);
    expect(await admin.column(`SELECT Id FROM EventRelation WHERE EventId = '${eventId}'`)).toEqual([]);
    expect(await field(eventId, 'IsGroupEvent')).toBe(false);
  });

  it('a merged contact is invited once', async () => {
    const [master, loser] = [
      await rep.create('Contact', { LastName: 'M' }),
      await rep.create('Contact', { LastName: 'L' }),
    ];
    const both = await rep.create('Event', { Subject: 'Both', ...TIMES });
    const one = await rep.create('Event', { Subject: 'One', ...TIMES });
    await invite(rep, both, master);
    await invite(rep, both, loser);
    await invite(rep, one, loser);
    await org.control('POST', '/merge', { object: 'Contact', masterId: master, loserIds: [loser] });
    expect(
      await admin.column(
        `SELECT RelationId FROM EventRelation WHERE EventId IN ('${both}', '${one}') ORDER BY EventId`,
        'RelationId',
      ),
    ).toEqual([master, master]);
  });
});

describe('who sees an event', () => {
  it('private events are seen by the owner and View All Data, not by the role above', async () => {
    const head = await org.as('head@example.com');
    const open = await rep.create('Event', { Subject: 'Open', ...TIMES });
    const hidden = await rep.create('Event', { Subject: 'Hidden', IsPrivate: true, ...TIMES });
    const seen = (client: Client) =>
      client.column(`SELECT Id FROM Event WHERE Id IN ('${open}', '${hidden}') ORDER BY Id`);
    expect(await seen(rep)).toEqual([open, hidden]);
    expect(await seen(admin)).toEqual([open, hidden]);
    expect(await seen(head)).toEqual([open]);
    expect(await seen(peer)).toEqual([]);
  });

  it('UserRecordAccess tells the same, also of invitations and controlled by parent', async () => {
    const mine = await peer.create('Contact', { LastName: 'Mine' });
    const about = await admin.create('Event', { Subject: 'About', WhoId: mine, ...TIMES });
    const invited = await admin.create('Event', { Subject: 'Invited', ...TIMES });
    await invite(admin, invited, peerId);
    const levels = async (userId: string) =>
      (
        await admin.query(
          `SELECT RecordId, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '${userId}' AND RecordId IN ('${about}', '${invited}')`,
        )
      ).body.records.map((row: { MaxAccessLevel: string }) => row.MaxAccessLevel);
    expect(await levels(peerId)).toEqual(['Read', 'Read']);
    expect(await levels(repId)).toEqual(['None', 'None']);
    await org.control('PUT', '/sharing', { Event: 'ControlledByParent' });
    expect(await levels(peerId)).toEqual(['All', 'Read']);
    await org.control('PUT', '/sharing', { Event: 'Private' });
  });
});
