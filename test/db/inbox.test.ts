import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Transaction } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { clearInbox, type InboxEntry, nextOfInbox, postponeInbox, putInbox } from '../../db/inbox.ts';
import { AT, later, pairing, policy, useWorld } from './world.ts';

const world = useWorld();
const MINUTE_MS = 60_000;

const heard: InboxEntry = { side: 'crm', sourceId: '003', kind: 'contact', what: 'changed' };
const asOf = (ms: number) => ({
  kind: 'contact' as const,
  asOfMs: later(ms).getTime(),
  limit: 10,
  except: [],
});

async function newPairing(tx: Transaction): Promise<string> {
  const { id } = await policy(tx);
  return pairing(tx, id, `${newId('item', randomBytes)}@contoso.example`);
}

test('what is heard while an item is worked on stays when that work is done', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const id = await newPairing(tx);
    await putInbox(tx, id, [heard], AT.getTime());
    const read = await nextOfInbox(tx, id, asOf(0));
    expect(read).toMatchObject([heard]);
    await putInbox(tx, id, [heard], AT.getTime());
    await clearInbox(tx, id, read);
    expect(await nextOfInbox(tx, id, asOf(0))).toMatchObject([heard]);
  });
});

test('PAIR-6: what an item was when it was first listed stays with it, whatever is heard of it later', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const id = await newPairing(tx);
    await putInbox(tx, id, [{ ...heard, listedCategories: ['Friends'] }], AT.getTime());
    await putInbox(tx, id, [heard], AT.getTime());
    await putInbox(tx, id, [{ ...heard, listedCategories: ['Friends', 'CRM'] }], AT.getTime());
    expect(await nextOfInbox(tx, id, asOf(0))).toMatchObject([{ ...heard, listedCategories: ['Friends'] }]);
  });
});

test('what is put off comes when its time has come', async () => {
  await world.database.inOrganization(await world.organization(), async tx => {
    const id = await newPairing(tx);
    await putInbox(tx, id, [heard], AT.getTime());
    const [row] = await nextOfInbox(tx, id, asOf(0));
    await postponeInbox(tx, id, [row?.generation ?? 0], later(MINUTE_MS).getTime());
    expect(await nextOfInbox(tx, id, asOf(MINUTE_MS - 1))).toEqual([]);
    expect(await nextOfInbox(tx, id, asOf(MINUTE_MS))).toMatchObject([heard]);
  });
});
