import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { isUniqueViolation } from '../../db/conflicts.ts';
import { UnknownOrganization } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { changePolicy } from '../../db/policies.ts';
import type { Transaction } from '../../db/transaction.ts';
import { AT, connection, pairing, policy, useWorld } from './world.ts';

const world = useWorld({ poolSize: 1 });

const names = (tx: Transaction) => tx.selectFrom('connections').select('id').execute();

describe('an organization (invariant 13, RLS)', () => {
  test('sees, changes and deletes its own rows only', async () => {
    const [ours, theirs] = [await world.organization(), await world.organization()];
    const { id } = await world.database.inOrganization(theirs, tx => connection(tx));

    await world.database.inOrganization(ours, async tx => {
      expect(await names(tx)).toEqual([]);
      const change = await tx
        .updateTable('connections')
        .set({ name: 'x' })
        .where('id', '=', id)
        .executeTakeFirst();
      expect(change.numUpdatedRows).toBe(0n);
      const deletion = await tx.deleteFrom('connections').executeTakeFirst();
      expect(deletion.numDeletedRows).toBe(0n);
    });
    expect(await world.database.inOrganization(theirs, names)).toEqual([{ id }]);
  });

  test('cannot insert or move a row into another one', async () => {
    const [ours, theirs] = [await world.organization(), await world.organization()];
    const values = {
      at: AT,
      actor: 'a',
      action: 'b',
      outcome: 'done',
      organization_id: theirs,
    };
    const insertion = world.database.inOrganization(ours, tx =>
      tx.insertInto('audit').values(values).execute(),
    );
    await expect(insertion).rejects.toThrow(/row-level security/);

    const move = world.database.inOrganization(ours, async tx => {
      await connection(tx);
      await tx.updateTable('connections').set({ organization_id: theirs }).execute();
    });
    await expect(move).rejects.toThrow(/row-level security/);
  });

  test('cannot refer to a row of another one, although referential checks bypass row-level security', async () => {
    const [ours, theirs] = [await world.organization(), await world.organization()];
    const foreign = await world.database.inOrganization(theirs, tx => policy(tx));
    const creation = world.database.inOrganization(ours, tx =>
      pairing(tx, foreign.id, 'ada@contoso.example'),
    );
    await expect(creation).rejects.toThrow(/foreign key/);
  });

  test('leaves nothing behind on the pooled connection, after success, failure or a broken connection', async () => {
    const [ours, theirs] = [await world.organization(), await world.organization()];
    const { id } = await world.database.inOrganization(ours, tx => connection(tx));
    const failure = world.database.inOrganization(ours, async () => {
      throw new Error('no');
    });
    await expect(failure).rejects.toThrow('no');
    expect(await world.database.inOrganization(theirs, names)).toEqual([]);

    const cut = world.database.inOrganization(ours, tx =>
      sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx),
    );
    await expect(cut).rejects.toThrow();
    expect(await world.database.inOrganization(theirs, names)).toEqual([]);
    expect(await world.database.inOrganization(ours, names)).toEqual([{ id }]);
  });

  test('stores nothing when the work fails', async () => {
    const ours = await world.organization();
    const failure = world.database.inOrganization(ours, async tx => {
      await connection(tx);
      throw new Error('no');
    });
    await expect(failure).rejects.toThrow('no');
    expect(await world.database.inOrganization(ours, names)).toEqual([]);
  });

  test('stores nothing, and says so, when a failed statement was ignored', async () => {
    const ours = await world.organization();
    const ignored = world.database.inOrganization(ours, async tx => {
      await connection(tx);
      await sql`select 1 / 0`.execute(tx).catch(() => undefined);
    });
    await expect(ignored).rejects.toThrow(/Nothing was stored/);
  });

  test('a query that outlives its transaction runs nowhere', async () => {
    const ours = await world.organization();
    const kept = await world.database.inOrganization(ours, async tx => ({ tx }));
    await expect(names(kept.tx)).rejects.toThrow(/transaction is over/);
  });

  test.each([newId('organization', randomBytes), 'nonsense', "org_x'; select 1; --"])(
    '%s is unknown',
    async id => {
      await expect(world.database.inOrganization(id, names)).rejects.toBeInstanceOf(UnknownOrganization);
    },
  );
});

test('whoever connects without naming an organization sees no row of any table', async () => {
  const ours = await world.organization();
  await world.database.inOrganization(ours, tx => policy(tx));
  const client = new pg.Client({ connectionString: world.urls.applicationUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    expect(tables.rows.length).toBeGreaterThan(20);
    for (const { name } of tables.rows) {
      expect((await client.query(`select 1 from ${name}`)).rowCount, name).toBe(0);
    }
  } finally {
    await client.end();
  }
});

describe('look-ups across organizations', () => {
  test('tell what should run: wanted pairings of enabled policies, and the feeds of their CRMs', async () => {
    const ours = await world.organization();
    const made = await world.database.inOrganization(ours, async tx => {
      const [enabled, disabled] = [await policy(tx), await policy(tx)];
      await changePolicy(tx, enabled.id, { expectedVersion: 1, enabled: true, actor: 'a', at: AT });
      const wanted = await pairing(tx, enabled.id, 'ada@contoso.example');
      const paused = await pairing(tx, enabled.id, 'bob@contoso.example');
      await tx.updateTable('pairings').set({ desired: 'paused' }).where('id', '=', paused).execute();
      await pairing(tx, disabled.id, 'cy@contoso.example');
      return { enabled, wanted };
    });
    const pairings = await world.database.pairingsThatShouldRun();
    expect(pairings.filter(({ organizationId }) => organizationId === ours)).toEqual([
      {
        organizationId: ours,
        pairingId: made.wanted,
        policyId: made.enabled.id,
        crmConnectionId: made.enabled.crmConnectionId,
      },
    ]);
    expect(await world.database.feedsThatShouldRun()).toContainEqual({
      organizationId: ours,
      connectionId: made.enabled.crmConnectionId,
    });
  });

  test('an identity is claimed once, whoever asks', async () => {
    const [ours, theirs] = [await world.organization(), await world.organization()];
    const identity = `tenant|${ours}`;
    const claim = async (tx: Transaction) => {
      const { id } = await policy(tx);
      const pairingId = await pairing(tx, id, 'ada@contoso.example');
      await tx
        .insertInto('identity_claims')
        .values({ kind: 'mailbox', identity, pairing_id: pairingId })
        .execute();
      return pairingId;
    };
    const pairingId = await world.database.inOrganization(ours, claim);
    const second = await world.database.inOrganization(theirs, claim).catch((error: unknown) => error);
    expect(isUniqueViolation(second)).toBe(true);
    expect(await world.database.identityClaim('mailbox', identity)).toEqual({
      organizationId: ours,
      pairingId,
    });
    expect(await world.database.identityClaim('crm_user', identity)).toBeUndefined();
  });
});
