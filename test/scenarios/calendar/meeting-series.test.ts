import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { inDays } from './days.ts';
import { at, attendee, type Diary, diary, mailsDuring } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

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

async function turns(...users: readonly Diary[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const user of users) await user.sync();
}

describe('CAL-2 CAL-4: a series of meetings', () => {
  it('CAL-2 CAL-4: is one CRM event per day; what happens to one day stays with that day', async () => {
    const ann = await diary(office, 'Ann');
    const bob = await diary(office, 'Bob');
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
    const [ann, bob] = [await diary(office, 'Ann'), await diary(office, 'Bob')];
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
