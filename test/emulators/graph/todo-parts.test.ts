import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LISTS, openTodoTenant, type TodoTenant } from './todo-tenant.ts';

const NAME = 'com.acme.crm';
const OUTLOOK = `Microsoft.OutlookServices.OpenTypeExtension.${NAME}`;
const GRAPH = `microsoft.graph.openTypeExtension.${NAME}`;

let tenant: TodoTenant;
let tasks: string;
beforeEach(async () => {
  tenant = await openTodoTenant();
  tasks = `${LISTS}/${await tenant.defaultList()}/tasks`;
});
afterEach(() => tenant.close());

const create = async (body: Record<string, unknown>) => (await tenant.call('POST', tasks, body)).body;
const link = {
  applicationName: 'CRM',
  displayName: 'Call Ada',
  externalId: '00T1',
  webUrl: 'https://crm.example/00T1',
};

describe('linked resources', () => {
  it('are made with the task, echoed, and told when the task is read', async () => {
    const created = await create({ title: 'Call', linkedResources: [link] });
    expect(created.linkedResources).toEqual([{ id: expect.any(String), ...link }]);
    const { body } = await tenant.call('GET', `${tasks}/${created.id}`);
    expect(body.linkedResources).toEqual(created.linkedResources);
    expect(body['linkedResources@odata.context']).toMatch(/\/linkedResources$/);
    const changed = await tenant.call('PATCH', `${tasks}/${created.id}`, { title: 'B' });
    expect(changed.body).not.toHaveProperty('linkedResources');
  });

  it('come with a list of tasks when they are expanded, or always, when switched', async () => {
    await create({ title: 'Call', linkedResources: [link] });
    await create({ title: 'No link' });
    const linksOf = async (query: string) =>
      (await tenant.call('GET', `${tasks}${query}`)).body.value.map(
        (task: { linkedResources?: unknown[] }) => task.linkedResources?.length,
      );
    expect(await linksOf('')).toEqual([undefined, undefined]);
    expect(await linksOf('?$expand=linkedResources')).toEqual([1, 0]);
    expect(await linksOf("?$expand=linkedResources($filter=externalId eq 'other')")).toEqual([0, 0]);
    await tenant.behave({ todoLinkedResources: 'always' });
    expect(await linksOf('')).toEqual([1, undefined]);
  });

  it('are read, added, changed and removed, each a change of the task', async () => {
    const { id, '@odata.etag': etag } = await create({ title: 'Call' });
    const links = `${tasks}/${id}/linkedResources`;
    const added = await tenant.call('POST', links, link);
    expect([added.status, added.body.externalId]).toEqual([201, '00T1']);
    const one = `${links}/${added.body.id}`;
    expect((await tenant.call('PATCH', one, { displayName: 'B' })).body).toMatchObject({
      ...link,
      id: added.body.id,
      displayName: 'B',
    });
    expect((await tenant.call('GET', links)).body.value).toHaveLength(1);
    expect((await tenant.call('GET', one)).body.displayName).toBe('B');
    expect((await tenant.call('GET', `${tasks}/${id}`)).body['@odata.etag']).not.toBe(etag);
    expect((await tenant.call('DELETE', one)).status).toBe(204);
    expect((await tenant.call('GET', one)).status).toBe(404);
    expect((await tenant.call('GET', links)).body.value).toEqual([]);
  });

  it('are not changed with the task, and have the fields of the contract', async () => {
    const { id } = await create({ title: 'Call' });
    const patched = await tenant.call('PATCH', `${tasks}/${id}`, { linkedResources: [link] });
    expect([patched.status, patched.body.error.code]).toEqual([400, 'invalidRequest']);
    const unknown = await tenant.call('POST', `${tasks}/${id}/linkedResources`, { url: 'x' });
    expect([unknown.status, unknown.body.error.code]).toEqual([400, 'RequestBodyRead']);
  });
});

describe('checklist items', () => {
  it('are steps that are checked and unchecked', async () => {
    const { id, checklistItems } = await create({
      title: 'Call',
      checklistItems: [{ displayName: 'Find the number', isChecked: true }],
    });
    const now = '2026-03-02T10:00:00.0000000Z';
    expect(checklistItems).toEqual([
      {
        id: expect.any(String),
        displayName: 'Find the number',
        createdDateTime: now,
        checkedDateTime: now,
        isChecked: true,
      },
    ]);
    const steps = `${tasks}/${id}/checklistItems`;
    const { body } = await tenant.call('POST', steps, { displayName: 'Dial' });
    expect(body).toMatchObject({ displayName: 'Dial', isChecked: false });
    const checked = await tenant.call('PATCH', `${steps}/${body.id}`, { isChecked: true });
    expect(checked.body.checkedDateTime).toBe(now);
    const unchecked = await tenant.call('PATCH', `${steps}/${body.id}`, { isChecked: false });
    expect(unchecked.body).not.toHaveProperty('checkedDateTime');
    const task = await tenant.call('GET', `${tasks}/${id}?$expand=checklistItems`);
    expect(task.body.checklistItems).toHaveLength(2);
    await tenant.call('DELETE', `${steps}/${body.id}`);
    expect((await tenant.call('GET', steps)).body.value).toHaveLength(1);
  });
});

describe('open extensions', () => {
  const extension = {
    '@odata.type': 'microsoft.graph.openTypeExtension',
    extensionName: NAME,
    key: '00T1',
    stage: { name: 'open' },
  };

  it('are made with the task, echoed, and told when they are expanded', async () => {
    const created = await create({ title: 'Call', extensions: [extension] });
    const told = { ...extension, '@odata.type': '#microsoft.graph.openTypeExtension', id: OUTLOOK };
    expect(created.extensions).toEqual([told]);
    const task = `${tasks}/${created.id}`;
    expect((await tenant.call('GET', task)).body).not.toHaveProperty('extensions');
    expect((await tenant.call('GET', `${task}?$expand=extensions`)).body.extensions).toEqual([told]);
    for (const id of [NAME, OUTLOOK, GRAPH]) {
      const { body } = await tenant.call('GET', `${task}?$expand=extensions($filter=id eq '${id}')`);
      expect(body.extensions).toEqual([told]);
    }
    const other = await tenant.call('GET', `${task}?$expand=extensions($filter=id eq 'com.other')`);
    expect(other.body.extensions).toEqual([]);
  });

  it('are only echoed when switched, as was reported', async () => {
    await tenant.behave({ inlineExtensions: 'echoed' });
    const created = await create({ title: 'Call', extensions: [extension] });
    expect(created.extensions).toHaveLength(1);
    const read = await tenant.call('GET', `${tasks}/${created.id}?$expand=extensions`);
    expect(read.body.extensions).toEqual([]);
    const list = await tenant.call('POST', LISTS, { displayName: 'CRM', extensions: [extension] });
    expect(list.body.extensions).toHaveLength(1);
    expect((await tenant.call('GET', `${LISTS}/${list.body.id}/extensions`)).body.value).toEqual([]);
    const added = await tenant.call('POST', `${tasks}/${created.id}/extensions`, extension);
    expect(added.status).toBe(201);
    expect((await tenant.call('GET', `${tasks}/${created.id}/extensions/${NAME}`)).body.key).toBe('00T1');
  });

  it('have an id with either prefix', async () => {
    await tenant.behave({ extensionIdPrefix: 'microsoft.graph.openTypeExtension' });
    const created = await create({ title: 'Call', extensions: [extension] });
    expect(created.extensions[0].id).toBe(GRAPH);
  });

  it.each([
    ['a task', async () => `${tasks}/${(await create({ title: 'Call' })).id}`],
    ['a list', async () => `${LISTS}/${await tenant.listNamed('CRM')}`],
  ])('are added to %s, merged, found under each of their ids, and removed', async (_what, make) => {
    const extensions = `${await make()}/extensions`;
    expect((await tenant.call('POST', extensions, extension)).status).toBe(201);
    const merged = await tenant.call('PATCH', `${extensions}/${NAME}`, { key: '00T2', owner: 'Ada' });
    expect(merged.body).toMatchObject({
      extensionName: NAME,
      key: '00T2',
      owner: 'Ada',
      stage: { name: 'open' },
    });
    expect((await tenant.call('GET', extensions)).body.value).toHaveLength(1);
    for (const id of [NAME, OUTLOOK, GRAPH])
      expect((await tenant.call('GET', `${extensions}/${id}`)).body.key).toBe('00T2');
    expect((await tenant.call('DELETE', `${extensions}/${OUTLOOK}`)).status).toBe(204);
    expect((await tenant.call('GET', `${extensions}/${NAME}`)).status).toBe(404);
  });

  it('come with lists that are read', async () => {
    const { body } = await tenant.call('POST', LISTS, { displayName: 'CRM', extensions: [extension] });
    const filter = `$expand=extensions($filter=id eq '${NAME}')`;
    const read = await tenant.call('GET', `${LISTS}/${body.id}?${filter}`);
    expect(read.body.extensions).toHaveLength(1);
    const lists = await tenant.call('GET', `${LISTS}?$filter=displayName eq 'CRM'&${filter}`);
    expect(lists.body.value[0].extensions[0].key).toBe('00T1');
  });

  it.each([
    ['without a name', { key: '00T1' }, 400],
    ['with null', { ...extension, key: null }, 400],
    ['under a name that is taken', extension, 409],
  ])('are refused %s', async (_what, body, status) => {
    const { id } = await create({ title: 'Call', extensions: [extension] });
    expect((await tenant.call('POST', `${tasks}/${id}/extensions`, body)).status).toBe(status);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('make another version of their task and list when they touch them: %s', async (touch, rows) => {
    await tenant.behave({ extensionWritesTouch: touch });
    const { id, '@odata.etag': etag } = await create({ title: 'Call' });
    const list = await tenant.listNamed('CRM');
    const [before, listsBefore] = [
      await tenant.round(`${tasks}/delta`),
      await tenant.round(`${LISTS}/delta`),
    ];
    await tenant.call('POST', `${tasks}/${id}/extensions`, extension);
    await tenant.call('POST', `${LISTS}/${list}/extensions`, extension);
    expect((await tenant.round(before.deltaLink)).rows).toHaveLength(rows);
    expect((await tenant.round(listsBefore.deltaLink)).rows).toHaveLength(rows);
    const read = await tenant.call('GET', `${tasks}/${id}?$expand=extensions`);
    expect(read.body.extensions).toHaveLength(1);
    expect(read.body['@odata.etag'] === etag).toBe(!touch);
  });
});
