import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newItem, saveItems } from '../../db/items.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { openProcessDatabase, type ProcessDatabase } from '../simulation/pglite.ts';
import { seeded, using, writeSomeOfEach, written } from './samples.ts';
import { AT, connection, organizationIn, pairing, policy } from './world.ts';

const keyRing = parseKeyRing(generateKeyRing());
let inProcess: ProcessDatabase;

beforeAll(async () => {
  inProcess = await openProcessDatabase();
});
afterAll(() => inProcess?.close());
beforeEach(() => inProcess.empty());

const open = (seed: number) => inProcess.open({ keyRing, randomBytes: seeded(seed) });

describe('emptying', () => {
  test('leaves nothing of what ran before: the same seed gives the same rows and numbers', async () => {
    const first = await using(open(8), written);
    for (const seed of [9, 10]) await using(open(seed), written);
    await inProcess.empty();
    expect(await using(open(8), database => database.organizationIds())).toEqual([]);
    expect(await using(open(8), written)).toEqual(first);
    expect(await using(open(9), written)).not.toEqual(first);
  });

  test('also after so many rows that indexes were split, after a rolled back transaction and when nothing was written', async () => {
    const first = await using(open(11), written);
    await using(open(12), async database => {
      const organizationId = await organizationIn(database);
      await database.inOrganization(organizationId, async tx => {
        const { id } = await policy(tx);
        const pairingId = await pairing(tx, id, 'ada@contoso.example');
        const items = Array.from({ length: 1_000 }, (_, index) =>
          newItem(tx.newId, { module: 'contacts', state: 'in_sync', crmId: `${index}` }),
        );
        await saveItems(tx, pairingId, items, AT.getTime());
      });
    });
    await inProcess.empty();
    await using(open(13), async database => {
      const work = database.inOrganization(await organizationIn(database), async tx => {
        await writeSomeOfEach(tx);
        throw new Error('undone');
      });
      await expect(work).rejects.toThrow('undone');
    });
    await inProcess.empty();
    await inProcess.empty();
    expect(await using(open(11), written)).toEqual(first);
  });

  test('waits for nobody: a transaction that is still open is an error', async () => {
    const database = open(14);
    const organizationId = await organizationIn(database);
    await database.inOrganization(organizationId, () =>
      expect(inProcess.empty()).rejects.toThrow(/still open/),
    );
    await database.close();
    await inProcess.empty();
  });
});

describe('one connection for all', () => {
  test('transactions wait for each other, in order of asking', async () => {
    await using(open(15), async database => {
      const organizationId = await organizationIn(database);
      const order: string[] = [];
      const turn = (name: string) =>
        database.inOrganization(organizationId, async tx => {
          order.push(`${name} begins`);
          await connection(tx);
          order.push(`${name} ends`);
        });
      await Promise.all([turn('first'), turn('second'), turn('third')]);
      expect(order).toEqual(['first', 'second', 'third'].flatMap(name => [`${name} begins`, `${name} ends`]));
    });
  });

  test('closing one database rolls its transaction back, and the next one has its turn', async () => {
    const [dying, living] = [open(16), open(17)];
    const organizationId = await organizationIn(dying);
    const begun = Promise.withResolvers<void>();
    const dies = Promise.withResolvers<void>();
    const last = dying.inOrganization(organizationId, async tx => {
      await connection(tx);
      begun.resolve();
      await dies.promise;
      await connection(tx);
    });
    const outcome = last.catch((error: Error) => error.message);
    await begun.promise;
    const next = living.inOrganization(organizationId, tx =>
      tx.selectFrom('connections').select('id').execute(),
    );
    const waiting = dying.organizationIds().catch((error: Error) => error.message);
    await dying.close();
    dies.resolve();
    expect(await next).toEqual([]);
    expect(await outcome).toMatch(/closed/);
    expect(await waiting).toMatch(/closed/);
    await living.close();
  });
});
