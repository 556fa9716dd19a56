import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrmSession } from '../../connectors/connector.ts';
import { participantsOfText } from '../../sync/calendar/text-form.ts';
import type { CrmRef } from '../../sync/record.ts';
import {
  type ActivityOrg,
  activityOrg,
  create,
  guest,
  guestsIn,
  recordOf,
  span,
  telling,
  times,
  written,
} from './salesforce-activities.ts';

const attributes = { type: 'Event' };
const eventRef = (id: string): CrmRef => ({ kind: 'event', id });

describe('events of Salesforce', () => {
  let org: ActivityOrg;
  let asAnn: CrmSession;

  beforeAll(async () => {
    org = await activityOrg();
    ({ asAnn } = org);
  });
  afterAll(() => org.salesforce.close());

  const ownEvent = (more: object = {}) => ({
    attributes,
    Subject: 'Loaded',
    OwnerId: org.ann.id,
    ...times,
    ...more,
  });
  const contact = async (address: string, more: object = {}) => {
    const row = { attributes: { type: 'Contact' }, LastName: address, Email: address, OwnerId: org.ann.id };
    return (await org.load({ ...row, ...more }))[0]!;
  };
  const found = async (session: CrmSession, ownerId: string, day = '2026-05-04') => {
    const fromMs = Date.parse(day);
    const within = { fromMs, toMs: fromMs + 86_400_000 };
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page = await session.find({ kind: 'event', ownerId, within, order: 'id', limit: 2, after });
      ids.push(...page.records.map(({ ref }) => ref.id));
      after = page.next;
    }
    return ids;
  };

  it.each(['byUser', 'checked'] as const)(
    'CAL-2 finds what a user owns and is invited to, once, and no copies of it: %s',
    async way => {
      const session = way === 'byUser' ? org.asBob : await org.checked().asUser(org.bob);
      const owned = await org.load(ownEvent({ OwnerId: org.bob.id }), ownEvent({ OwnerId: org.bob.id }));
      const invited: string[] = [];
      for (let index = 0; index < 3; index++)
        invited.push((await written(asAnn, create('event', telling(guest(org.bob.email))))).ref.id);
      await written(asAnn, create('event', telling(guest(org.bob.email, { response: 'declined' }))));
      const ids = await found(session, org.bob.id);
      expect(ids).toEqual([...ids].sort());
      expect(ids).toEqual(expect.arrayContaining([...owned, ...invited]));
      const query = { kind: 'event', ownerId: org.bob.id, limit: 500 } as const;
      expect((await session.ids(query)).ids).toEqual(ids);
      const records = await session.read(ids.map(eventRef));
      const mine = records.flatMap(result =>
        result.type === 'present' && result.record.invited === true ? [result.record.ref.id] : [],
      );
      expect(mine).toEqual(invited.sort());
      for (const id of ids)
        await org.crm.reader().then(reader => reader.write([{ op: 'delete', ref: eventRef(id) }]));
    },
  );

  it('invariant 13: shows nobody the private events of others, also where one user acts for all', async () => {
    const [open, secret] = await org.load(ownEvent(), ownEvent({ IsPrivate: true }));
    const asBob = await org.checked().asUser(org.bob);
    expect(await asBob.read([eventRef(secret!)])).toEqual([{ type: 'absent' }]);
    const [outcome] = await asBob.write([{ op: 'delete', ref: eventRef(open!) }]);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: 'forbidden' } });
    expect((await recordOf(asAnn, eventRef(open!))).ref.id).toBe(open);
  });

  it('CAL-4 takes occurrences for events, and patterns for none', async () => {
    for (const kind of ['Classic', 'Lightning']) {
      const cursor = await org.crm.startCursor();
      const starts = ['2026-06-01T09:00:00Z', '2026-06-02T09:00:00Z'];
      const record = { Subject: kind, OwnerId: org.ann.id, DurationInMinutes: 30 };
      await org.salesforce.control('POST', 'series', { kind, record, starts });
      const page = await asAnn.find({ kind: 'event', order: 'recent', limit: 10 });
      const own = page.records.filter(({ fields }) => fields.subject === kind);
      expect(own).toHaveLength(starts.length);
      const told = (await org.crm.changes([{ kind: 'event', cursor }])).get('event');
      const refs =
        told?.type === 'changes'
          ? told.changes.map(({ ref: { id } }) => ({ kind: 'event', id }) as const)
          : [];
      const heard = (await (await org.crm.reader()).read(refs)).filter(
        result => result.type === 'present' && result.record.fields.subject === kind,
      );
      expect(heard).toHaveLength(starts.length);
    }
  });

  it('reads what was archived', async () => {
    const ids = await org.load(ownEvent());
    await org.salesforce.control('POST', 'archive', { ids });
    expect((await recordOf(asAnn, eventRef(ids[0]!))).fields.subject).toBe('Loaded');
    expect(await org.crm.absence([eventRef(ids[0]!)])).toEqual(new Map([[ids[0], 'hidden']]));
  });

  it.each(['inclusive', 'exclusive'])('CAL-3 finds the days of an event, ends being %s', async allDayEnd => {
    await org.set({ allDayEnd });
    const { ref } = await written(asAnn, create('event', { span: '2026-07-04/2026-07-05' }));
    for (const day of ['2026-07-04', '2026-07-05'])
      expect(await found(asAnn, org.ann.id, day)).toContain(ref.id);
    expect(await found(asAnn, org.ann.id, '2026-07-08')).not.toContain(ref.id);
    expect((await recordOf(asAnn, ref)).fields.span).toBe('2026-07-04/2026-07-05');
  });

  it.each(['end', 'duration'])('CAL-3 moves an event with its end, the %s giving way', async startMoves => {
    await org.set({ startMoves });
    const { ref } = await written(asAnn, create('event', { reminder: '15' }));
    const moved = '2026-05-06T07:00:00[UTC]/2026-05-06T07:20:00[UTC]';
    const { before, after } = await written(asAnn, { op: 'update', ref, fields: { span: moved } });
    expect(before).toMatchObject({ fields: { span, reminder: '15' } });
    expect(after).toMatchObject({ fields: { span: moved, reminder: '15' } });
  });

  it('CAL-3 reminds before days that begin where the owner is', async () => {
    const fields = { span: '2026-07-04/2026-07-04', reminder: '60' };
    const { ref, after } = await written(asAnn, create('event', fields));
    expect(after.fields.reminder).toBe('60');
    const moved = { span: '2026-12-24/2026-12-25' };
    const { after: later } = await written(asAnn, { op: 'update', ref, fields: moved });
    expect(later.fields).toMatchObject({ ...moved, reminder: '60' });
  });

  it.each([false, true])('CAL-5 relates users, contacts and leads, Shared Activities %s', async shared => {
    await org.set({ sharedActivities: shared });
    const session = await org.fresh().asUser(org.ann);
    const address = (name: string) => `${name}.${shared}@fabrikam.example`;
    const lead = { attributes: { type: 'Lead' }, LastName: 'L', Company: 'Lead Inc.', OwnerId: org.ann.id };
    const [account] = await org.load({
      attributes: { type: 'Account' },
      Name: 'Fabrikam',
      OwnerId: org.ann.id,
    });
    await contact(address('carl'), { AccountId: account });
    await org.load({ ...lead, Email: address('lea') }, { ...lead, Email: address('carl') });
    const everybody = [
      guest(org.bob.email, { response: 'accepted' }),
      guest(address('carl'), { response: 'tentative' }),
      guest(address('lea')),
      guest(address('nobody'), { name: 'No Body', role: 'optional', response: 'declined' }),
    ];
    const { ref, after } = await written(
      session,
      create('event', { body: 'Text', ...telling(...everybody) }),
    );
    const expected = everybody.map(({ address: told, response }) => `${told} ${response}`).sort();
    expect(guestsIn(after)).toEqual(expected);
    expect(after.fields.body).toBe('Text');
    expect(after.attendees).toEqual(
      expect.arrayContaining([
        { name: expect.any(String), address: address('carl'), account: 'Fabrikam' },
        { name: 'L', address: address('lea'), account: 'Lead Inc.' },
        { name: expect.any(String), address: org.bob.email, account: null },
      ]),
    );
    const fewer = telling(guest(address('carl'), { response: 'accepted' }), guest(address('other')));
    const update = await written(session, { op: 'update', ref, fields: fewer });
    expect(guestsIn(update.before!)).toEqual(expected);
    expect(guestsIn(update.after)).toEqual([`${address('carl')} accepted`, `${address('other')} none`]);
    expect(update.after.fields.body).toBe('Text');
  });

  it('CAL-5 keeps who organizes the event that its owner attends, known or not', async () => {
    await org.set({ sharedActivities: false });
    const session = await org.fresh().asUser(org.ann);
    const known = 'host@fabrikam.example';
    await contact(known);
    for (const address of [known, 'unknown@fabrikam.example']) {
      const host = guest(address, { role: 'organizer' });
      const fields = telling(
        host,
        guest(org.ann.email, { response: 'accepted' }),
        guest('third@example.com'),
      );
      const { ref, after } = await written(session, create('event', fields));
      expect(guestsIn(after)).toEqual(['third@example.com none']);
      expect(participantsOfText(after.fields.participants!)).toContainEqual(host);
      const { attendees = [] } = await recordOf(session, ref);
      expect(attendees.map(attendee => attendee.address)).toEqual(address === known ? [known] : []);
    }
  });

  it.each([false, true])(
    'CAL-5 whom an event is about stays so, invited or not, Shared Activities %s',
    async sharedActivities => {
      await org.set({ sharedActivities });
      const session = await org.fresh().asUser(org.ann);
      const address = `who.${sharedActivities}@fabrikam.example`;
      const [id] = await org.load(ownEvent({ WhoId: await contact(address) }));
      const ref = eventRef(id!);
      expect(guestsIn(await recordOf(session, ref))).toEqual([`${address} none`]);
      const accepted = telling(guest(address, { response: 'accepted' }));
      const { after } = await written(session, { op: 'update', ref, fields: accepted });
      expect(guestsIn(after)).toEqual([`${address} accepted`]);
      const cleared = await written(session, { op: 'update', ref, fields: telling() });
      expect(guestsIn(cleared.after)).toEqual([`${address} none`]);
    },
  );

  it.each(['byUser', 'checked'] as const)(
    'CAL-2 a user who is invited answers, and touches nobody else: %s',
    async way => {
      await org.set({ sharedActivities: false });
      const guests = telling(guest(org.bob.email), guest('third@example.com'));
      const { ref } = await written(asAnn, create('event', guests));
      const asBob = way === 'byUser' ? org.asBob : await org.checked().asUser(org.bob);
      const answer = telling(guest(org.bob.email, { response: 'accepted' }));
      const { after } = await written(asBob, { op: 'update', ref, fields: answer });
      expect(guestsIn(after)).toEqual([`${org.bob.email} accepted`, 'third@example.com none']);
      const [outcome] = await asBob.write([{ op: 'update', ref, fields: { subject: 'Mine' } }]);
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'forbidden' } });
    },
  );

  it('CAL-5 keeps five hundred people apart from the text, and does not guess whom it could not list', async () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      guest(`guest${index}@a-rather-long-domain-name.example`, { name: `Guest Number ${index}` }),
    );
    const body = 'word '.repeat(200).trim();
    const { ref, after } = await written(asAnn, create('event', { body, ...telling(...many) }));
    expect(after.fields.body).toBe(body);
    expect('participants' in after.fields).toBe(false);
    const { after: changed } = await written(asAnn, { op: 'update', ref, fields: { body: 'Short' } });
    expect(changed.fields.body).toBe('Short');
    const few = telling(...many.slice(0, 100));
    expect(guestsIn((await written(asAnn, { op: 'update', ref, fields: few })).after)).toHaveLength(100);
  });

  it('invariant 3: an event whose people were refused is written, and tells who takes part', async () => {
    const rule = { user: org.ann.login, object: 'EventRelation', read: true, edit: true, delete: true };
    await org.salesforce.control('PUT', 'objectPermissions', { ...rule, create: false });
    const guests = telling(guest(org.bob.email), guest('kept@example.com'));
    const { after } = await written(asAnn, create('event', guests));
    await org.salesforce.control('PUT', 'objectPermissions', { ...rule, create: true });
    expect(guestsIn(after)).toEqual(['kept@example.com none']);
  });

  it('CAL-5 does without relations where the org shows none: one person, the others in the text', async () => {
    const rule = { object: 'EventRelation', create: false, edit: false, delete: false };
    const users = [org.ann.login, org.salesforce.settings.username];
    for (const user of users)
      await org.salesforce.control('PUT', 'objectPermissions', { ...rule, user, read: false });
    await contact('only@fabrikam.example');
    const crm = org.fresh();
    const session = await crm.asUser(org.ann);
    const guests = telling(guest('only@fabrikam.example'), guest(org.bob.email, { response: 'accepted' }));
    const { after } = await written(session, create('event', { body: 'B', ...guests }));
    expect(guestsIn(after)).toEqual([`${org.bob.email} accepted`, 'only@fabrikam.example none']);
    const cursor = await crm.startCursor();
    const told = await crm.changes([
      { kind: 'event', cursor },
      { kind: 'invitation', cursor },
    ]);
    expect(told.get('event')).toMatchObject({ type: 'changes' });
    expect(told.get('invitation')).toMatchObject({ type: 'failed', failure: { kind: 'schema' } });
    for (const user of users)
      await org.salesforce.control('PUT', 'objectPermissions', {
        ...{ object: 'EventRelation', user, read: true, create: true, edit: true, delete: true },
      });
  });

  it.each([false, true])(
    'tells of an invitation and of an answer, whether the event is touched or not: %s',
    async relationsTouchActivity => {
      await org.set({ relationsTouchActivity, declineRemovesChild: relationsTouchActivity });
      const { ref } = await written(asAnn, create('event', {}));
      const told = async (cursor: string) => {
        const result = (await org.crm.changes([{ kind: 'invitation', cursor }])).get('invitation');
        const changes = result?.type === 'changes' ? result.changes : [];
        return changes.filter(({ parentId }) => parentId === ref.id);
      };
      const cursor = await org.crm.startCursor();
      await written(asAnn, { op: 'update', ref, fields: telling(guest(org.bob.email)) });
      expect(await told(cursor)).toMatchObject([{ ownerId: org.bob.id, deleted: false }]);
      const declined = telling(guest(org.bob.email, { response: 'declined' }));
      await written(org.asBob, { op: 'update', ref, fields: declined });
      expect(await told(cursor)).toMatchObject([{ ownerId: org.bob.id, deleted: false }]);
      expect(guestsIn(await recordOf(asAnn, ref))).toEqual([`${org.bob.email} declined`]);
      expect((await recordOf(org.asBob, ref)).invited ?? false).toBe(false);
      expect(await found(org.asBob, org.bob.id)).not.toContain(ref.id);
    },
  );

  it('tells of a withdrawn invitation where the org keeps deleted relations', async () => {
    await org.set({ deletedRelations: 'recycled' });
    const { ref } = await written(asAnn, create('event', telling(guest(org.bob.email))));
    const cursor = await org.crm.startCursor();
    await written(asAnn, { op: 'update', ref, fields: telling() });
    const told = (await org.crm.changes([{ kind: 'invitation', cursor }])).get('invitation');
    expect(told).toMatchObject({
      changes: expect.arrayContaining([
        expect.objectContaining({ deleted: true, ownerId: org.bob.id, parentId: ref.id }),
      ]),
    });
  });

  it('takes what field security hides for unknown, not for empty', async () => {
    const { ref } = await written(asAnn, create('event', { body: 'Kept', location: 'Kiel' }));
    const rule = { user: org.ann.login, object: 'Event', field: 'Description' };
    await org.salesforce.control('PUT', 'fls', { ...rule, readable: false, editable: false });
    const hidden = await recordOf(asAnn, ref);
    await org.salesforce.control('PUT', 'fls', { ...rule, readable: true, editable: true });
    expect(hidden.fields.location).toBe('Kiel');
    expect('body' in hidden.fields).toBe(false);
  });

  it('invariant 3: finds what an attempt has left behind by subject and start, each once', async () => {
    const operations = [create('event', { subject: 'Twin' }), create('event', { subject: 'Twin' })];
    const outcomes = await asAnn.write(operations);
    const attempts = operations.flatMap(operation =>
      operation.op === 'create'
        ? [{ ...operation, kind: 'event' as const, sinceMs: Date.now() - 60_000 }]
        : [],
    );
    const left = await asAnn.findCreated(attempts);
    expect([...left.values()].map(({ ref }) => ref.id).sort()).toEqual(
      outcomes.map(outcome => outcome.ok && outcome.value!.ref.id).sort(),
    );
    const other = { ...attempts[0]!, fields: { ...attempts[0]!.fields, subject: 'Another' } };
    expect(await asAnn.findCreated([other])).toEqual(new Map());
  });

  it('invariant 14: reads many events with few calls, and hears of seven kinds in two', async () => {
    const ids = await org.load(...Array.from({ length: 300 }, () => ownEvent()));
    await asAnn.read([eventRef(ids[0]!)]);
    expect(await org.calls(() => asAnn.read(ids.map(eventRef)))).toBe(2);
    const cursor = await org.crm.startCursor();
    const kinds = ['contact', 'lead', 'account', 'user', 'event', 'task', 'invitation'] as const;
    const poll = () => org.crm.changes(kinds.map(kind => ({ kind, cursor })));
    expect(await org.calls(poll)).toBe(2);
    expect((await poll()).size).toBe(kinds.length);
  });
});
