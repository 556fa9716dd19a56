import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inDays } from '../calendar/days.ts';
import { Office } from '../office.ts';
import { newTaskList, TASKS, type TodoTask, taskList } from './task-list.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const CATEGORY = 'Contoso';
const linksOf = ({ linkedResources = [] }: TodoTask) => linkedResources.map(({ webUrl }) => webUrl);
const dueOn = (day: string, timeZone = 'UTC') => ({ dueDateTime: { dateTime: `${day}T00:00:00`, timeZone } });
const dueDay = ({ dueDateTime }: TodoTask) => dueDateTime?.dateTime.slice(0, 10);

describe('TASK-1', () => {
  it('TASK-1: a task of the CRM comes with category, link and contents, and every edit travels', async () => {
    const ann = await newTaskList(office, 'Ann');
    const day = inDays(5);
    const id = await ann.addRecord({
      Subject: 'Send offer',
      ActivityDate: day,
      Priority: 'High',
      Description: 'With the new prices',
    });
    await ann.seat.startSync(TASKS);
    const task = await ann.task('Send offer');
    expect(task).toMatchObject({ categories: [CATEGORY], importance: 'high', status: 'notStarted' });
    expect([dueDay(task), linksOf(task)]).toEqual([day, [expect.stringContaining(id)]]);
    expect(task.body.content).toContain('With the new prices');

    await ann.edit(task.id, { title: 'Send it', importance: 'low', ...dueOn(inDays(7)) });
    await ann.sync();
    expect(await ann.record('Send it')).toMatchObject({ Id: id, Priority: 'Low', ActivityDate: inDays(7) });
    await ann.editRecord(id, { ActivityDate: null, Description: null, Status: 'In Progress' });
    await ann.sync();
    const edited = await ann.task('Send it');
    expect(edited).toMatchObject({ id: task.id, status: 'inProgress' });
    expect([dueDay(edited), edited.body.content.trim()]).toEqual([undefined, '']);
    await ann.seat.expectSilence();
  });

  it('TASK-1: what the user writes down is in the CRM with due date, priority, notes and reminder', async () => {
    const ann = await taskList(office, 'Ann');
    const reminder = {
      isReminderOn: true,
      reminderDateTime: { dateTime: `${inDays(2)}T07:30:00`, timeZone: 'UTC' },
    };
    const { id } = await ann.add({
      title: 'Prepare visit',
      importance: 'high',
      body: { contentType: 'text', content: 'Maps\nTickets' },
      ...dueOn(inDays(3)),
      ...reminder,
    });
    await ann.sync();
    const record = await ann.record('Prepare visit');
    expect(record).toMatchObject({
      Priority: 'High',
      ActivityDate: inDays(3),
      Description: 'Maps\nTickets',
      IsReminderSet: true,
      TaskSubtype: 'Task',
    });
    expect(new Date(record.ReminderDateTime ?? '').toISOString()).toBe(`${inDays(2)}T07:30:00.000Z`);
    const task = await ann.task('Prepare visit');
    expect(task).toMatchObject({ id, categories: [CATEGORY] });
    expect(linksOf(task)).toEqual([expect.stringContaining(record.Id)]);
    await ann.seat.expectSilence();
  });

  it('TASK-1: completing in either place completes in the other, reopening too', async () => {
    const ann = await taskList(office, 'Ann');
    const here = await ann.addRecord({ Subject: 'In Outlook' });
    const there = await ann.addRecord({ Subject: 'In the CRM' });
    await ann.sync();
    const { id } = await ann.task('In Outlook');
    await ann.edit(id, { status: 'completed' });
    await ann.editRecord(there, { Status: 'Completed' });
    await ann.sync();
    expect((await ann.records()).map(({ IsClosed }) => IsClosed)).toEqual([true, true]);
    expect((await ann.tasks()).map(({ status }) => status)).toEqual(['completed', 'completed']);
    await ann.seat.expectSilence();

    await ann.editRecord(here, { Status: 'In Progress' });
    await ann.edit((await ann.task('In the CRM')).id, { status: 'notStarted' });
    await ann.sync();
    expect(await ann.task('In Outlook')).toMatchObject({ status: 'inProgress' });
    expect(await ann.record('In the CRM')).toMatchObject({ IsClosed: false });
    await ann.seat.expectSilence();
  });

  it('TASK-1: a deletion in either place deletes in the other', async () => {
    const ann = await taskList(office, 'Ann');
    const here = await ann.addRecord({ Subject: 'A: in Outlook' });
    const there = await ann.addRecord({ Subject: 'B: in the CRM' });
    await ann.sync();
    await ann.remove((await ann.task('A: in Outlook')).id);
    await ann.removeRecord(there);
    await ann.sync();
    expect(await ann.records()).toEqual([]);
    expect(await ann.titles()).toEqual([]);
    expect(await ann.story(here)).toContainEqual(
      expect.objectContaining({ action: 'deleted', direction: 'to-crm', code: 'user_deleted' }),
    );
    await ann.seat.expectSilence();
  });

  it('TASK-1: a task about an opportunity shows the links of both', async () => {
    const ann = await taskList(office, 'Ann');
    const opportunity = await ann.seat.addRecord('Opportunity', {
      Name: 'Big deal',
      StageName: 'Prospecting',
      CloseDate: inDays(30),
    });
    const contact = await ann.seat.addRecord('Contact', { LastName: 'Buyer' });
    const id = await ann.addRecord({ Subject: 'Negotiate', WhatId: opportunity, WhoId: contact });
    await ann.sync();
    const task = await ann.task('Negotiate');
    expect(linksOf(task)[0]).toContain(id);
    expect(linksOf(task).join(' ')).toContain(opportunity);
    expect(task.linkedResources?.map(({ displayName }) => displayName).join(' ')).toContain('Big deal');
    await ann.seat.expectSilence();

    const other = await ann.seat.addRecord('Account', { Name: 'Acme' });
    await ann.editRecord(id, { WhatId: other });
    await ann.sync();
    expect(linksOf(await ann.task('Negotiate')).join(' ')).toContain(other);
    expect(linksOf(await ann.task('Negotiate')).join(' ')).not.toContain(opportunity);
    await ann.seat.expectSilence();
  });

  it('TASK-1: a call is a task, and stays a call', async () => {
    const ann = await taskList(office, 'Ann');
    const id = await ann.addRecord({ Subject: 'Call Meyer', TaskSubtype: 'Call' });
    await ann.sync();
    const task = await ann.task('Call Meyer');
    expect(await ann.item(id)).toMatchObject({ module: 'calls', mailboxItemId: task.id });
    await ann.edit(task.id, { title: 'Call Meyer again', status: 'completed' });
    await ann.sync();
    expect(await ann.record('Call Meyer again')).toMatchObject({
      Id: id,
      TaskSubtype: 'Call',
      IsClosed: true,
    });
    // The link is named after the record, which has another subject now.
    await ann.sync();
    expect((await ann.task('Call Meyer again')).linkedResources).toMatchObject([
      { displayName: expect.stringContaining('Call Meyer again') },
    ]);
    await ann.seat.expectSilence();
  });

  it('TASK-1 POL-9: calls come only with their module', async () => {
    const ann = await taskList(office, 'Ann', { modules: { tasks: { enabled: true } } });
    await ann.addRecord({ Subject: 'Call', TaskSubtype: 'Call' });
    await ann.addRecord({ Subject: 'Task' });
    await ann.sync();
    expect(await ann.titles()).toEqual(['Task']);
  });

  it('TASK-1: each instance of a recurring task is a task', async () => {
    const ann = await taskList(office, 'Ann');
    const first = inDays(1);
    const { id } = await ann.add({
      title: 'Water plants',
      ...dueOn(first),
      recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd', startDate: first } },
    });
    await ann.sync();
    await ann.edit(id, { status: 'completed' });
    await ann.sync(2);
    const shown = (await ann.tasks()).map(task => [dueDay(task), task.status]).sort();
    expect(shown).toEqual([
      [first, 'completed'],
      [inDays(2), 'notStarted'],
    ]);
    const records = (await ann.records()).map(record => [record.ActivityDate, record.IsClosed]).sort();
    expect(records).toEqual([
      [first, true],
      [inDays(2), false],
    ]);
    await ann.seat.expectSilence();
  });

  it('TASK-1 CAL-4: a series of tasks of the CRM comes one by one', async () => {
    const ann = await taskList(office, 'Ann');
    const days = [inDays(1), inDays(2), inDays(3)];
    await office.world.salesforce.control('POST', 'series', {
      object: 'Task',
      kind: 'Classic',
      record: { Subject: 'Report', OwnerId: ann.seat.crmUserId },
      starts: days,
    });
    await ann.sync();
    expect((await ann.tasks()).map(dueDay).sort()).toEqual(days);
    await ann.seat.expectSilence();
  });

  it('TASK-1 CAL-3: a due date is a date in any zone', async () => {
    for (const zone of ['Pacific/Auckland', 'America/Los_Angeles']) {
      const ann = await newTaskList(office, 'Far', zone);
      await ann.addRecord({ Subject: 'Theirs', ActivityDate: inDays(4) });
      await ann.seat.startSync(TASKS);
      const task = await ann.task('Theirs');
      await ann.add({ title: 'Own', ...dueOn(inDays(6), zone) });
      await ann.edit(task.id, { importance: 'high' });
      await ann.sync();
      expect(await ann.record('Theirs')).toMatchObject({ ActivityDate: inDays(4) });
      expect(await ann.record('Own')).toMatchObject({ ActivityDate: inDays(6) });
      await ann.seat.expectSilence();
    }
  });
});
