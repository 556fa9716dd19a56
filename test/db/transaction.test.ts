import { expect, test } from 'vitest';
import type { Transaction } from '../../db/database.ts';
import { AT, connection, useWorld } from './world.ts';

const world = useWorld();

test('a transaction costs its statements and two round trips', async () => {
  const ours = await world.organization();
  const work = (tx: Transaction) => tx.selectFrom('connections').select('id').execute();
  await world.database.inOrganization(ours, work);
  world.statements.length = 0;
  await world.database.inOrganization(ours, work);
  expect(world.statements).toEqual([
    `begin; select set_config('tandem.organization', '${ours}', true)`,
    'select "id" from "connections"',
    'commit',
  ]);
});

test('types arrive as the schema says: numbers, dates, JSON, bytes', async () => {
  const ours = await world.organization();
  const row = await world.database.inOrganization(ours, async tx => {
    const { id } = await connection(tx);
    await tx
      .updateTable('connections')
      .set({ seq: 2 ** 52, settings: JSON.stringify({ hosts: ['a', 'b'] }) })
      .where('id', '=', id)
      .execute();
    return tx.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  });
  expect(row).toMatchObject({
    seq: 2 ** 52,
    settings: { hosts: ['a', 'b'] },
    created_at: AT,
    credentials_sealed: expect.any(Buffer),
  });
});

test('queries that are not awaited one by one still run one after the other', async () => {
  const ours = await world.organization();
  const ids = await world.database.inOrganization(ours, async tx => {
    const made = await Promise.all([connection(tx), connection(tx), connection(tx)]);
    return made.map(({ id }) => id);
  });
  const kept = await world.database.inOrganization(ours, tx =>
    tx.selectFrom('connections').select('id').execute(),
  );
  expect(kept.map(({ id }) => id).sort()).toEqual(ids.sort());
});

/** Locks two rows in opposite order, so that PostgreSQL must end one of the two transactions. */
async function collide(retry: boolean): Promise<PromiseSettledResult<void>[]> {
  const ours = await world.organization();
  const [first, second] = await world.database.inOrganization(ours, async tx => [
    (await connection(tx)).id,
    (await connection(tx)).id,
  ]);
  const bothHaveOne = barrier(2);
  const touch = async (ids: (string | undefined)[]) => {
    let attempts = 0;
    await world.database.inOrganization(
      ours,
      async tx => {
        attempts++;
        for (const id of ids) {
          await tx
            .updateTable('connections')
            .set(eb => ({ seq: eb('seq', '+', 1) }))
            .where('id', '=', id ?? '')
            .execute();
          if (attempts === 1) await bothHaveOne();
        }
      },
      { retry },
    );
  };
  return Promise.allSettled([touch([first, second]), touch([second, first])]);
}

function barrier(count: number): () => Promise<void> {
  let open = () => {};
  let missing = count;
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return () => {
    if (--missing === 0) open();
    return opened;
  };
}

test('idempotent work is done again after a deadlock', async () => {
  const results = await collide(true);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});

test('other work is not: its caller learns it', async () => {
  const results = await collide(false);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
