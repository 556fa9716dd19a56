import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LISTS, openTodoTenant, type TodoTenant } from './todo-tenant.ts';

let tenant: TodoTenant;
beforeEach(async () => {
  tenant = await openTodoTenant();
});
afterEach(() => tenant.close());

describe('lists of tasks', () => {
  it('are two from the first day: the default one and that of flagged emails', async () => {
    const { body } = await tenant.call('GET', LISTS);
    expect(body['@odata.context']).toMatch(/\$metadata#users\('ada@example.com'\)\/todo\/lists$/);
    expect(body.value).toEqual([
      {
        '@odata.etag': expect.stringMatching(/^W\/"/),
        id: expect.any(String),
        displayName: 'Tasks',
        isOwner: true,
        isShared: false,
        wellknownListName: 'defaultList',
      },
      expect.objectContaining({ displayName: 'Flagged Emails', wellknownListName: 'flaggedEmails' }),
    ]);
  });

  it('are made, read, found by name, renamed and deleted with what is in them', async () => {
    const created = await tenant.call('POST', LISTS, { displayName: 'CRM' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ displayName: 'CRM', wellknownListName: 'none' });
    const list = `${LISTS}/${created.body.id}`;
    await tenant.call('POST', `${list}/tasks`, { title: 'Call' });
    const renamed = await tenant.call('PATCH', list, { displayName: 'Sales' });
    expect([renamed.status, renamed.body.displayName]).toEqual([200, 'Sales']);
    expect(renamed.body['@odata.etag']).not.toBe(created.body['@odata.etag']);
    const found = await tenant.call('GET', `${LISTS}?$filter=displayName eq 'Sales'&$select=displayName`);
    expect(found.body.value).toEqual([
      { '@odata.etag': renamed.body['@odata.etag'], id: created.body.id, displayName: 'Sales' },
    ]);
    expect((await tenant.call('DELETE', list)).status).toBe(204);
    expect((await tenant.call('GET', list)).body.error.code).toBe('ErrorItemNotFound');
    expect((await tenant.call('GET', `${list}/tasks`)).status).toBe(404);
  });

  it('come in pages of ten', async () => {
    for (let number = 0; number < 9; number++) await tenant.listNamed(`list ${number}`);
    const first = await tenant.call('GET', LISTS);
    expect(first.body.value).toHaveLength(10);
    const second = await tenant.call('GET', first.body['@odata.nextLink']);
    expect(second.body.value.map((list: { displayName: string }) => list.displayName)).toEqual(['list 8']);
  });

  it('get a number behind a name that is taken', async () => {
    await tenant.listNamed('CRM');
    const again = await tenant.call('POST', LISTS, { displayName: 'CRM' });
    expect(again.body.displayName).toBe('CRM (1)');
  });

  // "Built-in task lists cannot be renamed or deleted" (todoTaskList resource type).
  it('stay as they are when they are built in', async () => {
    const builtIn = `${LISTS}/${await tenant.defaultList()}`;
    expect((await tenant.call('PATCH', builtIn, { displayName: 'Mine' })).status).toBe(400);
    expect((await tenant.call('DELETE', builtIn)).status).toBe(400);
    expect((await tenant.call('GET', builtIn)).body.displayName).toBe('Tasks');
  });

  it('refuse a write that was made for an earlier version', async () => {
    const { body } = await tenant.call('POST', LISTS, { displayName: 'CRM' });
    const list = `${LISTS}/${body.id}`;
    await tenant.call('PATCH', list, { displayName: 'Sales' });
    const stale = await tenant.call(
      'PATCH',
      list,
      { displayName: 'Other' },
      { 'If-Match': body['@odata.etag'] },
    );
    expect([stale.status, stale.body.error.code]).toEqual([412, 'ErrorIrresolvableConflict']);
  });

  it('need a name, and are found by ids only', async () => {
    expect((await tenant.call('POST', LISTS, {})).body.error.code).toBe('invalidRequest');
    const malformed = await tenant.call('GET', `${LISTS}/CRM`);
    expect(malformed.status).toBe(400);
    expect(malformed.body.error).toMatchObject({
      code: 'invalidRequest',
      message: 'Id is malformed.',
      innerError: { code: 'ErrorInvalidIdMalformed' },
    });
    expect((await tenant.call('GET', `${LISTS}/inbox`)).status).toBe(400);
  });

  it('are not folders of mail or contacts', async () => {
    const id = await tenant.defaultList();
    expect((await tenant.call('GET', `/users/ada@example.com/mailFolders/${id}`)).status).toBe(404);
    expect((await tenant.call('GET', `/users/ada@example.com/contactFolders/${id}`)).status).toBe(404);
    const folders = await tenant.call('GET', '/users/ada@example.com/mailFolders?$top=100');
    const names = folders.body.value.map((folder: { displayName: string }) => folder.displayName);
    expect(names).not.toContain('Tasks');
  });
});

describe('the delta of lists', () => {
  const removed = (id: string) => ({
    '@odata.type': '#microsoft.graph.todoTaskList',
    id,
    '@removed': { reason: 'deleted' },
  });

  it('tells what was made, renamed and deleted since', async () => {
    const [kept, gone] = [await tenant.listNamed('kept'), await tenant.listNamed('gone')];
    const first = await tenant.round(`${LISTS}/delta`);
    expect(first.rows.map(row => row.displayName)).toEqual(['Tasks', 'Flagged Emails', 'kept', 'gone']);
    await tenant.call('PATCH', `${LISTS}/${kept}`, { displayName: 'renamed' });
    await tenant.call('DELETE', `${LISTS}/${gone}`);
    const second = await tenant.round(first.deltaLink);
    expect(second.rows[0]).toMatchObject({ '@odata.type': '#microsoft.graph.todoTaskList', id: kept });
    expect(second.rows[1]).toEqual(removed(gone));
    expect((await tenant.round(second.deltaLink)).rows).toEqual([]);
  });

  it('takes $select and no other option', async () => {
    const { rows } = await tenant.round(`${LISTS}/delta?$select=displayName`);
    expect(Object.keys(rows[0]).sort()).toEqual(['@odata.etag', '@odata.type', 'displayName', 'id']);
    for (const option of ['$top=5', "$filter=displayName eq 'x'", '$expand=extensions']) {
      const refused = await tenant.call('GET', `${LISTS}/delta?${option}`);
      expect([refused.status, refused.body.error.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
    }
  });

  it('knows nothing of folders of mail', async () => {
    const { deltaLink } = await tenant.round(`${LISTS}/delta`);
    await tenant.call('POST', '/users/ada@example.com/mailFolders', { displayName: 'CRM' });
    expect((await tenant.round(deltaLink)).rows).toEqual([]);
  });
});
