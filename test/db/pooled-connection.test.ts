import { expect, test } from 'vitest';
import { openDatabase } from '../../db/database.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { openPool } from '../../db/pool.ts';
import { organizationIn, policy, useWorld } from './world.ts';

const world = useWorld();

test('invariant 13, RLS: a connection that has served an organization sees nothing of it afterwards', async () => {
  const pool = openPool(world.urls.applicationUrl, 1);
  const database = openDatabase({ pool, keyRing: parseKeyRing(generateKeyRing()) });
  try {
    await database.inOrganization(await organizationIn(database), tx => policy(tx));
    const client = await pool.connect();
    try {
      for (const table of ['organizations', 'connections', 'policies'])
        expect((await client.query(`select 1 from ${table}`, [])).rows, table).toEqual([]);
    } finally {
      client.release();
    }
  } finally {
    await database.close();
  }
});
