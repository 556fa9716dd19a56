import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  await tenant.control('POST', 'reset');
  await tenant.control('POST', 'load', { users: [{ mail: 'ada@example.com' }] });
});
afterAll(() => tenant.close());

const contacts = '/users/ada@example.com/contacts';
const immutable = { Prefer: 'IdType="ImmutableId"' };
const create = async (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  (await tenant.call('POST', contacts, { body, headers })).body;

describe('a contact', () => {
  it('is created with all its fields answered', async () => {
    const { status, body, headers } = await tenant.call('POST', contacts, {
      body: {
        givenName: 'Pavel',
        surname: 'Bansky',
        birthday: '1974-07-22T02:00:00+02:00',
        emailAddresses: [{ address: 'pavelb@example.org', name: 'Pavel' }, { address: 'p@example.net' }],
        businessPhones: ['+1 732 555 0102'],
        businessAddress: { city: 'Prague', street: null },
        categories: ['CRM'],
      },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      displayName: 'Pavel Bansky',
      fileAs: 'Bansky, Pavel',
      birthday: '1974-07-22T00:00:00Z',
      emailAddresses: [
        { name: 'Pavel', address: 'pavelb@example.org' },
        { name: 'p@example.net', address: 'p@example.net' },
      ],
      primaryEmailAddress: { address: 'pavelb@example.org' },
      secondaryEmailAddress: { address: 'p@example.net' },
      tertiaryEmailAddress: null,
      businessAddress: { city: 'Prague' },
      homeAddress: {},
      middleName: null,
      categories: ['CRM'],
    });
    expect(body['@odata.etag']).toBe(`W/"${body.changeKey}"`);
    expect(headers.get('location')).toContain(encodeURIComponent(body.id));
    expect(body.createdDateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('gets another change key with every write', async () => {
    const { id, changeKey } = await create({ givenName: 'A' });
    const first = await tenant.call('PATCH', `${contacts}/${id}`, { body: { jobTitle: 'B' } });
    const second = await tenant.call('PATCH', `${contacts}/${id}`, { body: { jobTitle: 'B' } });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ id, givenName: 'A', jobTitle: 'B' });
    expect(new Set([changeKey, first.body.changeKey, second.body.changeKey]).size).toBe(3);
  });

  it('is not written over with an old change key', async () => {
    const { id, '@odata.etag': etag } = await create({ givenName: 'A' });
    const write = (tag: string) =>
      tenant.call('PATCH', `${contacts}/${id}`, { body: { givenName: 'B' }, headers: { 'If-Match': tag } });
    expect((await write(etag)).status).toBe(200);
    const refused = await write(etag);
    expect(refused.status).toBe(412);
    expect(refused.body.error.code).toBe('ErrorIrresolvableConflict');
    expect((await tenant.call('DELETE', `${contacts}/${id}`, { headers: { 'If-Match': etag } })).status).toBe(
      412,
    );
    expect((await write('*')).status).toBe(200);
  });

  it('has its display name made anew when name parts change, unless it is sent', async () => {
    const { id } = await create({ givenName: 'A', surname: 'B', displayName: 'The Boss' });
    const patch = async (body: unknown) =>
      (await tenant.call('PATCH', `${contacts}/${id}`, { body })).body.displayName;
    expect(await patch({ jobTitle: 'x' })).toBe('The Boss');
    expect(await patch({ surname: 'C' })).toBe('A C');
    expect(await patch({ surname: 'D', displayName: 'Kept' })).toBe('Kept');
  });

  it('keeps the three addresses in step with their places', async () => {
    const { id } = await create({ emailAddresses: [{ address: 'a@x.org' }, { address: 'b@x.org' }] });
    const { body } = await tenant.call('PATCH', `${contacts}/${id}`, {
      body: { secondaryEmailAddress: null },
    });
    expect(body.emailAddresses).toEqual([{ name: 'a@x.org', address: 'a@x.org' }]);
    const tooMany = await tenant.call('PATCH', `${contacts}/${id}`, {
      body: { emailAddresses: ['a', 'b', 'c', 'd'].map(name => ({ address: `${name}@x.org` })) },
    });
    expect(tooMany.status).toBe(400);
  });

  it.each([
    [
      'an unknown property',
      { fax: '1' },
      /The property 'fax' does not exist on type 'microsoft.graph.contact'/,
    ],
    [
      'an unknown member',
      { emailAddresses: [{ kind: 'x' }] },
      /The property 'kind' does not exist on type 'microsoft.graph.emailAddress'/,
    ],
    ['a number for a text', { givenName: 1 }, /expected type 'Edm.String'/],
    ['a text for a list', { businessPhones: '1' }, /'StartArray' node was expected/],
    ['null for a list', { categories: null }, /does not allow null values/],
    ['a malformed date', { birthday: '22.7.1974' }, /Cannot convert the literal '22.7.1974'/],
  ])('refuses %s', async (_what, body, message) => {
    const refused = await tenant.call('POST', contacts, { body });
    expect(refused.status).toBe(400);
    expect(refused.body.error.code).toBe('RequestBodyRead');
    expect(refused.body.error.message).toMatch(message);
  });

  it('refuses broken JSON, an empty body, NUL and a body that is too large', async () => {
    const broken = await tenant.call('POST', contacts, { body: '{"givenName":' });
    expect(broken.body.error.message).toMatch(/^Unable to read JSON request payload/);
    const empty = await tenant.call('POST', contacts);
    expect(empty.body.error.message).toBe('Empty Payload. JSON content expected.');
    expect((await tenant.call('POST', contacts, { body: { givenName: 'a\0b' } })).status).toBe(400);
    const large = await tenant.call('POST', contacts, { body: { personalNotes: 'x'.repeat(4_300_000) } });
    expect(large.status).toBe(413);
    await tenant.control('PUT', 'behaviour', { nulCharacters: 'kept' });
    expect((await create({ givenName: 'a\0b' })).givenName).toBe('a\0b');
  });

  it('goes to Deleted Items when it is deleted', async () => {
    const { id } = await create({ givenName: 'A' }, immutable);
    expect((await tenant.call('DELETE', `${contacts}/${id}`)).status).toBe(204);
    const gone = await tenant.call('GET', `${contacts}/${id}`);
    expect(gone.status).toBe(404);
    expect(gone.body.error).toMatchObject({
      code: 'ErrorItemNotFound',
      message: 'The specified object was not found in the store.',
    });
    expect(gone.body.error.innerError).toHaveProperty('request-id');
    const deletedItems = await tenant.call('GET', '/users/ada@example.com/mailFolders/deleteditems');
    expect(deletedItems.body.totalItemCount).toBe(1);
    const inThere = await tenant.call(
      'GET',
      `/users/ada@example.com/contactFolders/deleteditems/contacts/${id}`,
    );
    expect(inThere.body.parentFolderId).toBe(deletedItems.body.id);
    await tenant.control('PUT', 'behaviour', { deletedItemsOpenById: true });
    expect((await tenant.call('GET', `${contacts}/${id}`)).body.parentFolderId).toBe(deletedItems.body.id);
  });

  it('is gone for good after permanentDelete', async () => {
    const { id } = await create();
    expect((await tenant.call('POST', `${contacts}/${id}/permanentDelete`)).status).toBe(204);
    expect((await tenant.call('GET', `${contacts}/${id}`)).status).toBe(404);
    const { body } = await tenant.call('GET', '/users/ada@example.com/mailFolders/deleteditems');
    expect(body.totalItemCount).toBe(0);
  });
});

describe('ids', () => {
  it('are long or immutable, and either opens the contact in either key syntax', async () => {
    const { id } = await create({ givenName: 'A' });
    const same = await tenant.call('GET', `${contacts}/${id}`, { headers: immutable });
    expect(id).toHaveLength(152);
    expect(same.body.id).toHaveLength(72);
    expect(same.headers.get('preference-applied')).toBe('IdType=ImmutableId');
    for (const path of [`CONTACTS('${same.body.id}')`, `contactfolders('contacts')/contacts/${id}`]) {
      const { body } = await tenant.call('GET', `/Users('ada@example.com')/${path}`);
      expect(body).toMatchObject({ id, givenName: 'A' });
    }
  });

  it('change with a move, except the immutable one', async () => {
    const { id } = await create({ givenName: 'A' });
    const before = (await tenant.call('GET', `${contacts}/${id}`, { headers: immutable })).body.id;
    const folder = await tenant.call('POST', '/users/ada@example.com/contactFolders', {
      body: { displayName: 'CRM' },
    });
    const moved = await tenant.control('POST', 'move', {
      mailbox: 'ada@example.com',
      id,
      folder: folder.body.id,
    });
    expect(moved.body.immutableId).toBe(before);
    expect((await tenant.call('GET', `${contacts}/${id}`)).status).toBe(404);
    expect((await tenant.call('GET', `${contacts}/${before}`)).body).toMatchObject({
      id: moved.body.id,
      parentFolderId: folder.body.id,
    });
  });

  it('are malformed or unknown when altered', async () => {
    const { id } = await create();
    for (const bad of ['nonsense', '123', `${id}x`]) {
      const { status, body } = await tenant.call('GET', `${contacts}/${bad}`);
      expect([status, body.error.code, body.error.message]).toEqual([
        400,
        'ErrorInvalidIdMalformed',
        'Id is malformed.',
      ]);
    }
    const [{ id: other }] = (await tenant.control('POST', 'load', { users: [{ mail: 'bob@example.com' }] }))
      .body.users;
    expect((await tenant.call('GET', `/users/${other}/contacts/${id}`)).body.error.code).toBe(
      'ErrorItemNotFound',
    );
  });

  it('are translated', async () => {
    const { id } = await create();
    const translate = async (inputIds: string[], sourceIdType: string, targetIdType: string) =>
      (
        await tenant.call('POST', '/users/ada@example.com/translateExchangeIds', {
          body: { inputIds, sourceIdType, targetIdType },
        })
      ).body.value;
    const [{ targetId }] = await translate([id], 'restId', 'restImmutableEntryId');
    expect((await tenant.call('GET', `${contacts}/${id}`, { headers: immutable })).body.id).toBe(targetId);
    expect(await translate([targetId], 'restImmutableEntryId', 'restId')).toEqual([
      { sourceId: targetId, targetId: id },
    ]);
  });
});

describe('extended properties', () => {
  const name = 'String {00020329-0000-0000-C000-000000000046} Name CrmId';
  const canonical = 'String {00020329-0000-0000-c000-000000000046} Name CrmId';
  const withValue = (value: string | null) => ({ singleValueExtendedProperties: [{ id: name, value }] });
  const expand = `$expand=singleValueExtendedProperties($filter=id eq '${name}' or id eq 'Integer 0x3A4D')`;

  it('are never echoed, and come when they are expanded', async () => {
    const created = await create({ ...withValue('42'), givenName: 'A' });
    expect(created).not.toHaveProperty('singleValueExtendedProperties');
    const { body } = await tenant.call('GET', `${contacts}/${created.id}?${expand}`);
    expect(body.singleValueExtendedProperties).toEqual([{ id: canonical, value: '42' }]);
    const list = await tenant.call('GET', `${contacts}?$select=id&${expand}`);
    expect(list.body.value[0].singleValueExtendedProperties).toEqual([{ id: canonical, value: '42' }]);
    await tenant.call('PATCH', `${contacts}/${created.id}`, { body: withValue(null) });
    const after = await tenant.call('GET', `${contacts}/${created.id}?${expand}`);
    expect(after.body).not.toHaveProperty('singleValueExtendedProperties');
  });

  it('find items: GUIDs and values without case, names with it', async () => {
    await create({ givenName: 'other' });
    const { id } = await create(withValue('Abc'));
    const find = async (property: string, test: string) => {
      const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${property}' and ${test})`;
      const { body } = await tenant.call('GET', `${contacts}?$filter=${encodeURIComponent(filter)}`);
      return body.value.map((contact: { id: string }) => contact.id);
    };
    expect(await find(canonical, "ep/value eq 'ABC'")).toEqual([id]);
    expect(await find(name, "startswith(ep/value, 'ab')")).toEqual([id]);
    expect(await find(name, "ep/value eq 'x'")).toEqual([]);
    expect(await find(name.replace('CrmId', 'crmid'), "ep/value eq 'Abc'")).toEqual([]);
  });

  it('compare as numbers when cast, and must fit their type', async () => {
    const { id } = await create({ singleValueExtendedProperties: [{ id: 'Integer 0x3A4D', value: '2' }] });
    const filter =
      "singleValueExtendedProperties/any(e:e/id eq 'Integer 0x3a4d' and cast(e/value, Edm.Int32) gt 1)";
    const { body } = await tenant.call('GET', `${contacts}?$filter=${encodeURIComponent(filter)}`);
    expect(body.value.map((contact: { id: string }) => contact.id)).toEqual([id]);
    const misfit = { singleValueExtendedProperties: [{ id: 'Integer 0x3A4D', value: 'two' }] };
    expect((await tenant.call('POST', contacts, { body: misfit })).status).toBe(400);
    const unnamed = { singleValueExtendedProperties: [{ id: 'CrmId', value: '1' }] };
    expect((await tenant.call('POST', contacts, { body: unnamed })).status).toBe(400);
  });

  it('of several values come with their own expansion', async () => {
    const id = 'StringArray {00020329-0000-0000-c000-000000000046} Name Tags';
    const created = await create({ multiValueExtendedProperties: [{ id, value: ['a', 'b'] }] });
    const { body } = await tenant.call(
      'GET',
      `${contacts}/${created.id}?$expand=multiValueExtendedProperties($filter=id eq '${id}')`,
    );
    expect(body.multiValueExtendedProperties).toEqual([{ id, value: ['a', 'b'] }]);
  });
});
