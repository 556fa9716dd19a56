import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
const user = '/users/ada@example.com';
const property = 'String {00020329-0000-0000-c000-000000000046} Name Tandem';
const expand = `$expand=singleValueExtendedProperties($filter=id eq '${property}')`;

beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  await tenant.control('POST', 'reset');
  await tenant.control('POST', 'load', { users: [{ mail: 'ada@example.com' }] });
});
afterAll(() => tenant.close());

const names = (body: { value: { displayName: string }[] }) => body.value.map(folder => folder.displayName);

describe('contact folders', () => {
  const folders = `${user}/contactFolders`;
  const create = (displayName: string, path = folders) =>
    tenant.call('POST', path, { body: { displayName } });

  it('do not list the default folder, which opens by its id and its name', async () => {
    expect((await tenant.call('GET', folders)).body.value).toEqual([]);
    const { body } = await tenant.call('GET', `${folders}/contacts`);
    expect(body.displayName).toBe('Contacts');
    expect((await tenant.call('GET', `${folders}/${body.id}`)).body.id).toBe(body.id);
    const created = await create('CRM');
    expect(created.status).toBe(201);
    expect(created.body.parentFolderId).toBe(body.id);
    expect(names((await tenant.call('GET', folders)).body)).toEqual(['CRM']);
  });

  it('are nested, hold contacts, and are renamed', async () => {
    const { id } = (await create('CRM')).body;
    const child = await create('Child', `${folders}/${id}/childFolders`);
    const path = `${folders}/${id}/childFolders/${child.body.id}`;
    const contact = await tenant.call('POST', `${path}/contacts`, { body: { givenName: 'A' } });
    expect(contact.body.parentFolderId).toBe(child.body.id);
    expect((await tenant.call('GET', `${folders}/${child.body.id}/contacts`)).body.value).toHaveLength(1);
    const renamed = await tenant.call('PATCH', path, { body: { displayName: 'Renamed' } });
    expect(renamed.body).toMatchObject({ id: child.body.id, displayName: 'Renamed' });
    expect((await tenant.call('GET', `${folders}/${id}/childFolders/$count`)).body).toBe('1');
  });

  it('refuse a taken name, a missing one and the deletion of the default folder', async () => {
    const { id } = (await create('CRM')).body;
    await create('Other');
    const taken = await create('crm');
    expect([taken.status, taken.body.error.code]).toEqual([409, 'ErrorFolderExists']);
    expect((await tenant.call('PATCH', `${folders}/${id}`, { body: { displayName: 'Other' } })).status).toBe(
      409,
    );
    expect((await create('')).status).toBe(400);
    expect((await tenant.call('DELETE', `${folders}/contacts`)).body.error.code).toBe(
      'ErrorDeleteDistinguishedFolder',
    );
  });

  it('carry extended properties, which are never echoed', async () => {
    const body = { displayName: 'CRM', singleValueExtendedProperties: [{ id: property, value: 'mine' }] };
    const created = await tenant.call('POST', folders, { body });
    expect(created.body).not.toHaveProperty('singleValueExtendedProperties');
    const path = `${folders}/${created.body.id}?${expand}`;
    expect((await tenant.call('GET', path)).body.singleValueExtendedProperties).toEqual([
      { id: property, value: 'mine' },
    ]);
    await tenant.call('PATCH', `${folders}/${created.body.id}`, {
      body: { singleValueExtendedProperties: [{ id: property, value: 'yours' }] },
    });
    expect(
      (await tenant.call('GET', `${folders}?${expand}`)).body.value[0].singleValueExtendedProperties[0].value,
    ).toBe('yours');
    const filter = `singleValueExtendedProperties/any(e:e/id eq '${property}' and e/value eq 'yours')`;
    expect(names((await tenant.call('GET', `${folders}?$filter=${filter}`)).body)).toEqual(['CRM']);
  });

  it('take their contents with them when they are deleted', async () => {
    const { id } = (await create('CRM')).body;
    const contact = await tenant.call('POST', `${folders}/${id}/contacts`, { body: { givenName: 'A' } });
    expect((await tenant.call('DELETE', `${folders}/${id}`)).status).toBe(204);
    expect((await tenant.call('GET', `${folders}/${id}`)).body.error.code).toBe('ErrorFolderNotFound');
    expect((await tenant.call('GET', `${user}/contacts/${contact.body.id}`)).body.error.code).toBe(
      'ErrorItemNotFound',
    );
  });

  it('have a delta', async () => {
    const kept = (await create('Kept')).body;
    const gone = (await create('Gone')).body;
    const first = await tenant.round(`${folders}/delta`);
    expect(first.rows.map(row => row.displayName)).toEqual(['Kept', 'Gone']);
    await tenant.call('DELETE', `${folders}/${gone.id}`);
    await tenant.call('PATCH', `${folders}/${kept.id}`, { body: { displayName: 'New' } });
    const second = await tenant.round(first.deltaLink);
    expect(second.rows).toEqual([
      { '@odata.type': '#microsoft.graph.contactFolder', id: gone.id, '@removed': { reason: 'deleted' } },
      {
        '@odata.type': '#microsoft.graph.contactFolder',
        id: kept.id,
        parentFolderId: kept.parentFolderId,
        displayName: 'New',
      },
    ]);
  });
});

describe('mail folders', () => {
  const folders = `${user}/mailFolders`;
  const create = async (displayName: string, more = {}, path = folders) =>
    (await tenant.call('POST', path, { body: { displayName, ...more } })).body;
  const read = async (key: string) => (await tenant.call('GET', `${folders}/${key}`)).body;
  const deliver = (folder: string) =>
    tenant.control('POST', 'deliver', {
      mailbox: 'ada@example.com',
      folder,
      eml: Buffer.from('Subject: x\r\n\r\nx').toString('base64'),
    });

  it('are there from the first day, by well-known names', async () => {
    const { body } = await tenant.call('GET', `${folders}?$top=50`);
    expect(names(body)).toEqual(
      expect.arrayContaining(['Inbox', 'Sent Items', 'Deleted Items', 'Drafts', 'Archive']),
    );
    expect(names(body)).not.toContain('Sync Issues');
    const all = await tenant.call('GET', `${folders}?$top=50&includeHiddenFolders=true`);
    expect(names(all.body)).toContain('Sync Issues');
    const root = await read('msgfolderroot');
    expect((await read('inbox')).parentFolderId).toBe(root.id);
    expect(root).toMatchObject({ isHidden: false, childFolderCount: body.value.length });
  });

  it('count delivered messages', async () => {
    expect((await deliver('inbox')).status).toBe(200);
    expect(await read('inbox')).toMatchObject({ totalItemCount: 1, unreadItemCount: 1 });
  });

  it('are created, hidden or not, and nested', async () => {
    const top = await create('Tandem');
    const drop = await create('Drop', {}, `${folders}/${top.id}/childFolders`);
    await create('Secret', { isHidden: true }, `${folders}/${top.id}/childFolders`);
    expect(drop.parentFolderId).toBe(top.id);
    expect((await read(top.id)).childFolderCount).toBe(1);
    const children = `${folders}/${top.id}/childFolders`;
    expect(names((await tenant.call('GET', children)).body)).toEqual(['Drop']);
    expect(names((await tenant.call('GET', `${children}?includeHiddenFolders=true`)).body)).toEqual([
      'Drop',
      'Secret',
    ]);
    expect((await tenant.call('POST', children, { body: { displayName: 'drop' } })).status).toBe(409);
  });

  it('move with a constant id, and copy with their messages', async () => {
    const [one, other] = [await create('One'), await create('Other')];
    await deliver(one.id);
    const moved = await tenant.call('POST', `${folders}/${one.id}/move`, {
      body: { destinationId: other.id },
    });
    expect([moved.status, moved.body.id, moved.body.parentFolderId]).toEqual([200, one.id, other.id]);
    const copied = await tenant.call('POST', `${folders}/${one.id}/copy`, {
      body: { destinationId: 'inbox' },
    });
    expect(copied.body.id).not.toBe(one.id);
    expect(copied.body).toMatchObject({ displayName: 'One', totalItemCount: 1 });
    const circle = await tenant.call('POST', `${folders}/${other.id}/move`, {
      body: { destinationId: one.id },
    });
    expect(circle.status).toBe(400);
  });

  it('go to Deleted Items, and are gone when deleted there', async () => {
    const { id } = await create('Old');
    expect((await tenant.call('DELETE', `${folders}/${id}`)).status).toBe(204);
    expect((await read(id)).parentFolderId).toBe((await read('deleteditems')).id);
    await tenant.call('DELETE', `${folders}/${id}`);
    expect((await tenant.call('GET', `${folders}/${id}`)).status).toBe(404);
    expect((await tenant.call('DELETE', `${folders}/inbox`)).status).toBe(400);
  });

  it('have a flat delta without hidden folders', async () => {
    const top = await create('Tandem');
    await create('Drop', {}, `${folders}/${top.id}/childFolders`);
    await create('Secret', { isHidden: true });
    const first = await tenant.round(`${folders}/delta`, { Prefer: 'odata.maxpagesize=200' });
    const listed = first.rows.map(row => row.displayName);
    expect(listed).toEqual(expect.arrayContaining(['Inbox', 'Tandem', 'Drop']));
    expect(listed).not.toContain('Secret');
    expect(listed).not.toContain('Conflicts');
    await tenant.call('PATCH', `${folders}/${top.id}`, { body: { displayName: 'CRM' } });
    expect((await tenant.round(first.deltaLink)).rows).toMatchObject([{ id: top.id, displayName: 'CRM' }]);
    const refused = await tenant.call('GET', `${folders}/delta?$filter=isHidden eq false`);
    expect(refused.body.error.message).toContain(
      "over the 'Folders' resource: '$orderby, $filter, $search, $top'",
    );
  });
});
