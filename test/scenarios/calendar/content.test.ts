import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { at, type Diary, diary } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const HTML = `<div style="font-family:Aptos"><p>Dear <b>team</b>,</p><ul><li>one</li><li>two</li></ul>
<p>See <a href="https://docs.example/plan?x=1&amp;y=2">the plan</a>.</p></div>`;

const html = (content: string) => ({ body: { contentType: 'html', content } });
const contentOf = async (user: Diary, subject: string) => (await user.event(subject)).body.content;

describe('CAL-6: body', () => {
  it('CAL-6: paragraphs, lists and links are in the text; edits of other fields leave the HTML as it is', async () => {
    const ann = await diary(office, 'Ann');
    await ann.add({ subject: 'Letter', ...html(HTML) });
    await ann.sync();
    const { Id, Description } = await ann.record('Letter');
    expect(Description).toMatch(/Dear team,\s+.*one\s+.*two\s+See the plan/);
    expect(Description).toContain('https://docs.example/plan?x=1&y=2');
    const before = await contentOf(ann, 'Letter');

    await ann.editRecord(Id, { Location: 'Room 9' });
    await ann.sync();
    expect(await ann.event('Letter')).toMatchObject({ location: { displayName: 'Room 9' } });
    expect(await contentOf(ann, 'Letter')).toBe(before);
    await ann.seat.expectSilence();
  });

  it('CAL-6: an edit of the CRM’s text changes what it says, and keeps the HTML around it', async () => {
    const ann = await diary(office, 'Ann');
    await ann.add({ subject: 'Minutes', ...html(HTML) });
    await ann.sync();
    const { Id, Description } = await ann.record('Minutes');
    await ann.editRecord(Id, { Description: `${Description}\n\nBring <laptops> & chargers.` });
    await ann.sync();
    const after = await contentOf(ann, 'Minutes');
    expect(after).toContain('Bring &lt;laptops&gt; &amp; chargers.');
    expect(after).toContain('<a href="https://docs.example/plan?x=1&amp;y=2">');
    expect(after).toMatch(/<li>\s*one\s*<\/li>/);
    await ann.seat.expectSilence();
  });

  it('CAL-6: what the CRM writes in lines comes in lines, and is not written back', async () => {
    const ann = await diary(office, 'Ann');
    const text = 'First line\nSecond line\n\n- a < b\n- https://docs.example/a?b=1&c=2';
    const id = await ann.addRecord({ Subject: 'Plain', Description: text });
    await ann.sync();
    expect(await contentOf(ann, 'Plain')).toMatch(/First line[\s\S]*Second line[\s\S]*a &lt; b/);
    await ann.seat.expectSilence();
    expect(await ann.seat.record('Event', id, 'Description')).toEqual({ Description: text });
  });

  it('CAL-6: an edit in Outlook reaches the text, a cleared body clears it', async () => {
    const ann = await diary(office, 'Ann');
    const { id } = await ann.add({ subject: 'Notes', ...html('<p>Old</p>') });
    await ann.sync();
    await ann.edit(id, html('<p>New</p><p>and newer</p>'));
    await ann.sync();
    expect((await ann.record('Notes')).Description).toMatch(/^New\s+and newer$/);
    await ann.edit(id, html(''));
    await ann.sync();
    expect((await ann.record('Notes')).Description).toBeNull();
    await ann.seat.expectSilence();
  });
});

describe('CAL-6: what else an appointment says', () => {
  it('CAL-6: location and show-as go both ways', async () => {
    const ann = await diary(office, 'Ann');
    const { id } = await ann.add({ subject: 'Away', showAs: 'oof', location: { displayName: 'Lisbon' } });
    const free = await ann.addRecord({ Subject: 'Birthday', ShowAs: 'Free', Location: 'Home' });
    await ann.sync();
    const record = await ann.record('Away');
    expect(record).toMatchObject({ ShowAs: 'OutOfOffice', Location: 'Lisbon' });
    expect(await ann.event('Birthday')).toMatchObject({ showAs: 'free', location: { displayName: 'Home' } });

    await ann.edit(id, { showAs: 'busy', location: { displayName: '' } });
    await ann.editRecord(free, { ShowAs: 'Busy', Location: null });
    await ann.sync();
    expect(await ann.record('Away')).toMatchObject({ ShowAs: 'Busy', Location: null });
    expect(await ann.event('Birthday')).toMatchObject({ showAs: 'busy', location: { displayName: '' } });
    await ann.seat.expectSilence();
  });

  it('CAL-6: a show-as that the CRM cannot hold is kept through its edits', async () => {
    const ann = await diary(office, 'Ann');
    await ann.add({ subject: 'Maybe', showAs: 'tentative' });
    await ann.sync();
    await ann.editRecord((await ann.record('Maybe')).Id, { Location: 'Room 1' });
    await ann.sync();
    expect(await ann.event('Maybe')).toMatchObject({
      showAs: 'tentative',
      location: { displayName: 'Room 1' },
    });
    await ann.seat.expectSilence();
  });
});

describe('POL-15: reminders', () => {
  const reminders = (on: boolean) => ({ calendar: { reminders: on } });

  it('POL-15: on: how long before goes both ways, and so does taking it off', async () => {
    const ann = await diary(office, 'Ann', reminders(true));
    const { id } = await ann.add({ subject: 'Train', isReminderOn: true, reminderMinutesBeforeStart: 45 });
    const record = await ann.addRecord({
      Subject: 'Plane',
      IsReminderSet: true,
      ReminderDateTime: `${inDays(1)}T07:00:00Z`,
    });
    await ann.sync();
    const train = await ann.record('Train');
    expect(train.IsReminderSet).toBe(true);
    expect(new Date(train.ReminderDateTime ?? '').toISOString()).toBe(`${inDays(1)}T08:15:00.000Z`);
    expect(await ann.event('Plane')).toMatchObject({ isReminderOn: true, reminderMinutesBeforeStart: 120 });

    await ann.edit(id, { isReminderOn: false });
    await ann.editRecord(record, { IsReminderSet: false });
    await ann.sync();
    expect(await ann.record('Train')).toMatchObject({ IsReminderSet: false });
    expect(await ann.event('Plane')).toMatchObject({ isReminderOn: false });
    await ann.seat.expectSilence();
  });

  it('POL-15: a moved appointment is reminded of as long before as it was', async () => {
    const ann = await diary(office, 'Ann', reminders(true));
    const { id } = await ann.add({ subject: 'Bus', isReminderOn: true, reminderMinutesBeforeStart: 30 });
    await ann.sync();
    await ann.edit(id, { start: at(inDays(2)), end: at(inDays(2), '09:30') });
    await ann.sync();
    const { ReminderDateTime } = await ann.record('Bus');
    expect(new Date(ReminderDateTime ?? '').toISOString()).toBe(`${inDays(2)}T08:30:00.000Z`);
    expect(await ann.event('Bus')).toMatchObject({ isReminderOn: true, reminderMinutesBeforeStart: 30 });
    await ann.seat.expectSilence();
  });

  it('POL-15: off: each side keeps its own', async () => {
    const ann = await diary(office, 'Ann', reminders(false));
    const { id } = await ann.add({ subject: 'Train', isReminderOn: true, reminderMinutesBeforeStart: 45 });
    await ann.addRecord({
      Subject: 'Plane',
      IsReminderSet: true,
      ReminderDateTime: `${inDays(1)}T07:00:00Z`,
    });
    await ann.sync();
    expect(await ann.record('Train')).toMatchObject({ IsReminderSet: false });
    expect((await ann.event('Plane')).reminderMinutesBeforeStart).not.toBe(120);
    await ann.edit(id, { reminderMinutesBeforeStart: 5 });
    await ann.seat.expectSilence();
    expect(await ann.event('Train')).toMatchObject({ isReminderOn: true, reminderMinutesBeforeStart: 5 });
  });
});
