import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { APPOINTMENTS, at, attendee, diary, mailsDuring, newDiary } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const CATEGORY = 'Contoso';

describe('PAIR-6: the first cycle', () => {
  it('PAIR-6: nothing goes to the CRM; what was in the mailbox goes only when it gets the category', async () => {
    const ann = await newDiary(office, 'Ann');
    const { id } = await ann.add({ subject: 'From before' });
    const first = inDays(2);
    await ann.add({
      subject: 'Series from before',
      start: at(first),
      end: at(first, '09:30'),
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', startDate: first, numberOfOccurrences: 3 },
      },
    });
    await ann.addRecord({ Subject: 'Copied' });
    await ann.seat.forgetRequests();
    const mails = await mailsDuring(office, () => ann.seat.startSync(APPOINTMENTS));
    expect(mails).toEqual([]);
    expect((await ann.seat.writes()).filter(({ side }) => side === 'crm')).toEqual([]);
    expect(await ann.item(id)).toMatchObject({ link: 'already_there', code: 'already_there' });
    await ann.edit(id, { location: { displayName: 'Anywhere' } });
    await ann.sync();
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Copied']);

    await ann.edit(id, { categories: [CATEGORY] });
    await ann.sync();
    expect(await ann.record('From before')).toMatchObject({ Location: 'Anywhere' });
    expect(await ann.records('Series from before')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('PAIR-6 POL-2: what is over before the sync start date, or beyond the horizon, does not come', async () => {
    const ann = await newDiary(office, 'Ann');
    const on = (days: number) => ({
      StartDateTime: `${inDays(days)}T09:00:00Z`,
      EndDateTime: `${inDays(days)}T10:00:00Z`,
    });
    await ann.addRecord({ Subject: 'Long over', ...on(-20) });
    await ann.addRecord({ Subject: 'Recent', ...on(-3) });
    await ann.addRecord({ Subject: 'Far off', ...on(200) });
    await ann.seat.startSync({
      ...APPOINTMENTS,
      general: { syncStartDate: inDays(-10) },
      calendar: { futureDays: 90 },
    });
    expect((await ann.events()).map(({ subject }) => subject)).toEqual(['Recent']);
    await ann.seat.expectSilence();
  });
});

describe('PAIR-7: a mailbox that a plug-in filled', () => {
  it('PAIR-7: is recognised by subject, start and end, in any zone; blanks are filled, differences are settled', async () => {
    const ann = await newDiary(office, 'Ann');
    const day = inDays(4);
    const { id } = await ann.add({
      subject: ' project  Meeting',
      start: at(day, '10:00', 'Africa/Johannesburg'),
      end: at(day, '10:30', 'Africa/Johannesburg'),
      location: { displayName: 'Mine' },
    });
    await ann.add({ subject: 'Project meeting', start: at(day, '15:00'), end: at(day, '15:30') });
    const record = await ann.addRecord({
      Subject: 'Project meeting',
      StartDateTime: `${day}T08:00:00Z`,
      EndDateTime: `${day}T08:30:00Z`,
      Location: 'Theirs',
      Description: 'Agenda',
    });
    await ann.seat.startSync(APPOINTMENTS);
    expect(await ann.events()).toHaveLength(2);
    expect(await ann.item(record)).toMatchObject({ link: 'linked', mailboxItemId: id });
    const adopted = (await ann.events()).find(event => event.id === id);
    expect(adopted).toMatchObject({ categories: [CATEGORY], location: { displayName: 'Theirs' } });
    expect(adopted?.body.content).toContain('Agenda');
    expect(await ann.story(record)).toContainEqual(
      expect.objectContaining({ action: 'conflict', detail: expect.objectContaining({ lost: 'Mine' }) }),
    );
    await ann.sync();
    expect(await ann.records()).toHaveLength(1);
    await ann.seat.expectSilence();
  });

  it('PAIR-7: ambiguous ones are listed, never guessed, and nothing is doubled', async () => {
    const ann = await newDiary(office, 'Ann');
    for (const location of ['One', 'Two'])
      await ann.add({ subject: 'Twin', location: { displayName: location } });
    const record = await ann.addRecord({ Subject: 'Twin' });
    await ann.seat.startSync(APPOINTMENTS);
    expect(await ann.item(record)).toMatchObject({ state: 'excluded', code: 'ambiguous' });
    expect(await ann.events()).toHaveLength(2);
    expect(await ann.records()).toHaveLength(1);
    await ann.seat.expectSilence();
  });

  it('PAIR-7: an adopted appointment is unlinked, never deleted, when its record goes', async () => {
    const ann = await newDiary(office, 'Ann');
    const { id } = await ann.add({ subject: 'Kept', categories: ['Mine'] });
    const record = await ann.addRecord({ Subject: 'Kept' });
    await ann.seat.startSync(APPOINTMENTS);
    await ann.removeRecord(record);
    await ann.sync();
    expect(await ann.event('Kept')).toMatchObject({ id, categories: ['Mine'] });
    await ann.seat.expectSilence();
  });

  it('PAIR-7 POL-18: a meeting with outside attendees is linked without a write to it', async () => {
    const ann = await newDiary(office, 'Ann');
    await ann.add({ subject: 'Board', attendees: [attendee('guest@outside.example')] });
    const before = await ann.event('Board');
    const record = await ann.addRecord({ Subject: 'Board', Location: 'Hall' });
    const mails = await mailsDuring(office, () => ann.seat.startSync(APPOINTMENTS));
    expect(mails).toEqual([]);
    expect(await ann.item(record)).toMatchObject({ link: 'linked', mailboxItemId: before.id });
    expect(await ann.event('Board')).toEqual(before);
    await ann.sync();
    expect(await ann.records()).toHaveLength(1);
  });
});

describe('POL-8: new items', () => {
  it('POL-8: without automatic synchronization the category sends an appointment', async () => {
    const ann = await diary(office, 'Ann', { newItems: { autoSync: false } });
    const { id } = await ann.add({ subject: 'Private matter' });
    await ann.add({ subject: 'Marked', categories: [CATEGORY] });
    await ann.sync();
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Marked']);
    expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'not_categorized' });
    await ann.edit(id, { categories: [CATEGORY, 'Mine'] });
    await ann.sync();
    expect((await ann.records()).map(({ Subject }) => Subject).sort()).toEqual(['Marked', 'Private matter']);
    await ann.seat.expectSilence();
  });

  it('CON-6 POL-8: the category that is taken off a linked appointment is put back', async () => {
    const ann = await diary(office, 'Ann');
    await ann.addRecord({ Subject: 'Marked' });
    await ann.sync();
    const { id } = await ann.event('Marked');
    await ann.edit(id, { categories: ['Mine'] });
    await ann.sync();
    expect((await ann.event('Marked')).categories.sort()).toEqual([CATEGORY, 'Mine']);
    expect(await ann.records()).toHaveLength(1);
    await ann.seat.expectSilence();
  });
});
