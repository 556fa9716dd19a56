import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CrashPoint } from './crash.ts';
import { direct } from './interception.ts';
import { CATEGORY, openWorld, type World } from './world.ts';

/** Every crash happens to another user, so that one world does for all of them. */
const USERS = Array.from({ length: 180 }, (_, n) => `user${n}@contoso.example`);
const DEADLINE_MS = 15 * 60_000;

/** Everybody knows other people: the CRM has one record per address. */
const address = (user: string, name: string) => `${name}.of.${user}`.toLowerCase();

describe('invariant 8: a crash at any step gives the state that no crash gives', () => {
  let world: World;
  const free = [...USERS];

  beforeAll(async () => {
    world = await openWorld({
      users: USERS,
      // So many users delete on one day that the connection's limit would hold them.
      policy: { deletionGuard: { count: 1_000, percent: 100 } },
    });
  });
  afterAll(() => world.close());

  /** A first cycle, then changes on both sides: new ones, an edit, a deletion. */
  async function story(user: string): Promise<PairingInput> {
    const [crm, outlook] = [world.crm(user), world.outlook(user)];
    const inCrm = (name: string) => ({ LastName: name, Email: address(user, name) });
    const [adams, brown] = await crm.create('Contact', ['Adams', 'Brown'].map(inCrm));
    const pairing = await world.pair(user);
    await world.sync(pairing);
    const folder = (await outlook.folder(CATEGORY)) ?? '';
    await outlook.addContact(
      {
        surname: 'Clark',
        emailAddresses: [{ address: address(user, 'Clark'), name: 'Clark' }],
        categories: [CATEGORY],
      },
      folder,
    );
    await crm.create('Contact', [inCrm('Davis')]);
    await crm.update('Contact', brown ?? '', { MobilePhone: '+1 2' });
    await crm.delete('Contact', adams ?? '');
    await world.sync(pairing);
    return pairing;
  }

  async function settles(pairing: PairingInput, user: string): Promise<void> {
    world.intercept(direct);
    await world.sync(pairing);
    world.rest(DEADLINE_MS);
    await world.sync(pairing);
    await world.sync(pairing);
    const agreed = [
      `Brown ${address(user, 'Brown')} +1 2`,
      ...['Clark', 'Davis'].map(name => `${name} ${address(user, name)}`),
    ];
    expect(await world.people(user)).toEqual({ mailbox: agreed, crm: agreed });
    expect((await world.sync(pairing)).note).toBe('nothing to do');
    await expectAnswered(pairing);
  }

  async function expectAnswered({ pairingId }: PairingInput): Promise<void> {
    const left = await world.database.inOrganization(world.organizationId, tx =>
      tx.selectFrom('intents').select('id').where('pairing_id', '=', pairingId).execute(),
    );
    expect(left).toEqual([]);
  }

  it.each(['before the call', 'after the call'] as const)(
    'every transaction and call, %s',
    async mode => {
      for (let at = 1; ; at++) {
        const user = free.shift();
        if (user === undefined) throw new Error(`there are more than ${at} places to crash at: add users`);
        const point = new CrashPoint(at, mode);
        world.intercept(point.around);
        const pairing = await story(user);
        await settles(pairing, user).catch((error: unknown) => {
          throw new Error(`crash ${at} ${mode}`, { cause: error });
        });
        if (!point.fired) break;
      }
    },
    300_000,
  );
});
