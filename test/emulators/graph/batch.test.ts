import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
const contacts = '/users/ada@example.com/contacts';
const json = { 'Content-Type': 'application/json' };

beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  await tenant.control('POST', 'reset');
  await tenant.control('POST', 'load', { users: [{ mail: 'ada@example.com' }, { mail: 'bob@example.com' }] });
});
afterAll(() => tenant.close());

interface StepAnswer {
  id: string;
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are read as a foreign client reads them
  body: any;
}

const answersOf = async (requests: unknown[]): Promise<Map<string, StepAnswer>> => {
  const { status, body } = await tenant.batch(requests);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return new Map(body.responses.map((answer: StepAnswer) => [answer.id, answer]));
};
const post = (id: string, givenName: string, more = {}) => ({
  id,
  method: 'POST',
  url: contacts,
  headers: json,
  body: { givenName },
  ...more,
});

describe('a batch', () => {
  it('answers each request by its id with its own status, headers and body', async () => {
    const answers = await answersOf([
      post('a', 'A'),
      { id: 'b', method: 'get', url: `${contacts}/nonsense` },
      {
        id: 'c',
        method: 'GET',
        url: 'users/ada@example.com/contacts?$top=1',
        headers: { Prefer: 'IdType="ImmutableId"' },
      },
      { id: 'd', method: 'GET', url: `${contacts}/$count` },
    ]);
    expect(answers.get('a')).toMatchObject({ status: 201, body: { givenName: 'A' } });
    expect(answers.get('a')!.headers['Content-Type']).toMatch(/^application\/json/);
    expect(answers.get('b')).toMatchObject({
      status: 400,
      body: { error: { code: 'ErrorInvalidIdMalformed' } },
    });
    expect(answers.get('c')!.headers['Preference-Applied']).toBe('IdType=ImmutableId');
    expect(Buffer.from(answers.get('d')!.body, 'base64').toString()).toMatch(/^\d+$/);
  });

  it('may answer in any order, or in the given one', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => ({
      id: String(index),
      method: 'GET',
      url: '/users/bob@example.com/contacts',
    }));
    const order = async () => (await tenant.batch(requests)).body.responses.map(({ id }: StepAnswer) => id);
    const sent = requests.map(({ id }) => id);
    expect(await order()).not.toEqual(sent);
    await tenant.control('PUT', 'behaviour', { batchOrder: 'kept' });
    expect(await order()).toEqual(sent);
  });

  it('waits for dependencies, and does without those whose dependency failed', async () => {
    const answers = await answersOf([
      post('1', 'A'),
      { id: '2', method: 'GET', url: contacts, dependsOn: ['1'] },
      { id: '3', method: 'GET', url: `${contacts}/nonsense`, dependsOn: ['2'] },
      post('4', 'never', { dependsOn: ['3'] }),
      post('5', 'never', { dependsOn: ['4'] }),
    ]);
    expect(answers.get('2')!.body.value).toHaveLength(1);
    expect(
      [...answers.values()]
        .filter(({ status }) => status === 424)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['4', '5']);
    expect((await tenant.call('GET', `${contacts}/$count`)).body).toBe('1');
  });

  it.each([
    [
      'more than twenty requests',
      Array.from({ length: 21 }, (_, index) => ({ id: String(index), method: 'GET', url: contacts })),
      /exceeds the maximum value of 20/,
    ],
    [
      'an id twice',
      [
        { id: '1', method: 'GET', url: contacts },
        { id: '1', method: 'GET', url: contacts },
      ],
      /duplicated/,
    ],
    [
      'a body without a content type',
      [{ id: '1', method: 'POST', url: contacts, body: {} }],
      /does not contain Content-Type header/,
    ],
    [
      'an absolute address',
      [{ id: '1', method: 'GET', url: 'https://graph.microsoft.com/v1.0/users' }],
      /relative/,
    ],
    [
      'an unknown dependency',
      [{ id: '1', method: 'GET', url: contacts, dependsOn: ['0'] }],
      /depends on '0'/,
    ],
    ['a request without a method', [{ id: '1', url: contacts }], /Invalid batch payload format/],
  ])('is refused as a whole with %s', async (_what, requests, message) => {
    const { status, body } = await tenant.batch(requests);
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(body.error.message).toMatch(message);
  });

  it('is throttled request by request', async () => {
    await tenant.control('PUT', 'limits', { requests: 3 });
    const answers = await answersOf(
      ['1', '2', '3', '4', '5'].map(id => ({ id, method: 'GET', url: contacts })),
    );
    const throttled = [...answers.values()].filter(({ status }) => status === 429);
    expect(throttled).toHaveLength(2);
    expect(throttled[0]!.headers['Retry-After']).toMatch(/^\d+$/);
    expect(throttled[0]!.body.error.code).toBe('ApplicationThrottled');
  });

  it('counts as its requests, and is logged with them', async () => {
    await tenant.control('POST', 'requests/reset');
    await answersOf([post('1', 'A'), { id: '2', method: 'GET', url: `${contacts}/delta` }]);
    expect((await tenant.control('GET', 'requests')).body).toEqual({
      totals: { http: 1, counted: 2 },
      routes: { 'GET /users/{id}/contacts/delta': 1, 'POST /users/{id}/contacts': 1 },
    });
    expect((await tenant.control('GET', 'requests/log')).body).toMatchObject([
      {
        method: 'POST',
        target: '/v1.0/$batch',
        mailbox: 'ada@example.com',
        status: 200,
        subrequests: [
          { method: 'POST', url: contacts, status: 201 },
          { method: 'GET', url: `${contacts}/delta`, status: 200 },
        ],
      },
    ]);
  });
});

describe('throttling', () => {
  const statusesOf = async (count: number, path = contacts) =>
    (await Promise.all(Array.from({ length: count }, () => tenant.call('GET', path)))).map(
      ({ status }) => status,
    );

  it('serves four requests at a time per mailbox', async () => {
    await tenant.control('PUT', 'faults', [{ match: contacts, mode: 'latency', delayMs: 300 }]);
    const [ada, bob] = await Promise.all([statusesOf(7), statusesOf(2, '/users/bob@example.com/contacts')]);
    expect(ada.filter(status => status === 200)).toHaveLength(4);
    expect(ada.filter(status => status === 429)).toHaveLength(3);
    expect(bob).toEqual([200, 200]);
  });

  it('tells the limit and when to come again', async () => {
    await tenant.control('PUT', 'clock', { now: '2026-11-21T10:00:00Z' });
    await tenant.renewToken();
    await tenant.control('PUT', 'limits', { requests: 2 });
    expect(await statusesOf(2)).toEqual([200, 200]);
    const refused = await tenant.call('GET', contacts);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('601');
    expect(refused.body.error.message).toMatch(/^Application is over its .* limit\.$/);
    await tenant.control('PUT', 'clock', { now: '2026-11-21T10:10:01Z' });
    expect(await statusesOf(1)).toEqual([200]);
    await tenant.control('PUT', 'clock', {});
    await tenant.renewToken();
  });
});
