import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LISTS, openTodoTenant, type TodoTenant } from './todo-tenant.ts';

let tenant: TodoTenant;
let tasks: string;
beforeEach(async () => {
  tenant = await openTodoTenant();
  tasks = `${LISTS}/${await tenant.defaultList()}/tasks`;
});
afterEach(() => tenant.close());

const create = async (title: string, more = {}) =>
  (await tenant.call('POST', tasks, { title, ...more })).body.id as string;
const removed = (id: string) => ({
  '@odata.type': '#microsoft.graph.todoTask',
  id,
  '@removed': { reason: 'deleted' },
});
const titles = (rows: { title: string }[]) => rows.map(({ title }) => title);

describe('the delta of tasks', () => {
  it('tells what was made, changed and deleted since, and then nothing', async () => {
    const [kept, changed, gone] = [await create('kept'), await create('changed'), await create('gone')];
    const first = await tenant.round(`${tasks}/delta`);
    expect(titles(first.rows)).toEqual(['kept', 'changed', 'gone']);
    await tenant.call('PATCH', `${tasks}/${changed}`, { status: 'completed' });
    await tenant.call('DELETE', `${tasks}/${gone}`);
    const second = await tenant.round(first.deltaLink);
    expect(second.rows).toEqual([
      expect.objectContaining({
        '@odata.type': '#microsoft.graph.todoTask',
        '@odata.etag': expect.any(String),
        id: changed,
        title: 'changed',
        status: 'completed',
      }),
      removed(gone),
    ]);
    expect((await tenant.round(second.deltaLink)).rows).toEqual([]);
    expect(second.rows.map(row => row.id)).not.toContain(kept);
  });

  it('is one per list: a task that moves is removed here and another there', async () => {
    const list = await tenant.listNamed('CRM');
    const id = await create('Call');
    const [here, there] = [
      await tenant.round(`${tasks}/delta`),
      await tenant.round(`${LISTS}/${list}/tasks/delta`),
    ];
    const moved = await tenant.control('POST', 'move-task', { mailbox: 'ada@example.com', id, list });
    expect((await tenant.round(here.deltaLink)).rows).toEqual([removed(id)]);
    const arrived = (await tenant.round(there.deltaLink)).rows;
    expect(arrived).toMatchObject([{ id: moved.body.id, title: 'Call' }]);
  });

  it('comes in pages of ten, or of the size wanted by $top or by preference', async () => {
    for (let number = 0; number < 12; number++) await create(`task ${number}`);
    expect((await tenant.round(`${tasks}/delta`)).pages).toEqual([10, 2]);
    expect((await tenant.round(`${tasks}/delta()?$top=5`)).pages).toEqual([5, 5, 2]);
    const wanted = { Prefer: 'odata.maxpagesize=6' };
    expect((await tenant.round(`${tasks}/delta`, wanted)).pages).toEqual([6, 6]);
  });

  it('takes $select and $expand and keeps them in its links', async () => {
    const linkedResources = [{ externalId: '00T1' }];
    const id = await create('Call', { linkedResources, extensions: [{ extensionName: 'a', key: 1 }] });
    const options = "$select=title&$expand=linkedResources,extensions($filter=id eq 'a')";
    const first = await tenant.round(`${tasks}/delta?${options}`);
    await tenant.call('PATCH', `${tasks}/${id}`, { title: 'Call again' });
    const second = await tenant.round(first.deltaLink);
    for (const [row] of [first.rows, second.rows]) {
      expect(row).toMatchObject({ linkedResources: [{ externalId: '00T1' }], extensions: [{ key: 1 }] });
      expect(row).not.toHaveProperty('status');
    }
    await tenant.call('DELETE', `${tasks}/${id}`);
    expect((await tenant.round(second.deltaLink)).rows).toEqual([removed(id)]);
  });

  it.each(["$filter=status eq 'completed'", '$orderby=title', '$search="a"'])('refuses %s', async option => {
    const { status, body } = await tenant.call('GET', `${tasks}/delta?${option}`);
    expect([status, body.error.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
  });

  it('refuses to expand what does not hang on tasks', async () => {
    const expand = '$expand=singleValueExtendedProperties';
    expect((await tenant.call('GET', `${tasks}/delta?${expand}`)).body.error.code).toBe('BadRequest');
  });

  it('expires, and ends with its list', async () => {
    const { deltaLink } = await tenant.round(`${tasks}/delta`);
    for (let later = 0; later < 11; later++) await tenant.round(`${tasks}/delta`);
    const expired = await tenant.call('GET', deltaLink);
    expect([expired.status, expired.body.error.code]).toEqual([410, 'SyncStateNotFound']);
    expect(expired.headers.location).toMatch(/\/tasks\/delta\?\$deltaToken=$/);

    const list = `${LISTS}/${await tenant.listNamed('CRM')}`;
    const round = await tenant.round(`${list}/tasks/delta`);
    await tenant.call('DELETE', list);
    const gone = await tenant.call('GET', round.deltaLink);
    expect([gone.status, gone.body.error.code]).toEqual([404, 'ErrorSyncFolderNotFound']);
  });

  it('may repeat rows, begin with an empty page and shorten rows', async () => {
    const id = await create('Call');
    await tenant.behave({ deltaDuplicates: true, deltaEmptyPages: true, deltaPartialRows: true });
    const first = await tenant.round(`${tasks}/delta`);
    expect([first.pages, titles(first.rows)]).toEqual([
      [0, 2],
      ['Call', 'Call'],
    ]);
    await tenant.call('PATCH', `${tasks}/${id}`, { title: 'Call again' });
    const [row] = (await tenant.round(first.deltaLink)).rows;
    expect(row).not.toHaveProperty('title');
    expect(row).toMatchObject({ id, lastModifiedDateTime: expect.any(String) });
  });

  it('tells a touched task again', async () => {
    const id = await create('Call');
    const { rows, deltaLink } = await tenant.round(`${tasks}/delta`);
    await tenant.control('POST', 'touch', { mailbox: 'ada@example.com', id });
    const [row] = (await tenant.round(deltaLink)).rows;
    expect([row.title, row['@odata.etag'] === rows[0]['@odata.etag']]).toEqual(['Call', false]);
  });
});
