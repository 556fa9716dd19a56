import { beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxItems } from '../../connectors/connector.ts';
import { taskContainer } from '../../sync/containers.ts';
import { pick, withFields } from '../../sync/items/compare.ts';
import { type Field, type Fields, type MailboxItem, TASK_FIELDS } from '../../sync/record.ts';
import { linksToCrm, partsOfTask, statuses, wholeTask } from './activities.ts';
import { awkwardNames } from './mailbox-people.ts';
import { drain, idsOf, itemOf, lastOf, type MailboxScene, written } from './mailbox-subject.ts';
import { expectSaid } from './saying.ts';

export function mailboxTasks(scene: () => MailboxScene): void {
  describe('tasks', () => {
    let mailbox: Mailbox;
    let tasks: MailboxItems;
    let list: string;
    let held: ReadonlySet<Field>;

    beforeAll(async () => {
      mailbox = scene().mailbox;
      tasks = mailbox.items('task');
      list = await mailbox.defaultTaskList();
      held = scene().subject.connection.capabilities.fields.task;
    });

    const create = (fields: Fields, key: string): Promise<MailboxItem> =>
      written(tasks, {
        op: 'create',
        containerId: list,
        key,
        fields: { links: linksToCrm, ...fields },
        categories: [],
      });
    const update = (itemId: string, fields: Fields) => written(tasks, { op: 'update', itemId, fields });
    const cursorNow = async () => (await drain(mailbox, list, null)).cursor;

    it('TASK-1 keeps every field of a task as it was written, with the links to the CRM', async () => {
      const wanted = pick({ ...wholeTask, links: linksToCrm }, held);
      const task = await create(wanted, 'task-whole');
      expect(task.containerId).toBe(list);
      expectSaid(task.fields, wanted);
      expectSaid((await itemOf(tasks, task.itemId)).fields, wanted);
    });

    it('tells every field that it holds, of a task with nothing but a subject', async () => {
      const { itemId } = await written(tasks, {
        op: 'create',
        containerId: list,
        key: 'task-sparse',
        fields: { subject: 'Sparse', links: linksToCrm },
        categories: [],
      });
      const { fields } = await itemOf(tasks, itemId);
      expect(Object.keys(fields).sort()).toEqual(TASK_FIELDS.filter(field => held.has(field)).sort());
    });

    it('TASK-1 keeps a status that it read; what is done is done, and what is reopened is not', async () => {
      const { itemId } = await create({ subject: 'Status' }, 'task-status');
      for (const status of [...statuses, 'notStarted']) {
        const told = (await update(itemId, { status })).fields.status!;
        if (status === 'completed' || status === 'notStarted') expect(told).toBe(status);
        expect((await update(itemId, { status: told })).fields.status).toBe(told);
      }
    });

    it.each(partsOfTask)('changes nothing but %o', async change => {
      const { itemId } = await create(pick(wholeTask, held), `task-part-${JSON.stringify(change)}`);
      const wanted = pick(withFields({ ...wholeTask, links: linksToCrm }, change), held);
      expectSaid((await update(itemId, change)).fields, wanted);
      expectSaid((await itemOf(tasks, itemId)).fields, wanted);
    });

    it.each(awkwardNames)('keeps %s in texts, and finds it by keys', async name => {
      const fields = { subject: name, body: `about ${name}` };
      const task = await create(fields, `task ${name}`);
      expectSaid(task.fields, fields);
      const found = await tasks.findByKeys(list, [`task ${name}`, 'key of nobody']);
      expect([...found.keys()]).toEqual([`task ${name}`]);
      expect(found.get(`task ${name}`)?.itemId).toBe(task.itemId);
    });

    it('takes the stamp off a task and changes its categories', async () => {
      const { itemId } = await create({ subject: 'Stamped' }, 'task-stamped');
      const operation = { op: 'update', itemId, fields: {}, key: null, categories: ['One', 'Two'] } as const;
      expect((await written(tasks, operation)).categories).toEqual(['One', 'Two']);
      expect(await tasks.findByKeys(list, ['task-stamped'])).toEqual(new Map());
    });

    it('reports an own write once, and then nothing', async () => {
      const cursor = await cursorNow();
      const { itemId } = await create({ subject: 'Seen' }, 'task-seen');
      const round = await drain(mailbox, list, cursor);
      expect(idsOf(round.changes)).toContain(itemId);
      expect((await drain(mailbox, list, round.cursor)).changes).toEqual([]);
      await update(itemId, { status: 'completed' });
      expect(await lastOf(mailbox, list, round.cursor)).toMatchObject({
        type: 'present',
        item: { itemId, containerId: list },
      });
    });

    it('tells in its changes what reading the task tells', async () => {
      const cursor = await cursorNow();
      const { itemId } = await create(pick(wholeTask, held), 'task-told');
      const change = await lastOf(mailbox, list, cursor);
      if (change?.type !== 'present') throw new Error('the new task is not among the changes');
      const { fieldsOutsideChanges } = scene().subject.connection.capabilities;
      const carried = TASK_FIELDS.filter(field => held.has(field) && !fieldsOutsideChanges.has(field));
      const { fields } = await itemOf(tasks, itemId);
      expectSaid(change.item.fields, pick(fields, change.partial ? ['subject'] : carried));
    });

    it('enumerates a list completely, over several pages', async () => {
      const subjects = Array.from({ length: 25 }, (_, index) => `Bulk ${index}`);
      const outcomes = await tasks.write(
        subjects.map(subject => ({
          op: 'create',
          containerId: list,
          key: `task ${subject}`,
          fields: { subject, links: linksToCrm },
          categories: [],
        })),
      );
      const ids = outcomes.map(outcome => (outcome.ok ? outcome.value?.itemId : outcome.failure));
      expect(idsOf((await drain(mailbox, list, null)).changes)).toEqual(expect.arrayContaining(ids));
    });

    it('tells a deletion as removed, and takes a second one for success', async () => {
      const { itemId } = await create({ subject: 'Deleted' }, 'task-deleted');
      const cursor = await cursorNow();
      expect(await tasks.write([{ op: 'delete', itemId }])).toEqual([{ ok: true, value: null }]);
      expect(await tasks.write([{ op: 'delete', itemId }])).toEqual([{ ok: true, value: null }]);
      expect(await lastOf(mailbox, list, cursor)).toEqual({ type: 'removed', itemId });
      expect(await tasks.read([itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
      expect(await tasks.findByKeys(list, ['task-deleted'])).toEqual(new Map());
    });

    it('answers an update of what is gone as gone, beside one that works', async () => {
      const [gone, alive] = [
        await create({ subject: 'Gone' }, 'task-gone'),
        await create({ subject: 'A' }, 'task-a'),
      ];
      await tasks.write([{ op: 'delete', itemId: gone.itemId }]);
      const [first, second] = await tasks.write([
        { op: 'update', itemId: gone.itemId, fields: { subject: 'B' } },
        { op: 'update', itemId: alive.itemId, fields: { subject: 'B' } },
      ]);
      expect(first).toMatchObject({ ok: false, failure: { kind: 'gone' } });
      expect(second).toMatchObject({ ok: true, value: { fields: { subject: 'B' } } });
    });

    it('invariant 10: fails a bad task alone, with the field by name', async () => {
      const operation = (subject: string, key: string) =>
        ({
          op: 'create',
          containerId: list,
          key,
          fields: { subject, links: linksToCrm },
          categories: [],
        }) as const;
      const outcomes = await tasks.write([operation('good', 'task-good'), operation('nul \0', 'task-nul')]);
      expect(outcomes).toMatchObject([
        { ok: true },
        { ok: false, failure: { kind: 'validation', fields: ['subject'] } },
      ]);
    });

    it('invariant 5: a list that is gone is no evidence of deletions', async () => {
      const gone = taskContainer(await scene().subject.deletedTaskList());
      expect(await mailbox.changes(gone, null)).toEqual({ type: 'container-gone' });
    });
  });
}
