import { beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxItems } from '../../connectors/connector.ts';
import { momentsOf } from '../../sync/calendar/text-form.ts';
import { calendarContainer } from '../../sync/containers.ts';
import type { MailboxItem } from '../../sync/record.ts';
import {
  drain,
  itemOf,
  type MailboxScene,
  type MailboxSubject,
  presentIn,
  written,
} from './mailbox-subject.ts';
import { expectSaid } from './saying.ts';

const august = calendarContainer({ fromDay: '2027-08-01', toDay: '2027-09-01' });
const days = ['2027-08-02', '2027-08-03', '2027-08-04'];
const spanOn = (day: string, hour = '09') => `${day}T${hour}:00:00[UTC]/${day}T${hour}:30:00[UTC]`;
const startOn = (day: string) => momentsOf(spanOn(day), 'UTC').startMs;

/** Series, and appointments of several people. */
export function mailboxMeetings(scene: () => MailboxScene): void {
  describe('among others', () => {
    let subject: MailboxSubject;
    let mailbox: Mailbox;
    let events: MailboxItems;

    beforeAll(() => {
      ({ subject, mailbox } = scene());
      events = mailbox.items('event');
    });

    /** The occurrences in their order, each as reading it tells where the row was a stub. */
    const occurrencesOf = async (seriesId: string): Promise<MailboxItem[]> => {
      const { changes } = await drain(mailbox, august, null);
      const rows = [...presentIn(changes).values()].filter(({ item }) => item.meeting?.seriesId === seriesId);
      const read = rows.map(({ item, partial }) => (partial ? itemOf(events, item.itemId) : item));
      const items = await Promise.all(read);
      return items.toSorted((a, b) => a.meeting!.originalStartMs! - b.meeting!.originalStartMs!);
    };

    it('CAL-4 tells each occurrence of a series as an item of its own, and the series as one', async () => {
      const seriesId = await subject.addDailySeries('Stand-up', spanOn(days[0]!), days.length);
      const { changes } = await drain(mailbox, august, null);
      const series = presentIn(changes).get(seriesId)?.item;
      expect(series?.meeting).toMatchObject({ type: 'series', seriesId: null });
      const occurrences = await occurrencesOf(seriesId);
      expect(occurrences.map(({ meeting }) => meeting)).toMatchObject(
        days.map(day => ({ type: 'occurrence', seriesId, originalStartMs: startOn(day), isOrganizer: true })),
      );
      for (const [index, { fields }] of occurrences.entries())
        expectSaid(fields, { subject: 'Stand-up', span: spanOn(days[index]!), privacy: 'normal' });
      const named = [seriesId, ...occurrences.map(({ itemId }) => itemId)];
      expect(new Set(named).size).toBe(named.length);
      expect(new Set(occurrences.map(({ meeting }) => meeting!.uid)).size).toBe(days.length);
    });

    it('CAL-4 reads an occurrence by its id as its changes tell it', async () => {
      const seriesId = await subject.addDailySeries('Read', spanOn(days[0]!), days.length);
      const [first] = await occurrencesOf(seriesId);
      const read = await itemOf(events, first!.itemId);
      expectSaid(read.fields, first!.fields);
      expect(read.meeting).toEqual(first!.meeting);
    });

    it('CAL-4 makes an exception of an occurrence that is moved, which keeps its id and where it belongs', async () => {
      const seriesId = await subject.addDailySeries('Moved', spanOn(days[0]!), days.length);
      const second = (await occurrencesOf(seriesId))[1]!;
      const { cursor } = await drain(mailbox, august, null);
      const moved = { span: spanOn(days[1]!, '15'), subject: 'Later' };
      await written(events, { op: 'update', itemId: second.itemId, fields: moved });
      const told = presentIn((await drain(mailbox, august, cursor)).changes).get(second.itemId);
      expect(told?.item.meeting).toMatchObject({ type: 'exception', seriesId });
      const after = await occurrencesOf(seriesId);
      expect(after.map(({ meeting }) => meeting!.type)).toEqual(['occurrence', 'exception', 'occurrence']);
      expect(after[1]).toMatchObject({
        itemId: second.itemId,
        meeting: { originalStartMs: startOn(days[1]!) },
      });
      expectSaid(after[1]!.fields, moved);
      expectSaid(after[2]!.fields, { subject: 'Moved', span: spanOn(days[2]!) });
    });

    it('CAL-4 tells an occurrence that is cancelled as removed, and the others stay', async () => {
      const seriesId = await subject.addDailySeries('Cancelled', spanOn(days[0]!), days.length);
      const [first, second, third] = await occurrencesOf(seriesId);
      const { cursor } = await drain(mailbox, august, null);
      await events.write([{ op: 'delete', itemId: second!.itemId }]);
      const { changes } = await drain(mailbox, august, cursor);
      expect(changes).toContainEqual({ type: 'removed', itemId: second!.itemId });
      expect(await events.read([second!.itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
      const left = (await occurrencesOf(seriesId)).map(({ itemId }) => itemId);
      expect(left).toEqual([first!.itemId, third!.itemId]);
    });

    it('CAL-4 tells a series that ends as removed, with its occurrences', async () => {
      const seriesId = await subject.addDailySeries('Ended', spanOn(days[0]!), days.length);
      const occurrences = await occurrencesOf(seriesId);
      await events.write([{ op: 'delete', itemId: seriesId }]);
      expect(await occurrencesOf(seriesId)).toEqual([]);
      const states = await events.read(occurrences.map(({ itemId }) => itemId));
      expect(states).toEqual(occurrences.map(() => ({ ok: true, value: { type: 'deleted' } })));
    });

    it('CAL-1 tells an invitation as that of its organizer, and what the user answered', async context => {
      const { invite, respond } = subject;
      if (!invite || !respond) return context.skip('nobody outside can be made to invite');
      const organizer = 'olga@fabrikam.example';
      const { cursor } = await drain(mailbox, august, null);
      const itemId = await invite(organizer, 'Invited', spanOn(days[0]!));
      expect(presentIn((await drain(mailbox, august, cursor)).changes).get(itemId)?.item.itemId).toBe(itemId);
      const invited = await itemOf(events, itemId);
      expect(invited.meeting).toMatchObject({
        isOrganizer: false,
        organizer,
        hasAttendees: true,
        response: 'none',
        isCancelled: false,
      });
      expectSaid(invited.fields, { subject: 'Invited', span: spanOn(days[0]!) });
      await respond(itemId, 'accept');
      expect((await itemOf(events, itemId)).meeting).toMatchObject({ response: 'accepted', organizer });
    });

    it('CAL-1 tells an invitation that the user declines as declined, or as gone', async context => {
      const { invite, respond } = subject;
      if (!invite || !respond) return context.skip('nobody outside can be made to invite');
      const itemId = await invite('olga@fabrikam.example', 'Declined', spanOn(days[0]!));
      const { cursor } = await drain(mailbox, august, null);
      await respond(itemId, 'decline');
      const { changes } = await drain(mailbox, august, cursor);
      const told = presentIn(changes).get(itemId)?.item.meeting?.response;
      if (told === undefined) expect(changes).toContainEqual({ type: 'removed', itemId });
      else expect(told).toBe('declined');
    });

    it('CAL-1 tells a meeting that its organizer calls off as cancelled, or as gone', async context => {
      const { invite, callOff } = subject;
      if (!invite || !callOff) return context.skip('nobody outside can be made to invite');
      const itemId = await invite('olga@fabrikam.example', 'Called off', spanOn(days[0]!));
      const { cursor } = await drain(mailbox, august, null);
      await callOff(itemId);
      const { changes } = await drain(mailbox, august, cursor);
      const told = presentIn(changes).get(itemId)?.item.meeting?.isCancelled;
      if (told === undefined) expect(changes).toContainEqual({ type: 'removed', itemId });
      else expect(told).toBe(true);
    });
  });
}
