import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from './office.ts';
import type { Seat } from './seat.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };

async function withOne(lastName: string): Promise<{ ann: Seat; recordId: string; itemId: string }> {
  const ann = await office.hire('Ann');
  const recordId = await ann.addRecord('Contact', { LastName: lastName });
  await ann.startSync(AUTO);
  return { ann, recordId, itemId: (await ann.contact(lastName)).id };
}

/** The next delta of this mailbox finds its cursor dead. */
const expireCursors = (seat: Seat) =>
  seat.world.graph.control('PUT', 'faults', [
    { match: { mailbox: seat.mail, path: 'delta' }, mode: 'expired-cursor', times: 2 },
  ]);

/** How often the service has said that a cursor is dead (410). */
async function deadCursors(seat: Seat): Promise<number> {
  const log = await seat.world.graph.control<{ subrequests?: { status: number }[] }[]>('GET', 'requests/log');
  return log.flatMap(entry => entry.subrequests ?? []).filter(({ status }) => status === 410).length;
}

test('invariant 7: version tags that change without content cause no write', async () => {
  const { ann, recordId, itemId } = await withOne('Touched');
  await ann.sync();
  await ann.world.salesforce.control('POST', 'touch', { ids: [recordId] });
  await ann.world.graph.control('POST', 'touch', { mailbox: ann.mail, id: itemId });
  await ann.expectSilence();
});

test('invariant 7: a change that the other side cannot hold causes no write', async () => {
  const { ann, itemId } = await withOne('Nicknamed');
  await ann.editContact(itemId, { nickName: 'Nick', spouseName: 'Sam' });
  await ann.expectSilence();
});

test('invariant 5, CON-3: a dead cursor is no deletion, and hides none', async () => {
  const { ann, recordId, itemId } = await withOne('Hidden');
  const kept = await ann.addRecord('Contact', { LastName: 'Kept' });
  await ann.sync(2);
  await ann.forgetRequests();
  await expireCursors(ann);
  await ann.deleteContact(itemId);
  await ann.addContact({ surname: 'Made meanwhile' });
  await ann.sync(2);
  expect(await deadCursors(ann)).toBe(2);
  expect(await ann.names()).toEqual(['Kept', 'Made meanwhile']);
  expect(await ann.item(recordId)).toMatchObject({ link: 'away', code: 'user_deleted' });
  expect(await ann.item(kept)).toMatchObject({ link: 'linked', state: 'in_sync' });
  expect(await ann.recordsNamed('Contact', 'Made meanwhile')).toHaveLength(1);
  await ann.expectSilence();
});

test('invariant 5, invariant 7: a dead cursor alone changes nothing', async () => {
  const { ann, recordId } = await withOne('Alone');
  await ann.sync();
  await ann.forgetRequests();
  await expireCursors(ann);
  await ann.sync(2);
  expect({ dead: await deadCursors(ann), writes: await ann.writes() }).toEqual({ dead: 2, writes: [] });
  expect(await ann.names()).toEqual(['Alone']);
  expect(await ann.item(recordId)).toMatchObject({ link: 'linked', state: 'in_sync' });
  await ann.expectSilence();
});

test('PAIR-10: a refused record waits with the reason, the others go on; corrected, it goes', async () => {
  const { ann, recordId } = await withOne('Ruled');
  await ann.world.salesforce.control('POST', 'load', {
    validationRules: [
      {
        object: 'Contact',
        condition: "Title = 'Forbidden'",
        errorMessage: 'No forbidden titles.',
        field: 'Title',
      },
    ],
  });
  const { id } = await ann.contact('Ruled');
  await ann.editContact(id, { jobTitle: 'Forbidden' });
  await ann.addContact({ surname: 'Unruled' });
  await ann.sync();
  expect(await ann.recordsNamed('Contact', 'Unruled')).toHaveLength(1);
  expect(await ann.item(recordId)).toMatchObject({
    state: 'failing',
    reason: expect.stringContaining('No forbidden titles.'),
  });
  await ann.expectSilence();
  await ann.editContact(id, { jobTitle: 'Permitted' });
  await ann.sync();
  expect(await ann.record('Contact', recordId, 'Title')).toEqual({ Title: 'Permitted' });
  expect(await ann.item(recordId)).toMatchObject({ state: 'in_sync' });
  await ann.expectSilence();
});

test('CON-1: a contact without a last name waits for one', async () => {
  const ann = await office.seat('Ann', AUTO);
  const { id } = await ann.addContact({ givenName: 'Prince' });
  await ann.sync();
  expect(await ann.item(id)).toMatchObject({ state: 'failing', code: 'no_last_name' });
  await ann.editContact(id, { surname: 'Rogers' });
  await ann.sync();
  expect(await ann.recordsNamed('Contact', 'Rogers', 'FirstName')).toMatchObject([{ FirstName: 'Prince' }]);
  await ann.expectSilence();
});
