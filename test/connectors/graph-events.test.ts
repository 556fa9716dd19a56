import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MailboxItems } from '../../connectors/connector.ts';
import { textOfParticipants } from '../../sync/calendar/text-form.ts';
import type { Fields } from '../../sync/record.ts';
import {
  create,
  type GraphUnderTest,
  graphUnderTest,
  hourAt,
  owner,
  readBack,
  written,
} from './graph-mailbox.ts';

const berlin = hourAt('2026-03-10T09:00:00', 'Europe/Berlin');
const whole: Fields = {
  subject: 'Visit',
  location: 'Bonn',
  body: 'Agenda:\n- first\n- second',
  span: berlin,
  showAs: 'outOfOffice',
  privacy: 'private',
  reminder: '30',
  attendeeDetails: 'Ann Müller <ann@example.com>, Contoso',
};

describe('appointments in Microsoft Graph', () => {
  let graph: GraphUnderTest;
  let events: MailboxItems;
  let keys = 0;
  const made = (fields: Fields) => written(events, create('calendar', `key-${++keys}`, fields));

  beforeAll(async () => {
    graph = await graphUnderTest();
    events = graph.mailbox.items('event');
  });
  afterEach(async () => {
    await graph.control('PUT', 'faults', []);
    await graph.behave({ transactionIdDuplicate: 'existing', deletedItemsOpenById: false });
  });
  afterAll(() => graph.close());

  it('CAL-1 are kept as they were written, and nobody is mailed (POL-18)', async () => {
    const item = await made(whole);
    expect(item).toMatchObject({ containerId: 'calendar', categories: ['CRM'], stamp: `key-${keys}` });
    expect(item.meeting).toMatchObject({ type: 'single', isOrganizer: true, hasAttendees: false });
    expect(item.fields).toMatchObject(whole);
    expect(await readBack(events, item.itemId)).toEqual(item);
    const changes: Fields = {
      subject: 'Other',
      location: null,
      reminder: 'none',
      showAs: 'free',
      privacy: 'normal',
    };
    const changed = await written(events, { op: 'update', itemId: item.itemId, fields: changes });
    expect(changed.fields).toMatchObject({ ...whole, ...changes });
    await events.write([{ op: 'delete', itemId: item.itemId }]);
    expect(await events.read([item.itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
    expect(await graph.mails()).toEqual([]);
  });

  it.each([
    [hourAt('2026-03-11T08:00:00', 'UTC'), hourAt('2026-03-11T09:00:00', 'Europe/Berlin')],
    [hourAt('2026-07-11T08:00:00', 'UTC'), hourAt('2026-07-11T10:00:00', 'Europe/Berlin')],
    [hourAt('2026-07-11T08:00:00', 'Asia/Tokyo'), hourAt('2026-07-11T08:00:00', 'Asia/Tokyo')],
    ['2026-03-12/2026-03-13', '2026-03-12/2026-03-13'],
  ])('CAL-3 %s becomes %s where people planned in Berlin', async (span, told) => {
    const { itemId } = await made({ subject: 'Moves', span: berlin });
    expect((await written(events, { op: 'update', itemId, fields: { span } })).fields.span).toBe(told);
  });

  it('CAL-3 a new one that is told in UTC stands in the zone of the mailbox', async () => {
    const { fields } = await made({ subject: 'New', span: hourAt('2026-03-11T08:00:00', 'UTC') });
    expect(fields.span).toBe(hourAt('2026-03-11T09:00:00', 'Europe/Berlin'));
  });

  it('CAL-6 text that did not change rewrites no HTML, a word that did only itself', async () => {
    const content = '<html><body><p style="color:red">Agenda</p><p>Bring the <b>plan</b></p></body></html>';
    const { id } = await graph.hand('POST', 'events', {
      subject: 'Formatted',
      start: { dateTime: '2026-03-10T09:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-03-10T10:00:00', timeZone: 'UTC' },
      body: { contentType: 'html', content },
    });
    const itemId = String(id);
    const htmlNow = async () =>
      ((await graph.hand('GET', `events/${itemId}`)).body as { content: string }).content;
    const { body } = (await readBack(events, itemId)).fields;
    const { etag } = await written(events, { op: 'update', itemId, fields: { body: body! } });
    expect(etag).toBe((await readBack(events, itemId)).etag);
    expect(await htmlNow()).toBe(content);
    await written(events, { op: 'update', itemId, fields: { body: body!.replace('plan', 'budget') } });
    expect(await htmlNow()).toBe(content.replace('plan', 'budget'));
    await written(events, { op: 'update', itemId, fields: { attendeeDetails: 'Ann' } });
    await written(events, { op: 'update', itemId, fields: { attendeeDetails: null } });
    expect(await htmlNow()).toBe(content.replace('plan', 'budget'));
  });

  it('POL-18 those alone are mailed who are given as participants', async () => {
    const guest = {
      address: 'guest@fabrikam.example',
      name: 'Guest',
      role: 'required',
      response: 'none',
    } as const;
    const { itemId } = await made(whole);
    const fields = { participants: textOfParticipants([guest]) };
    const item = await written(events, { op: 'update', itemId, fields });
    expect(item.meeting).toMatchObject({ hasAttendees: true, organizer: owner });
    expect(await graph.mails()).toEqual([expect.stringContaining(guest.address)]);
  });

  it.each(['existing', 'conflict'])(
    'invariant 3: a creation whose answer was lost is found again (transactionId: %s)',
    async transactionIdDuplicate => {
      await graph.behave({ transactionIdDuplicate });
      const key = `lost ${transactionIdDuplicate}`;
      await graph.control('PUT', 'faults', [{ mode: 'lost-response', times: 1, match: { path: '$batch' } }]);
      const lost = events.write([create('calendar', key, whole)]);
      await expect(lost).rejects.toMatchObject({ kind: 'transient', maybeApplied: true });
      const found = await events.findByKeys('calendar', [key, key.toUpperCase()]);
      expect([...found.keys()]).toEqual([key]);
      const again = await written(events, create('calendar', key, whole));
      expect(again.itemId).toBe(found.get(key)?.itemId);
    },
  );

  it('what opens by its id in Deleted Items is deleted, and so is an occurrence of it', async () => {
    await graph.behave({ deletedItemsOpenById: true });
    const { itemId } = await made(whole);
    const series = String((await graph.hand('POST', 'events', daily('Series'))).id);
    const window = 'startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z';
    const { value } = await graph.hand('GET', `events/${series}/instances?${window}`);
    const occurrence = (value as { id: string }[])[0]!.id;
    const ids = [itemId, series, occurrence];
    const present = { ok: true, value: { type: 'present' } };
    expect(await events.read(ids)).toMatchObject([present, present, present]);
    await events.write([
      { op: 'delete', itemId },
      { op: 'delete', itemId: series },
    ]);
    const deleted = { ok: true, value: { type: 'deleted' } };
    expect(await events.read(ids)).toEqual([deleted, deleted, deleted]);
  });

  it('CAL-4 occurrences of one series are written together, though each changes the version of all', async () => {
    const series = String((await graph.hand('POST', 'events', daily('Together'))).id);
    const window = 'startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z';
    const { value } = await graph.hand('GET', `events/${series}/instances?${window}`);
    const outcomes = await events.write(
      (value as { id: string; '@odata.etag': string }[]).map(
        ({ id: itemId, '@odata.etag': etag }, index) => ({
          ...{ op: 'update', itemId, etag, fields: { subject: `Day ${index}`, location: 'Bonn' } },
        }),
      ),
    );
    expect(outcomes).toMatchObject(
      [0, 1, 2].map(index => ({
        ok: true,
        value: { fields: { subject: `Day ${index}`, location: 'Bonn' } },
      })),
    );
  });

  it('invariant 10: an occurrence over its neighbour is refused with what to do, the others are written', async () => {
    const series = String((await graph.hand('POST', 'events', daily('Daily'))).id);
    const window = 'startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z';
    const { value } = await graph.hand('GET', `events/${series}/instances?${window}`);
    const [first] = value as { id: string }[];
    const fields = { span: hourAt('2026-03-12T09:00:00', 'UTC') };
    expect(
      await events.write([
        { op: 'update', itemId: first!.id, fields },
        { op: 'update', itemId: (await made(whole)).itemId, fields },
      ]),
    ).toMatchObject([
      {
        ok: false,
        failure: {
          kind: 'validation',
          native: 'ErrorOccurrenceCrossingBoundary',
          fix: expect.stringContaining('series'),
        },
      },
      { ok: true },
    ]);
  });
});

function daily(subject: string) {
  return {
    subject,
    start: { dateTime: '2026-03-10T09:00:00', timeZone: 'UTC' },
    end: { dateTime: '2026-03-10T10:00:00', timeZone: 'UTC' },
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'numbered', startDate: '2026-03-10', numberOfOccurrences: 3 },
    },
  };
}
