import { afterAll, beforeAll, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { DAY_MS, letPass, openOnClock } from '../passing-time.ts';
import { inDays } from './days.ts';
import { at, diary } from './diary.ts';

const office = new Office();
beforeAll(() => openOnClock(office));
afterAll(() => office.close());

it('POL-16 CAL-4: month by month the horizon has moved on: new occurrences, nothing twice, nothing lost', async () => {
  const ann = await diary(office, 'Ann', { calendar: { pastDays: 30, futureDays: 60 } });
  const first = inDays(1);
  await ann.add({
    subject: 'Endless',
    start: at(first, '09:00', 'Europe/Berlin'),
    end: at(first, '09:15', 'Europe/Berlin'),
    recurrence: { pattern: { type: 'daily', interval: 3 }, range: { type: 'noEnd', startDate: first } },
  });
  const far = await ann.addRecord({
    Subject: 'Far off',
    StartDateTime: `${inDays(80)}T09:00:00Z`,
    EndDateTime: `${inDays(80)}T10:00:00Z`,
  });
  await ann.sync(2);
  const before = await ann.records('Endless');
  expect((await ann.events()).map(({ subject }) => subject)).toEqual(['Endless']);

  for (const days of [33, 33]) {
    await letPass(ann.seat, days * DAY_MS);
    await ann.sync();
  }
  const after = await ann.records('Endless');
  expect(after.slice(0, before.length).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
  expect(after.length).toBeGreaterThan(before.length);
  expect(after.some(({ ActivityDate }) => ActivityDate >= inDays(66 + 57))).toBe(true);
  const moments = after.map(({ StartDateTime }) => StartDateTime);
  expect(new Set(moments).size).toBe(moments.length);
  expect(await ann.item(far)).toMatchObject({ link: 'linked', state: 'in_sync' });
  expect((await ann.events()).map(({ subject }) => subject).sort()).toEqual(['Endless', 'Far off']);
  await ann.seat.expectSilence();
});
