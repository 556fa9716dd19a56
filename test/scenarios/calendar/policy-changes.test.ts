import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { attendee, type Diary, diary, mailsDuring } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

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
