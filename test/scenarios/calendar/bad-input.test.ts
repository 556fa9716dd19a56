import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { at, attendee, type Diary, diary, mailsDuring } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const GUEST = 'guest@outside.example';

/** Whatever was wrong, a good one beside it is on both sides, and nothing is tried for ever. */
async function expectOthersSynced(ann: Diary): Promise<void> {
  await ann.addRecord({ Subject: 'Good record' });
  await ann.add({ subject: 'Good event' });
  expect((await ann.sync()).state).toBe('in_sync');
  expect(await ann.event('Good record')).toBeTruthy();
  expect(await ann.record('Good event')).toBeTruthy();
  await ann.seat.expectSilence();
}

const series = (subject: string, firstDay: string, pattern: object, range: object) => ({
  subject,
  start: at(firstDay),
  end: at(firstDay, '09:15'),
  recurrence: { pattern: { interval: 1, ...pattern }, range: { startDate: firstDay, ...range } },
});

describe('bad input', () => {
  it('CAL-6: a body of 200 kB stays whole in the mailbox, through edits of the CRM too', async () => {
    const ann = await diary(office, 'Ann');
    const rows = Array.from(
      { length: 4_000 },
      (_, n) => `<p>Paragraph number <b>${n}</b> of the report.</p>`,
    );
    const { id } = await ann.add({
      subject: 'Report',
      body: { contentType: 'html', content: rows.join('\n') },
    });
    const before = (await ann.event('Report')).body.content;
    await ann.sync();
    const record = await ann.record('Report');
    expect(record.Description).toContain('Paragraph number 0 of the report.');
    await ann.editRecord(record.Id, { Location: 'Archive' });
    await ann.sync();
    expect(await ann.event('Report')).toMatchObject({ id, location: { displayName: 'Archive' } });
    expect((await ann.event('Report')).body.content).toBe(before);
    await expectOthersSynced(ann);
  });

  it('CAL-5: 500 attendees are in the CRM as people or as text, as far as it holds them; nobody is mailed', async () => {
    const ann = await diary(office, 'Ann');
    const people = Array.from({ length: 500 }, (_, n) => attendee(`person${n}@crowd.example`));
    const known = await ann.seat.addRecord('Contact', {
      LastName: 'Known',
      Email: 'person499@crowd.example',
    });
    await ann.add({ subject: 'Assembly', attendees: people });
    const mails = await mailsDuring(office, () => ann.sync());
    expect(mails).toEqual([]);
    const record = await ann.record('Assembly');
    const related = await office.world.salesforce.query<{ RelationId: string }>(
      `SELECT RelationId FROM EventRelation WHERE EventId = '${record.Id}'`,
    );
    expect([record.WhoId, ...related.map(({ RelationId }) => RelationId)]).toContain(known);
    expect(record.Description).toContain('person0@crowd.example');
    expect(record.Description).toMatch(/… and \d+ more/);
    await expectOthersSynced(ann);
  });

  it('PAIR-10: an appointment longer than the CRM holds waits with the reason, and goes when it is shorter', async () => {
    const ann = await diary(office, 'Ann');
    const allDay = (first: number, last: number) => ({
      isAllDay: true,
      start: at(inDays(first), '00:00'),
      end: at(inDays(last), '00:00'),
    });
    const { id } = await ann.add({ subject: 'Sabbatical', ...allDay(5, 45) });
    await ann.sync();
    expect(await ann.item(id)).toMatchObject({ state: 'failing', reason: expect.stringMatching(/14 days/) });
    await expectOthersSynced(ann);
    await ann.edit(id, allDay(5, 12));
    await ann.sync();
    expect(await ann.record('Sabbatical')).toMatchObject({ IsAllDayEvent: true });
    await ann.seat.expectSilence();
  });

  it('POL-16: a series until the year 9999, or of one day in every leap year, fills the horizon and no more', async () => {
    const ann = await diary(office, 'Ann', { calendar: { futureDays: 30 } });
    const first = inDays(1);
    const until = { type: 'endDate', endDate: '9999-12-31' };
    await ann.add(series('For ever', first, { type: 'daily' }, until));
    const yearly = { type: 'absoluteYearly', month: 2, dayOfMonth: 29 };
    await ann.add(series('Leap day', '2024-02-29', yearly, { type: 'noEnd' }));
    await ann.sync();
    const days = (await ann.records('For ever')).map(({ ActivityDate }) => ActivityDate);
    expect(days[0]).toBe(first);
    expect(days.length).toBeGreaterThanOrEqual(29);
    expect(days.length).toBeLessThan(100);
    await expectOthersSynced(ann);
  });

  it('POL-16: an appointment of the far future stays where it is', async () => {
    const ann = await diary(office, 'Ann');
    const record = await ann.addRecord({
      Subject: 'Jubilee',
      StartDateTime: '3999-12-31T09:00:00Z',
      EndDateTime: '3999-12-31T10:00:00Z',
    });
    await ann.add({ subject: 'Doomsday', start: at('9998-12-31'), end: at('9998-12-31', '10:00') });
    await ann.sync();
    expect(await ann.records('Doomsday')).toEqual([]);
    expect((await ann.events()).map(({ subject }) => subject)).toEqual(['Doomsday']);
    await expectOthersSynced(ann);
    await ann.editRecord(record, { Location: 'Moon' });
    await ann.sync();
    expect((await ann.events()).map(({ subject }) => subject)).not.toContain('Jubilee');
  });

  it('CAL-1: neither system takes an end before the start; a moment without length goes both ways', async () => {
    const ann = await diary(office, 'Ann');
    const backwards = { start: at(inDays(1), '10:00'), end: at(inDays(1), '09:00') };
    await expect(ann.add({ subject: 'Backwards', ...backwards })).rejects.toThrow('400');
    const reversed = { StartDateTime: `${inDays(1)}T10:00:00Z`, EndDateTime: `${inDays(1)}T09:00:00Z` };
    await expect(ann.addRecord({ Subject: 'Backwards', ...reversed })).rejects.toThrow();
    await ann.add({ subject: 'Instant', start: at(inDays(1)), end: at(inDays(1)) });
    await ann.addRecord({ Subject: 'Point', StartDateTime: `${inDays(1)}T09:00:00Z`, DurationInMinutes: 0 });
    await ann.sync();
    const instant = await ann.record('Instant');
    expect(instant.EndDateTime).toBe(instant.StartDateTime);
    const point = await ann.event('Point');
    expect(point.end.dateTime).toBe(point.start.dateTime);
    await expectOthersSynced(ann);
  });

  it('CAL-1: without a subject, with one of 255 characters, with other scripts', async () => {
    const ann = await diary(office, 'Ann');
    const long = 'Long '.repeat(51);
    const nameless = await ann.add({ subject: '' });
    const record = await ann.addRecord({ Location: 'Without a name' });
    await ann.add({ subject: long.trim() });
    await ann.add({ subject: '渡辺さん 👩‍🚀 <b> & "quotes"' });
    await ann.sync(2);
    for (const q of [nameless.id, record])
      expect(await ann.item(q)).toMatchObject({ link: 'linked', state: 'in_sync' });
    expect(await ann.records(long.trim())).toHaveLength(1);
    expect((await ann.records()).map(({ Subject }) => Subject)).toContain('渡辺さん 👩‍🚀 <b> & "quotes"');
    await expectOthersSynced(ann);
  });

  it('PAIR-10: attendees whose addresses are none are kept in the text', async () => {
    const ann = await diary(office, 'Ann');
    const { id } = await ann.invited(GUEST, {
      subject: 'Odd people',
      attendees: [attendee(ann.mail), attendee(`o'hara+x@o'hara.example`), attendee('/o=Exchange/cn=Room 1')],
    });
    await ann.sync();
    const item = await ann.item(id);
    expect(item).toMatchObject({ link: 'linked', state: 'in_sync' });
    expect((await ann.record('Odd people')).Description).toContain(`o'hara+x@o'hara.example`);
    await expectOthersSynced(ann);
  });
});
