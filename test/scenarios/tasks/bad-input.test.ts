import { afterAll, beforeAll, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { type TaskList, taskList } from './task-list.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

/** Whatever was wrong, a good one beside it is on both sides, and nothing is tried for ever. */
async function expectOthersSynced(ann: TaskList): Promise<void> {
  await ann.addRecord({ Subject: 'Good record' });
  await ann.add({ title: 'Good task' });
  expect((await ann.sync()).state).toBe('in_sync');
  expect(await ann.titles()).toEqual(expect.arrayContaining(['Good record', 'Good task']));
  expect(await ann.records('Good task')).toHaveLength(1);
  await ann.seat.expectSilence();
}

it('TASK-1: a task of the CRM without a subject comes, and keeps none there', async () => {
  const ann = await taskList(office, 'Ann');
  const record = await ann.addRecord({ Description: 'Somebody forgot the subject' });
  await ann.sync();
  expect(await ann.item(record)).toMatchObject({ link: 'linked', state: 'in_sync' });
  const [task] = await ann.tasks();
  expect(task?.body.content).toContain('Somebody forgot the subject');
  await ann.seat.expectSilence();
  expect(await ann.seat.record('Task', record, 'Subject')).toEqual({ Subject: null });
  await ann.edit(task?.id ?? '', { title: 'Remembered' });
  await ann.sync(2);
  expect(await ann.record('Remembered')).toMatchObject({ Id: record });
  await expectOthersSynced(ann);
});

it('TASK-1: a task without a title is in the CRM without a subject', async () => {
  const ann = await taskList(office, 'Ann');
  const { id } = await ann.add({ title: '', body: { contentType: 'text', content: 'Untitled' } });
  await ann.sync();
  const item = await ann.item(id);
  expect(item?.state === 'in_sync' || item?.reason).toBeTruthy();
  await expectOthersSynced(ann);
});

it('TASK-1: notes of 200 kB stay whole in the mailbox', async () => {
  const ann = await taskList(office, 'Ann');
  const content = Array.from({ length: 5_000 }, (_, n) => `Line number ${n} of the long notes.`).join('\r\n');
  const { id } = await ann.add({ title: 'Notes', body: { contentType: 'text', content } });
  const before = (await ann.task('Notes')).body.content;
  await ann.sync();
  const { Id, Description } = await ann.record('Notes');
  expect(Description).toContain('Line number 0 of the long notes.');
  await ann.editRecord(Id, { Priority: 'High' });
  await ann.sync();
  expect(await ann.task('Notes')).toMatchObject({ id, importance: 'high', body: { content: before } });
  await expectOthersSynced(ann);
});

it('PAIR-10: a task that the CRM refuses waits with the reason, and goes when it is put right', async () => {
  const ann = await taskList(office, 'Ann');
  await office.world.salesforce.control('POST', 'load', {
    validationRules: [
      {
        object: 'Task',
        condition: "Priority = 'High'",
        errorMessage: 'Nothing is urgent.',
        field: 'Priority',
      },
    ],
  });
  const { id } = await ann.add({ title: 'Urgent', importance: 'high' });
  await ann.sync();
  expect(await ann.item(id)).toMatchObject({
    state: 'failing',
    reason: expect.stringContaining('Nothing is urgent.'),
  });
  await expectOthersSynced(ann);
  await ann.edit(id, { importance: 'normal' });
  await ann.sync();
  expect(await ann.records('Urgent')).toHaveLength(1);
});
