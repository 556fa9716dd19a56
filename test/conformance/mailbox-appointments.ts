import { beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxItems } from '../../connectors/connector.ts';
import { textOfParticipants } from '../../sync/calendar/text-form.ts';
import { pick, withFields } from '../../sync/items/compare.ts';
import { APPOINTMENT_FIELDS, type Field, type Fields } from '../../sync/record.ts';
import { partsOfAppointment, showAsValues, spans, wholeAppointment } from './activities.ts';
import { mailboxMeetings } from './mailbox-meetings.ts';
import { awkwardNames } from './mailbox-people.ts';
import { calendar, itemOf, type MailboxScene, newAppointment, written } from './mailbox-subject.ts';
import { mailboxWindows } from './mailbox-windows.ts';
import { expectSaid } from './saying.ts';

const span = wholeAppointment.span!;

export function mailboxAppointments(scene: () => MailboxScene): void {
  describe('appointments', () => {
    let mailbox: Mailbox;
    let events: MailboxItems;
    let held: ReadonlySet<Field>;

    beforeAll(() => {
      mailbox = scene().mailbox;
      events = mailbox.items('event');
      held = scene().subject.connection.capabilities.fields.event;
    });

    const create = (key: string, fields: Fields) => newAppointment(events, key, fields);
    const update = (itemId: string, fields: Fields) => written(events, { op: 'update', itemId, fields });

    it('CAL-6 keeps every field of an appointment as it was written', async () => {
      const wanted = pick(wholeAppointment, held);
      const appointment = await create('event-whole', wanted);
      expect(appointment.containerId).toBe(calendar);
      expectSaid(appointment.fields, wanted);
      expectSaid((await itemOf(events, appointment.itemId)).fields, wanted);
    });

    it('tells every field that it holds, of an appointment with nothing but a time', async () => {
      const { itemId } = await create('event-sparse', {});
      const { fields } = await itemOf(events, itemId);
      const whole = APPOINTMENT_FIELDS.filter(field => held.has(field));
      expect(Object.keys(fields).sort()).toEqual(whole.sort());
    });

    it('tells what an appointment of the user alone is among others', async () => {
      const { meeting } = await create('event-alone', {});
      expect(meeting).toMatchObject({
        uid: expect.stringMatching(/./),
        type: 'single',
        seriesId: null,
        originalStartMs: null,
        isOrganizer: true,
        hasAttendees: false,
        isCancelled: false,
      });
    });

    it.each(spans)('CAL-3 keeps %s', async (_, written) => {
      const { itemId } = await create(`event ${written}`, { span: written });
      expectSaid((await itemOf(events, itemId)).fields, { span: written });
    });

    it('CAL-6 keeps a show-as that it read; who is free is free, and who is busy, busy', async () => {
      const { itemId } = await create('event-show-as', {});
      for (const showAs of showAsValues) {
        const told = (await update(itemId, { showAs })).fields.showAs!;
        if (showAs === 'free' || showAs === 'busy') expect(told).toBe(showAs);
        expect((await update(itemId, { showAs: told })).fields.showAs).toBe(told);
      }
    });

    it.each(partsOfAppointment)('changes nothing but %o', async change => {
      const { itemId } = await create(`event-part-${JSON.stringify(change)}`, pick(wholeAppointment, held));
      const wanted = pick(withFields(wholeAppointment, change), held);
      expectSaid((await update(itemId, change)).fields, wanted);
      expectSaid((await itemOf(events, itemId)).fields, wanted);
    });

    it('POL-14 keeps the details of attendees apart from the body', async () => {
      const attendeeDetails = 'Bob Bauer, bob@fabrikam.example, Fabrikam & Sons\nCarl, carl@example.com';
      const { body = null } = wholeAppointment;
      const { itemId, fields } = await create('event-details', { body, attendeeDetails });
      expectSaid(fields, { body, attendeeDetails });
      expectSaid((await update(itemId, { body: 'Other words' })).fields, {
        body: 'Other words',
        attendeeDetails,
      });
      const fewer = 'Bob Bauer, bob@fabrikam.example, Fabrikam & Sons';
      await update(itemId, { attendeeDetails: fewer });
      expectSaid((await itemOf(events, itemId)).fields, { body: 'Other words', attendeeDetails: fewer });
      expectSaid((await update(itemId, { attendeeDetails: null })).fields, {
        body: 'Other words',
        attendeeDetails: null,
      });
    });

    it.each(awkwardNames)('keeps %s in texts, and finds it by keys', async name => {
      const fields = { subject: name, location: name, body: `about ${name}` };
      const { itemId, fields: told } = await create(`event ${name}`, fields);
      expectSaid(told, fields);
      const found = await events.findByKeys(calendar, [`event ${name}`, 'key of nobody']);
      expect([...found.keys()]).toEqual([`event ${name}`]);
      expect(found.get(`event ${name}`)?.itemId).toBe(itemId);
    });

    it('takes the stamp off an appointment and changes its categories', async () => {
      const { itemId } = await create('event-stamped', {});
      const operation = { op: 'update', itemId, fields: {}, key: null, categories: ['One', 'Two'] } as const;
      expect((await written(events, operation)).categories).toEqual(['One', 'Two']);
      expect(await events.findByKeys(calendar, ['event-stamped'])).toEqual(new Map());
    });

    it('takes a second deletion for success', async () => {
      const { itemId } = await create('event-twice', {});
      expect(await events.write([{ op: 'delete', itemId }])).toEqual([{ ok: true, value: null }]);
      expect(await events.write([{ op: 'delete', itemId }])).toEqual([{ ok: true, value: null }]);
      expect(await events.read([itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
      expect(await events.findByKeys(calendar, ['event-twice'])).toEqual(new Map());
    });

    it('answers an update of what is gone as gone, beside one that works', async () => {
      const [gone, alive] = [await create('event-gone', {}), await create('event-alive', {})];
      await events.write([{ op: 'delete', itemId: gone.itemId }]);
      const [first, second] = await events.write([
        { op: 'update', itemId: gone.itemId, fields: { subject: 'B' } },
        { op: 'update', itemId: alive.itemId, fields: { subject: 'B' } },
      ]);
      expect(first).toMatchObject({ ok: false, failure: { kind: 'gone' } });
      expect(second).toMatchObject({ ok: true, value: { fields: { subject: 'B' } } });
    });

    it('refuses an update of what has changed since it was read', async () => {
      const { itemId, etag } = await create('event-etag', {});
      await update(itemId, { subject: 'Between' });
      const [outcome] = await events.write([{ op: 'update', itemId, etag, fields: { subject: 'After' } }]);
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'conflict' } });
    });

    it('invariant 10: fails a bad appointment alone', async () => {
      const operation = (key: string, fields: Fields) =>
        ({ op: 'create', containerId: calendar, key, fields: { span, ...fields }, categories: [] }) as const;
      const backwards = '2027-05-04T09:00:00[UTC]/2027-05-04T08:00:00[UTC]';
      const outcomes = await events.write([
        operation('event-good', { subject: 'good' }),
        operation('event-nul', { subject: 'nul \0' }),
        operation('event-backwards', { span: backwards }),
      ]);
      expect(outcomes).toMatchObject([
        { ok: true },
        { ok: false, failure: { kind: 'validation', fields: ['subject'] } },
        { ok: false, failure: { kind: 'validation' } },
      ]);
    });

    it('POL-18 makes Exchange mail those alone who are given as participants', async context => {
      const { outsider, mailsSent } = scene().subject;
      if (outsider === undefined) return context.skip('mail to the outsider would really arrive');
      const before = await mailsSent?.();
      const { itemId } = await create('event-quiet', wholeAppointment);
      await update(itemId, { subject: 'Louder', attendeeDetails: outsider });
      expect(await mailsSent?.()).toEqual(before);
      const participants = textOfParticipants([
        { address: outsider, name: 'Somebody Outside', role: 'required', response: 'none' },
      ]);
      const invited = await update(itemId, { participants });
      expectSaid(invited.fields, { participants });
      expect(invited.meeting).toMatchObject({ isOrganizer: true, hasAttendees: true });
      if (mailsSent) expect(await mailsSent()).toEqual([...before!, outsider]);
    });

    mailboxWindows(scene);
    mailboxMeetings(scene);
  });
}
