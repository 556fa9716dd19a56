import {
  AuthenticationHandler,
  type AuthenticationProvider,
  Client,
  type Context,
  GraphError,
  type Middleware,
  PageIterator,
  RetryHandler,
} from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

const CLOUD = 'https://graph.microsoft.com';

/** The vendor's client as in production, its connections led to the emulator. */
function clientFor(tenant: TenantUnderTest): Client {
  const authProvider: AuthenticationProvider = { getAccessToken: () => tenant.renewToken() };
  const toEmulator: Middleware = {
    async execute(context: Context) {
      const url = String(context.request).replace(CLOUD, tenant.url);
      context.response = await fetch(url, context.options as RequestInit);
    },
  };
  const authentication = new AuthenticationHandler(authProvider);
  const retry = new RetryHandler();
  authentication.setNext(retry);
  retry.setNext(toEmulator);
  return Client.initWithMiddleware({ middleware: authentication });
}

let tenant: TenantUnderTest;
let client: Client;
beforeAll(async () => {
  tenant = await startTenant(undefined, { linkOrigin: CLOUD });
  client = clientFor(tenant);
});
afterAll(() => tenant.close());

const contacts = '/users/ada@example.com/contacts';

describe("the vendor's client", () => {
  it('creates, changes, reads and deletes a contact', async () => {
    const created = await client.api(contacts).post({ givenName: 'A', surname: 'B' });
    const changed = await client.api(`${contacts}/${created.id}`).patch({ surname: 'C' });
    expect(changed).toMatchObject({ id: created.id, displayName: 'A C' });
    await client.api(`${contacts}/${created.id}`).delete();
    const failure = await client
      .api(`${contacts}/${created.id}`)
      .get()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GraphError);
    expect(failure).toMatchObject({
      statusCode: 404,
      code: 'ErrorItemNotFound',
      requestId: expect.stringMatching(/-/),
    });
  });

  it('iterates over all pages of a list and of a delta round', async () => {
    for (let number = 0; number < 7; number++) await client.api(contacts).post({ givenName: `n${number}` });
    const seen: string[] = [];
    const collect = (contact: { givenName: string }) => {
      seen.push(contact.givenName);
      return true;
    };
    const list = new PageIterator(
      client,
      await client.api(contacts).top(3).select('givenName').get(),
      collect,
    );
    await list.iterate();
    expect(seen).toHaveLength(7);
    const request = client.api(`${contacts}/delta`).header('Prefer', 'odata.maxpagesize=3');
    const delta = new PageIterator(client, await request.get(), collect, {
      headers: { Prefer: 'odata.maxpagesize=3' },
    });
    await delta.iterate();
    expect(seen).toHaveLength(14);
    expect((await client.api(delta.getDeltaLink()!).get()).value).toEqual([]);
  });

  it('comes again after a 429 when it was told to', async () => {
    await tenant.control('PUT', 'faults', [
      { match: contacts, mode: 'status', status: 429, retryAfter: 0, times: 1 },
    ]);
    expect((await client.api(contacts).get()).value).not.toHaveLength(0);
    const { body } = await tenant.control('GET', 'requests/log');
    expect(body.slice(-1)[0].status).toBe(200);
    expect(body.filter(({ status }: { status: number }) => status === 429)).toHaveLength(1);
  });
});
