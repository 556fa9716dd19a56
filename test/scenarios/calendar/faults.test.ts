import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { TaskList } from '../tasks/task-list.ts';
import { inDays } from './days.ts';
import { at, Diary } from './diary.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

/** One user's calendar and task list, with the first cycle over. */
async function desk(): Promise<{ ann: Diary; list: TaskList }> {
  const seat = await office.seat('Ann', {
    modules: { appointments: { enabled: true }, calls: { enabled: true }, tasks: { enabled: true } },
    newItems: { autoSync: true },
  });
  return { ann: new Diary(seat), list: new TaskList(seat) };
}

const strike = (...faults: readonly object[]) => office.world.graph.control('PUT', 'faults', faults);

describe('invariants 3 and 5 with appointments and tasks', () => {
  it('invariant 5: dead cursors are no deletions, and hide none', async () => {
    const { ann, list } = await desk();
    const kept = [await ann.addRecord({ Subject: 'Kept' }), await list.addRecord({ Subject: 'Kept' })];
    await ann.add({ subject: 'Gone' });
    await list.add({ title: 'Gone' });
    await ann.sync(2);
    await strike({ match: { mailbox: ann.mail, path: 'delta' }, mode: 'expired-cursor', times: 8 });
    await ann.remove((await ann.event('Gone')).id);
    await list.remove((await list.task('Gone')).id);
    await ann.add({ subject: 'New', start: at(inDays(3)), end: at(inDays(3), '10:00') });
    await list.add({ title: 'New' });
    await ann.sync(2);
    await strike();
    expect((await ann.records()).map(({ Subject }) => Subject)).toEqual(['Kept', 'New']);
    expect((await list.records()).map(({ Subject }) => Subject)).toEqual(['Kept', 'New']);
    for (const id of kept) expect(await ann.item(id)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.seat.expectSilence();
  });

  it('invariant 3: an answer that is lost makes nothing twice', async () => {
    const { ann, list } = await desk();
    await ann.addRecord({ Subject: 'Once' });
    await list.addRecord({ Subject: 'Once' });
    await strike(
      { match: { mailbox: ann.mail, method: 'POST', path: '/events' }, mode: 'lost-response', times: 1 },
      { match: { mailbox: ann.mail, method: 'POST', path: '/tasks' }, mode: 'lost-response', times: 1 },
    );
    await ann.sync(3);
    await strike();
    expect((await ann.events()).map(({ subject }) => subject)).toEqual(['Once']);
    expect(await list.titles()).toEqual(['Once']);
    expect(await ann.records()).toHaveLength(1);
    expect(await list.records()).toHaveLength(1);
  });

  it('invariant 5: a mailbox that answers nothing but errors is no evidence', async () => {
    const { ann, list } = await desk();
    await ann.addRecord({ Subject: 'Here' });
    await list.addRecord({ Subject: 'Here' });
    await ann.sync();
    for (const path of ['/calendarView', '/todo/lists']) {
      await strike({ match: { mailbox: ann.mail, path }, mode: 'status', status: 404 });
      await ann.sync();
    }
    await strike();
    await ann.sync(2);
    expect(await ann.records()).toHaveLength(1);
    expect(await list.records()).toHaveLength(1);
    expect(await ann.event('Here')).toBeTruthy();
    expect(await list.titles()).toEqual(['Here']);
    expect((await ann.seat.pairing()).state).toBe('in_sync');
    await ann.seat.expectSilence();
  });

  it('OPS-2: a subject finds the whole story of an appointment and of a task', async () => {
    const { ann, list } = await desk();
    const event = await ann.addRecord({ Subject: 'Quarterly talk' });
    await list.add({ title: 'Prepare talk' });
    await ann.sync();
    await ann.editRecord(event, { Location: 'Room 1' });
    await ann.sync();
    const explained = async (q: string) => {
      const answer = await office.world.tandem.get(
        `/pairings/${ann.seat.pairingId}/explain?q=${encodeURIComponent(q)}`,
      );
      return JSON.stringify(answer);
    };
    expect(await explained('Quarterly talk')).toMatch(/"created".*"updated"/);
    expect(await explained('Prepare talk')).toMatch(/"created".*"to-crm"/);
    const found = await office.world.tandem.all<{ module: string }>(
      `/pairings/${ann.seat.pairingId}/items?module=tasks`,
    );
    expect(found.map(({ module }) => module)).toEqual(['tasks']);
  });
});
