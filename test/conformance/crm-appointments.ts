import { beforeAll, describe, expect, it } from 'vitest';
import type { CrmSession, CrmWrite } from '../../connectors/connector.ts';
import { textOfParticipants } from '../../sync/calendar/text-form.ts';
import { pick, withFields } from '../../sync/items/compare.ts';
import { APPOINTMENT_FIELDS, type CrmRef, type Field, type Fields } from '../../sync/record.ts';
import { partsOfAppointment, showAsValues, spans, wholeAppointment } from './activities.ts';
import { crmInvitations } from './crm-invitations.ts';
import { type CrmScene, drain, idsIn, newKey, recordOf, written } from './crm-subject.ts';
import { expectSaid } from './saying.ts';

const span = wholeAppointment.span!;

export function crmAppointments(scene: () => CrmScene): void {
  describe('appointments', () => {
    let asAnn: CrmSession;
    let asBob: CrmSession;
    let held: ReadonlySet<Field>;

    beforeAll(async () => {
      ({ asAnn, asBob } = scene());
      held = (await scene().crm.capabilities()).fields.event ?? new Set();
    });

    const create = (fields: Fields) =>
      written(asAnn, {
        op: 'create',
        kind: 'event',
        key: newKey(),
        fields: { subject: 'A', span, ...fields },
      });
    const update = (ref: CrmRef, fields: Fields) => written(asAnn, { op: 'update', ref, fields });

    it('CAL-6 keeps every field that an appointment has', async () => {
      const wanted = pick(wholeAppointment, held);
      const { ref, after } = await create(wanted);
      expect(after).toMatchObject({ ref, ownerId: scene().ann.id, accountId: null });
      expectSaid(after.fields, wanted);
      const read = await recordOf(asAnn, ref);
      expectSaid(read.fields, wanted);
      expect(read.invited ?? false).toBe(false);
    });

    it('tells every field that it holds, of an appointment with nothing but a time', async () => {
      const { ref } = await create({});
      const { fields } = await recordOf(asAnn, ref);
      const whole = APPOINTMENT_FIELDS.filter(field => held.has(field));
      expect(Object.keys(fields).sort()).toEqual(whole.sort());
    });

    it.each(spans)('CAL-3 keeps %s', async (_, wanted) => {
      const { ref } = await create({ span: wanted });
      expectSaid((await recordOf(asAnn, ref)).fields, { span: wanted });
    });

    it('CAL-6 keeps a show-as that it read; who is free is free, and who is busy, busy', async () => {
      const { ref } = await create({});
      for (const showAs of showAsValues) {
        const told = (await update(ref, { showAs })).after.fields.showAs!;
        if (showAs === 'free' || showAs === 'busy') expect(told).toBe(showAs);
        expect((await update(ref, { showAs: told })).after.fields.showAs).toBe(told);
      }
    });

    it.each(partsOfAppointment)('changes nothing but %o, and tells what it found', async change => {
      const { ref } = await create(pick(wholeAppointment, held));
      const { before, after } = await update(ref, change);
      const wanted = pick(withFields(wholeAppointment, change), held);
      expectSaid(before!.fields, pick(wholeAppointment, held));
      expectSaid(after.fields, wanted);
      expectSaid((await recordOf(asAnn, ref)).fields, wanted);
    });

    it('invariant 3: finds what an attempt has left behind', async () => {
      const fields = { ...pick(wholeAppointment, held), subject: `Lost ${newKey()}` };
      const attempt = { key: newKey(), kind: 'event' as const, fields };
      const attempts = [{ ...attempt, sinceMs: Date.now() - 3_600_000 }];
      expect(await asAnn.findCreated(attempts)).toEqual(new Map());
      const { ref } = await written(asAnn, { op: 'create', ...attempt });
      expect((await asAnn.findCreated(attempts)).get(attempt.key)?.ref).toEqual(ref);
    });

    it('finds what ends after one moment and begins before another', async () => {
      const within = {
        fromMs: Date.parse('2028-02-01T00:00:00Z'),
        toMs: Date.parse('2028-02-08T00:00:00Z'),
      };
      const inside = [
        '2028-01-31T23:00:00[UTC]/2028-02-01T01:00:00[UTC]',
        '2028-02-03T09:00:00[Europe/Berlin]/2028-02-03T10:00:00[Europe/Berlin]',
        '2028-02-04/2028-02-05',
        '2028-02-07T23:00:00[UTC]/2028-02-08T01:00:00[UTC]',
        '2028-01-28T12:00:00[UTC]/2028-02-09T12:00:00[UTC]',
      ];
      const outside = [
        '2028-01-31T22:00:00[UTC]/2028-02-01T00:00:00[UTC]',
        '2028-02-08T00:00:00[UTC]/2028-02-08T01:00:00[UTC]',
        '2028-01-28/2028-01-29',
        '2028-02-10/2028-02-11',
      ];
      const ids = await Promise.all(inside.map(async told => (await create({ span: told })).ref.id));
      for (const told of outside) await create({ span: told });
      const query = { kind: 'event', ownerId: scene().ann.id, within, limit: 2 } as const;
      expect(await idsIn(asAnn, query)).toEqual(ids.sort());
    });

    it('POL-10 shows nobody the appointments of others', async () => {
      const { ref } = await create({ privacy: 'private' });
      expect(await asBob.read([ref])).toEqual([{ type: 'absent' }]);
      const [updated] = await asBob.write([
        { op: 'update', ref, fields: { subject: 'Intruder' } },
        { op: 'delete', ref },
      ]);
      expect(updated!.ok).toBe(false);
      expect((await recordOf(asAnn, ref)).fields.subject).toBe('A');
    });

    it('deletes an appointment, and takes a second deletion for success', async () => {
      const { ref } = await create({});
      expect(await asAnn.write([{ op: 'delete', ref }])).toMatchObject([
        { ok: true, value: { ref, after: null } },
      ]);
      expect(await asAnn.write([{ op: 'delete', ref }])).toEqual([{ ok: true, value: { ref, after: null } }]);
      expect(await asAnn.read([ref])).toEqual([{ type: 'absent' }]);
      expect(await scene().crm.absence([ref])).toEqual(new Map([[ref.id, 'deleted']]));
    });

    it.each(spans)('invariant 2: a deletion tells what stood there in that moment: %s', async (_, moved) => {
      const { ref } = await create(pick(wholeAppointment, held));
      await update(ref, { location: 'Moved since', span: moved, reminder: '20' });
      const { fields } = await recordOf(asAnn, ref);
      const [outcome] = await asAnn.write([{ op: 'delete', ref }]);
      const before = outcome!.ok ? outcome!.value.before : undefined;
      expect(before).toMatchObject({ ref, fields: { location: 'Moved since', reminder: '20' } });
      // Whom it invited may be unknown by then, but is never told otherwise.
      expect(before!.fields).toEqual(pick(fields, Object.keys(before!.fields) as Field[]));
    });

    it('answers an update of what is gone as gone, beside a create and a deletion that work', async () => {
      const [gone, going] = [await create({}), await create({})];
      await scene().subject.hand.delete(gone.ref);
      const operations: CrmWrite[] = [
        { op: 'update', ref: gone.ref, fields: { subject: 'X' } },
        { op: 'create', kind: 'event', key: newKey(), fields: { subject: 'New', span } },
        { op: 'delete', ref: going.ref },
      ];
      expect(await asAnn.write(operations)).toMatchObject([
        { ok: false, failure: { kind: 'gone' } },
        { ok: true, value: { after: { fields: { subject: 'New' } } } },
        { ok: true, value: { ref: going.ref, after: null } },
      ]);
    });

    it('invariant 10: fails an appointment that ends before it begins, alone', async () => {
      const operation = (told: string): CrmWrite => ({
        op: 'create',
        kind: 'event',
        key: newKey(),
        fields: { subject: 'A', span: told },
      });
      const backwards = '2027-05-04T09:00:00[UTC]/2027-05-04T08:00:00[UTC]';
      const outcomes = await asAnn.write([operation(span), operation(backwards)]);
      expect(outcomes).toMatchObject([{ ok: true }, { ok: false, failure: { kind: 'validation' } }]);
    });

    it('the feed tells of each change, of a new owner and of a deletion', async () => {
      const { crm, ann, bob, subject } = scene();
      const { ref } = await create({});
      const told = async (cursor: string) =>
        (await drain(crm, 'event', cursor)).changes.filter(change => change.ref.id === ref.id).at(-1);
      const start = await crm.startCursor();
      await update(ref, { location: 'Bonn' });
      expect(await told(start)).toMatchObject({ ref, ownerId: ann.id, deleted: false });
      await subject.hand.setOwner(ref, bob.id);
      expect(await told(start)).toMatchObject({ ref, ownerId: bob.id, deleted: false });
      expect(await asAnn.read([ref])).toEqual([{ type: 'absent' }]);
      expect(await crm.absence([ref])).toEqual(new Map([[ref.id, 'hidden']]));
      await subject.hand.delete(ref);
      expect(await told(start)).toMatchObject({ ref, deleted: true });
    });

    it('CAL-5 keeps who takes part, whether the CRM knows them or not, apart from the body', async () => {
      const { bob } = scene();
      const participants = textOfParticipants([
        { address: bob.email.toLowerCase(), name: bob.name, role: 'required', response: 'none' },
        { address: 'nobody.knows@example.com', name: 'Nobody', role: 'optional', response: 'accepted' },
      ]);
      const { ref, after } = await create({ participants, body: 'Words' });
      expectSaid(after.fields, { participants, body: 'Words' });
      await update(ref, { body: 'Other words' });
      expectSaid((await recordOf(asAnn, ref)).fields, { participants, body: 'Other words' });
      const fewer = textOfParticipants([]);
      expectSaid((await update(ref, { participants: fewer })).after.fields, {
        participants: fewer,
        body: 'Other words',
      });
      expect(await asBob.read([ref])).toEqual([{ type: 'absent' }]);
    });

    crmInvitations(scene);
  });
}
