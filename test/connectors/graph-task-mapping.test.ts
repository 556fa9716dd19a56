import type { TodoTask } from '@microsoft/microsoft-graph-types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, linkedResourcesOf, textOfOwnLinks } from '../../connectors/graph/task-links.ts';
import { taskOf, todoTaskOf } from '../../connectors/graph/task-mapping.ts';
import { textOfLinks } from '../../sync/tasks/text-form.ts';
import { LISTS, openTodoTenant, type TodoTenant } from '../emulators/graph/todo-tenant.ts';
import { task, zone } from './activity-samples.ts';

const links = [
  { url: 'https://crm.example/00T1', name: 'Call Ann' },
  { url: 'https://crm.example/006A', name: 'Big deal' },
];
const due = (dateTime: string, timeZone = 'UTC'): TodoTask => ({ dueDateTime: { dateTime, timeZone } });

describe('tasks of To Do', () => {
  it('TASK-1 reads back what was written, in a mailbox of any zone', () => {
    fc.assert(
      fc.property(task, zone, (fields, mailboxZone) => {
        expect(taskOf(todoTaskOf(fields), mailboxZone)).toEqual(fields);
      }),
    );
  });

  it('changes nothing that was not asked', () => {
    fc.assert(
      fc.property(task, fc.subarray(Object.keys(todoFields)), zone, (fields, chosen, mailboxZone) => {
        const change = Object.fromEntries(Object.entries(fields).filter(([name]) => chosen.includes(name)));
        const asked = chosen.flatMap(name => todoFields[name as keyof typeof todoFields]);
        const written = todoTaskOf(change);
        expect(asked).toEqual(expect.arrayContaining(Object.keys(written)));
        expect(taskOf({ ...todoTaskOf(fields), ...written }, mailboxZone)).toEqual(fields);
      }),
    );
  });

  it.each([
    ['Pacific/Honolulu', '2024-10-24T10:00:00.0000000'],
    ['Pacific/Kiritimati', '2024-10-23T10:00:00.0000000'],
    ['Europe/Berlin', '2024-10-23T22:00:00.0000000'],
    ['Europe/London', '2024-10-23T22:00:00.0000000'],
    ['Asia/Tokyo', '2024-10-24T00:00:00.0000000'],
  ])('TASK-1 in a mailbox of %s, %s UTC is the 24th', (mailboxZone, dateTime) => {
    expect(taskOf(due(dateTime), mailboxZone).dueDay).toBe('2024-10-24');
  });

  it('TASK-1 what a task leaves out it does not have', () => {
    expect(taskOf({ title: 'A', isReminderOn: false }, 'UTC')).toEqual({
      subject: 'A',
      body: null,
      dueDay: null,
      startDay: null,
      reminder: null,
    });
  });

  it('TASK-1 our links are told from those of others, that of the record first', () => {
    const others = [{ applicationName: 'Mail', externalId: 'x' }, { applicationName: 'Mail' }];
    const ours = linkedResourcesOf(links, 'key-1');
    for (const linkedResources of [
      [...others, ...ours],
      [...ours.toReversed(), ...others],
    ]) {
      expect(textOfOwnLinks({ linkedResources })).toBe(textOfLinks(links));
      expect(keyOf({ linkedResources })).toBe('key-1');
    }
    for (const task of [{ linkedResources: others }, {}]) {
      expect(textOfOwnLinks(task)).toBeNull();
      expect(keyOf(task)).toBeNull();
    }
  });

  it('refuses by name what Exchange cannot store', () => {
    expect(() => todoTaskOf({ body: { text: 'nul\0', html: null } })).toThrow(
      expect.objectContaining({ fields: ['body'] }),
    );
  });
});

const todoFields = {
  subject: ['title'],
  body: ['body'],
  dueDay: ['dueDateTime'],
  startDay: ['startDateTime'],
  status: ['status'],
  priority: ['importance'],
  reminder: ['isReminderOn', 'reminderDateTime'],
};

describe('tasks in a mailbox', () => {
  let tenant: TodoTenant;
  let tasks: string;
  beforeAll(async () => {
    tenant = await openTodoTenant();
    tasks = `${LISTS}/${await tenant.defaultList()}/tasks`;
  });
  afterAll(() => tenant.close());

  it.each(['utc', 'asWritten'])(
    'TASK-1 are read as they were written, days being told %s',
    async todoDays => {
      await tenant.behave({ todoDays });
      await fc.assert(
        fc.asyncProperty(task, task, zone, async (fields, change, mailboxZone) => {
          const body = { ...todoTaskOf(fields), linkedResources: linkedResourcesOf(links, 'key-1') };
          const { body: created } = await tenant.call('POST', tasks, body);
          const url = `${tasks}/${created.id}`;
          const { body: read } = await tenant.call('GET', `${url}?$expand=linkedResources`);
          expect(taskOf(read, mailboxZone)).toEqual(fields);
          expect(textOfOwnLinks(read)).toBe(textOfLinks(links));
          expect(keyOf(read)).toBe('key-1');
          const { status } = await tenant.call('PATCH', url, todoTaskOf(change));
          expect(status).toBe(200);
          expect(taskOf((await tenant.call('GET', url)).body, mailboxZone)).toEqual(change);
        }),
        { numRuns: 25 },
      );
    },
  );

  it.each(['utc', 'asWritten'])(
    'TASK-1 a day that its user set in To Do is that day, told %s',
    async todoDays => {
      await tenant.behave({ todoDays });
      await fc.assert(
        fc.asyncProperty(task, zone, async ({ dueDay }, mailboxZone) => {
          if (dueDay == null) return;
          const body = { title: 'A', ...due(`${dueDay}T00:00:00`, mailboxZone) };
          const { body: created } = await tenant.call('POST', tasks, body);
          expect(taskOf(created, mailboxZone).dueDay).toBe(dueDay);
        }),
        { numRuns: 50 },
      );
    },
  );
});
