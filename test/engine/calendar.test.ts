import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const BOB = 'bob@contoso.example';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ON = { enabled: true };

interface OutlookEvent {
  readonly id: string;
  readonly subject: string;
  readonly type: string;
  readonly categories: string[];
  readonly isAllDay: boolean;
  readonly start: { readonly dateTime: string; readonly timeZone: string };
  readonly end: { readonly dateTime: string };
  readonly attendees: unknown[];
  readonly body: { readonly contentType: string; readonly content: string };
}
interface CrmEvent {
  readonly Id: string;
  readonly Subject: string;
  readonly StartDateTime: string;
  readonly Location: string | null;
  readonly Description: string | null;
  readonly OwnerId: string;
}

describe('appointments', () => {
  let company: Company;

  afterEach(() => company.close());

  async function open(policy: object = {}): Promise<PairingInput> {
    company = await openCompany({
      users: [ANN, BOB],
      policy: {
        modules: { appointments: ON, tasks: ON, calls: ON },
        newItems: { autoSync: true },
        ...policy,
      },
    });
    return company.pair(ANN);
  }

  const at = (inMs: number) => new Date(company.now() + inMs).toISOString().replace(/\.\d+Z/, '.000+0000');
  const timed = (inMs: number) => ({
    start: { dateTime: new Date(company.now() + inMs).toISOString().slice(0, 19), timeZone: 'UTC' },
    end: { dateTime: new Date(company.now() + inMs + HOUR_MS).toISOString().slice(0, 19), timeZone: 'UTC' },
  });
  const events = async (user = ANN) =>
    (await company.outlook(user).call<{ value: OutlookEvent[] }>('GET', '/events?$top=100')).value;
  const crmEvents = (user = ANN) =>
    company
      .crm(user)
      .query<CrmEvent>(
        'SELECT Id, Subject, StartDateTime, Location, Description, OwnerId FROM Event WHERE IsChild = false ORDER BY StartDateTime',
      );
  const outbox = async () => ((await company.graph.control('GET', 'outbox')) as { value: unknown[] }).value;
  const crmEvent = (subject: string, inMs = DAY_MS) => ({
    Subject: subject,
    StartDateTime: at(inMs),
    EndDateTime: at(inMs + HOUR_MS),
  });

  it('CAL-1 PAIR-6: those of the CRM come with the category, and go both ways from there', async () => {
    const pairing = await open();
    const [id = ''] = await company.crm(ANN).create('Event', [crmEvent('Kick-off')]);
    await company.sync(pairing);
    const [event] = await events();
    expect(event).toMatchObject({ subject: 'Kick-off', categories: [CATEGORY], attendees: [] });

    await company
      .outlook(ANN)
      .call('PATCH', `/events/${event?.id}`, { subject: 'Kick-off, moved', ...timed(2 * DAY_MS) });
    await company.sync(pairing);
    expect(await crmEvents()).toMatchObject([{ Id: id, Subject: 'Kick-off, moved' }]);

    await company.crm(ANN).update('Event', id, { Location: 'Room 4' });
    await company.sync(pairing);
    expect(await events()).toMatchObject([
      { subject: 'Kick-off, moved', location: { displayName: 'Room 4' } },
    ]);

    await company.crm(ANN).delete('Event', id);
    await company.sync(pairing);
    expect(await events()).toEqual([]);
    expect(await outbox()).toEqual([]);
  });

  it('CAL-1: what the user makes in Outlook is made in the CRM, and deleted there with it', async () => {
    const pairing = await open();
    await company.sync(pairing);
    const event = await company.outlook(ANN).call<OutlookEvent>('POST', '/events', {
      subject: 'Review',
      ...timed(DAY_MS),
      body: { contentType: 'html', content: '<p>Agenda</p><ul><li>one</li></ul>' },
    });
    await company.sync(pairing);
    expect(await crmEvents()).toMatchObject([
      { Subject: 'Review', Description: expect.stringContaining('Agenda') },
    ]);
    expect(await events()).toMatchObject([{ id: event.id, categories: [CATEGORY] }]);

    await company.outlook(ANN).call('DELETE', `/events/${event.id}`);
    await company.sync(pairing);
    expect(await crmEvents()).toEqual([]);
  });

  it('CAL-4 POL-16: every occurrence is an appointment of its own; one that moves or goes is followed', async () => {
    const pairing = await open();
    await company.sync(pairing);
    const first = new Date(company.now() + DAY_MS).toISOString().slice(0, 10);
    const series = await company.outlook(ANN).call<OutlookEvent>('POST', '/events', {
      subject: 'Stand-up',
      start: { dateTime: `${first}T09:00:00`, timeZone: 'Europe/Berlin' },
      end: { dateTime: `${first}T09:15:00`, timeZone: 'Europe/Berlin' },
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', startDate: first, numberOfOccurrences: 4 },
      },
    });
    await company.sync(pairing);
    expect(await crmEvents()).toHaveLength(4);

    const { value: instances } = await company
      .outlook(ANN)
      .call<{ value: OutlookEvent[] }>(
        'GET',
        `/events/${series.id}/instances?startDateTime=${at(0).slice(0, 19)}Z&endDateTime=${at(9 * DAY_MS).slice(0, 19)}Z`,
      );
    await company.outlook(ANN).call('PATCH', `/events/${instances[1]?.id}`, { subject: 'Stand-up, late' });
    await company.outlook(ANN).call('DELETE', `/events/${instances[2]?.id}`);
    await company.sync(pairing);
    expect((await crmEvents()).map(({ Subject }) => Subject)).toEqual([
      'Stand-up',
      'Stand-up, late',
      'Stand-up',
    ]);

    await company.outlook(ANN).call('DELETE', `/events/${series.id}`);
    await company.sync(pairing);
    expect(await crmEvents()).toEqual([]);
  });

  it('CAL-2 POL-18 invariant 12: a meeting of two users is one event of the CRM, and nobody is mailed', async () => {
    const ann = await open();
    const bob = await company.pair(BOB);
    await company.sync(ann);
    await company.sync(bob);
    const meeting = await company.outlook(ANN).call<OutlookEvent>('POST', '/events', {
      subject: 'Negotiation',
      ...timed(DAY_MS),
      attendees: [{ emailAddress: { address: BOB, name: 'Bob' }, type: 'required' }],
    });
    await company.graph.control('POST', 'outbox/reset');
    for (const pairing of [bob, ann, bob, ann]) await company.sync(pairing);
    const made = await crmEvents();
    expect(made).toMatchObject([{ Subject: 'Negotiation' }]);
    expect(await events(BOB)).toHaveLength(1);

    const [copy] = await events(BOB);
    await company.outlook(BOB).call('DELETE', `/events/${copy?.id}`);
    await company.graph.control('POST', 'outbox/reset');
    for (const pairing of [bob, ann, bob]) await company.sync(pairing);
    expect(await crmEvents()).toHaveLength(1);
    expect(await events(BOB)).toEqual([]);
    expect(await outbox()).toEqual([]);

    await company.outlook(ANN).call('DELETE', `/events/${meeting.id}`);
    await company.sync(ann);
    expect(await crmEvents()).toEqual([]);
  });
});

describe('POL-18 send: invitations of appointments that are born in the CRM', () => {
  let company: Company;
  afterEach(() => company.close());

  it('CAL-2: bring a colleague one item, whichever mailbox is looked at first', async () => {
    company = await openCompany({
      users: [ANN, BOB],
      policy: {
        modules: { appointments: ON },
        newItems: { autoSync: true },
        calendar: { invitations: 'send' },
      },
    });
    const ann = await company.pair(ANN);
    const bob = await company.pair(BOB);
    for (const pairing of [ann, bob]) await company.sync(pairing);
    const at = (inMs: number) => new Date(company.now() + inMs).toISOString().replace('Z', '+0000');
    const [id] = await company
      .crm(ANN)
      .create('Event', [{ Subject: 'Tour', StartDateTime: at(DAY_MS), EndDateTime: at(DAY_MS + HOUR_MS) }]);
    const [user] = await company.crm(ANN).query<{ Id: string }>(`SELECT Id FROM User WHERE Email = '${BOB}'`);
    await company.crm(ANN).create('EventRelation', [{ EventId: id, RelationId: user?.Id }]);
    for (const pairing of [bob, ann]) await company.sync(pairing);
    company.rest(2 * 60_000);
    for (const pairing of [bob, ann, bob]) await company.sync(pairing);
    const { value } = await company.outlook(BOB).call<{ value: OutlookEvent[] }>('GET', '/events?$top=50');
    expect(value).toMatchObject([{ subject: 'Tour', attendees: [expect.anything()] }]);
    const sent = (await company.graph.control('GET', 'outbox')) as { value: { kind: string }[] };
    expect(sent.value.map(({ kind }) => kind)).toEqual(['invitation']);
  });
});

describe('tasks', () => {
  let company: Company;
  let pairing: PairingInput;

  beforeEach(async () => {
    company = await openCompany({
      users: [ANN],
      policy: { modules: { tasks: ON, calls: ON }, newItems: { autoSync: true } },
    });
    pairing = await company.pair(ANN);
  });
  afterEach(() => company.close());

  interface TodoTask {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly categories: string[];
    readonly linkedResources?: { readonly webUrl: string }[];
  }
  const tasks = async () =>
    (
      await company
        .outlook(ANN)
        .call<{ value: TodoTask[] }>('GET', '/todo/lists/Tasks/tasks?$expand=linkedResources')
    ).value;
  const crmTasks = () =>
    company.crm(ANN).query('SELECT Id, Subject, Status, IsClosed, ActivityDate FROM Task ORDER BY Subject');

  it('TASK-1: tasks and calls of the CRM come with category and link; completing travels both ways', async () => {
    const [taskId = '', callId = ''] = await company.crm(ANN).create('Task', [
      { Subject: 'Send offer', ActivityDate: '2026-12-01' },
      { Subject: 'Call Meyer', TaskSubtype: 'Call' },
    ]);
    await company.sync(pairing);
    const found = (await tasks()).toSorted((a, b) => (a.title < b.title ? -1 : 1));
    expect(found).toMatchObject([
      {
        title: 'Call Meyer',
        categories: [CATEGORY],
        linkedResources: [{ webUrl: expect.stringContaining(callId) }],
      },
      {
        title: 'Send offer',
        categories: [CATEGORY],
        linkedResources: [{ webUrl: expect.stringContaining(taskId) }],
      },
    ]);

    const offer = found[1]?.id;
    await company.outlook(ANN).call('PATCH', `/todo/lists/Tasks/tasks/${offer}`, { status: 'completed' });
    await company.crm(ANN).update('Task', callId, { Status: 'Completed' });
    await company.sync(pairing);
    expect(await crmTasks()).toMatchObject([{ IsClosed: true }, { IsClosed: true }]);
    expect((await tasks()).map(({ status }) => status)).toEqual(['completed', 'completed']);

    await company.crm(ANN).delete('Task', callId);
    await company.outlook(ANN).call('DELETE', `/todo/lists/Tasks/tasks/${offer}`);
    await company.sync(pairing);
    expect(await tasks()).toEqual([]);
    expect(await crmTasks()).toEqual([]);
  });
});
