import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { cycle } from './driver.ts';
import { CATEGORY, openWorld, type World } from './world.ts';

const ANN = 'ann@contoso.example';
const inCrm = (name: string) => ({ LastName: name, Email: `${name.toLowerCase()}@fabrikam.example` });
const inOutlook = (name: string) => ({
  surname: name,
  emailAddresses: [{ address: `${name.toLowerCase()}@fabrikam.example`, name }],
  categories: [CATEGORY],
});
const shown = (name: string) => `${name} ${name.toLowerCase()}@fabrikam.example`;
const both = (...names: string[]) => ({ mailbox: names.map(shown), crm: names.map(shown) });

let world: World;
let pairing: PairingInput;

beforeEach(async () => {
  world = await openWorld();
  pairing = await world.pair(ANN);
});
afterEach(() => world.close());

const faults = (list: readonly object[]) => world.graph.control('PUT', 'faults', list);

describe('invariant 5: what is no evidence', () => {
  beforeEach(async () => {
    await world.crm(ANN).create('Contact', ['Adams', 'Brown'].map(inCrm));
    await world.sync(pairing);
  });

  it('a dead cursor deletes nothing, doubles nothing and keeps what the user made meanwhile', async () => {
    const folder = (await world.outlook(ANN).folder(CATEGORY)) ?? '';
    await world.outlook(ANN).addContact(inOutlook('Clark'), folder);
    await faults([{ mode: 'expired-cursor', times: 2 }]);
    await world.sync(pairing);
    await world.sync(pairing);
    expect(await world.people(ANN)).toEqual(both('Adams', 'Brown', 'Clark'));
    expect((await world.sync(pairing)).note).toBe('nothing to do');
  });

  it('a cursor that dies while a container is read again', async () => {
    const folder = (await world.outlook(ANN).folder(CATEGORY)) ?? '';
    await faults([{ mode: 'expired-cursor', times: 1 }]);
    world.intercept(async (what, call) => {
      const result = await call();
      if (what === 'mailbox.changes') {
        world.intercept((_, next) => next());
        await world.outlook(ANN).addContact(inOutlook('Clark'), folder);
        await faults([{ mode: 'expired-cursor', times: 1 }]);
      }
      return result;
    });
    await world.sync(pairing);
    await world.sync(pairing);
    await world.sync(pairing);
    expect(await world.people(ANN)).toEqual(both('Adams', 'Brown', 'Clark'));
  });

  it('CON-6: a product folder that the user deleted comes back with its people', async () => {
    await world.outlook(ANN).deleteFolder(CATEGORY);
    await world.sync(pairing);
    await world.sync(pairing);
    await world.sync(pairing);
    expect(await world.people(ANN)).toEqual(both('Adams', 'Brown'));
    expect((await world.sync(pairing)).note).toBe('nothing to do');
  });

  it.each([403, 404, 500, 503])('%i on the delta of a container', async status => {
    await faults([{ mode: 'status', status, times: 20, match: { path: 'delta', subrequest: true } }]);
    const standing = await world.sync(pairing);
    expect(standing.state).not.toBe('in_sync');
    await faults([]);
    world.rest(60 * 60_000);
    await world.sync(pairing);
    await world.sync(pairing);
    expect(await world.people(ANN)).toEqual(both('Adams', 'Brown'));
  });
});

describe('invariant 14 and PAIR-10: throttling is waiting, not an error', () => {
  const names = Array.from({ length: 45 }, (_, n) => `Person${String(n).padStart(2, '0')}`);

  it.each([1, 5, 30])('429 for %i requests inside batches of a first cycle', async times => {
    await world.crm(ANN).create('Contact', names.map(inCrm));
    const match = { method: 'POST', path: 'contacts', subrequest: true };
    await faults([{ mode: 'status', status: 429, retryAfter: 40, times, match }]);
    const began = world.now();
    const standing = await world.sync(pairing);
    expect(standing).toMatchObject({ next: 'sleep', state: 'initializing', errorStreak: 0 });
    expect(standing.next === 'sleep' && standing.dueAtMs).toBeGreaterThanOrEqual(began + 40_000);
    for (let cycles = 0; cycles < 8 && (await world.row(pairing)).state !== 'in_sync'; cycles++)
      await world.scheduled(pairing);
    expect(await world.people(ANN)).toEqual(both(...names));
    expect((await world.row(pairing)).error_streak).toBe(0);
  });

  it('nothing is sent before Retry-After has passed', async () => {
    await world.sync(pairing);
    await faults([{ mode: 'status', status: 429, retryAfter: 300, times: 1, match: { path: '$batch' } }]);
    world.rest(60 * 60_000);
    const standing = await cycle(world, pairing);
    expect(standing).toMatchObject({ next: 'sleep', errorStreak: 0 });
    await world.graph.control('POST', 'requests/reset');
    world.rest(200_000);
    await world.sync(pairing);
    expect(await world.graph.control('GET', 'requests')).toMatchObject({ totals: { http: 0 } });
  });

  it('the daily limit of the CRM is waited for', async () => {
    await world.crm(ANN).create('Contact', ['Adams'].map(inCrm));
    await world.sync(pairing);
    await world.crm(ANN).create('Contact', ['Brown'].map(inCrm));
    world.rest(60_000);
    await world.poll();
    await world.salesforce.control('PUT', 'limits', { used: 100_000 });
    const standing = await cycle(world, { ...pairing });
    expect(standing.errorStreak).toBe(0);
    await world.salesforce.control('PUT', 'limits', { used: 0 });
    for (let cycles = 0; cycles < 3; cycles++) await world.scheduled(pairing);
    expect(await world.people(ANN)).toEqual(both('Adams', 'Brown'));
  });
});

describe('PAIR-10: error cycles', () => {
  it('five in a row are counted and told once; one success ends the row and is told once', async () => {
    await world.sync(pairing);
    await faults([{ mode: 'status', status: 500 }]);
    for (let streak = 1; streak <= 7; streak++)
      expect(await world.scheduled(pairing)).toMatchObject({ state: 'degraded', errorStreak: streak });
    expect(await told()).toEqual(['pairing_errors']);
    await faults([]);
    for (let cycles = 0; cycles < 2; cycles++)
      expect(await world.scheduled(pairing)).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    expect(await told()).toEqual(['pairing_errors', 'pairing_recovered']);
  });

  function told(): Promise<string[]> {
    return world.database.inOrganization(world.organizationId, async tx => {
      const rows = await tx.selectFrom('notifications').select('kind').orderBy('created_at').execute();
      return rows.map(row => row.kind);
    });
  }
});
