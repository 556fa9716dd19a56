import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_TASKS, LISTS, openTodoTenant, type TodoTenant } from './todo-tenant.ts';

let tenant: TodoTenant;
let tasks: string;
beforeEach(async () => {
  tenant = await openTodoTenant();
  tasks = `${LISTS}/${await tenant.defaultList()}/tasks`;
});
afterEach(() => tenant.close());

const create = async (body: Record<string, unknown>) => (await tenant.call('POST', tasks, body)).body;
const titles = (body: { value: { title: string }[] }) => body.value.map(({ title }) => title);

describe('a task', () => {
  it('is made with what it is given and told without what it does not have', async () => {
    const { status, headers, body } = await tenant.call('POST', tasks, { title: 'Call' });
    expect(status).toBe(201);
    expect(headers.location).toContain(encodeURIComponent(body.id));
    const { '@odata.context': context, '@odata.etag': etag, id, ...fields } = body;
    expect(context).toMatch(/\/tasks\/\$entity$/);
    expect([etag, headers.etag]).toEqual([headers.etag, expect.stringMatching(/^W\/"/)]);
    expect(id).toHaveLength(152);
    expect(fields).toEqual({
      title: 'Call',
      status: 'notStarted',
      importance: 'normal',
      isReminderOn: false,
      hasAttachments: false,
      categories: [],
      body: { content: '', contentType: 'text' },
      createdDateTime: '2026-03-02T10:00:00.0000000Z',
      lastModifiedDateTime: '2026-03-02T10:00:00.0000000Z',
    });
  });

  it('keeps every field, whatever the client says of the fields that only the service writes', async () => {
    const given = {
      title: 'Send the offer',
      body: { content: '<p>soon</p>', contentType: 'html' },
      status: 'waitingOnOthers',
      importance: 'high',
      categories: ['CRM', 'Key account'],
      isReminderOn: true,
    };
    const { id } = await create({
      ...given,
      createdDateTime: '1999-01-01T00:00:00Z',
      hasAttachments: true,
      reminderDateTime: { dateTime: '2026-03-05T09:30:00', timeZone: 'Pacific Standard Time' },
    });
    const { body } = await tenant.call('GET', `${tasks}/${id}`);
    expect(body).toMatchObject({
      ...given,
      createdDateTime: '2026-03-02T10:00:00.0000000Z',
      bodyLastModifiedDateTime: '2026-03-02T10:00:00.0000000Z',
      hasAttachments: false,
      reminderDateTime: { dateTime: '2026-03-05T17:30:00.0000000', timeZone: 'UTC' },
    });
  });

  it('changes in what a patch names, and loses what it sets to null', async () => {
    const due = { dateTime: '2026-03-05T00:00:00', timeZone: 'UTC' };
    const { id } = await create({ title: 'Call', importance: 'high', dueDateTime: due, startDateTime: due });
    await tenant.control('PUT', 'clock', { advanceMs: 60_000 });
    const { status, body } = await tenant.call('PATCH', `${tasks}/${id}`, {
      title: 'Call again',
      dueDateTime: null,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      title: 'Call again',
      importance: 'high',
      startDateTime: { dateTime: '2026-03-05T00:00:00.0000000', timeZone: 'UTC' },
      createdDateTime: '2026-03-02T10:00:00.0000000Z',
      lastModifiedDateTime: '2026-03-02T10:01:00.0000000Z',
    });
    expect(body).not.toHaveProperty('dueDateTime');
  });

  it('has a day of completion while it is completed', async () => {
    const { id } = await create({ title: 'Call' });
    const done = await tenant.call('PATCH', `${tasks}/${id}`, { status: 'completed' });
    expect(done.body.completedDateTime).toEqual({ dateTime: '2026-03-02T00:00:00.0000000', timeZone: 'UTC' });
    const open = await tenant.call('PATCH', `${tasks}/${id}`, { status: 'inProgress' });
    expect(open.body).not.toHaveProperty('completedDateTime');
    const completedDateTime = { dateTime: '2026-02-27T15:00:00', timeZone: 'UTC' };
    const again = await tenant.call('PATCH', `${tasks}/${id}`, { completedDateTime });
    expect(again.body).toMatchObject({
      status: 'completed',
      completedDateTime: { dateTime: '2026-02-27T15:00:00.0000000', timeZone: 'UTC' },
    });
  });

  it('is written only in the version that the client knows, when it says which', async () => {
    const { id, '@odata.etag': etag } = await create({ title: 'Call' });
    const changed = await tenant.call('PATCH', `${tasks}/${id}`, { title: 'B' }, { 'If-Match': etag });
    expect(changed.status).toBe(200);
    for (const method of ['PATCH', 'DELETE'] as const) {
      const stale = await tenant.call(method, `${tasks}/${id}`, { title: 'C' }, { 'If-Match': etag });
      expect([stale.status, stale.body.error.code]).toEqual([412, 'ErrorIrresolvableConflict']);
    }
    const current = changed.body['@odata.etag'];
    const gone = await tenant.call('DELETE', `${tasks}/${id}`, undefined, { 'If-Match': current });
    expect(gone.status).toBe(204);
    const sought = await tenant.call('GET', `${tasks}/${id}`);
    expect([sought.status, sought.body.error.code]).toEqual([404, 'ErrorItemNotFound']);
  });

  it.each([
    ['an unknown status', { status: 'done' }, 'RequestBodyRead'],
    ['an unknown property', { subject: 'Call' }, 'RequestBodyRead'],
    [
      'extended properties, which To Do does not have',
      { singleValueExtendedProperties: [] },
      'RequestBodyRead',
    ],
    ['a date that is none', { dueDateTime: { dateTime: 'soon', timeZone: 'UTC' } }, 'invalidRequest'],
    [
      'an unknown zone',
      { dueDateTime: { dateTime: '2026-03-05T00:00:00', timeZone: 'Mars' } },
      'TimeZoneNotSupportedException',
    ],
    ['NUL', { title: 'a\0b' }, 'ErrorInvalidRequest'],
  ])('refuses %s', async (_what, body, code) => {
    const refused = await tenant.call('POST', tasks, body);
    expect([refused.status, refused.body.error.code]).toEqual([400, code]);
  });
});

describe('due and start dates', () => {
  const due = (dateTime: string, timeZone: string) => ({ dueDateTime: { dateTime, timeZone } });

  // Reports from the field: the time of day is dropped, and the answer tells the midnight in UTC.
  it('are days: the midnight of the zone in which they were written, told in UTC', async () => {
    const berlin = await create(due('2026-03-05T17:00:00.0000000', 'W. Europe Standard Time'));
    expect(berlin.dueDateTime).toEqual({ dateTime: '2026-03-04T23:00:00.0000000', timeZone: 'UTC' });
    const iana = await create(due('2026-07-05T00:00:00', 'America/New_York'));
    expect(iana.dueDateTime).toEqual({ dateTime: '2026-07-05T04:00:00.0000000', timeZone: 'UTC' });
    const utc = await create({ startDateTime: { dateTime: '2026-03-05T23:59:59Z', timeZone: 'UTC' } });
    expect(utc.startDateTime).toEqual({ dateTime: '2026-03-05T00:00:00.0000000', timeZone: 'UTC' });
  });

  it('are told in the zone that the client prefers', async () => {
    const { id } = await create(due('2026-03-05T17:00:00', 'Europe/Berlin'));
    const prefer = { Prefer: 'outlook.timezone="W. Europe Standard Time"' };
    const { body } = await tenant.call('GET', `${tasks}/${id}`, undefined, prefer);
    expect(body.dueDateTime).toEqual({
      dateTime: '2026-03-05T00:00:00.0000000',
      timeZone: 'W. Europe Standard Time',
    });
  });

  it('are told as they were written, when switched', async () => {
    await tenant.behave({ todoDays: 'asWritten' });
    const { dueDateTime } = await create(due('2026-03-05T17:00:00', 'Europe/Berlin'));
    expect(dueDateTime).toEqual({ dateTime: '2026-03-05T00:00:00.0000000', timeZone: 'Europe/Berlin' });
  });
});

describe('a list of tasks', () => {
  beforeEach(async () => {
    for (const [title, day, status] of [
      ['A', '2026-03-07', 'notStarted'],
      ['B', '2026-03-05', 'completed'],
      ['C', '2026-03-06', 'notStarted'],
    ]) {
      await create({ title, status, dueDateTime: { dateTime: `${day}T00:00:00`, timeZone: 'UTC' } });
    }
  });

  it('is filtered, ordered, cut, counted', async () => {
    const ordered = await tenant.call('GET', `${tasks}?$orderby=dueDateTime/dateTime desc`);
    expect(titles(ordered.body)).toEqual(['A', 'C', 'B']);
    const open = await tenant.call('GET', `${tasks}?$filter=status ne 'completed'&$orderby=title desc`);
    expect(titles(open.body)).toEqual(['C', 'A']);
    const later = await tenant.call('GET', `${tasks}?$filter=dueDateTime/dateTime ge '2026-03-06T00:00:00'`);
    expect(titles(later.body)).toEqual(['A', 'C']);
    const cut = await tenant.call('GET', `${tasks}?$top=1&$skip=1&$count=true`);
    expect([titles(cut.body), cut.body['@odata.count']]).toEqual([['B'], 3]);
    expect(cut.body['@odata.nextLink']).toContain('$skip=2');
    expect((await tenant.call('GET', `${tasks}/$count`)).body).toBe('3');
  });

  it('takes $select, or refuses it, as was reported', async () => {
    const selected = await tenant.call('GET', `${tasks}?$select=title&$top=1`);
    expect(Object.keys(selected.body.value[0]).sort()).toEqual(['@odata.etag', 'id', 'title']);
    await tenant.behave({ todoSelect: 'refused' });
    const refused = await tenant.call('GET', `${tasks}?$select=title`);
    expect([refused.status, refused.body.error.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
    const { value } = (await tenant.call('GET', tasks)).body;
    expect((await tenant.call('GET', `${tasks}/${value[0].id}?$select=title`)).status).toBe(400);
  });

  it('is filtered by linked resources and extensions only when switched', async () => {
    const extensions = [{ extensionName: 'com.acme.crm', key: '00T2' }];
    await create({ title: 'D', linkedResources: [{ externalId: '00T1' }], extensions });
    const filters = [
      "linkedResources/any(link:link/externalId eq '00T1')",
      "extensions/any(extension:extension/key eq '00T2')",
    ];
    for (const filter of filters) {
      const refused = await tenant.call('GET', `${tasks}?$filter=title eq 'D' and not (${filter})`);
      expect([refused.status, refused.body.error.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
    }
    await tenant.behave({ todoCollectionFilters: 'accepted' });
    for (const filter of filters) {
      expect(titles((await tenant.call('GET', `${tasks}?$filter=${filter}`)).body)).toEqual(['D']);
    }
  });
});

describe('the place of a task', () => {
  it('is its list: elsewhere it is not found', async () => {
    const { id } = await create({ title: 'Call' });
    const other = await tenant.listNamed('CRM');
    const sought = await tenant.call('GET', `${LISTS}/${other}/tasks/${id}`);
    expect(sought.status).toBe(400);
    expect(sought.body.error).toMatchObject({
      code: 'invalidRequest',
      message: 'Parent folder specified does not contain a Task with given Id',
      innerError: { code: 'ParentFolderDoesNotContainTaskWithGivenId' },
    });
    expect((await tenant.call('GET', `${tasks}/rubbish`)).body.error.message).toBe('Id is malformed.');
  });

  // The alias is not documented; reports from the field say where it works.
  it('has an alias that reads no single task and nothing that hangs on it', async () => {
    const created = await tenant.call('POST', DEFAULT_TASKS, { title: 'Call' });
    const { id } = created.body;
    expect(titles((await tenant.call('GET', DEFAULT_TASKS)).body)).toEqual(['Call']);
    expect((await tenant.call('PATCH', `${DEFAULT_TASKS}/${id}`, { title: 'B' })).status).toBe(200);
    const read = await tenant.call('GET', `${DEFAULT_TASKS}/${id}`);
    expect(read.body.error.innerError.code).toBe('ParentFolderDoesNotContainTaskWithGivenId');
    const hung = await tenant.call('POST', `${DEFAULT_TASKS}/${id}/extensions`, { extensionName: 'a' });
    expect(hung.body.error.message).toBe('Id is malformed.');
    expect((await tenant.call('DELETE', `${DEFAULT_TASKS}/${id}`)).status).toBe(204);
  });

  // "By default, this value changes when the item is moved from one list to another" (todoTask resource type).
  it('decides on its id: a move gives it another', async () => {
    const { id } = await create({ title: 'Call', linkedResources: [{ externalId: '00T1' }] });
    const list = await tenant.listNamed('CRM');
    const moved = await tenant.control('POST', 'move-task', { mailbox: 'ada@example.com', id, list });
    expect(moved.body.id).not.toBe(id);
    expect((await tenant.call('GET', `${tasks}/${id}`)).status).toBe(404);
    const there = await tenant.call('GET', `${LISTS}/${list}/tasks/${moved.body.id}`);
    expect(there.body).toMatchObject({ title: 'Call', linkedResources: [{ externalId: '00T1' }] });
    const nowhere = { mailbox: 'ada@example.com', id: moved.body.id, list: 'inbox' };
    expect((await tenant.control('POST', 'move-task', nowhere)).status).toBe(400);
  });

  it('does not matter for immutable ids, when To Do has them', async () => {
    const stable = { Prefer: 'IdType="ImmutableId"' };
    const ignored = await tenant.call('POST', tasks, { title: 'A' }, stable);
    expect(ignored.body.id).toHaveLength(152);
    expect(ignored.headers).not.toHaveProperty('preference-applied');
    await tenant.behave({ todoImmutableIds: 'honoured' });
    const { headers, body } = await tenant.call('POST', tasks, { title: 'B' }, stable);
    expect(headers['preference-applied']).toBe('IdType=ImmutableId');
    const list = await tenant.listNamed('CRM');
    await tenant.control('POST', 'move-task', { mailbox: 'ada@example.com', id: body.id, list });
    const there = await tenant.call('GET', `${LISTS}/${list}/tasks/${body.id}`, undefined, stable);
    expect(there.body).toMatchObject({ id: body.id, title: 'B' });
  });
});

describe('who may', () => {
  it('is told 401 UnknownError without the role; reading needs less', async () => {
    await tenant.control('PUT', 'app', { roles: ['Contacts.ReadWrite'] });
    const unknown = await tenant.call('GET', LISTS);
    expect([unknown.status, unknown.body.error.code, unknown.body.error.message]).toEqual([
      401,
      'UnknownError',
      '',
    ]);
    await tenant.control('PUT', 'app', { roles: ['Tasks.Read.All'] });
    expect((await tenant.call('GET', tasks)).status).toBe(200);
    expect((await tenant.call('POST', tasks, { title: 'Call' })).status).toBe(401);
  });

  // To Do has no scoped role and is not among what an application access policy limits.
  it('may with every mailbox, whatever mailboxes the application is limited to', async () => {
    await tenant.control('PUT', 'app', { mailboxes: ['bob@example.com'] });
    expect((await tenant.call('GET', '/users/ada@example.com/contacts')).status).toBe(403);
    expect((await tenant.call('GET', LISTS)).status).toBe(200);
  });
});

describe('tasks like everything else', () => {
  it('are counted, throttled, struck by faults and batched', async () => {
    await tenant.control('POST', 'requests/reset');
    await create({ title: 'Call' });
    const counts = (await tenant.control('GET', 'requests')).body;
    expect(JSON.stringify(counts)).toContain('POST /users/{id}/todo/lists/{id}/tasks');
    const batch = await tenant.call('POST', '/$batch', {
      requests: [
        { id: '1', method: 'GET', url: tasks },
        {
          id: '2',
          method: 'POST',
          url: tasks,
          headers: { 'Content-Type': 'application/json' },
          body: { title: 'B' },
        },
      ],
    });
    const statuses = batch.body.responses.map(({ status }: { status: number }) => status);
    expect(statuses.sort()).toEqual([200, 201]);
    await tenant.control('PUT', 'faults', [
      { match: 'GET /users/{id}/todo', mode: 'status', status: 503, times: 1 },
    ]);
    expect((await tenant.call('GET', tasks)).status).toBe(503);
    await tenant.control('PUT', 'limits', { requests: 1 });
    await tenant.call('GET', tasks);
    expect((await tenant.call('GET', tasks)).status).toBe(429);
  });
});
