import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../db/database.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { createDatabase, type TestDatabase } from '../setup/database.ts';
import { openProcessDatabase, type ProcessDatabase } from '../simulation/pglite.ts';
import { seeded, using, written } from './samples.ts';
import { AT, connection, organizationIn, pairing, policy } from './world.ts';

const keyRing = parseKeyRing(generateKeyRing());
let inProcess: ProcessDatabase;
let server: TestDatabase;

beforeAll(async () => {
  [inProcess, server] = await Promise.all([openProcessDatabase(), createDatabase()]);
});
afterAll(async () => {
  await inProcess?.close();
  await server?.drop();
});

beforeEach(() => inProcess.empty());

const kinds = ['process', 'server'] as const;
const openOf = {
  process: (seed: number) => inProcess.open({ keyRing, randomBytes: seeded(seed) }),
  server: (seed: number) => openDatabase({ url: server.applicationUrl, keyRing, randomBytes: seeded(seed) }),
};

describe('a database in the process', () => {
  test('holds the same rows as a server after the same work with the same seed', async () => {
    const [ours, theirs] = [await using(openOf.process(1), written), await using(openOf.server(1), written)];
    for (const rows of Object.values(theirs)) expect(rows).not.toEqual([]);
    expect(ours).toStrictEqual(theirs);
  });

  test('gives values of every type as the server does', async () => {
    const values = sql`select 9007199254740991::bigint as int8, -2::smallint as int2, 1.10::numeric as numeric,
      'NaN'::float8 as nan, 0.1::float4 as float4, '0044-03-15 BC'::date as date,
      '2026-03-29 02:30:00.123456+02'::timestamptz as timestamptz, 'infinity'::timestamptz as never,
      '2026-03-29 02:30'::timestamp as timestamp, interval '1 month 2 days 03:04' as interval, '\\x00ff'::bytea as bytea,
      '{"a":[1,null,"\\u00df"]}'::jsonb as jsonb, 'null'::jsonb as jsonb_null, null::jsonb as sql_null,
      array[1, null]::bigint[] as int8s, array['a,b', '"', null]::text[] as texts, '{}'::text[] as no_texts,
      array['2026-01-01Z']::timestamptz[] as times, array['\\x00'::bytea] as byteas, true as yes, row(1, 'a') as record,
      ${AT}::timestamptz as date_sent, ${Buffer.of(0, 255)}::bytea as bytes_sent, ${['a"', '{', null]}::text[] as list_sent,
      ${{ a: ["'"] }}::jsonb as json_sent, ${2 ** 40}::bigint as number_sent, ${null}::text as null_sent`;
    const rowOf = (database: Database) =>
      using(database, async known =>
        known.inOrganization(await organizationIn(known), async tx => (await values.execute(tx)).rows),
      );
    expect(await rowOf(openOf.process(2))).toStrictEqual(await rowOf(openOf.server(2)));
  });

  test('shows an organization its own rows only (invariant 13, RLS)', async () => {
    await using(openOf.process(3), async database => {
      const [ours, theirs] = [await organizationIn(database), await organizationIn(database)];
      await database.inOrganization(theirs, tx => connection(tx));
      const seen = (id: string) =>
        database.inOrganization(id, tx => tx.selectFrom('connections').select('id').execute());
      expect(await seen(ours)).toEqual([]);
      expect(await seen(theirs)).toHaveLength(1);
      expect(await database.organizationIds()).toEqual([ours, theirs].sort());
      await expect(
        database.inOrganization(ours, tx => tx.updateTable('audit').set({ actor: 'x' }).execute()),
      ).rejects.toThrow(/permission denied/);
    });
  });

  test('passes as migrated to this release', async () => {
    await using(openOf.process(4), database => database.requireMigrated());
  });
});

/** What a caller learns of a failure, from either. */
const learnt = (error: unknown) => {
  const { message, code, constraint, detail, table, severity } = error as pg.DatabaseError;
  return { type: error instanceof pg.DatabaseError, message, code, constraint, detail, table, severity };
};

describe.each(kinds)('a failed statement, in the %s', kind => {
  test('ends its transaction: nothing more runs, and commit says so', async () => {
    await using(openOf[kind](5), async database => {
      const organizationId = await organizationIn(database);
      const codes: unknown[] = [];
      const work = database.inOrganization(organizationId, async tx => {
        await connection(tx);
        for (const text of ['selec 1', 'select 1'])
          await sql
            .raw(text)
            .execute(tx)
            .catch(error => codes.push(error.code));
      });
      await expect(work).rejects.toThrow(/Nothing was stored/);
      expect(codes).toEqual(['42601', '25P02']);
      const left = await database.inOrganization(organizationId, tx =>
        tx.selectFrom('connections').select('id').execute(),
      );
      expect(left).toEqual([]);
    });
  });

  test('with parameters leaves the connection fit for the next transaction', async () => {
    await using(openOf[kind](6), async database => {
      const organizationId = await organizationIn(database);
      for (let attempt = 0; attempt < 3; attempt++) {
        const work = database.inOrganization(organizationId, tx => sql`select ${'x'}::int`.execute(tx));
        await expect(work).rejects.toMatchObject({ code: '22P02' });
      }
      expect(await database.inOrganization(organizationId, async () => 'done')).toBe('done');
    });
  });
});

test('a broken constraint is told in the same words by both', async () => {
  const failures = async (database: Database) =>
    using(database, async known => {
      const organizationId = await organizationIn(known);
      const failing = (work: (tx: Transaction) => Promise<unknown>) =>
        known.inOrganization(organizationId, work).then(() => undefined, learnt);
      return [
        await failing(async tx => {
          const { id } = await policy(tx);
          await pairing(tx, id, 'ada@contoso.example');
          await pairing(tx, id, 'ADA@contoso.example');
        }),
        await failing(tx => pairing(tx, 'pol_none', 'ada@contoso.example')),
        await failing(tx =>
          tx
            .updateTable('organizations')
            .set({ subscription: 'none' as 'lite' })
            .execute(),
        ),
      ];
    });
  const ours = await failures(openOf.process(7));
  expect(ours.map(failure => failure?.code)).toEqual(['23505', '23503', '23514']);
  expect(ours).toEqual(await failures(openOf.server(7)));
});
