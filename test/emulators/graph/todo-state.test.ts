import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LISTS, openTodoTenant } from './todo-tenant.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graph-emulator-todo-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ada = (todoLists: unknown[]) => [{ mail: 'ada@example.com', todoLists }];

describe('load', () => {
  it('gives users lists of tasks and answers their ids', async () => {
    const tenant = await openTodoTenant(
      {},
      ada([
        {
          wellknownListName: 'defaultList',
          tasks: [{ title: 'A', linkedResources: [{ externalId: '00T1' }] }],
        },
        { wellknownListName: 'flaggedEmails', tasks: [{ title: 'Answer Bob' }] },
        { displayName: 'CRM' },
      ]),
    );
    const [{ todoLists }] = tenant.loaded;
    expect(todoLists.map((list: { displayName: string }) => list.displayName)).toEqual([
      'Tasks',
      'Flagged Emails',
      'CRM',
    ]);
    const [tasks] = todoLists;
    const { body } = await tenant.call('GET', `${LISTS}/${tasks.id}/tasks/${tasks.tasks[0].id}`);
    expect(body).toMatchObject({ title: 'A', linkedResources: [{ externalId: '00T1' }] });
    tenant.close();
  });

  it('adds nobody when one of the tasks cannot be', async () => {
    const tenant = await openTodoTenant({}, []);
    const refused = await tenant.control('POST', 'load', {
      users: ada([{ displayName: 'CRM', tasks: [{ subject: 'A' }] }]),
    });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain("'subject'");
    const nowhere = { mail: 'bob@example.com', mailbox: false, todoLists: [] };
    expect((await tenant.control('POST', 'load', { users: [nowhere] })).status).toBe(400);
    expect((await tenant.call('GET', '/users')).body.value).toEqual([]);
    tenant.close();
  });
});

describe('the state file', () => {
  it('keeps lists, tasks, extensions and cursors', async () => {
    const stateFile = join(folder, 'state.db');
    const before = await openTodoTenant({ stateFile });
    const list = await before.listNamed('CRM');
    const extension = { extensionName: 'com.acme.crm', key: '00T1' };
    await before.call('POST', `${LISTS}/${list}/extensions`, extension);
    const make = async (title: string) =>
      (await before.call('POST', `${LISTS}/${list}/tasks`, { title, extensions: [extension] })).body.id;
    const [kept, gone] = [await make('kept'), await make('gone')];
    const { deltaLink } = await before.round(`${LISTS}/${list}/tasks/delta`);
    await before.call('DELETE', `${LISTS}/${list}/tasks/${gone}`);
    before.close();

    const after = await openTodoTenant({ stateFile }, []);
    expect((await after.call('GET', `${LISTS}/${list}/extensions`)).body.value).toHaveLength(1);
    const read = await after.call('GET', `${LISTS}/${list}/tasks/${kept}?$expand=extensions`);
    expect(read.body).toMatchObject({ title: 'kept', extensions: [extension] });
    expect((await after.round(deltaLink)).rows).toMatchObject([{ id: gone, '@removed': {} }]);
    after.close();
  });
});

describe('a mailbox of a state file from before there were tasks', () => {
  it('gets the lists that every mailbox has', async () => {
    const stateFile = join(folder, 'state.db');
    (await openTodoTenant({ stateFile })).close();
    const database = new DatabaseSync(stateFile);
    const isTaskList = `key like 'folder/%' and json_extract(value, '$.class') = 'tasks'`;
    expect(database.prepare(`delete from record where ${isTaskList}`).run().changes).toBe(4);
    const generations = `value = json_remove(value, '$.generations.tasks')`;
    database.exec(`update record set ${generations} where key like 'mailbox/%'`);
    database.close();
    const tenant = await openTodoTenant({ stateFile }, []);
    const { rows, deltaLink } = await tenant.round(`${LISTS}/delta`);
    expect(rows.map(row => row.wellknownListName)).toEqual(['defaultList', 'flaggedEmails']);
    await tenant.call('POST', `${LISTS}/Tasks/tasks`, { title: 'Call' });
    expect((await tenant.round(deltaLink)).rows).toEqual([]);
    tenant.close();
  });
});

describe('the behaviour', () => {
  it('is the same for the same requests', async () => {
    const record = async () => {
      const tenant = await openTodoTenant();
      const list = await tenant.listNamed('CRM');
      const links = [{ externalId: '00T1' }];
      const { body } = await tenant.call('POST', `${LISTS}/${list}/tasks`, { linkedResources: links });
      const delta = await tenant.round(`${LISTS}/${list}/tasks/delta`);
      tenant.close();
      return { body, delta };
    };
    expect(await record()).toEqual(await record());
  });
});
