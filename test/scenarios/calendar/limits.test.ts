import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { at, attendee, type Diary, diary, mailsDuring, newDiary } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const TO_MAILBOX = { modules: { appointments: { enabled: true, direction: 'to-mailbox' } } };

/** The edit that was not written back, as the item's history has it. */
const restored = (field: string, lost: string) =>
  expect.objectContaining({
    action: 'conflict',
    detail: expect.objectContaining({ field, side: 'mailbox', lost }),
  });

async function editedInVain(ann: Diary, record: string): Promise<void> {
  const { id } = await ann.event('Fixed');
  await ann.edit(id, { location: { displayName: 'Elsewhere' } });
  await ann.sync();
  expect(await ann.event('Fixed')).toMatchObject({ location: { displayName: 'Room 1' } });
  expect(await ann.seat.record('Event', record, 'Location')).toEqual({ Location: 'Room 1' });
  expect(await ann.story(record)).toContainEqual(restored('location', 'Elsewhere'));
  await ann.seat.expectSilence();
}

async function deletedInVain(ann: Diary, record: string): Promise<void> {
  await ann.remove((await ann.event('Fixed')).id);
  await ann.sync(2);
  expect(await ann.event('Fixed')).toMatchObject({ categories: ['Contoso'] });
  expect(await ann.item(record)).toMatchObject({ link: 'linked', state: 'in_sync' });
  expect((await ann.story(record)).map(({ action }) => action)).toContain('restored');
  await ann.seat.expectSilence();
}

describe('POL-10 POL-11: what may not be written', () => {
  it('POL-11: from the CRM only: an edit is restored, what is deleted comes back, what is new stays', async () => {
    const ann = await diary(office, 'Ann', TO_MAILBOX);
    const record = await ann.addRecord({ Subject: 'Fixed', Location: 'Room 1' });
    const own = await ann.add({ subject: 'Own' });
    await ann.sync();
    expect(await ann.item(own.id)).toMatchObject({ state: 'excluded', code: 'direction' });
    await editedInVain(ann, record);
    await deletedInVain(ann, record);
    expect(await ann.records()).toHaveLength(1);
  });

  it('POL-10: without the right to edit or delete: the same', async () => {
    const ann = await diary(office, 'Ann');
    const record = await ann.addRecord({ Subject: 'Fixed', Location: 'Room 1' });
    await ann.sync();
    await office.world.salesforce.control('PUT', 'objectPermissions', {
      user: ann.mail,
      object: 'Event',
      read: true,
      create: false,
      edit: false,
      delete: false,
    });
    await editedInVain(ann, record);
    await deletedInVain(ann, record);
  });

  it('POL-10: an appointment of another owner leaves the mailbox', async () => {
    const ann = await diary(office, 'Ann');
    const bob = await newDiary(office, 'Bob');
    const record = await ann.addRecord({ Subject: 'Handed over' });
    await ann.sync();
    await ann.editRecord(record, { OwnerId: bob.seat.crmUserId });
    await ann.sync();
    expect(await ann.events()).toEqual([]);
    expect(await ann.item(record)).toMatchObject({ code: expect.stringMatching(/^left_/) });
    await ann.seat.expectSilence();
  });
});

describe('POL-19: edits of both sides', () => {
  it('POL-19: different fields merge; of the same field the CRM wins, the other is kept', async () => {
    const ann = await diary(office, 'Ann');
    const record = await ann.addRecord({ Subject: 'Plan', Location: 'Room 1' });
    await ann.sync();
    const { id } = await ann.event('Plan');
    await ann.edit(id, { subject: 'Plan B', location: { displayName: 'Cellar' } });
    await ann.editRecord(record, { Location: 'Attic', Description: 'Agenda' });
    await ann.sync();
    expect(await ann.record('Plan B')).toMatchObject({ Location: 'Attic' });
    const event = await ann.event('Plan B');
    expect(event).toMatchObject({ id, location: { displayName: 'Attic' } });
    expect(event.body.content).toContain('Agenda');
    expect(await ann.story(record)).toContainEqual(restored('location', 'Cellar'));
    await ann.seat.expectSilence();
  });

  it('invariant 6: an edit of the CRM beats a deletion in the mailbox', async () => {
    const ann = await diary(office, 'Ann');
    const record = await ann.addRecord({ Subject: 'Wanted' });
    await ann.sync();
    await ann.remove((await ann.event('Wanted')).id);
    await ann.editRecord(record, { Location: 'Room 5' });
    await ann.sync(2);
    expect(await ann.event('Wanted')).toMatchObject({ location: { displayName: 'Room 5' } });
    await ann.seat.expectSilence();
  });
});

describe('PAIR-10: one that is refused', () => {
  it('PAIR-10: waits with the CRM’s reason, and goes when it is put right; the others go on', async () => {
    const ann = await diary(office, 'Ann');
    await office.world.salesforce.control('POST', 'load', {
      validationRules: [
        {
          object: 'Event',
          condition: "Location = 'The moon'",
          errorMessage: 'No travel to the moon.',
          field: 'Location',
        },
      ],
    });
    const { id } = await ann.add({ subject: 'Flight', location: { displayName: 'The moon' } });
    await ann.add({ subject: 'Ground' });
    await ann.sync();
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Ground']);
    expect(await ann.item(id)).toMatchObject({
      state: 'failing',
      reason: expect.stringContaining('No travel to the moon.'),
    });
    await ann.seat.expectSilence();
    await ann.edit(id, { location: { displayName: 'The earth' } });
    await ann.sync();
    expect(await ann.record('Flight')).toMatchObject({ Location: 'The earth' });
    await ann.seat.expectSilence();
  });
});

describe('POL-9: modules', () => {
  it('POL-9: with the module cleared, appointments leave the mailbox and stay in the CRM', async () => {
    const ann = await diary(office, 'Ann');
    await ann.addRecord({ Subject: 'Ours' });
    await ann.add({ subject: 'Own', start: at(inDays(2)), end: at(inDays(2), '10:00') });
    await ann.sync();
    await office.world.tandem.patch(`/policies/${ann.seat.policyId}`, {
      modules: { appointments: { enabled: false } },
      deletionGuard: { count: 1000, percent: 100 },
    });
    await ann.sync(2);
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Ours', 'Own']);
    expect((await ann.events()).map(({ subject }) => subject)).not.toContain('Ours');
    await ann.seat.expectSilence();
  });
});

const change = ({ seat }: Diary, options: object) =>
  office.world.tandem.patch(`/policies/${seat.policyId}`, options);

describe('POL-26: a changed policy reaches what is synchronized already', () => {
  it('POL-14 POL-26: attendee details are appended, and taken out again', async () => {
    const ann = await diary(office, 'Ann');
    const contact = await ann.seat.addRecord('Contact', { LastName: 'Meyer', Email: 'meyer@acme.example' });
    await ann.addRecord({ Subject: 'Visit', Description: 'Agenda', WhoId: contact });
    await ann.sync();
    const before = (await ann.event('Visit')).body.content;
    expect(before).not.toContain('meyer@acme.example');
    await change(ann, { calendar: { attendeeDetails: true } });
    await ann.sync(2);
    expect((await ann.event('Visit')).body.content).toContain('meyer@acme.example');
    await change(ann, { calendar: { attendeeDetails: false } });
    await ann.sync(2);
    expect((await ann.event('Visit')).body.content).not.toContain('meyer@acme.example');
    expect((await ann.record('Visit')).Description).toBe('Agenda');
    await ann.seat.expectSilence();
  });

  it('POL-17 POL-26: hidden to skip: what is private on both sides stays on both, and is one again afterwards', async () => {
    const ann = await diary(office, 'Ann');
    await ann.addRecord({ Subject: 'Secret', IsPrivate: true });
    await ann.sync();
    for (const rule of ['skip', 'hidden']) {
      await change(ann, { calendar: { private: rule } });
      await ann.sync(2);
      expect(await ann.event('Secret')).toMatchObject({ sensitivity: 'private' });
      const { Id } = await ann.record('Secret');
      expect((await ann.item(Id))?.link === 'linked').toBe(rule === 'hidden');
    }
    await ann.seat.expectSilence();
  });

  it('POL-16 POL-26: a longer horizon brings what lies further off', async () => {
    const ann = await diary(office, 'Ann', { calendar: { futureDays: 30 } });
    await ann.addRecord({
      Subject: 'Far',
      StartDateTime: `${inDays(200)}T09:00:00Z`,
      EndDateTime: `${inDays(200)}T10:00:00Z`,
    });
    await ann.sync();
    expect(await ann.events()).toEqual([]);
    await change(ann, { calendar: { futureDays: 365 } });
    await ann.sync(2);
    expect(await ann.event('Far')).toBeTruthy();
    await ann.seat.expectSilence();
  });

  it('POL-18 POL-26: skip to send: what was withheld goes, once, with one mail', async () => {
    const ann = await diary(office, 'Ann');
    await ann.add({ subject: 'Held', attendees: [attendee('guest@outside.example')] });
    await ann.sync();
    const { Id } = await ann.record('Held');
    await ann.editRecord(Id, { Location: 'Room 2' });
    await ann.sync();
    await change(ann, { calendar: { invitations: 'send' } });
    const mails = await mailsDuring(office, () => ann.sync(3));
    expect(await ann.event('Held')).toMatchObject({
      location: { displayName: 'Room 2' },
      categories: ['Contoso'],
    });
    expect(mails).toEqual(['update guest@outside.example']);
    expect(await ann.item(Id)).toMatchObject({ state: 'in_sync' });
    await ann.seat.expectSilence();
  });
});
