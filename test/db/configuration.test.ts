import { describe, expect, test } from 'vitest';
import { createApiKey, findApiKey, listApiKeys, recordUse, revokeApiKey } from '../../db/api-keys.ts';
import { StaleVersion, StillInUse } from '../../db/conflicts.ts';
import {
  createConnection,
  deleteConnection,
  getConnection,
  listConnections,
  openCredentials,
  setConnectionState,
  updateConnection,
} from '../../db/connections.ts';
import { createOrganization, getOrganization, updateOrganization } from '../../db/organizations.ts';
import { changePolicy, createPolicy, deletePolicy, getPolicy, listPolicies } from '../../db/policies.ts';
import { getPolicyVersion, listPolicyVersions } from '../../db/policy-versions.ts';
import { AT, connection, later, pairing, policy, useWorld } from './world.ts';

const world = useWorld();

describe('an organization', () => {
  test('is made together with its first key, or not at all', async () => {
    const facts = { name: 'Fabrikam', subscription: 'lite' as const, createdAt: AT };
    const { organization, first } = await createOrganization(world.database, facts, tx =>
      createApiKey(tx, { name: 'First', role: 'admin', createdAt: AT }),
    );
    expect(await findApiKey(world.database, first.secret)).toMatchObject({
      organizationId: organization.id,
      role: 'admin',
    });

    const before = await world.database.organizationIds();
    const failing = createOrganization(world.database, facts, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await world.database.organizationIds()).toEqual(before);
  });

  test('changes what is given and keeps the rest', async () => {
    const ours = await world.organization();
    const [changed, kept] = await world.database.inOrganization(ours, async tx => [
      await updateOrganization(tx, { trial: true }),
      await updateOrganization(tx, {}),
    ]);
    expect(changed).toEqual({
      id: ours,
      name: 'Contoso',
      subscription: 'premium',
      trial: true,
      createdAt: AT,
    });
    expect(kept).toEqual(changed);
    const other = await world.organization();
    expect((await world.database.inOrganization(other, getOrganization)).trial).toBe(false);
  });
});

describe('an API key (reliability 8.3.5)', () => {
  test('is found by its secret until it is revoked', async () => {
    const ours = await world.organization();
    const { apiKey, secret } = await world.database.inOrganization(ours, tx =>
      createApiKey(tx, { name: 'CI', role: 'viewer', createdAt: AT }),
    );
    expect(secret).toMatch(/^tdm_[\w-]{43}$/);
    expect(apiKey).toMatchObject({ name: 'CI', role: 'viewer', hint: secret.slice(-4), revokedAt: null });
    expect(await findApiKey(world.database, secret)).toEqual({
      organizationId: ours,
      apiKeyId: apiKey.id,
      role: 'viewer',
      lastUsedAt: null,
    });

    const revoke = (at: Date) => world.database.inOrganization(ours, tx => revokeApiKey(tx, apiKey.id, at));
    expect(await revoke(AT)).toMatchObject({ revokedAt: AT });
    expect(await revoke(later(1_000))).toMatchObject({ revokedAt: AT });
    expect(await findApiKey(world.database, secret)).toBeUndefined();
    const { data } = await world.database.inOrganization(ours, tx => listApiKeys(tx, { limit: 9 }));
    expect(data.map(key => key.id)).toEqual([apiKey.id]);
  });

  test.each(['', 'nonsense', `tdm_${'a'.repeat(43)}`, "tdm_' or true --"])(
    'is not found by "%s"',
    async secret => {
      expect(await findApiKey(world.database, secret)).toBeUndefined();
    },
  );

  test('records its use at most once a minute', async () => {
    const ours = await world.organization();
    const { secret } = await world.database.inOrganization(ours, tx =>
      createApiKey(tx, { name: 'CI', role: 'viewer', createdAt: AT }),
    );
    const used: (Date | null | undefined)[] = [];
    for (const at of [AT, later(30_000), later(60_000), later(61_000)]) {
      const key = await findApiKey(world.database, secret);
      if (key) await recordUse(world.database, key, at);
      used.push((await findApiKey(world.database, secret))?.lastUsedAt);
    }
    expect(used).toEqual([AT, AT, later(60_000), later(60_000)]);
  });
});

describe('a connection', () => {
  const facts = {
    name: 'CRM',
    side: 'crm' as const,
    system: 'salesforce',
    settings: { loginUrl: 'https://login.example' },
    credentials: { clientSecret: 'x' },
    apiShare: 0.3,
    createdAt: AT,
  };

  test('shows everything but its credentials', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      const made = await createConnection(tx, facts);
      expect(await getConnection(tx, made.id)).toEqual(made);
      expect((await listConnections(tx, { limit: 9 })).data).toEqual([made]);
      expect(JSON.stringify(made)).not.toMatch(/credential|clientSecret/i);
      expect(made).toMatchObject({ apiShare: 0.3, version: 1, state: 'ok', settings: facts.settings });
      expect(await openCredentials(tx, made.id)).toEqual({ clientSecret: 'x' });
      expect(await openCredentials(tx, 'con_unknown')).toBeUndefined();
    });
  });

  test('is changed by who has read its current version', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      const { id } = await createConnection(tx, facts);
      const changed = await updateConnection(tx, id, 1, { name: 'New', credentials: { clientSecret: 'y' } });
      expect(changed).toMatchObject({ name: 'New', version: 2, settings: facts.settings, apiShare: 0.3 });
      expect(await openCredentials(tx, id)).toEqual({ clientSecret: 'y' });
      const stale = updateConnection(tx, id, 1, { name: 'Other' });
      await expect(stale).rejects.toMatchObject({ constructor: StaleVersion, currentVersion: 2 });
      expect(await updateConnection(tx, 'con_unknown', 1, { name: 'x' })).toBeUndefined();
    });
  });

  test('keeps since when it is dead or well', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      const { id } = await createConnection(tx, facts);
      const dead = { state: 'dead' as const, reason: 'The secret expired.', fix: 'Give a new one.' };
      await setConnectionState(tx, id, { ...dead, at: AT });
      const again = { ...dead, reason: 'The new secret is wrong.' };
      await setConnectionState(tx, id, { ...again, at: later(1_000) });
      expect(await getConnection(tx, id)).toMatchObject({ ...again, stateSince: AT });
      const back = { state: 'ok' as const, reason: null, fix: null };
      await setConnectionState(tx, id, { ...back, at: later(2_000) });
      expect(await getConnection(tx, id)).toMatchObject({ ...back, stateSince: later(2_000) });
    });
  });

  test('goes only when no policy uses it', async () => {
    const ours = await world.organization();
    const used = await world.database.inOrganization(ours, tx => policy(tx));
    const remove = (id: string) => world.database.inOrganization(ours, tx => deleteConnection(tx, id));
    await expect(remove(used.crmConnectionId)).rejects.toBeInstanceOf(StillInUse);
    expect(await world.database.inOrganization(ours, tx => deletePolicy(tx, used.id))).toBe(true);
    expect(await remove(used.crmConnectionId)).toBe(true);
    expect(await remove(used.crmConnectionId)).toBe(false);
  });
});

describe('a policy (section 4, POL-26)', () => {
  test('is born disabled, and every change is a version that stays', async () => {
    const ours = await world.organization();
    await world.database.inOrganization(ours, async tx => {
      const made = await policy(tx, { category: { name: 'CRM' } });
      expect(made).toMatchObject({ enabled: false, version: 1, enabledAt: null, createdAt: AT });
      await changePolicy(tx, made.id, { expectedVersion: 1, actor: 'key_2', at: later(1), enabled: true });
      await changePolicy(tx, made.id, { expectedVersion: 2, actor: 'key_3', at: later(2), enabled: false });
      const last = await changePolicy(tx, made.id, {
        expectedVersion: 3,
        actor: 'key_4',
        at: later(3),
        name: 'Service',
        options: { category: { name: 'New' } },
        enabled: true,
      });
      expect(last).toMatchObject({ name: 'Service', version: 4, enabledAt: later(1), updatedAt: later(3) });
      expect(await getPolicy(tx, made.id)).toEqual(last);
      expect((await listPolicies(tx, { limit: 9 })).data).toEqual([last]);

      const first = await listPolicyVersions(tx, made.id, { limit: 2 });
      const rest = await listPolicyVersions(tx, made.id, { limit: 2, cursor: first.nextCursor ?? '' });
      expect([...first.data, ...rest.data]).toMatchObject([
        { version: 4, name: 'Service', enabled: true, actor: 'key_4', createdAt: later(3) },
        { version: 3, name: 'Sales', enabled: false, actor: 'key_3' },
        { version: 2, name: 'Sales', enabled: true, actor: 'key_2' },
        { version: 1, name: 'Sales', enabled: false, actor: 'key_1' },
      ]);
      expect(await getPolicyVersion(tx, made.id, 1)).toMatchObject({
        options: { category: { name: 'CRM' } },
      });
    });
  });

  test('two admins who change the same version at once: one wins, the other learns it', async () => {
    const ours = await world.organization();
    const { id } = await world.database.inOrganization(ours, tx => policy(tx));
    const change = (name: string) =>
      world.database.inOrganization(ours, tx =>
        changePolicy(tx, id, { expectedVersion: 1, actor: name, at: AT, name }),
      );
    const results = await Promise.allSettled([change('Ada'), change('Bob')]);
    const won = results.find(result => result.status === 'fulfilled')?.value;
    const lost = results.find(result => result.status === 'rejected')?.reason;
    expect(lost).toMatchObject({ constructor: StaleVersion, currentVersion: 2 });
    expect(await world.database.inOrganization(ours, tx => getPolicy(tx, id))).toEqual(won);
  });

  test('goes with its versions, unless it has pairings', async () => {
    const ours = await world.organization();
    const made = await world.database.inOrganization(ours, async tx => {
      const { id } = await policy(tx);
      return { id, pairingId: await pairing(tx, id, 'ada@contoso.example') };
    });
    const remove = () => world.database.inOrganization(ours, tx => deletePolicy(tx, made.id));
    await expect(remove()).rejects.toBeInstanceOf(StillInUse);
    await world.database.inOrganization(ours, tx => tx.deleteFrom('pairings').execute());
    expect(await remove()).toBe(true);
    expect(await remove()).toBe(false);
  });

  test('needs connections of its own organization', async () => {
    const [ours, theirs] = [await world.organization(), await world.organization()];
    const foreign = await world.database.inOrganization(theirs, tx => connection(tx, 'mailbox'));
    const creation = world.database.inOrganization(ours, async tx => {
      const { id: crmConnectionId } = await connection(tx);
      const mailboxConnectionId = foreign.id;
      return createPolicy(tx, {
        name: 'x',
        mailboxConnectionId,
        crmConnectionId,
        options: {},
        actor: 'k',
        at: AT,
      });
    });
    await expect(creation).rejects.toThrow(/foreign key/);
  });
});
