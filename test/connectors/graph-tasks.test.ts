import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MailboxItems } from '../../connectors/connector.ts';
import { textOfTime } from '../../sync/calendar/text-form.ts';
import { listOf } from '../../sync/containers.ts';
import type { Fields } from '../../sync/record.ts';
import { textOfLinks } from '../../sync/tasks/text-form.ts';
import { create, type GraphUnderTest, graphUnderTest, readBack, round, written } from './graph-mailbox.ts';

const record = { url: 'https://crm.example/00T1', name: 'Send the offer' };
const deal = { url: 'https://crm.example/006A', name: 'Big deal' };
const whole: Fields = {
  subject: 'Send the offer',
  body: 'First\nsecond',
  dueDay: '2026-03-20',
  status: 'waiting',
  priority: 'high',
  remindAt: textOfTime({ local: '2026-03-19T08:00:00', zone: 'UTC' }),
  links: textOfLinks([record, deal]),
};

describe('tasks in Microsoft To Do', () => {
  let graph: GraphUnderTest;
  let tasks: MailboxItems;
  let list: string;
  let keys = 0;
  const made = (fields: Fields) => written(tasks, create(list, `key-${++keys}`, fields));
  const path = (...below: readonly string[]) =>
    ['todo/lists', listOf(list), 'tasks', ...below].map(part => part.replaceAll('=', '%3D')).join('/');

  beforeAll(async () => {
    graph = await graphUnderTest();
    tasks = graph.mailbox.items('task');
    list = await graph.mailbox.defaultTaskList();
  });
  afterEach(async () => {
    await graph.control('PUT', 'faults', []);
    await graph.behave({
      ...{ todoCollectionFilters: 'refused', todoLinkedResources: 'expanded', todoImmutableIds: 'ignored' },
      ...{ todoDays: 'utc', todoSelect: 'accepted', todoRecurrence: 'newTask', deltaPartialRows: false },
    });
  });
  afterAll(() => graph.close());

  it.each([
    { todoDays: 'utc', todoLinkedResources: 'expanded', todoSelect: 'refused' },
    { todoDays: 'asWritten', todoLinkedResources: 'always', todoSelect: 'accepted' },
  ])('TASK-1 are kept as they were written: %o', async behaviour => {
    await graph.behave(behaviour);
    const item = await made(whole);
    expect(item).toMatchObject({
      containerId: list,
      categories: ['CRM'],
      stamp: `key-${keys}`,
      fields: whole,
    });
    expect(await readBack(tasks, item.itemId)).toEqual(item);
    const fields: Fields = {
      status: 'completed',
      dueDay: null,
      remindAt: 'none',
      body: null,
      links: textOfLinks([deal]),
    };
    const changed = await written(tasks, { op: 'update', itemId: item.itemId, fields });
    expect(changed.fields).toMatchObject({ ...whole, ...fields });
    expect(changed.stamp).toBe(item.stamp);
    await tasks.write([{ op: 'delete', itemId: item.itemId }]);
    expect(await tasks.read([item.itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
  });

  it('links of others stay, and the key goes without ours', async () => {
    const { itemId } = await made(whole);
    const other = { applicationName: 'Mail', displayName: 'A mail', webUrl: 'https://mail.example/1' };
    await graph.hand('POST', path(itemId, 'linkedResources'), other);
    const bare = await written(tasks, { op: 'update', itemId, fields: {}, key: null });
    expect(bare.stamp).toBeUndefined();
    expect(bare.fields.links).toBe(whole.links);
    const none = await written(tasks, { op: 'update', itemId, fields: { links: null } });
    expect(none.fields.links).toBeNull();
    const { value } = await graph.hand('GET', path(itemId, 'linkedResources'));
    expect(value).toMatchObject([other]);
  });

  it.each(['refused', 'accepted'])(
    'invariant 3: a creation whose answer was lost is found again, filters being %s',
    async todoCollectionFilters => {
      await graph.behave({ todoCollectionFilters });
      const key = `lost '${todoCollectionFilters}'`;
      await graph.control('PUT', 'faults', [{ mode: 'lost-response', times: 1, match: { path: '$batch' } }]);
      await expect(tasks.write([create(list, key, whole)])).rejects.toMatchObject({ maybeApplied: true });
      const found = await tasks.findByKeys(list, [key, 'key of nobody']);
      expect([...found.keys()]).toEqual([key]);
      expect(found.get(key)?.fields).toMatchObject(whole);
    },
  );

  it('TASK-1 of an instance and the next one, which has its links, the first is found by the key', async () => {
    const { itemId, stamp } = await made(whole);
    await graph.hand('PATCH', path(itemId), {
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'noEnd', startDate: '2026-03-20' },
      },
    });
    await graph.control('PUT', 'clock', { now: '2026-03-02T10:30:00Z' });
    await written(tasks, { op: 'update', itemId, fields: { status: 'completed' } });
    const cursor = await round(graph.mailbox, list, null);
    const next = cursor.changes.flatMap(change =>
      change.type === 'present' && change.item.fields.dueDay === '2026-03-21' ? [change.item.itemId] : [],
    );
    expect(next).toHaveLength(1);
    expect((await tasks.findByKeys(list, [stamp!])).get(stamp!)?.itemId).toBe(itemId);
  });

  it.each(['ignored', 'honoured'])(
    'a task in another list is not in this one, its id being %s',
    async todoImmutableIds => {
      await graph.behave({ todoImmutableIds });
      const { itemId } = await made(whole);
      const { id } = await graph.hand('POST', 'todo/lists', { displayName: 'Other' });
      await graph.control('POST', 'move-task', { mailbox: graph.address, id: itemId, list: id });
      expect(await tasks.read([itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
      expect(await tasks.write([{ op: 'delete', itemId }])).toEqual([{ ok: true, value: null }]);
    },
  );

  it('changes are told without links, deletions by the id', async () => {
    const { itemId } = await made(whole);
    const { changes, cursor } = await round(graph.mailbox, list, null);
    const row = changes.find(change => change.type === 'present' && change.item.itemId === itemId);
    const { links: _later, ...told } = whole;
    expect(row).toMatchObject({ partial: false, item: { containerId: list, fields: told } });
    expect(row?.type === 'present' && 'links' in row.item.fields).toBe(false);
    await graph.behave({ deltaPartialRows: true });
    await written(tasks, { op: 'update', itemId, fields: { subject: 'Other' } });
    const short = await round(graph.mailbox, list, cursor);
    expect(short.changes).toMatchObject([{ partial: true, item: { itemId, fields: {} } }]);
    await tasks.write([{ op: 'delete', itemId }]);
    expect((await round(graph.mailbox, list, short.cursor)).changes).toEqual([{ type: 'removed', itemId }]);
  });

  it('invariant 5: a list that is gone is no evidence of deletions', async () => {
    const { id } = await graph.hand('POST', 'todo/lists', { displayName: 'Gone' });
    const container = `tasks:${String(id)}`;
    const { cursor } = await round(graph.mailbox, container, null);
    await graph.hand('DELETE', `todo/lists/${String(id).replaceAll('=', '%3D')}`);
    expect(await graph.mailbox.changes(container, cursor)).toEqual({ type: 'container-gone' });
    const { itemId } = await made(whole);
    const match = { path: 'todo/lists', method: 'GET' };
    await graph.control('PUT', 'faults', [{ mode: 'status', status: 404, code: 'ErrorItemNotFound', match }]);
    await expect(tasks.read([itemId])).rejects.toMatchObject({ kind: 'gone' });
  });

  it('TASK-1 a mailbox without the role for tasks is refused, and its credential stays good', async () => {
    const { roles } = (await graph.control('GET', 'info')) as { roles: string[] };
    await graph.control('PUT', 'app', { roles: roles.filter(role => !role.startsWith('Tasks.')) });
    await expect(graph.mailbox.changes(list, null)).rejects.toMatchObject({ kind: 'forbidden' });
    await graph.control('PUT', 'app', { roles });
    expect(await graph.mailbox.changes(list, null)).toMatchObject({ type: 'page' });
  });
});
