import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';
import { CrashPoint } from './crash.ts';
import { direct } from './interception.ts';

/** Every crash happens to another user, so that one company does for all of them. */
const USERS = Array.from({ length: 180 }, (_, n) => `user${n}@contoso.example`);
const DEADLINE_MS = 15 * 60_000;

/** Everybody knows other people: the CRM has one record per address. */
const address = (user: string, name: string) => `${name}.of.${user}`.toLowerCase();

describe('invariant 8: a crash at any step gives the state that no crash gives', () => {
  let company: Company;
  const free = [...USERS];

  beforeAll(async () => {
    company = await openCompany({
      users: USERS,
      // So many users delete on one day that the connection's limit would hold them.
      policy: { deletionGuard: { count: 1_000, percent: 100 } },
    });
  });
  afterAll(() => company.close());

  /** A first cycle, then changes on both sides: new ones, an edit, a deletion. */
  async function story(user: string): Promise<PairingInput> {
    const [crm, outlook] = [company.crm(user), company.outlook(user)];
    const inCrm = (name: string) => ({ LastName: name, Email: address(user, name) });
    const [adams, brown] = await crm.create('Contact', ['Adams', 'Brown'].map(inCrm));
    const pairing = await company.pair(user);
    await company.sync(pairing);
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
    await company.sync(pairing);
    return pairing;
  }

  async function settles(pairing: PairingInput, user: string): Promise<void> {
    company.intercept(direct);
    await company.sync(pairing);
    company.rest(DEADLINE_MS);
    await company.sync(pairing);
    await company.sync(pairing);
    const agreed = [
      `Brown ${address(user, 'Brown')} +1 2`,
      ...['Clark', 'Davis'].map(name => `${name} ${address(user, name)}`),
    ];
    expect(await company.people(user)).toEqual({ mailbox: agreed, crm: agreed });
    expect((await company.sync(pairing)).note).toBe('nothing to do');
    await expectAnswered(pairing);
  }

  async function expectAnswered({ pairingId }: PairingInput): Promise<void> {
    const left = await company.database.inOrganization(company.organizationId, tx =>
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
        company.intercept(point.around);
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
