import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { APPOINTMENTS, at, attendee, type Diary, diary, mailsDuring, newDiary } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const GUEST = 'guest@outside.example';
const under = (invitations: string, more: object = {}) => ({ calendar: { invitations, ...more } });

/** A contact whom the user invites in the CRM to an event; answers the event. */
async function invitedInCrm(user: Diary, subject: string, address: string): Promise<string> {
  const account = await user.seat.addRecord('Account', { Name: 'Acme' });
  const contact = await user.seat.addRecord('Contact', {
    LastName: 'Meyer',
    Email: address,
    AccountId: account,
  });
  const id = await user.addRecord({ Subject: subject, Description: 'Agenda' });
  await office.world.salesforce.create('EventRelation', [{ EventId: id, RelationId: contact }]);
  return id;
}

const addressesOf = ({ attendees }: { attendees: { emailAddress: { address: string } }[] }) =>
  attendees.map(({ emailAddress }) => emailAddress.address);

describe('POL-18: skip', () => {
  it('POL-18: an event with attendees is in the CRM and never written in the mailbox', async () => {
    const ann = await diary(office, 'Ann');
    const { id } = await ann.add({ subject: 'Workshop', attendees: [attendee(GUEST)] });
    const mails = await mailsDuring(office, async () => {
      await ann.sync();
      const record = await ann.record('Workshop');
      expect((await ann.event('Workshop')).categories).toEqual([]);
      await ann.editRecord(record.Id, { Subject: 'Workshop, renamed', Location: 'Room 7' });
      await ann.sync();
      expect(await ann.event('Workshop')).toMatchObject({ id });
      expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'has_attendees' });
      await ann.seat.expectSilence();

      await ann.removeRecord(record.Id);
      await ann.sync();
      expect(await ann.event('Workshop')).toMatchObject({ id });
      expect(await ann.item(id)).toMatchObject({ link: 'already_there', code: 'has_attendees' });
      await ann.seat.expectSilence();
    });
    expect(mails).toEqual([]);
    expect(await ann.records()).toEqual([]);
  });

  it('POL-18: what the user changes in such an event reaches the CRM', async () => {
    const ann = await diary(office, 'Ann');
    const { id } = await ann.add({ subject: 'Session', attendees: [attendee(GUEST)] });
    await ann.sync();
    await ann.edit(id, { subject: 'Session two', location: { displayName: 'Hall' } });
    const mails = await mailsDuring(office, () => ann.sync());
    expect(await ann.record('Session two')).toMatchObject({ Location: 'Hall' });
    expect(mails).toEqual([]);
  });

  it('POL-18 POL-14: attendees of a CRM event are shown in the body only', async () => {
    const ann = await diary(office, 'Ann', under('skip', { attendeeDetails: true }));
    await invitedInCrm(ann, 'Pitch', 'meyer@acme.example');
    const mails = await mailsDuring(office, () => ann.sync());
    const event = await ann.event('Pitch');
    expect(event.attendees).toEqual([]);
    expect(event.body.content).toContain('meyer@acme.example');
    expect(mails).toEqual([]);
  });

  it('POL-18 CAL-1: the copy of an attendee goes with its record, in silence', async () => {
    const ann = await diary(office, 'Ann');
    const { id } = await ann.invited(GUEST, { subject: 'Summit' });
    await ann.sync();
    const mails = await mailsDuring(office, async () => {
      await ann.removeRecord((await ann.record('Summit')).Id);
      await ann.sync();
    });
    expect(await ann.events()).toEqual([]);
    expect(await ann.item(id)).toBeNull();
    expect(mails).toEqual([]);
    await ann.seat.expectSilence();
  });
});

describe('POL-18: never', () => {
  it('POL-18: neither organizer’s nor attendee’s event is deleted when its record goes', async () => {
    const ann = await diary(office, 'Ann', under('never'));
    await ann.invited(GUEST, { subject: 'Theirs' });
    await ann.add({ subject: 'Ours', attendees: [attendee(GUEST)] });
    await ann.sync();
    const mails = await mailsDuring(office, async () => {
      for (const subject of ['Theirs', 'Ours']) await ann.removeRecord((await ann.record(subject)).Id);
      await ann.sync();
      await ann.seat.expectSilence();
    });
    expect((await ann.events()).map(({ subject }) => subject).sort()).toEqual(['Ours', 'Theirs']);
    expect(mails).toEqual([]);
  });

  it('POL-18: an event without attendees is written and deleted as ever', async () => {
    const ann = await diary(office, 'Ann', under('never'));
    const id = await ann.addRecord({ Subject: 'Alone' });
    await ann.sync();
    await ann.editRecord(id, { Subject: 'Still alone' });
    await ann.sync();
    expect(await ann.event('Still alone')).toBeTruthy();
    await ann.removeRecord(id);
    await ann.sync();
    expect(await ann.events()).toEqual([]);
  });
});

describe('POL-18: send', () => {
  it('POL-18: Exchange mails those who are invited in the CRM: invitation, update, cancellation', async () => {
    const ann = await diary(office, 'Ann', under('send'));
    const id = await invitedInCrm(ann, 'Offsite', 'meyer@acme.example');
    expect(await mailsDuring(office, () => ann.sync())).toEqual(['invitation meyer@acme.example']);
    expect(addressesOf(await ann.event('Offsite'))).toEqual(['meyer@acme.example']);
    expect(await mailsDuring(office, () => ann.seat.expectSilence())).toEqual([]);

    await ann.editRecord(id, { Subject: 'Offsite, day two' });
    expect(await mailsDuring(office, () => ann.sync())).toEqual(['update meyer@acme.example']);
    await ann.removeRecord(id);
    expect(await mailsDuring(office, () => ann.sync())).toEqual(['cancellation meyer@acme.example']);
    expect(await ann.events()).toEqual([]);
    expect(await mailsDuring(office, () => ann.seat.expectSilence())).toEqual([]);
  });

  it('POL-18: edits of the CRM reach an event with attendees, who are told once', async () => {
    const ann = await diary(office, 'Ann', under('send'));
    await ann.add({ subject: 'Training', attendees: [attendee(GUEST)] });
    await ann.sync(2);
    const { Id } = await ann.record('Training');
    await ann.editRecord(Id, {
      StartDateTime: `${inDays(2)}T09:00:00Z`,
      EndDateTime: `${inDays(2)}T10:00:00Z`,
    });
    expect(await mailsDuring(office, () => ann.sync(2))).toEqual([`update ${GUEST}`]);
    expect((await ann.event('Training')).start.dateTime).toContain(`${inDays(2)}T09:00`);
  });

  it('POL-18 PAIR-6: the first cycle mails nobody', async () => {
    const ann = await newDiary(office, 'Ann');
    await invitedInCrm(ann, 'Before', 'meyer@acme.example');
    await ann.add({
      subject: 'Own',
      start: at(inDays(3)),
      end: at(inDays(3), '10:00'),
      attendees: [attendee(GUEST)],
    });
    await ann.addRecord({
      Subject: 'Own',
      StartDateTime: `${inDays(3)}T09:00:00Z`,
      EndDateTime: `${inDays(3)}T10:00:00Z`,
    });
    const mails = await mailsDuring(office, async () => {
      await ann.seat.startSync({ ...APPOINTMENTS, ...under('send') });
      await ann.sync();
    });
    expect((await ann.events()).map(({ subject }) => subject).sort()).toEqual(['Before', 'Own']);
    expect(mails).toEqual([]);
  });
});

describe('POL-14: attendee details', () => {
  it('POL-14: are appended, kept up to date and never written back', async () => {
    const ann = await newDiary(office, 'Ann');
    const id = await invitedInCrm(ann, 'Visit', 'meyer@acme.example');
    await ann.seat.startSync({ ...APPOINTMENTS, ...under('skip', { attendeeDetails: true }) });
    const event = await ann.event('Visit');
    expect(event.body.content).toMatch(/Agenda[\s\S]*Meyer[\s\S]*meyer@acme\.example[\s\S]*Acme/);
    const [relation] = await office.world.salesforce.query<{ RelationId: string }>(
      `SELECT RelationId FROM EventRelation WHERE EventId = '${id}'`,
    );
    await ann.seat.editRecord('Contact', relation?.RelationId ?? '', { Email: 'new@acme.example' });
    await ann.editRecord(id, { Location: 'Room 2' });
    await ann.sync();
    const updated = (await ann.event('Visit')).body.content;
    expect(updated).toContain('new@acme.example');
    expect(updated).not.toContain('meyer@acme.example');

    const content = updated.replace('<body>', '<body><p>More to discuss</p>');
    await ann.edit(event.id, { body: { contentType: 'html', content } });
    await ann.sync();
    const { Description } = await ann.record('Visit');
    expect(Description).toMatch(/More to discuss[\s\S]*Agenda/);
    expect(Description).not.toContain('new@acme.example');
    await ann.seat.expectSilence();
  });

  it('POL-14: never on a meeting with outside attendees', async () => {
    const ann = await diary(office, 'Ann', under('send', { attendeeDetails: true }));
    await invitedInCrm(ann, 'Tour', 'meyer@acme.example');
    await ann.sync();
    const event = await ann.event('Tour');
    expect(addressesOf(event)).toEqual(['meyer@acme.example']);
    expect(event.body.content).not.toContain('Acme');
  });
});
