import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { dayIn, daysAfter, inDays, instantOf, nextClockChange, weekdayOf } from './days.ts';
import {
  APPOINTMENTS,
  at,
  attendee,
  type Diary,
  diary,
  mailsDuring,
  newDiary,
  type OutlookEvent,
  turns,
  twoDiaries,
} from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const BERLIN = 'Europe/Berlin';

const daily = (startDate: string, numberOfOccurrences: number) => ({
  pattern: { type: 'daily', interval: 1 },
  range: { type: 'numbered', startDate, numberOfOccurrences },
});
const weekly = (startDate: string, numberOfOccurrences: number) => ({
  pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekdayOf(startDate)], firstDayOfWeek: 'sunday' },
  range: { type: 'numbered', startDate, numberOfOccurrences },
});
const endless = (startDate: string, pattern: object) => ({
  pattern: { interval: 1, ...pattern },
  range: { type: 'noEnd', startDate },
});

/** A quarter of an hour from nine o'clock on that day, again and again. */
const meeting = (subject: string, firstDay: string, recurrence: object, zone = BERLIN) => ({
  subject,
  start: at(firstDay, '09:00', zone),
  end: at(firstDay, '09:15', zone),
  recurrence,
});

const moments = async (user: Diary, subject: string) =>
  (await user.records(subject)).map(record => new Date(record.StartDateTime).getTime());
const nine = (day: string, zone = BERLIN) => new Date(instantOf(day, '09:00', zone)).getTime();
const daysFrom = (first: string, count: number) =>
  Array.from({ length: count }, (_, n) => daysAfter(first, n));

/** Every occurrence of the calendar is one record of the CRM at the same moment, and the other way round. */
async function expectSame(user: Diary, subject: string): Promise<OutlookEvent[]> {
  const shown = await user.shown(subject);
  expect(await moments(user, subject)).toEqual(
    shown.map(({ start }) => new Date(`${start.dateTime.slice(0, 19)}Z`).getTime()),
  );
  return shown;
}

describe('CAL-4 POL-16: series of the mailbox', () => {
  it('CAL-4: over a change of the clocks the wall time stays, also of an occurrence that is moved over it', async () => {
    const ann = await diary(office, 'Ann');
    const change = nextClockChange(BERLIN);
    const [first, second, third] = [-3, 4, 11].map(days => daysAfter(change, days)) as [
      string,
      string,
      string,
    ];
    await ann.add(meeting('Weekly', first, weekly(first, 3)));
    await ann.sync();
    expect(await moments(ann, 'Weekly')).toEqual([first, second, third].map(day => nine(day)));

    const [before] = await ann.shown('Weekly');
    const after = daysAfter(change, 2);
    await ann.edit(before?.id ?? '', { start: at(after, '09:00', BERLIN), end: at(after, '09:15', BERLIN) });
    await ann.sync();
    expect(await moments(ann, 'Weekly')).toEqual([after, second, third].map(day => nine(day)));
    await ann.seat.expectSilence();
  });

  it('CAL-4: what the CRM changes or deletes of one occurrence makes it an exception, the others stay', async () => {
    const ann = await diary(office, 'Ann');
    const first = inDays(3);
    await ann.add(meeting('Lesson', first, daily(first, 4)));
    await ann.sync();
    const [one, two] = await ann.records('Lesson');
    await ann.editRecord(one?.Id ?? '', { Subject: 'Lesson, first' });
    await ann.removeRecord(two?.Id ?? '');
    await ann.sync();
    expect(await ann.shown('Lesson, first')).toMatchObject([{ type: 'exception' }]);
    expect(await expectSame(ann, 'Lesson')).toHaveLength(2);
    await ann.seat.expectSilence();
  });

  it('CAL-4: a single appointment becomes a series and single again, without doubles', async () => {
    const ann = await diary(office, 'Ann');
    const first = inDays(2);
    const { id } = await ann.add({ ...meeting('Gym', first, {}), recurrence: null });
    await ann.sync();
    const [single] = await ann.records('Gym');
    await ann.edit(id, { recurrence: daily(first, 3) });
    await ann.sync(2);
    const grown = await ann.records('Gym');
    expect(await moments(ann, 'Gym')).toEqual(daysFrom(first, 3).map(day => nine(day)));
    expect(grown[0]?.Id).toBe(single?.Id);
    await ann.seat.expectSilence();

    await ann.edit(id, { recurrence: null });
    await ann.sync(2);
    expect((await ann.records('Gym')).map(({ Id }) => Id)).toEqual([single?.Id]);
    await ann.seat.expectSilence();
  });

  it('CAL-4: an end that is brought forward, a new pattern, and a split are followed', async () => {
    const ann = await diary(office, 'Ann');
    const first = inDays(2);
    const { id } = await ann.add(meeting('Rounds', first, daily(first, 6)));
    await ann.sync();
    const kept = (await ann.records('Rounds')).slice(0, 3).map(({ Id }) => Id);
    await ann.edit(id, { recurrence: daily(first, 3) });
    await ann.sync(2);
    expect((await ann.records('Rounds')).map(({ Id }) => Id)).toEqual(kept);

    // Outlook splits a series at "this and all following": the old one ends, a new one begins.
    await ann.add(meeting('Rounds', daysAfter(first, 3), daily(daysAfter(first, 3), 3)));
    await ann.sync();
    expect(await moments(ann, 'Rounds')).toEqual(daysFrom(first, 6).map(day => nine(day)));

    await ann.edit(id, { recurrence: { ...daily(first, 3), pattern: { type: 'daily', interval: 2 } } });
    await ann.sync(2);
    await expectSame(ann, 'Rounds');
    await ann.seat.expectSilence();
  });

  it('CAL-4 POL-16: an endless series fills the horizon and no more', async () => {
    const ann = await diary(office, 'Ann', { calendar: { pastDays: 30, futureDays: 60 } });
    const first = inDays(1);
    await ann.add(meeting('Forever', first, endless(first, { type: 'daily' })));
    await ann.sync(2);
    const records = await ann.records('Forever');
    const last = dayIn('UTC', { dateTime: (records.at(-1)?.StartDateTime ?? '').slice(0, 19) });
    expect(last >= inDays(59)).toBe(true);
    expect(last <= inDays(60 + 62)).toBe(true);
    expect(new Set(records.map(({ StartDateTime }) => StartDateTime)).size).toBe(records.length);
    await ann.seat.expectSilence();
  });

  it('POL-20 CAL-4: a series of 60 that goes counts as one deletion', async () => {
    const ann = await diary(office, 'Ann');
    const first = inDays(1);
    const { id } = await ann.add(meeting('Daily', first, daily(first, 60)));
    await ann.sync(2);
    expect(await ann.records('Daily')).toHaveLength(60);
    await ann.remove(id);
    await ann.sync(2);
    expect(await ann.records('Daily')).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('POL-16: off: series are left alone, single appointments are not', async () => {
    const ann = await diary(office, 'Ann', { calendar: { recurrence: 'off' } });
    const first = inDays(1);
    await ann.add(meeting('Series', first, daily(first, 3)));
    await ann.add({ subject: 'Single' });
    await ann.sync();
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Single']);
    const [occurrence] = await ann.shown('Series');
    expect(await ann.item(occurrence?.id ?? '')).toMatchObject({ state: 'excluded', code: 'recurrence_off' });
    await ann.seat.expectSilence();
  });
});

describe('CAL-4: series of the CRM', () => {
  it('CAL-4: every occurrence is an appointment of its own in the mailbox', async () => {
    const ann = await diary(office, 'Ann');
    const days = daysFrom(inDays(3), 4);
    await office.world.salesforce.control('POST', 'series', {
      record: { Subject: 'Route', OwnerId: ann.seat.crmUserId, DurationInMinutes: 30 },
      starts: days.map(day => `${day}T09:00:00Z`),
    });
    await ann.sync();
    const shown = await expectSame(ann, 'Route');
    expect(shown.map(({ type }) => type)).toEqual(days.map(() => 'singleInstance'));
    await ann.seat.expectSilence();
  });
});

describe('CAL-3: users of one meeting in different zones', () => {
  it('CAL-3: Sydney, London and Denver see the same moment on every day of the series', async () => {
    const zones = ['Australia/Sydney', 'Europe/London', 'America/Denver'];
    const users: Diary[] = [];
    for (const zone of zones) users.push(await newDiary(office, 'Far', zone));
    for (const { seat } of users) await seat.startSync(APPOINTMENTS);
    const [sydney, ...others] = users as [Diary, ...Diary[]];
    const first = daysAfter(nextClockChange('Europe/London'), -2);
    await sydney.add({
      ...meeting('Follow the sun', first, daily(first, 4), zones[0]),
      attendees: others.map(({ mail }) => attendee(mail)),
    });
    for (const user of [...users, ...users]) await user.sync();
    const expected = daysFrom(first, 4).map(day => nine(day, zones[0]));
    expect(await moments(sydney, 'Follow the sun')).toEqual(expected);
    for (const user of others) {
      const shown = await user.shown('Follow the sun');
      expect(shown.map(({ start }) => new Date(`${start.dateTime.slice(0, 19)}Z`).getTime())).toEqual(
        expected,
      );
      expect(await user.records('Follow the sun')).toEqual([]);
    }
  });
});

const GUEST = 'guest@outside.example';

/** Three days of a quarter of an hour each. */
const threeDays = (subject: string, people: readonly string[]) => ({
  subject,
  start: at(inDays(2)),
  end: at(inDays(2), '09:15'),
  attendees: people.map(attendee),
  recurrence: {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'numbered', startDate: inDays(2), numberOfOccurrences: 3 },
  },
});

const days = async (user: Diary, subject: string) =>
  (await user.records(subject)).map(({ ActivityDate }) => ActivityDate);

describe('CAL-2 CAL-4: a series of meetings', () => {
  it('CAL-2 CAL-4: is one CRM event per day; what happens to one day stays with that day', async () => {
    const [ann, bob] = await twoDiaries(office);
    const { id } = await ann.add(threeDays('Sprint', [bob.mail]));
    await turns(bob, ann);
    expect(await days(ann, 'Sprint')).toEqual([inDays(2), inDays(3), inDays(4)]);
    expect(await bob.records()).toEqual([]);

    // Bob does not come on the first day, Ann calls the second one off and moves the third.
    const [first] = await bob.shown('Sprint');
    await bob.remove(first?.id ?? '');
    const [, second, third] = await ann.shown('Sprint');
    await ann.seat.outlook('POST', `/events/${second?.id}/cancel`, {});
    await ann.edit(third?.id ?? '', { start: at(inDays(5), '14:00'), end: at(inDays(5), '14:15') });
    const mails = await mailsDuring(office, () => turns(ann, bob));
    expect(mails).toEqual([]);
    expect(await days(ann, 'Sprint')).toEqual([inDays(2), inDays(5)]);

    await ann.remove(id);
    await turns(ann, bob);
    expect(await days(ann, 'Sprint')).toEqual([]);
    await ann.seat.expectSilence();
    await bob.seat.expectSilence();
  });

  it('CAL-2 CAL-4: of an organizer outside: a day that is called off goes, the others stay', async () => {
    const ann = await diary(office, 'Ann');
    const { recurrence, start, end } = threeDays('', []);
    const { iCalUId } = await ann.invited(GUEST, { subject: 'Course', recurrence, start, end });
    await ann.sync();
    expect(await days(ann, 'Course')).toEqual([inDays(2), inDays(3), inDays(4)]);
    await office.world.graph.control('POST', 'invite', {
      mailbox: ann.mail,
      organizer: { address: GUEST },
      iCalUId,
      occurrence: inDays(3),
      cancelled: true,
    });
    const mails = await mailsDuring(office, () => ann.sync(2));
    expect(mails).toEqual([]);
    expect(await days(ann, 'Course')).toEqual([inDays(2), inDays(4)]);
    await ann.seat.expectSilence();
  });

  it('CAL-4 POL-18: what the CRM changes or deletes of one day is withheld, the organizer keeps it', async () => {
    const ann = await diary(office, 'Ann');
    await ann.add(threeDays('Lecture', [GUEST]));
    await ann.sync();
    const [one, two] = await ann.records('Lecture');
    await ann.editRecord(one?.Id ?? '', { Location: 'Room 1' });
    await ann.removeRecord(two?.Id ?? '');
    const mails = await mailsDuring(office, () => ann.sync(2));
    expect(mails).toEqual([]);
    expect(await ann.shown('Lecture')).toHaveLength(3);
    expect(await ann.item(one?.Id ?? '')).toMatchObject({ state: 'excluded', code: 'has_attendees' });
    expect(await days(ann, 'Lecture')).toEqual([inDays(2), inDays(4)]);
    await ann.seat.expectSilence();
  });

  it('CAL-4: an invitation to one day of somebody else’s series is one appointment', async () => {
    const [ann, bob] = await twoDiaries(office);
    await ann.add(threeDays('Panel', [GUEST]));
    const [, second] = await ann.shown('Panel');
    await ann.edit(second?.id ?? '', { attendees: [attendee(GUEST), attendee(bob.mail)] });
    await turns(ann, bob);
    expect(await days(ann, 'Panel')).toEqual([inDays(2), inDays(3), inDays(4)]);
    expect(await bob.records()).toEqual([]);
    expect(await bob.shown('Panel')).toHaveLength(1);
    await bob.seat.expectSilence();
  });
});
