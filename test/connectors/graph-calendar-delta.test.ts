import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MailboxChange, MailboxItems } from '../../connectors/connector.ts';
import { calendarContainer } from '../../sync/containers.ts';
import {
  create,
  type GraphUnderTest,
  graphUnderTest,
  hourAt,
  readBack,
  round,
  written,
} from './graph-mailbox.ts';

const march = calendarContainer({ fromDay: '2026-03-01', toDay: '2026-04-01' });
const berlin = (local: string) => hourAt(local, 'Europe/Berlin');

describe('the changes of a calendar in Microsoft Graph', () => {
  let graph: GraphUnderTest;
  let events: MailboxItems;

  beforeAll(async () => {
    graph = await graphUnderTest();
    events = graph.mailbox.items('event');
  });
  afterEach(async () => {
    await graph.control('PUT', 'faults', []);
    await graph.behave({ deltaSeriesMasters: 'shown', deltaPartialRows: false, allDayTimes: 'shifted' });
  });
  afterAll(() => graph.close());

  const changesSince = async (cursor: string | null) => (await round(graph.mailbox, march, cursor)).changes;
  const now = async () => (await round(graph.mailbox, march, null)).cursor;
  const made = (key: string, span: string) =>
    written(events, create('calendar', key, { subject: key, span }));
  const occurrencesIn = (changes: readonly MailboxChange[], seriesId: string) =>
    changes.flatMap(change =>
      change.type === 'present' && change.item.meeting?.seriesId === seriesId ? [change] : [],
    );

  it.each([
    ['shown', '2026-03-28T09:00:00'],
    ['hidden', '2026-03-27T21:00:00'],
  ])(
    'CAL-4 POL-16 each occurrence is told as reading it tells it, over a change of clocks, masters %s',
    async (deltaSeriesMasters, start) => {
      await graph.behave({ deltaSeriesMasters });
      const cursor = await now();
      const seriesId = await daily(graph, start, 3);
      const changes = await changesSince(cursor);
      const occurrences = occurrencesIn(changes, seriesId);
      expect(occurrences).toHaveLength(3);
      for (const { item, partial } of occurrences) {
        expect(partial).toBe(false);
        const { stamp: _none, ...read } = await readBack(events, item.itemId);
        expect(item).toEqual(read);
      }
      const wall = occurrences.map(({ item }) => item.fields.span?.slice(10, 19));
      expect(new Set(wall)).toEqual(new Set([start.slice(10)]));
      expect(new Set(occurrences.map(({ item }) => item.meeting?.uid)).size).toBe(3);
      const told = changes.some(
        change => change.type === 'present' && change.item.meeting?.type === 'series',
      );
      expect(told).toBe(deltaSeriesMasters === 'shown');
    },
  );

  it.each(['shifted', 'floating'])(
    'CAL-3 a day of a series is that day in any zone, times being %s',
    async allDayTimes => {
      await graph.behave({ allDayTimes });
      const cursor = await now();
      const time = (day: string) => ({ dateTime: `${day}T00:00:00`, timeZone: 'Tokyo Standard Time' });
      const { id } = await graph.hand('POST', 'events', {
        ...{ subject: 'Days', isAllDay: true, start: time('2026-03-16'), end: time('2026-03-17') },
        recurrence: recurring('2026-03-16', 2),
      });
      const spans = occurrencesIn(await changesSince(cursor), String(id)).map(({ item }) => item.fields.span);
      expect(spans.toSorted()).toEqual(['2026-03-16/2026-03-16', '2026-03-17/2026-03-17']);
    },
  );

  it('CAL-4 a moved occurrence is an exception under its old id, a cancelled one is removed', async () => {
    const first = await now();
    const seriesId = await daily(graph, '2026-03-09T09:00:00', 3);
    const [one, two] = occurrencesIn(await changesSince(first), seriesId).map(({ item }) => item);
    const cursor = await now();
    await graph.hand('PATCH', `events/${one!.itemId}`, {
      start: { dateTime: '2026-03-09T15:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-03-09T16:00:00', timeZone: 'UTC' },
    });
    await graph.hand('DELETE', `events/${two!.itemId}`);
    const changes = await changesSince(cursor);
    const moved = occurrencesIn(changes, seriesId).find(({ item }) => item.itemId === one!.itemId);
    expect(moved?.item.meeting).toMatchObject({
      type: 'exception',
      uid: one!.meeting?.uid,
      originalStartMs: one!.meeting?.originalStartMs,
    });
    expect(changes).toContainEqual({ type: 'removed', itemId: two!.itemId });
    expect(await events.read([two!.itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
  });

  it('CAL-4 a single event that becomes a series is told as one', async () => {
    const { itemId } = await made('Becomes a series', berlin('2026-03-05T09:00:00'));
    const cursor = await now();
    await graph.hand('PATCH', `events/${itemId}`, { recurrence: recurring('2026-03-05', 2) });
    const changes = await changesSince(cursor);
    expect(changes).toContainEqual(
      expect.objectContaining({
        item: expect.objectContaining({ itemId, meeting: expect.objectContaining({ type: 'series' }) }),
      }),
    );
    expect(occurrencesIn(changes, itemId)).toHaveLength(2);
  });

  it('what leaves the window is told as removed, and is there', async () => {
    const { itemId } = await made('Leaves', berlin('2026-03-06T09:00:00'));
    const cursor = await now();
    const fields = { span: berlin('2026-05-06T09:00:00') };
    await written(events, { op: 'update', itemId, fields });
    expect(await changesSince(cursor)).toEqual([{ type: 'removed', itemId }]);
    expect((await readBack(events, itemId)).fields.span).toBe(fields.span);
  });

  it('a row that says little is partial', async () => {
    const { itemId } = await made('Short row', berlin('2026-03-07T09:00:00'));
    const cursor = await now();
    await graph.behave({ deltaPartialRows: true });
    await written(events, { op: 'update', itemId, fields: { subject: 'Shorter' } });
    expect(await changesSince(cursor)).toMatchObject([{ partial: true, item: { itemId } }]);
  });

  it('a series that somebody else gave its id has occurrences that have to be read', async () => {
    const cursor = await now();
    const { immutableId } = (await graph.control('POST', 'invite', {
      mailbox: graph.address,
      organizer: { address: 'boss@fabrikam.example' },
      iCalUId: 'weekly@fabrikam.example',
      subject: 'Foreign',
      start: { dateTime: '2026-03-18T09:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-03-18T10:00:00', timeZone: 'UTC' },
      recurrence: recurring('2026-03-18', 2),
    })) as { immutableId: string };
    const occurrences = occurrencesIn(await changesSince(cursor), immutableId);
    expect(occurrences.map(({ partial }) => partial)).toEqual([true, true]);
    for (const { item } of occurrences)
      expect((await readBack(events, item.itemId)).fields.subject).toBe('Foreign');
  });

  it('invariant 5: a dead cursor asks for a new enumeration, a missing mailbox is none', async () => {
    const cursor = await now();
    await graph.control('PUT', 'faults', [{ mode: 'expired-cursor' }]);
    expect(await graph.mailbox.changes(march, cursor)).toEqual({ type: 'resync' });
    const match = { path: 'calendarView', subrequest: true };
    const fault = { mode: 'status', status: 404, code: 'MailboxNotEnabledForRESTAPI', match };
    await graph.control('PUT', 'faults', [fault]);
    await expect(graph.mailbox.changes(march, cursor)).rejects.toMatchObject({ kind: 'gone' });
  });

  it('PAIR-9 a look at all containers is one round trip, with the zone of the mailbox in it', async () => {
    const other = await graphUnderTest();
    const tasks = await other.mailbox.defaultTaskList();
    const contacts = (await other.mailbox.defaultContactFolder()).id;
    await other.control('POST', 'requests/reset');
    const probe = await other.mailbox.probe({
      containers: [march, tasks, contacts].map(id => ({ id, cursor: null })),
      rootFolderId: null,
      contactFolderId: null,
      categories: true,
      folderParents: [],
    });
    const { totals } = (await other.control('GET', 'requests')) as { totals: { http: number } };
    expect(totals.http).toBe(1);
    expect([...probe.pages.keys()]).toEqual([march, tasks, contacts]);
    await other.close();
  });
});

const recurring = (startDate: string, numberOfOccurrences: number) => ({
  pattern: { type: 'daily', interval: 1 },
  range: { type: 'numbered', startDate, numberOfOccurrences },
});

async function daily(graph: GraphUnderTest, start: string, occurrences: number): Promise<string> {
  const end = new Date(Date.parse(`${start}Z`) + 3_600_000).toISOString().slice(0, 19);
  const { id } = await graph.hand('POST', 'events', {
    subject: 'Daily',
    body: { contentType: 'text', content: 'Agenda' },
    start: { dateTime: start, timeZone: 'W. Europe Standard Time' },
    end: { dateTime: end, timeZone: 'W. Europe Standard Time' },
    recurrence: recurring(start.slice(0, 10), occurrences),
  });
  return String(id);
}
