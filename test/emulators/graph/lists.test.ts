import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
const contacts = '/users/ada@example.com/contacts';
const people = [
  { givenName: 'Ada', surname: 'Lovelace', companyName: 'Engines', categories: ['CRM'] },
  { givenName: 'Bob', surname: "O'Hara", emailAddresses: [{ address: 'bob@ohara.example' }] },
  { givenName: 'Cy', surname: 'Young', companyName: 'Baseball', categories: ['CRM', 'VIP'] },
  { givenName: 'Dee', surname: 'Engines', jobTitle: 'Pilot' },
];
beforeAll(async () => {
  tenant = await startTenant();
  for (const body of people) await tenant.call('POST', contacts, { body });
});
afterAll(() => tenant.close());

const names = async (query: string) => {
  const { status, body } = await tenant.call('GET', `${contacts}?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.value.map((contact: { givenName: string }) => contact.givenName);
};

describe('a list', () => {
  it('has ten entries per page, or as many as wanted, and links to the next', async () => {
    const first = await tenant.call('GET', `${contacts}?$top=3&$select=givenName&$count=true`);
    expect(first.body['@odata.count']).toBe(4);
    expect(first.body.value).toHaveLength(3);
    expect(Object.keys(first.body.value[0]).sort()).toEqual(['@odata.etag', 'givenName', 'id']);
    const second = await tenant.call('GET', first.body['@odata.nextLink']);
    expect(second.body.value).toHaveLength(1);
    expect(second.body).not.toHaveProperty('@odata.nextLink');
    await Promise.all(
      [1, 2, 3].map(number =>
        tenant.call('POST', '/users/ada@example.com/contactFolders', { body: { displayName: `F${number}` } }),
      ),
    );
    expect(await names('$skip=3')).toEqual(['Dee']);
  });

  it.each([
    ["surname eq 'lovelace'", ['Ada']],
    ["surname eq 'O''Hara'", ['Bob']],
    ["startswith(surname, 'E') or companyName eq 'engines'", ['Ada', 'Dee']],
    ["not (companyName eq null) and contains(companyName,'ball')", ['Cy']],
    ["categories/any(c:c eq 'CRM')", ['Ada', 'Cy']],
    ["categories/any(c:c eq 'CRM') and categories/any(c:c eq 'vip')", ['Cy']],
    ["emailAddresses/any(a:a/address eq 'BOB@ohara.example')", ['Bob']],
    ['lastModifiedDateTime ge 2020-01-01T00:00:00Z', ['Ada', 'Bob', 'Cy', 'Dee']],
    ['createdDateTime lt 2020-01-01T00:00:00Z', []],
  ])('is filtered by %s', async (filter, expected) => {
    expect(await names(`$filter=${encodeURIComponent(filter)}`)).toEqual(expected);
  });

  it('is ordered', async () => {
    expect(await names('$orderby=surname desc')).toEqual(['Cy', 'Bob', 'Ada', 'Dee']);
    expect(await names('$orderby=companyName desc,givenName desc&$top=2')).toEqual(['Ada', 'Cy']);
  });

  it('is counted', async () => {
    const { body, headers } = await tenant.call('GET', `${contacts}/$count`);
    expect(body).toBe('4');
    expect(headers.get('content-type')).toBe('text/plain');
  });

  it.each([
    [
      '$filter=fax eq 1',
      'BadRequest',
      /Could not find a property named 'fax' on type 'microsoft.graph.contact'/,
    ],
    ['$filter=surname eq', 'BadRequest', /^Invalid filter clause: Syntax error at position/],
    [
      "$filter=emailAddresses/any(a:startswith(a/address,'b'))",
      'ErrorInvalidUrlQueryFilter',
      /invalid nodes/,
    ],
    ['$select=fax', 'BadRequest', /^Parsing OData Select and Expand failed: .*'fax'/],
    ['$expand=nothing', 'BadRequest', /'nothing'/],
    ['$orderby=fax', 'BadRequest', /'fax'/],
    ['$top=-1', 'BadRequest', /non-negative integer/],
    ['$top=1001', 'BadRequest', /exceeded/],
    ['$top=1&$top=2', 'BadRequest', /more than once/],
    ['$nope=1', 'BadRequest', /'\$nope' is not supported/],
  ])('refuses %s', async (query, code, message) => {
    const { status, body } = await tenant.call('GET', `${contacts}?${query}`);
    expect([status, body.error.code]).toEqual([400, code]);
    expect(body.error.message).toMatch(message);
  });
});

describe('every answer', () => {
  it('has the headers of the service', async () => {
    const { headers } = await tenant.call('GET', contacts, { headers: { 'client-request-id': 'mine' } });
    expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('client-request-id')).toBe('mine');
    expect(headers.get('odata-version')).toBe('4.0');
    expect(headers.get('content-type')).toMatch(/^application\/json;odata.metadata=minimal/);
    expect(headers.get('x-ms-ags-diagnostic')).toMatch(/ServerInfo/);
  });

  it('tells what a path lacks', async () => {
    const unknown = await tenant.call('GET', '/users/ada@example.com/nothing');
    expect([unknown.status, unknown.body.error.message]).toEqual([
      400,
      "Resource not found for the segment 'nothing'.",
    ]);
    expect((await tenant.call('PUT', contacts, { body: {} })).status).toBe(405);
    expect((await tenant.call('GET', `${tenant.url}/beta/users`)).body.error.message).toBe(
      'Invalid version: beta',
    );
  });
});
