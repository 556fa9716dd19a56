import { beforeAll, describe, expect, it } from 'vitest';
import type { CrmSession } from '../../connectors/connector.ts';
import { textOfParticipants } from '../../sync/calendar/text-form.ts';
import type { Fields } from '../../sync/record.ts';
import { wholeAppointment } from './activities.ts';
import { type CrmScene, drain, idsIn, newKey, recordOf, written } from './crm-subject.ts';

const span = wholeAppointment.span!;

/** Appointments of several users: one event for all of them (CAL-2). */
export function crmInvitations(scene: () => CrmScene): void {
  describe('of several users', () => {
    let asAnn: CrmSession;
    let asBob: CrmSession;

    beforeAll(() => {
      ({ asAnn, asBob } = scene());
    });

    const create = (fields: Fields) =>
      written(asAnn, {
        op: 'create',
        kind: 'event',
        key: newKey(),
        fields: { subject: 'A', span, ...fields },
      });

    it('CAL-2 tells who is invited of the event, and shows it', async () => {
      const { crm, bob, subject } = scene();
      const cursor = await crm.startCursor();
      const { ref } = await create({ subject: 'Invited' });
      await subject.hand.invite(ref, bob.id);
      const { changes } = await drain(crm, 'invitation', cursor);
      expect(changes).toContainEqual(
        expect.objectContaining({ ownerId: bob.id, parentId: ref.id, deleted: false }),
      );
      expect(await recordOf(asBob, ref)).toMatchObject({ invited: true, fields: { subject: 'Invited' } });
      expect((await recordOf(asAnn, ref)).invited ?? false).toBe(false);
    });

    it('CAL-2 is one record for all who take part', async () => {
      const { crm, bob, reader, subject } = scene();
      const cursor = await crm.startCursor();
      const { ref } = await create({ span: '2028-03-01T09:00:00[UTC]/2028-03-01T10:00:00[UTC]' });
      await subject.hand.invite(ref, bob.id);
      const within = {
        fromMs: Date.parse('2028-03-01T00:00:00Z'),
        toMs: Date.parse('2028-03-02T00:00:00Z'),
      };
      const query = { kind: 'event', ownerId: bob.id, within, limit: 10 } as const;
      expect(await idsIn(asBob, query)).toEqual([ref.id]);
      const told = (await drain(crm, 'event', cursor)).changes.filter(({ deleted }) => !deleted);
      expect(told.map(change => change.ref.id)).toContain(ref.id);
      for (const result of await reader.read(told.map(({ ref: { id } }) => ({ kind: 'event', id }))))
        expect(result.type).toBe('present');
    });

    it('CAL-2 is hidden from who is not invited any more', async () => {
      const { crm, bob, subject } = scene();
      const { ref } = await create({});
      await subject.hand.invite(ref, bob.id);
      await subject.hand.withdraw(ref, bob.id);
      expect(await asBob.read([ref])).toEqual([{ type: 'absent' }]);
      expect(await crm.absence([ref])).toEqual(new Map([[ref.id, 'hidden']]));
    });

    it('CAL-5 invites the users among the participants', async () => {
      const { crm, bob } = scene();
      const cursor = await crm.startCursor();
      const participants = textOfParticipants([
        { address: bob.email.toLowerCase(), name: bob.name, role: 'required', response: 'none' },
      ]);
      const { ref } = await create({ participants });
      expect(await recordOf(asBob, ref)).toMatchObject({ invited: true });
      const { changes } = await drain(crm, 'invitation', cursor);
      expect(changes).toContainEqual(expect.objectContaining({ ownerId: bob.id, parentId: ref.id }));
    });

    it('POL-14 names who takes part, with address and account', async () => {
      const { ann, bob, subject } = scene();
      const address = `${newKey()}@fabrikam.example`;
      const accountId = await subject.hand.addAccount(`Fabrikam ${address}`, null, ann.id);
      await written(asAnn, {
        op: 'create',
        kind: 'contact',
        key: newKey(),
        fields: { firstName: 'Carl', lastName: 'Contact', email1: address },
        accountId,
      });
      const participants = textOfParticipants([
        { address, name: 'Carl Contact', role: 'required', response: 'none' },
      ]);
      const { ref } = await create({ participants });
      await subject.hand.invite(ref, bob.id);
      const { attendees } = await recordOf(asAnn, ref);
      expect(attendees).toEqual(
        expect.arrayContaining([
          { name: 'Carl Contact', address, account: `Fabrikam ${address}` },
          expect.objectContaining({ address: bob.email.toLowerCase(), account: null }),
        ]),
      );
    });
  });
}
