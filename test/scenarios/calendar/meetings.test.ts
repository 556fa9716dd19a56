import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { at, attendee, type CrmEvent, type Diary, diary, mailsDuring, turns, twoDiaries } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const GUEST = 'guest@outside.example';

/** Every event of that subject in the CRM, whoever owns it. */
function everywhere(subject: string): Promise<CrmEvent[]> {
  return office.world.salesforce.query(
    `SELECT Id, Subject, OwnerId, StartDateTime, WhoId, Description FROM Event WHERE IsChild = false AND Subject = '${subject}'`,
  );
}

async function invitees(eventId: string): Promise<string[]> {
  const relations = await office.world.salesforce.query<{ RelationId: string }>(
    `SELECT RelationId FROM EventRelation WHERE EventId = '${eventId}'`,
  );
  return relations.map(({ RelationId }) => RelationId);
}

describe('CAL-2: one meeting of two users', () => {
  it('CAL-2 CAL-5: is one event of the organizer with the other as invitee, whoever is synchronized first', async () => {
    const [ann, bob] = await twoDiaries(office);
    const { id } = await ann.add({ subject: 'Negotiation', attendees: [attendee(bob.mail)] });
    const mails = await mailsDuring(office, () => turns(bob, ann));
    expect(mails).toEqual([]);
    const [record, ...others] = await everywhere('Negotiation');
    expect(others).toEqual([]);
    expect(record).toMatchObject({ OwnerId: ann.seat.crmUserId });
    expect(await invitees(record?.Id ?? '')).toContain(bob.seat.crmUserId);
    expect(await bob.events()).toHaveLength(1);
    expect(await ann.item(id)).toMatchObject({ link: 'linked', state: 'in_sync' });
    expect(await bob.item(record?.Id ?? '')).toMatchObject({ link: 'linked' });
    await ann.seat.expectSilence();
    await bob.seat.expectSilence();
  });

  it('CAL-1 CAL-2: an attendee’s delete or decline stays his own; the organizer’s changes travel', async () => {
    const [ann, bob] = await twoDiaries(office);
    const { id } = await ann.add({ subject: 'Design', attendees: [attendee(bob.mail)] });
    const second = await ann.add({ subject: 'Budget', attendees: [attendee(bob.mail)] });
    await turns(ann, bob);
    const copy = await bob.event('Design');
    await bob.remove(copy.id);
    const declined = await bob.event('Budget');
    await bob.respond(declined.id, 'decline');
    const mails = await mailsDuring(office, () => turns(bob, ann));
    expect(mails).toEqual([]);
    expect(await everywhere('Design')).toHaveLength(1);
    expect(await everywhere('Budget')).toHaveLength(1);
    expect(await bob.events()).toEqual([]);
    expect(await bob.item(copy.id)).toMatchObject({ link: 'away', code: 'user_deleted' });

    await ann.edit(second.id, { start: at(inDays(3)), end: at(inDays(3), '11:00') });
    await ann.sync();
    expect((await everywhere('Budget'))[0]?.StartDateTime).toContain(`${inDays(3)}T09:00`);
    await ann.remove(id);
    await ann.sync();
    expect(await everywhere('Design')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('CAL-2: the organizer’s cancellation takes the one event, and both items are done', async () => {
    const [ann, bob] = await twoDiaries(office);
    const { id } = await ann.add({ subject: 'Called off', attendees: [attendee(bob.mail)] });
    await turns(ann, bob);
    await ann.seat.outlook('POST', `/events/${id}/cancel`, { comment: 'Sorry' });
    const mails = await mailsDuring(office, () => turns(ann, bob));
    expect(mails).toEqual([]);
    expect(await everywhere('Called off')).toEqual([]);
    await bob.seat.expectSilence();
  });

  it('CAL-1: an invitation that is declined is not synchronized', async () => {
    const ann = await diary(office, 'Ann');
    await office.world.graph.control('PUT', 'behaviour', { declinedEvents: 'kept' });
    const { id } = await ann.invited(GUEST, { subject: 'Sales pitch' });
    await ann.respond(id, 'decline');
    await ann.sync();
    await office.world.graph.control('PUT', 'behaviour', { declinedEvents: 'removed' });
    expect(await everywhere('Sales pitch')).toEqual([]);
    expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'declined' });
  });
});

describe('CAL-2: a meeting of an organizer outside', () => {
  const both = async (subject: string) => {
    const [ann, bob] = await twoDiaries(office);
    const iCalUId = `040000008200E00074C5B7101A82E008${subject}`;
    const attendees = [attendee(ann.mail), attendee(bob.mail)];
    const copies = [];
    for (const user of [ann, bob]) copies.push(await user.invited(GUEST, { subject, iCalUId, attendees }));
    return { ann, bob, copies, change: { subject, iCalUId, attendees } };
  };

  it('CAL-2: the first attendee’s pairing makes the one event', async () => {
    const { ann, bob } = await both('Partners');
    const mails = await mailsDuring(office, () => turns(ann, bob));
    expect(mails).toEqual([]);
    const [record, ...others] = await everywhere('Partners');
    expect(others).toEqual([]);
    expect(record?.OwnerId).toBe(ann.seat.crmUserId);
    expect(await invitees(record?.Id ?? '')).toContain(bob.seat.crmUserId);
    expect(await bob.item(record?.Id ?? '')).toMatchObject({ link: 'linked' });
  });

  /** The organizer moves the meeting after the first attendee has deleted it. */
  async function leaderless(subject: string, prepare: (ann: Diary, bob: Diary) => Promise<unknown>) {
    const { ann, bob, copies, change } = await both(subject);
    await prepare(ann, bob);
    await turns(ann, bob);
    await ann.remove(copies[0]?.id ?? '');
    await ann.sync();
    expect(await everywhere(subject)).toHaveLength(1);
    await bob.invited(GUEST, { ...change, start: at(inDays(4)), end: at(inDays(4), '10:00') });
    await bob.sync();
    const [record, ...others] = await everywhere(subject);
    expect(others).toEqual([]);
    await bob.seat.expectSilence();
    return { bob, record };
  }

  it('CAL-2: it hands over when it goes: what the organizer changes afterwards reaches the CRM', async () => {
    const { record } = await leaderless('Alliance', (ann, bob) => bob.seat.manage(ann.seat));
    expect(record?.StartDateTime).toContain(`${inDays(4)}T09:00`);
  });

  it('CAL-2 POL-10 POL-18: where he may not write, the ledger says that the two differ', async () => {
    const { bob, record } = await leaderless('Coalition', async () => undefined);
    expect(record?.StartDateTime).toContain(`${inDays(1)}T09:00`);
    expect((await bob.event('Coalition')).start.dateTime).toContain(`${inDays(4)}T09:00`);
    expect(await bob.item(record?.Id ?? '')).toMatchObject({
      link: 'linked',
      state: 'excluded',
      code: 'has_attendees',
    });
  });

  it('CAL-2: cancelled by its organizer, it goes from the CRM once', async () => {
    const { ann, bob, change } = await both('Merger');
    await turns(ann, bob);
    for (const user of [ann, bob])
      await office.world.graph.control('POST', 'invite', {
        mailbox: user.mail,
        organizer: { address: GUEST },
        start: at(inDays(1)),
        end: at(inDays(1), '09:30'),
        cancelled: true,
        ...change,
      });
    const mails = await mailsDuring(office, () => turns(bob, ann));
    expect(mails).toEqual([]);
    expect(await everywhere('Merger')).toEqual([]);
  });
});

describe('CAL-5: attendees', () => {
  it('CAL-5: match users, then contacts, then leads; who matches nobody is kept in the text', async () => {
    const [ann, bob] = await twoDiaries(office);
    const contact = await ann.seat.addRecord('Contact', {
      LastName: 'Twofold',
      Email: 'both@people.example',
    });
    await ann.seat.addRecord('Lead', { LastName: 'Twofold', Company: 'X', Email: 'both@people.example' });
    const lead = await ann.seat.addRecord('Lead', {
      LastName: 'Led',
      Company: 'X',
      Email: 'lead@people.example',
    });
    await ann.seat.addRecord('Contact', { LastName: 'Bob', Email: bob.mail });
    const people = [bob.mail, 'both@people.example', 'lead@people.example', 'nobody@people.example'];
    const { id } = await ann.add({
      subject: 'Roundtable',
      attendees: people.map(attendee),
      body: { contentType: 'text', content: 'Agenda' },
    });
    await ann.sync();
    const record = await ann.record('Roundtable');
    const related = [...(await invitees(record.Id)), record.WhoId];
    expect(related).toEqual(expect.arrayContaining([bob.seat.crmUserId, contact, lead]));
    expect(record.Description).toContain('Agenda');
    expect(record.Description).toContain('nobody@people.example');
    expect(record.Description).not.toContain('both@people.example');
    await ann.seat.expectSilence();
    expect(
      (await ann.seat.outlook<{ body: { content: string } }>('GET', `/events/${id}`)).body.content,
    ).not.toContain('nobody@people.example');
  });
});

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

describe('CAL-2: an event of the CRM to which users are invited', () => {
  it('CAL-2 POL-10: is in both calendars; the guest’s edit is restored, his deletion stays his own', async () => {
    const [ann, bob] = await twoDiaries(office);
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
    const [ann, bob] = await twoDiaries(office);
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
    const [ann, bob] = await twoDiaries(office, { calendar: { invitations: 'send' } });
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
    const [ann, bob] = await twoDiaries(office, { calendar: { invitations: 'send' } });
    await invitedInCrm('Reverse', [ann, bob]);
    const mails = await mailsDuring(office, () => turns(bob, ann));
    expect(mails.filter(mail => mail.startsWith('invitation'))).toEqual([`invitation ${bob.mail}`]);
    expect(await ann.events()).toHaveLength(1);
    expect(await bob.events()).toHaveLength(1);
  });
});
