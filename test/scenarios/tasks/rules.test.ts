import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inDays } from '../calendar/days.ts';
import { Office } from '../office.ts';
import { newTaskList, TASKS, type TaskList, taskList } from './task-list.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const CATEGORY = 'Contoso';
const due = (day: string) => ({ dueDateTime: { dateTime: `${day}T00:00:00`, timeZone: 'UTC' } });
const subjects = async (user: TaskList) => (await user.records()).map(({ Subject }) => Subject);

describe('PAIR-6 PAIR-7: the first cycle', () => {
  it('PAIR-6: takes what is open, sends nothing; what was there goes only with the category', async () => {
    const ann = await newTaskList(office, 'Ann');
    await ann.addRecord({ Subject: 'Done', Status: 'Completed' });
    await ann.addRecord({ Subject: 'Open' });
    const { id } = await ann.add({ title: 'From before' });
    await ann.seat.forgetRequests();
    await ann.seat.startSync(TASKS);
    expect((await ann.seat.writes()).filter(({ side }) => side === 'crm')).toEqual([]);
    expect(await ann.titles()).toEqual(['From before', 'Open']);
    expect(await ann.item(id)).toMatchObject({ link: 'already_there', code: 'already_there' });
    await ann.edit(id, { importance: 'high' });
    await ann.sync();
    expect(await subjects(ann)).toEqual(['Done', 'Open']);
    await ann.edit(id, { categories: [CATEGORY] });
    await ann.sync();
    expect(await subjects(ann)).toEqual(['Done', 'From before', 'Open']);
    await ann.seat.expectSilence();
  });

  it('PAIR-7: a list that a plug-in filled is matched by subject and due date', async () => {
    const ann = await newTaskList(office, 'Ann');
    const { id } = await ann.add({ title: 'Send  Offer', ...due(inDays(3)) });
    await ann.add({ title: 'Send offer', ...due(inDays(4)) });
    const record = await ann.addRecord({ Subject: 'Send offer', ActivityDate: inDays(3), Priority: 'High' });
    for (const importance of ['low', 'normal']) await ann.add({ title: 'Twin', importance });
    const twin = await ann.addRecord({ Subject: 'Twin' });
    await ann.seat.startSync(TASKS);
    expect(await ann.titles()).toHaveLength(4);
    expect(await ann.item(record)).toMatchObject({ link: 'linked', mailboxItemId: id });
    expect(await ann.item(twin)).toMatchObject({ state: 'excluded', code: 'ambiguous' });
    const adopted = (await ann.tasks()).find(task => task.id === id);
    expect(adopted).toMatchObject({ categories: [CATEGORY], importance: 'high' });
    expect(adopted?.linkedResources?.[0]?.webUrl).toContain(record);
    await ann.sync();
    expect(await subjects(ann)).toEqual(['Send offer', 'Twin']);
    await ann.seat.expectSilence();

    await ann.removeRecord(record);
    await ann.sync();
    expect(await ann.titles()).toHaveLength(4);
    await ann.seat.expectSilence();
  });
});

describe('POL-8: new tasks', () => {
  it('POL-8: without automatic synchronization the category sends a task', async () => {
    const ann = await taskList(office, 'Ann', { newItems: { autoSync: false } });
    const { id } = await ann.add({ title: 'Own' });
    await ann.add({ title: 'Marked', categories: [CATEGORY] });
    await ann.sync();
    expect(await subjects(ann)).toEqual(['Marked']);
    expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'not_categorized' });
    await ann.edit(id, { categories: [CATEGORY] });
    await ann.sync();
    expect(await subjects(ann)).toEqual(['Marked', 'Own']);
    await ann.seat.expectSilence();
  });

  it('CON-6: category and link that are taken off a task are put back', async () => {
    const ann = await taskList(office, 'Ann');
    await ann.addRecord({ Subject: 'Marked' });
    await ann.sync();
    const { id } = await ann.task('Marked');
    await ann.edit(id, { categories: [] });
    await ann.sync();
    expect(await ann.task('Marked')).toMatchObject({ categories: [CATEGORY] });
    await ann.seat.expectSilence();
  });
});

describe('POL-10 POL-11: what may not be written', () => {
  async function comesBack(ann: TaskList, record: string): Promise<void> {
    await ann.edit((await ann.task('Fixed')).id, { importance: 'low' });
    await ann.sync();
    expect(await ann.task('Fixed')).toMatchObject({ importance: 'high' });
    expect(await ann.story(record)).toContainEqual(
      expect.objectContaining({ action: 'conflict', detail: expect.objectContaining({ field: 'priority' }) }),
    );
    await ann.remove((await ann.task('Fixed')).id);
    await ann.sync(2);
    expect(await ann.task('Fixed')).toMatchObject({ categories: [CATEGORY], importance: 'high' });
    expect(await ann.record('Fixed')).toMatchObject({ Id: record, Priority: 'High' });
    await ann.seat.expectSilence();
  }

  it('POL-11: from the CRM only: an edit is restored, a deleted task comes back', async () => {
    const ann = await taskList(office, 'Ann', {
      modules: { tasks: { enabled: true, direction: 'to-mailbox' } },
    });
    const record = await ann.addRecord({ Subject: 'Fixed', Priority: 'High' });
    const { id } = await ann.add({ title: 'Own' });
    await ann.sync();
    expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'direction' });
    await comesBack(ann, record);
  });

  it('POL-10: without the right to edit or delete: the same', async () => {
    const ann = await taskList(office, 'Ann');
    const record = await ann.addRecord({ Subject: 'Fixed', Priority: 'High' });
    await ann.sync();
    await office.world.salesforce.control('PUT', 'objectPermissions', {
      user: ann.seat.mail,
      object: 'Task',
      read: true,
      create: false,
      edit: false,
      delete: false,
    });
    await comesBack(ann, record);
  });

  it('POL-10: a task that is assigned to somebody else leaves, and comes to him', async () => {
    const ann = await taskList(office, 'Ann');
    const bob = await taskList(office, 'Bob');
    const record = await ann.addRecord({ Subject: 'Handed over' });
    await ann.sync();
    await ann.editRecord(record, { OwnerId: bob.seat.crmUserId });
    await ann.sync();
    await bob.sync();
    expect(await ann.titles()).toEqual([]);
    expect(await bob.titles()).toEqual(['Handed over']);
    await ann.seat.expectSilence();
    await bob.seat.expectSilence();
  });
});

describe('POL-20: the guard', () => {
  it('POL-20: 30 tasks that are deleted in the mailbox are held until an admin decides', async () => {
    const ann = await newTaskList(office, 'Ann');
    const { crmUserId: OwnerId } = ann.seat;
    const records = Array.from({ length: 40 }, (_, n) => ({ Subject: `Task ${n + 10}`, OwnerId }));
    await office.world.salesforce.create('Task', records);
    await ann.seat.startSync(TASKS);
    for (const task of (await ann.tasks()).slice(0, 30)) await ann.remove(task.id);
    await ann.sync();
    expect(await ann.records()).toHaveLength(40);
    expect(await ann.item((await ann.record('Task 10')).Id)).toMatchObject({
      state: 'held',
      code: 'mass_deletion',
    });
    const held = await office.world.tandem.all(`/held-deletions?pairing=${ann.seat.pairingId}`);
    expect(held).toHaveLength(30);

    await office.world.tandem.post('/held-deletions/approve', { pairingId: ann.seat.pairingId });
    await ann.sync();
    expect(await ann.records()).toHaveLength(10);
    expect(await ann.titles()).toHaveLength(10);
    await ann.seat.expectSilence();
  });
});

describe('POL-19: edits of both sides', () => {
  it('POL-19: different fields merge; of the same field the CRM wins, the other is kept', async () => {
    const ann = await taskList(office, 'Ann');
    const record = await ann.addRecord({ Subject: 'Plan' });
    await ann.sync();
    const { id } = await ann.task('Plan');
    await ann.edit(id, { importance: 'high', ...due(inDays(2)) });
    await ann.editRecord(record, { ActivityDate: inDays(9), Description: 'Agenda' });
    await ann.sync();
    expect(await ann.record('Plan')).toMatchObject({ Priority: 'High', ActivityDate: inDays(9) });
    const task = await ann.task('Plan');
    expect(task.dueDateTime?.dateTime).toContain(inDays(9));
    expect(task.body.content).toContain('Agenda');
    expect(await ann.story(record)).toContainEqual(
      expect.objectContaining({ detail: expect.objectContaining({ field: 'dueDay', lost: inDays(2) }) }),
    );
    await ann.seat.expectSilence();
  });
});

/** Whatever was wrong, a good one beside it is on both sides, and nothing is tried for ever. */
async function expectOthersSynced(ann: TaskList): Promise<void> {
  await ann.addRecord({ Subject: 'Good record' });
  await ann.add({ title: 'Good task' });
  expect((await ann.sync()).state).toBe('in_sync');
  expect(await ann.titles()).toEqual(expect.arrayContaining(['Good record', 'Good task']));
  expect(await ann.records('Good task')).toHaveLength(1);
  await ann.seat.expectSilence();
}

describe('bad input', () => {
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
    const content = Array.from({ length: 5_000 }, (_, n) => `Line number ${n} of the long notes.`).join(
      '\r\n',
    );
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
});
