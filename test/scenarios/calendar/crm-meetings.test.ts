import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import type { PolicyInput } from '../seat.ts';
import { type Diary, diary, mailsDuring } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

/** An event of the first user to which the others are invited in the CRM. */
async function invitedInCrm(
  subject: string,
  [ann, ...others]: readonly [Diary, ...Diary[]],
): Promise<string> {
  const id = await ann.addRecord({ Subject: subject });
  const invitations = others.map(({ seat }) => ({ EventId: id, RelationId: seat.crmUserId }));
  await office.world.salesforce.create('EventRelation', invitations);
  return id;
}

async function uninvite(eventId: string, { seat }: Diary): Promise<void> {
  const [relation] = await office.world.salesforce.query<{ Id: string }>(
    `SELECT Id FROM EventRelation WHERE EventId = '${eventId}' AND RelationId = '${seat.crmUserId}'`,
  );
  await office.world.salesforce.delete('EventRelation', relation?.Id ?? '');
}

async function twoDiaries(options: PolicyInput = {}): Promise<[Diary, Diary]> {
  return [await diary(office, 'Ann', options), await diary(office, 'Bob', options)];
}

async function turns(...users: readonly Diary[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const user of users) await user.sync();
}

describe('CAL-2: an event of the CRM to which users are invited', () => {
  it('CAL-2 POL-10: is in both calendars; the guest’s edit is restored, his deletion stays his own', async () => {
    const [ann, bob] = await twoDiaries();
    const id = await invitedInCrm('Review', [ann, bob]);
    const mails = await mailsDuring(office, async () => {
      await turns(ann, bob);
      expect(await ann.events()).toHaveLength(1);
      const { id: copy } = await bob.event('Review');

      await bob.edit(copy, { location: { displayName: 'Pub' } });
      await bob.sync();
      expect((await ann.record('Review')).Location).toBeNull();
      expect(await bob.event('Review')).toMatchObject({ location: { displayName: '' } });

      await ann.editRecord(id, { Subject: 'Review, later' });
      await turns(ann, bob);
      expect(await bob.event('Review, later')).toMatchObject({ id: copy });
      expect(await ann.event('Review, later')).toBeTruthy();

      await bob.remove(copy);
      await turns(bob, ann);
      expect(await ann.record('Review, later')).toBeTruthy();
      expect(await ann.events()).toHaveLength(1);
      expect(await bob.events()).toEqual([]);
      expect(await bob.item(id)).toMatchObject({ link: 'away', code: 'user_deleted' });
    });
    expect(mails).toEqual([]);
  });

  it('CAL-1 CAL-2: comes with the invitation and goes with it; the owner’s deletion takes all', async () => {
    const [ann, bob] = await twoDiaries();
    const id = await ann.addRecord({ Subject: 'Late guest' });
    await turns(ann, bob);
    expect(await bob.events()).toEqual([]);
    await office.world.salesforce.create('EventRelation', [{ EventId: id, RelationId: bob.seat.crmUserId }]);
    await bob.sync();
    expect(await bob.event('Late guest')).toBeTruthy();
    await uninvite(id, bob);
    await bob.sync();
    expect(await bob.events()).toEqual([]);
    await office.world.salesforce.create('EventRelation', [{ EventId: id, RelationId: bob.seat.crmUserId }]);
    await bob.sync();
    expect(await bob.event('Late guest')).toBeTruthy();

    await ann.sync();
    await ann.remove((await ann.event('Late guest')).id);
    await ann.sync();
    await bob.sync();
    expect(await ann.records()).toEqual([]);
    expect(await bob.events()).toEqual([]);
  });

  it('CAL-2 POL-18: under send, Exchange brings it to the guest, who gets no second item', async () => {
    const [ann, bob] = await twoDiaries({ calendar: { invitations: 'send' } });
    const id = await invitedInCrm('Joint', [ann, bob]);
    const mails = await mailsDuring(office, () => turns(ann, bob));
    expect(mails).toEqual([`invitation ${bob.mail}`]);
    expect(await bob.events()).toHaveLength(1);
    await ann.seat.expectSilence();
    await bob.seat.expectSilence();
    const removal = await mailsDuring(office, async () => {
      await ann.removeRecord(id);
      await turns(ann, bob);
    });
    expect(removal).toEqual([`cancellation ${bob.mail}`]);
    expect(await ann.events()).toEqual([]);
  });

  it('CAL-2 POL-18: under send, whichever of the two is synchronized first', async () => {
    const [ann, bob] = await twoDiaries({ calendar: { invitations: 'send' } });
    await invitedInCrm('Reverse', [ann, bob]);
    const mails = await mailsDuring(office, () => turns(bob, ann));
    expect(mails.filter(mail => mail.startsWith('invitation'))).toEqual([`invitation ${bob.mail}`]);
    expect(await ann.events()).toHaveLength(1);
    expect(await bob.events()).toHaveLength(1);
  });
});
