import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApiKey } from '../../db/api-keys.ts';
import { appendAudit } from '../../db/audit.ts';
import { type Database, openDatabase, type Transaction } from '../../db/database.ts';
import type { RandomBytes } from '../../db/ids.ts';
import { putInbox } from '../../db/inbox.ts';
import { recordEvents } from '../../db/item-events.ts';
import { newItem, saveItems } from '../../db/items.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { recordNotification } from '../../db/notifications.ts';
import { createDatabase, type TestDatabase } from '../setup/database.ts';
import { openProcessDatabase, type ProcessDatabase } from '../simulation/pglite.ts';
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

/** The same bytes for the same seed. */
function seeded(seed: number): RandomBytes {
  let block = 0;
  return size => {
    const blocks = Array.from({ length: Math.ceil(size / 32) }, () =>
      createHash('sha256').update(`${seed} ${block++}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, size);
  };
}

const kinds = ['process', 'server'] as const;
const openOf = {
  process: (seed: number) => inProcess.open({ keyRing, randomBytes: seeded(seed) }),
  server: (seed: number) => openDatabase({ url: server.applicationUrl, keyRing, randomBytes: seeded(seed) }),
};

async function using<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Rows of every kind of column that the product has, with text that escapes and bytes that are no text. */
async function writeSomeOfEach(tx: Transaction): Promise<void> {
  const { id: policyId, crmConnectionId } = await policy(tx, { nested: [1.5, null, { 'ключ"\\': 'ß\n' }] });
  const pairingId = await pairing(tx, policyId, "O'Neil\\@Contoso.example");
  const item = newItem(tx.newId, {
    module: 'contacts',
    state: 'in_sync',
    mailboxItemId: 'AAMk=',
    crmModifiedAtMs: AT.getTime() + 1,
    crmBase: { firstName: 'Ünïcode', lastName: '"}{,' },
    matchKeys: ['plain', 'with "quotes", {braces} and \\', '', 'NULL'],
  });
  await saveItems(tx, pairingId, [item], AT.getTime());
  await recordEvents(
    tx,
    pairingId,
    1,
    [{ itemId: item.id, action: 'a', direction: null, code: null, reason: 'r', detail: { a: 1 } }],
    AT.getTime(),
  );
  await putInbox(
    tx,
    pairingId,
    [{ side: 'crm', sourceId: 'S1', kind: 'lead', what: 'present', payload: 'x'.repeat(20_000) }],
    AT.getTime(),
  );
  await appendAudit(tx, { at: AT, actor: 'system', action: 'a', outcome: 'done', detail: { list: [] } });
  await createApiKey(tx, { name: 'CI', role: 'viewer', createdAt: AT });
  await recordNotification(tx, {
    kind: 'k',
    dedupe: 'd',
    recipients: ['a@b.example', 'c,d'],
    subject: 's',
    body: 'b',
    state: 'kept',
    at: AT,
  });
  await tx
    .updateTable('connections')
    .set({ seq: 2 ** 52, api_share: 0.1, polled_at: new Date('0099-12-31T23:59:59.999Z') })
    .where('id', '=', crmConnectionId)
    .execute();
}

async function tablesIn(database: Database, organizationId: string) {
  return database.inOrganization(organizationId, async tx => ({
    organizations: await tx.selectFrom('organizations').selectAll().execute(),
    connections: await tx.selectFrom('connections').selectAll().orderBy('id').execute(),
    policies: await tx.selectFrom('policies').selectAll().execute(),
    versions: await tx.selectFrom('policy_versions').selectAll().execute(),
    pairings: await tx.selectFrom('pairings').selectAll().execute(),
    items: await tx.selectFrom('items').selectAll().execute(),
    events: await tx.selectFrom('item_events').selectAll().execute(),
    inbox: await tx.selectFrom('inbox').selectAll().execute(),
    audit: await tx.selectFrom('audit').selectAll().execute(),
    apiKeys: await tx.selectFrom('api_keys').selectAll().execute(),
    notifications: await tx.selectFrom('notifications').selectAll().execute(),
  }));
}

async function written(database: Database) {
  const organizationId = await organizationIn(database);
  await database.inOrganization(organizationId, writeSomeOfEach);
  return tablesIn(database, organizationId);
}

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

describe('emptying', () => {
  test('leaves nothing of what ran before: the same seed gives the same rows and numbers', async () => {
    const first = await using(openOf.process(8), written);
    for (const seed of [9, 10]) await using(openOf.process(seed), written);
    await inProcess.empty();
    expect(await using(openOf.process(8), database => database.organizationIds())).toEqual([]);
    expect(await using(openOf.process(8), written)).toEqual(first);
    expect(await using(openOf.process(9), written)).not.toEqual(first);
  });

  test('also after so many rows that indexes were split, after a rolled back transaction and when nothing was written', async () => {
    const first = await using(openOf.process(11), written);
    await using(openOf.process(12), async database => {
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
    await using(openOf.process(13), async database => {
      const work = database.inOrganization(await organizationIn(database), async tx => {
        await writeSomeOfEach(tx);
        throw new Error('undone');
      });
      await expect(work).rejects.toThrow('undone');
    });
    await inProcess.empty();
    await inProcess.empty();
    expect(await using(openOf.process(11), written)).toEqual(first);
  });

  test('waits for nobody: a transaction that is still open is an error', async () => {
    const database = openOf.process(14);
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
    await using(openOf.process(15), async database => {
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
    const [dying, living] = [openOf.process(16), openOf.process(17)];
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
