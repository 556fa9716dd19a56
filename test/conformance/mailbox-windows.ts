import { beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxItems } from '../../connectors/connector.ts';
import { calendarContainer } from '../../sync/containers.ts';
import { pick } from '../../sync/items/compare.ts';
import type { Fields } from '../../sync/record.ts';
import { wholeAppointment } from './activities.ts';
import {
  drain,
  idsOf,
  itemOf,
  lastOf,
  type MailboxScene,
  newAppointment,
  presentIn,
  written,
} from './mailbox-subject.ts';
import { expectSaid } from './saying.ts';

const may = calendarContainer({ fromDay: '2027-05-01', toDay: '2027-06-01' });
const spring = calendarContainer({ fromDay: '2027-03-01', toDay: '2027-06-01' });
const inJuly: Fields = { span: '2027-07-10T09:00:00[UTC]/2027-07-10T10:00:00[UTC]' };
const inMay: Fields = { span: '2027-05-10T09:00:00[UTC]/2027-05-10T10:00:00[UTC]' };

/** What a window of the calendar tells. */
export function mailboxWindows(scene: () => MailboxScene): void {
  describe('in a window', () => {
    let mailbox: Mailbox;
    let events: MailboxItems;

    beforeAll(() => {
      mailbox = scene().mailbox;
      events = mailbox.items('event');
    });

    const create = (key: string, fields: Fields) => newAppointment(events, key, fields);
    const update = (itemId: string, fields: Fields) => written(events, { op: 'update', itemId, fields });
    const cursorNow = async (container = may) => (await drain(mailbox, container, null)).cursor;

    it('tells what overlaps the window, and nothing else', async () => {
      const within = [
        await create('window-begins-before', {
          span: '2027-04-30T12:00:00[UTC]/2027-05-02T12:00:00[UTC]',
        }),
        await create('window-middle', inMay),
        await create('window-all-day', { span: '2027-05-20/2027-05-21' }),
        await create('window-ends-after', { span: '2027-05-30T12:00:00[UTC]/2027-06-02T12:00:00[UTC]' }),
        await create('window-covered', { span: '2027-04-20/2027-06-10' }),
      ];
      const outside = [
        await create('window-before', { span: '2027-04-29T09:00:00[UTC]/2027-04-29T10:00:00[UTC]' }),
        await create('window-after', { span: '2027-06-02T09:00:00[UTC]/2027-06-02T10:00:00[UTC]' }),
      ];
      const told = [...presentIn((await drain(mailbox, may, null)).changes).keys()];
      expect(told).toEqual(expect.arrayContaining(within.map(({ itemId }) => itemId)));
      for (const { itemId } of outside) expect(told).not.toContain(itemId);
    });

    it('enumerates its appointments completely, over several pages', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 25; index++) ids.push((await create(`window-bulk-${index}`, inMay)).itemId);
      expect(idsOf((await drain(mailbox, may, null)).changes)).toEqual(expect.arrayContaining(ids));
    });

    it('reports an own write once, and then nothing', async () => {
      const cursor = await cursorNow();
      const { itemId } = await create('window-seen', inMay);
      const round = await drain(mailbox, may, cursor);
      expect(idsOf(round.changes)).toContain(itemId);
      expect((await drain(mailbox, may, round.cursor)).changes).toEqual([]);
      await update(itemId, { subject: 'Seen again' });
      expect(await lastOf(mailbox, may, round.cursor)).toMatchObject({ type: 'present', item: { itemId } });
    });

    it('tells in its changes what reading the appointment tells', async () => {
      const { fields: held, fieldsOutsideChanges } = scene().subject.connection.capabilities;
      const cursor = await cursorNow();
      const { itemId } = await create('window-told', pick(wholeAppointment, held.event));
      const change = await lastOf(mailbox, may, cursor);
      if (change?.type !== 'present') throw new Error('the new appointment is not among the changes');
      const { fields, meeting, containerId } = await itemOf(events, itemId);
      const carried = [...held.event].filter(field => !fieldsOutsideChanges.has(field));
      expectSaid(change.item.fields, pick(fields, change.partial ? ['span'] : carried));
      expect(change.item.containerId).toBe(containerId);
      if (!change.partial) expect(change.item.meeting).toEqual(meeting);
    });

    it('tells the same of an item in each window that it is in', async () => {
      const [there, here] = [await cursorNow(spring), await cursorNow(may)];
      const { itemId } = await create('window-both', inMay);
      expect(idsOf((await drain(mailbox, spring, there)).changes)).toContain(itemId);
      expect(idsOf((await drain(mailbox, may, here)).changes)).toContain(itemId);
    });

    it('tells what leaves the window as removed, although it is still there, and what enters it as present', async () => {
      const { itemId } = await create('window-leaves', inMay);
      const cursor = await cursorNow();
      await update(itemId, inJuly);
      const left = await drain(mailbox, may, cursor);
      expect(left.changes.at(-1)).toEqual({ type: 'removed', itemId });
      expect((await itemOf(events, itemId)).itemId).toBe(itemId);
      await update(itemId, inMay);
      expect(await lastOf(mailbox, may, left.cursor)).toMatchObject({ type: 'present', item: { itemId } });
    });

    it('tells a deletion as removed', async () => {
      const { itemId } = await create('window-deleted', inMay);
      const cursor = await cursorNow();
      await events.write([{ op: 'delete', itemId }]);
      expect(await lastOf(mailbox, may, cursor)).toEqual({ type: 'removed', itemId });
    });

    it('is looked at together with folders and lists of tasks', async () => {
      const [folder, list] = [(await mailbox.defaultContactFolder()).id, await mailbox.defaultTaskList()];
      const containers = [
        { id: may, cursor: await cursorNow() },
        { id: folder, cursor: null },
        { id: list, cursor: null },
      ];
      const { pages } = await mailbox.probe({
        containers,
        rootFolderId: null,
        contactFolderId: null,
        categories: false,
        folderParents: [],
      });
      expect([...pages].map(([id, { type }]) => [id, type])).toEqual([
        [may, 'page'],
        [folder, 'page'],
        [list, 'page'],
      ]);
      expect(pages.get(may)).toMatchObject({ changes: [], more: false });
    });
  });
}
