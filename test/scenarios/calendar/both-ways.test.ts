import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { dayIn, inDays, instantOf } from './days.ts';
import { APPOINTMENTS, at, type Diary, diary, mailsDuring, newDiary } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const CATEGORY = 'Contoso';
const moment = (crm: string) => new Date(crm).toISOString();

describe('CAL-1', () => {
  it('CAL-1: an appointment of the CRM comes with the category, and every edit travels', async () => {
    const ann = await newDiary(office, 'Ann');
    const id = await ann.addRecord({ Subject: 'Kick-off', Location: 'Room 1' });
    const mails = await mailsDuring(office, async () => {
      await ann.seat.startSync(APPOINTMENTS);
      const event = await ann.event('Kick-off');
      expect(event).toMatchObject({
        categories: [CATEGORY],
        attendees: [],
        location: { displayName: 'Room 1' },
      });
      expect(await ann.item(id)).toMatchObject({ module: 'appointments', link: 'linked', state: 'in_sync' });

      await ann.edit(event.id, {
        subject: 'Kick-off, moved',
        start: at(inDays(2)),
        end: at(inDays(2), '10:00'),
      });
      await ann.sync();
      const moved = await ann.record('Kick-off, moved');
      expect([moved.Id, moment(moved.StartDateTime), moment(moved.EndDateTime)]).toEqual([
        id,
        `${inDays(2)}T09:00:00.000Z`,
        `${inDays(2)}T10:00:00.000Z`,
      ]);

      await ann.editRecord(id, { Location: 'Room 4' });
      await ann.sync();
      expect(await ann.event('Kick-off, moved')).toMatchObject({ location: { displayName: 'Room 4' } });
      await ann.removeRecord(id);
      await ann.sync();
      expect(await ann.events()).toEqual([]);
      await ann.seat.expectSilence();
    });
    expect(mails).toEqual([]);
  });

  it('CAL-1: what the user makes in Outlook is in the CRM, and goes there with it', async () => {
    const ann = await diary(office, 'Ann');
    const { id } = await ann.add({ subject: 'Review' });
    await ann.sync();
    expect(await ann.records()).toMatchObject([{ Subject: 'Review', OwnerId: ann.seat.crmUserId }]);
    expect(await ann.event('Review')).toMatchObject({ id, categories: [CATEGORY] });
    await ann.seat.expectSilence();
    await ann.remove(id);
    await ann.sync();
    expect(await ann.records()).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('CAL-7: an appointment that the CRM counts as done is as it was in the mailbox', async () => {
    const ann = await newDiary(office, 'Ann');
    const id = await ann.addRecord({ Subject: 'Visit' });
    await office.world.salesforce.control('POST', 'schema', {
      object: 'Event',
      fields: [{ name: 'Completed__c', type: 'boolean' }],
    });
    await ann.seat.startSync(APPOINTMENTS);
    const before = await ann.event('Visit');
    await ann.editRecord(id, { Completed__c: true });
    await ann.seat.expectSilence();
    expect(await ann.event('Visit')).toEqual(before);
  });
});

describe('CAL-3', () => {
  it('CAL-3: an all-day appointment is a date, whatever the zones of mailbox and CRM user', async () => {
    for (const [name, zone] of [
      ['Syd', 'Australia/Sydney'],
      ['Den', 'America/Denver'],
      ['Kat', 'Asia/Kathmandu'],
    ] as const) {
      const user = await newDiary(office, name, zone);
      const [first, last] = [inDays(10), inDays(12)];
      await user.addRecord({
        Subject: 'Fair',
        IsAllDayEvent: true,
        StartDateTime: `${first}T00:00:00Z`,
        EndDateTime: `${last}T00:00:00Z`,
      });
      await user.seat.startSync(APPOINTMENTS);
      const event = await user.event('Fair');
      expect(event.isAllDay).toBe(true);
      expect([dayIn(zone, event.start), dayIn(zone, event.end)]).toEqual([first, inDays(13)]);

      await user.add({
        subject: 'Holiday',
        isAllDay: true,
        start: at(inDays(20), '00:00', zone),
        end: at(inDays(21), '00:00', zone),
      });
      await user.sync();
      expect(await user.record('Holiday')).toMatchObject({ IsAllDayEvent: true, ActivityDate: inDays(20) });
      await user.seat.expectSilence();
    }
  });

  it('CAL-3: wall time and zone of the mailbox are kept through edits of the CRM', async () => {
    const ann = await diary(office, 'Ann');
    const zone = 'Asia/Kolkata';
    const day = inDays(5);
    const { id } = await ann.add({
      subject: 'Call in',
      start: at(day, '09:00', zone),
      end: at(day, '10:00', zone),
    });
    await ann.sync();
    const record = await ann.record('Call in');
    expect(moment(record.StartDateTime)).toBe(moment(instantOf(day, '09:00', zone)));
    await ann.editRecord(record.Id, {
      StartDateTime: instantOf(day, '11:30', zone),
      EndDateTime: instantOf(day, '12:00', zone),
    });
    await ann.sync();
    expect(await ann.event('Call in')).toMatchObject({
      id,
      start: { dateTime: expect.stringContaining(`${day}T06:00`) },
      originalStartTimeZone: expect.stringMatching(/Asia\/Kolkata|India Standard Time/),
    });
    await ann.seat.expectSilence();
  });
});

/** Both sides say the same of privacy. */
async function privacyOf(user: Diary, subject: string): Promise<[string, boolean]> {
  return [(await user.event(subject)).sensitivity, (await user.record(subject)).IsPrivate];
}

describe('POL-17 CAL-6: private appointments', () => {
  it('POL-17: hidden: private on one side is private on the other, marked now or later', async () => {
    const ann = await diary(office, 'Ann', { calendar: { private: 'hidden' } });
    await ann.add({ subject: 'Doctor', sensitivity: 'private' });
    await ann.addRecord({ Subject: 'Interview', IsPrivate: true });
    const { id } = await ann.add({ subject: 'Open' });
    await ann.sync();
    expect(await privacyOf(ann, 'Doctor')).toEqual(['private', true]);
    expect(await privacyOf(ann, 'Interview')).toEqual(['private', true]);
    expect(await privacyOf(ann, 'Open')).toEqual(['normal', false]);
    await ann.edit(id, { sensitivity: 'private' });
    await ann.sync();
    expect(await privacyOf(ann, 'Open')).toEqual(['private', true]);
    await ann.seat.expectSilence();
  });

  it('POL-17 CAL-6: skip: private ones stay where they are; marked later, the CRM copy is withdrawn', async () => {
    const ann = await diary(office, 'Ann', { calendar: { private: 'skip' } });
    await ann.addRecord({ Subject: 'Interview', IsPrivate: true });
    const own = await ann.add({ subject: 'Doctor', sensitivity: 'private' });
    const { id } = await ann.add({ subject: 'Open' });
    await ann.sync();
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Interview', 'Open']);
    expect((await ann.events()).map(({ subject }) => subject).sort()).toEqual(['Doctor', 'Open']);
    expect(await ann.item(own.id)).toMatchObject({ state: 'excluded', code: 'private' });

    await ann.edit(id, { sensitivity: 'private' });
    await ann.sync();
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Interview']);
    expect(await ann.event('Open')).toMatchObject({ sensitivity: 'private' });
    expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'private' });
    await ann.seat.expectSilence();
  });
});
