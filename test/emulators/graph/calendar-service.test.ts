import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuthenticationHandler,
  Client,
  type Context,
  type Middleware,
  PageIterator,
  RetryHandler,
} from '@microsoft/microsoft-graph-client';
import type { Event } from '@microsoft/microsoft-graph-types';
import { afterEach, describe, expect, it } from 'vitest';
import contract from '../../../emulators/graph/contract/outlook-v1.0.json' with { type: 'json' };
import {
  attendee,
  type CalendarUnderTest,
  daily,
  hour,
  openCalendar,
  windowQuery,
} from './calendar-under-test.ts';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

const [ada, bob] = ['ada@example.com', 'bob@example.com'] as const;
const march = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');
const meeting = {
  subject: 'Meet',
  ...hour('2026-03-10'),
  attendees: [attendee(bob)],
  recurrence: daily('2026-03-10', 3),
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
const opened = async (...options: Parameters<typeof openCalendar>): Promise<CalendarUnderTest> => {
  const tenant = await openCalendar(...options);
  open.push(tenant);
  return tenant;
};

describe('the contract', () => {
  type Definition = { base?: string; props: Record<string, string> };
  const types = contract.types as Record<string, Definition>;
  const propertiesOf = (name: string): string[] => {
    const { base, props } = types[name]!;
    return [...(base ? propertiesOf(base) : []), ...Object.keys(props)].sort();
  };
  const namesOf = (entity: object) =>
    Object.keys(entity)
      .filter(name => !name.startsWith('@'))
      .sort();

  it('has exactly the properties of the answers', async () => {
    const tenant = await opened();
    const { id } = await tenant.created(ada, { ...meeting, transactionId: 't' });
    const all = propertiesOf('microsoft.graph.event');
    const { body } = await tenant.get(`${ada}/events/${id}?$select=${all.join(',')}`);
    // Only an occurrence has the time at which it was to be.
    expect(namesOf(body)).toEqual(all.filter(name => name !== 'originalStart'));
    const calendars = await tenant.get(`${ada}/calendars`);
    expect(namesOf(calendars.body.value[0])).toEqual(propertiesOf('microsoft.graph.calendar'));
  });
});

describe('the state file', () => {
  it('keeps events, the outbox, and what a delta round must tell of series', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graph-calendar-'));
    open.push({ close: () => rmSync(folder, { recursive: true }) });
    const stateFile = join(folder, 'graph.db');
    const before = await openCalendar({ stateFile });
    const { id } = await before.created(ada, meeting);
    const single = await before.created(ada, { subject: 'Single', ...hour('2026-03-05') });
    const { deltaLink } = await before.round(`${ada}/calendarView/delta?${march}`);
    const [, second] = (await before.get(`${ada}/events/${id}/instances?${march}`)).body.value;
    await before.remove(`${ada}/events/${second.id}`);
    await before.remove(`${ada}/events/${single.id}`);
    const seen = await before.get(`${ada}/events/${id}`);
    const mails = (await before.control('GET', 'outbox')).value;
    before.close();

    const after = await opened({ stateFile });
    expect((await after.get(`${ada}/events/${id}`)).body).toEqual(seen.body);
    expect((await after.control('GET', 'outbox')).value).toEqual(mails);
    expect(mails).toHaveLength(2);
    const { rows } = await after.round(deltaLink);
    expect(rows.filter(row => '@removed' in row).map(row => row.id)).toEqual([second.id, single.id]);
  });
});

describe('loaded events', () => {
  it('are there with the copies of the attendees, and were never mailed', async () => {
    const tenant = await opened();
    const dan = { mail: 'dan@example.com', events: [meeting, { subject: 'Alone', ...hour('2026-03-12') }] };
    const { users } = await tenant.control('POST', 'load', { users: [dan] });
    const [{ id, immutableId, iCalUId }, alone] = users[0].events;
    const path = `dan@example.com/events/${immutableId}`;
    expect((await tenant.get(path, { prefer: 'IdType="ImmutableId"' })).body).toMatchObject({ iCalUId });
    expect((await tenant.get(`dan@example.com/events/${alone.id}`)).body.subject).toBe('Alone');
    const { body } = await tenant.get(`${bob}/events?$filter=iCalUId eq '${iCalUId}'`);
    expect(body.value).toMatchObject([{ isOrganizer: false, subject: 'Meet' }]);
    expect(await tenant.outbox()).toEqual([]);
    await tenant.patch(`dan@example.com/events/${id}`, { subject: 'Told' });
    expect(await tenant.outbox()).toMatchObject([{ kind: 'update', mailbox: 'dan@example.com', to: [bob] }]);
    const wrong = { mail: 'eve@example.com', events: [{ subject: 'No time' }] };
    expect(await tenant.control('POST', 'load', { users: [wrong] })).toMatchObject({ status: 400 });
    expect((await tenant.get('eve@example.com/events')).status).toBe(404);
  });
});

describe('the whole service', () => {
  it('answers the same about calendars, given the same seed and clock', async () => {
    const day = async () => {
      const tenant = await opened();
      const { id } = await tenant.created(ada, { ...meeting, isOnlineMeeting: true });
      const view = await tenant.round(`${ada}/calendarView/delta?${march}`, {
        prefer: 'odata.maxpagesize=2',
      });
      return [id, view, await tenant.outbox()];
    };
    expect(await day()).toEqual(await day());
  });

  it('counts, throttles and disturbs requests for events as all others', async () => {
    const tenant = await opened();
    await tenant.control('POST', 'requests/reset');
    await tenant.created(ada, meeting);
    await tenant.get(`${ada}/calendarView/delta?${march}`);
    expect((await tenant.control('GET', 'requests')).routes).toEqual({
      'GET /users/{id}/calendarView/delta': 1,
      'POST /users/{id}/events': 1,
    });
    await tenant.control('PUT', 'faults', [
      { match: '/calendarView', mode: 'status', status: 503, times: 1 },
    ]);
    expect((await tenant.get(`${ada}/calendarView?${march}`)).status).toBe(503);
    await tenant.control('PUT', 'limits', { requests: 3 });
    await tenant.get(`${ada}/events`);
    expect((await tenant.get(`${ada}/events`)).status).toBe(429);
  });
});

describe("the vendor's client", () => {
  const CLOUD = 'https://graph.microsoft.com';

  const clientFor = (tenant: TenantUnderTest): Client => {
    const toEmulator: Middleware = {
      async execute(context: Context) {
        const url = String(context.request).replace(CLOUD, tenant.url);
        context.response = await fetch(url, context.options as RequestInit);
      },
    };
    const authentication = new AuthenticationHandler({ getAccessToken: () => tenant.renewToken() });
    const retry = new RetryHandler();
    authentication.setNext(retry);
    retry.setNext(toEmulator);
    return Client.initWithMiddleware({ middleware: authentication });
  };

  it('makes a series, changes an occurrence, and iterates over a view and its changes', async () => {
    const tenant = await startTenant([{ mail: ada }, { mail: bob }], { linkOrigin: CLOUD });
    open.push(tenant);
    const client = clientFor(tenant);
    const events = `/users/${ada}/events`;
    const created: Event = await client.api(events).post(meeting);
    const view = client.api(`/users/${ada}/calendarView`).query(march).top(2);
    const seen: Event[] = [];
    const collect = (event: Event) => {
      seen.push(event);
      return true;
    };
    await new PageIterator(client, await view.get(), collect).iterate();
    expect(seen.map(({ seriesMasterId }) => seriesMasterId)).toEqual(Array(3).fill(created.id));
    await client.api(`${events}/${seen[1]!.id}`).patch({ subject: 'Special' });
    seen.length = 0;
    const delta = new PageIterator(
      client,
      await client.api(`/users/${ada}/calendarView/delta`).query(march).get(),
      collect,
    );
    await delta.iterate();
    expect(seen.map(({ type }) => type)).toEqual(['seriesMaster', 'occurrence', 'exception', 'occurrence']);
    await client.api(`${events}/${created.id}/cancel`).post({ comment: 'Sorry' });
    const changes = await client.api(delta.getDeltaLink()!).get();
    expect(changes.value.every((row: object) => '@removed' in row)).toBe(true);
    expect(changes.value).toHaveLength(4);
  });
});
