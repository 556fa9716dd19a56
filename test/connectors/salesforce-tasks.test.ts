import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CrmSession } from '../../connectors/connector.ts';
import type { CrmRef } from '../../sync/record.ts';
import { linksOfText } from '../../sync/tasks/text-form.ts';
import { type ActivityOrg, activityOrg, create, recordOf, span, written } from './salesforce-activities.ts';

const taskRef = (id: string): CrmRef => ({ kind: 'task', id });

describe('tasks and calls of Salesforce', () => {
  let org: ActivityOrg;
  let asAnn: CrmSession;

  beforeAll(async () => {
    org = await activityOrg();
    ({ asAnn } = org);
  });
  afterEach(() => org.fault());
  afterAll(() => org.salesforce.close());

  const ownTask = (more: object) => ({
    attributes: { type: 'Task' },
    Subject: 'Loaded',
    OwnerId: org.ann.id,
    ...more,
  });
  const record = async (type: string, more: object) =>
    (await org.load({ attributes: { type }, OwnerId: org.ann.id, ...more }))[0]!;
  const linksOf = async (session: CrmSession, id: string) =>
    linksOfText((await recordOf(session, taskRef(id))).fields.links!);

  it('TASK-1 leads to the task and to what it is about, else to whom', async () => {
    const opportunity = { Name: 'Big deal', StageName: 'Prospecting', CloseDate: '2026-12-31' };
    const whatId = await record('Opportunity', opportunity);
    const whoId = await record('Contact', { FirstName: 'Carl', LastName: 'Contact' });
    const [about, withPerson, alone] = await org.load(
      ownTask({ WhatId: whatId, WhoId: whoId }),
      ownTask({ WhoId: whoId, TaskSubtype: 'Call', Subject: null }),
      ownTask({}),
    );
    const url = (object: string, id: string) => expect.stringMatching(`/lightning/r/${object}/${id}/view$`);
    expect(await linksOf(asAnn, about!)).toEqual([
      { url: url('Task', about!), name: 'Loaded' },
      { url: url('Opportunity', whatId), name: 'Big deal' },
    ]);
    expect(await linksOf(asAnn, withPerson!)).toEqual([
      { url: url('Task', withPerson!), name: 'Call' },
      { url: url('Contact', whoId), name: 'Carl Contact' },
    ]);
    expect(await linksOf(asAnn, alone!)).toHaveLength(1);
  });

  it.each(['byUser', 'checked'] as const)(
    'invariant 13: names nothing that the user does not see: %s',
    async way => {
      await org.salesforce.control('PUT', 'sharing', { Account: 'Private' });
      const hiddenId = await record('Account', { Name: 'Secret Inc.' });
      const ids = await org.load(ownTask({ WhatId: hiddenId, OwnerId: org.bob.id }));
      const session = way === 'byUser' ? org.asBob : await org.checked().asUser(org.bob);
      expect(JSON.stringify(await linksOf(session, ids[0]!))).not.toContain('Secret');
    },
  );

  it('is read as what it is, and told so', async () => {
    const cursor = await org.crm.startCursor();
    const [call, mail] = await org.load(ownTask({ TaskSubtype: 'Call' }), ownTask({ TaskSubtype: 'Email' }));
    expect(await asAnn.read([taskRef(call!), taskRef(mail!)])).toMatchObject([
      { record: { ref: { kind: 'call', id: call } } },
      { record: { ref: { kind: 'task', id: mail } } },
    ]);
    const told = await org.crm.changes([
      { kind: 'task', cursor },
      { kind: 'call', cursor },
    ]);
    const refsOf = (kind: 'task' | 'call') => {
      const result = told.get(kind);
      return result?.type === 'changes' ? result.changes.map(({ ref }) => ref) : [];
    };
    expect(refsOf('task')).toEqual(
      expect.arrayContaining([
        { kind: 'call', id: call },
        { kind: 'task', id: mail },
      ]),
    );
    expect(new Set(refsOf('call').map(({ kind }) => kind))).toEqual(new Set(['call']));
  });

  it("does not take a queue's tasks for a user's", async () => {
    await org.set({ queueOwnedTasks: true });
    const queueId = await record('Group', { Name: 'Queue', Type: 'Queue', OwnerId: undefined });
    const ids = await org.load(ownTask({ OwnerId: queueId }));
    const page = await asAnn.find({ kind: 'task', ownerId: org.ann.id, order: 'id', limit: 500 });
    expect(page.records.map(({ ref }) => ref.id)).not.toContain(ids[0]);
    const reader = await org.crm.reader();
    expect((await recordOf(reader, taskRef(ids[0]!))).ownerId).toBe(queueId);
  });

  it('TASK-1 takes each instance of a recurring task for one, and the pattern for none', async () => {
    const starts = ['2026-06-01', '2026-06-02', '2026-06-03'];
    const task = { Subject: 'Weekly', OwnerId: org.ann.id };
    await org.salesforce.control('POST', 'series', { object: 'Task', kind: 'Classic', record: task, starts });
    const page = await asAnn.find({ kind: 'task', ownerId: org.ann.id, order: 'recent', limit: 100 });
    const days = page.records
      .filter(({ fields }) => fields.subject === 'Weekly')
      .map(({ fields }) => fields.dueDay);
    expect(days.sort()).toEqual(starts);
  });

  it("completes and reopens in the org's own words", async () => {
    const { ref } = await written(asAnn, create('task', { priority: 'high' }));
    const fields = { status: 'completed', priority: 'low' };
    const { before, after } = await written(asAnn, { op: 'update', ref, fields });
    expect(before).toMatchObject({ closed: false, fields: { status: 'notStarted', priority: 'high' } });
    expect(after).toMatchObject({ closed: true, fields });
  });

  it('invariant 3: finds what a lost answer left behind by subject and day, each once', async () => {
    const dueDay = '2026-05-04';
    const operations = [{}, { subject: null }, {}].map(more => create('call', { dueDay, ...more }));
    await org.fault({ mode: 'lost-response', times: 1, match: '/composite' });
    await asAnn.read([taskRef('00T000000000001AAA')]).catch(() => null);
    await org.fault({ mode: 'lost-response', times: 1, match: 'POST /composite' });
    const failure = await asAnn.write(operations).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'transient', maybeApplied: true });
    const attempts = operations.flatMap(operation =>
      operation.op === 'create'
        ? [{ ...operation, kind: 'call' as const, sinceMs: Date.now() - 60_000 }]
        : [],
    );
    const left = [...(await asAnn.findCreated(attempts)).values()];
    expect(new Set(left.map(({ ref }) => ref.id)).size).toBe(attempts.length);
  });

  it('creates events and tasks by key where the org has the field', async () => {
    const keyField = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };
    for (const object of ['Event', 'Task'])
      await org.salesforce.control('POST', 'schema', { object, fields: [keyField] });
    const session = await org.fresh().asUser(org.ann);
    for (const kind of ['event', 'task', 'call'] as const) {
      const operation = create(kind, {});
      const { ref } = await written(session, operation);
      expect(await written(session, operation)).toMatchObject({ ref, existed: true });
    }
  });

  it('invariant 10: answers each of a mixed batch for itself', async () => {
    const { ref } = await written(asAnn, create('task', {}));
    const outcomes = await asAnn.write([
      create('event', { span: '2026-05-01/2026-05-31' }),
      create('event', { span, subject: 'x'.repeat(300) }),
      create('call', {}),
      { op: 'update', ref: { kind: 'account', id: '001000000000001AAA' }, fields: {} },
      { op: 'delete', ref },
    ]);
    expect(outcomes).toMatchObject([
      { ok: false, failure: { kind: 'validation', fields: ['span'] } },
      { ok: true },
      { ok: true, value: { ref: { kind: 'call' } } },
      { ok: false, failure: { kind: 'permanent' } },
      { ok: true, value: { ref, before: { ref }, after: null } },
    ]);
  });

  it('offers what the org has, and takes a hidden object for not there', async () => {
    expect((await org.crm.capabilities()).modules).toEqual([
      ...['contacts', 'leads', 'appointments', 'calls', 'tasks'],
    ]);
    const rule = { user: org.salesforce.settings.username, object: 'Task' };
    const may = (allowed: boolean) => ({ read: allowed, create: allowed, edit: allowed, delete: allowed });
    await org.salesforce.control('PUT', 'objectPermissions', { ...rule, ...may(false) });
    const { modules, fields } = await org.fresh().capabilities();
    const checks = await org.fresh().test();
    await org.salesforce.control('PUT', 'objectPermissions', { ...rule, ...may(true) });
    expect(modules).toEqual(['contacts', 'leads', 'appointments']);
    expect(fields.task?.size).toBe(0);
    const states = new Map(checks.map(({ check, state }) => [check, state]));
    expect([states.get('read Event'), states.get('read Task')]).toEqual(['ok', 'missing']);
  });
});
