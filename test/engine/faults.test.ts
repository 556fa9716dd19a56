import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';
import { cycle } from './driver.ts';

const ANN = 'ann@contoso.example';
const inCrm = (name: string) => ({ LastName: name, Email: `${name.toLowerCase()}@fabrikam.example` });
const inOutlook = (name: string) => ({
  surname: name,
  emailAddresses: [{ address: `${name.toLowerCase()}@fabrikam.example`, name }],
  categories: [CATEGORY],
});
const shown = (name: string) => `${name} ${name.toLowerCase()}@fabrikam.example`;
const both = (...names: string[]) => ({ mailbox: names.map(shown), crm: names.map(shown) });

let company: Company;
let pairing: PairingInput;

beforeEach(async () => {
  company = await openCompany();
  pairing = await company.pair(ANN);
});
afterEach(() => company.close());

const faults = (list: readonly object[]) => company.graph.control('PUT', 'faults', list);

describe('invariant 5: what is no evidence', () => {
  beforeEach(async () => {
    await company.crm(ANN).create('Contact', ['Adams', 'Brown'].map(inCrm));
    await company.sync(pairing);
  });

  it('a dead cursor deletes nothing, doubles nothing and keeps what the user made meanwhile', async () => {
    const folder = (await company.outlook(ANN).folder(CATEGORY)) ?? '';
    await company.outlook(ANN).addContact(inOutlook('Clark'), folder);
    await faults([{ mode: 'expired-cursor', times: 2 }]);
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual(both('Adams', 'Brown', 'Clark'));
    expect((await company.sync(pairing)).note).toBe('nothing to do');
  });

  it('a cursor that dies while a container is read again', async () => {
    const folder = (await company.outlook(ANN).folder(CATEGORY)) ?? '';
    await faults([{ mode: 'expired-cursor', times: 1 }]);
    company.intercept(async (what, call) => {
      const result = await call();
      if (what === 'mailbox.changes') {
        company.intercept((_, next) => next());
        await company.outlook(ANN).addContact(inOutlook('Clark'), folder);
        await faults([{ mode: 'expired-cursor', times: 1 }]);
      }
      return result;
    });
    await company.sync(pairing);
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual(both('Adams', 'Brown', 'Clark'));
  });

  it('CON-6: a product folder that the user deleted comes back with its people', async () => {
    await company.outlook(ANN).deleteFolder(CATEGORY);
    await company.sync(pairing);
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual(both('Adams', 'Brown'));
    expect((await company.sync(pairing)).note).toBe('nothing to do');
  });

  it.each([403, 404, 500, 503])('%i on the delta of a container', async status => {
    await faults([{ mode: 'status', status, times: 20, match: { path: 'delta', subrequest: true } }]);
    const standing = await company.sync(pairing);
    expect(standing.state).not.toBe('in_sync');
    await faults([]);
    company.rest(60 * 60_000);
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual(both('Adams', 'Brown'));
  });
});

describe('invariant 14 and PAIR-10: throttling is waiting, not an error', () => {
  const names = Array.from({ length: 45 }, (_, n) => `Person${String(n).padStart(2, '0')}`);

  it.each([1, 5, 30])('429 for %i requests inside batches of a first cycle', async times => {
    await company.crm(ANN).create('Contact', names.map(inCrm));
    const match = { method: 'POST', path: 'contacts', subrequest: true };
    await faults([{ mode: 'status', status: 429, retryAfter: 40, times, match }]);
    const began = company.now();
    const standing = await company.sync(pairing);
    expect(standing).toMatchObject({ next: 'sleep', state: 'initializing', errorStreak: 0 });
    expect(standing.next === 'sleep' && standing.dueAtMs).toBeGreaterThanOrEqual(began + 40_000);
    for (let cycles = 0; cycles < 8 && (await company.row(pairing)).state !== 'in_sync'; cycles++)
      await company.scheduled(pairing);
    expect(await company.people(ANN)).toEqual(both(...names));
    expect((await company.row(pairing)).error_streak).toBe(0);
  });

  it('nothing is sent before Retry-After has passed', async () => {
    await company.sync(pairing);
    await faults([{ mode: 'status', status: 429, retryAfter: 300, times: 1, match: { path: '$batch' } }]);
    company.rest(60 * 60_000);
    const standing = await cycle(company, pairing);
    expect(standing).toMatchObject({ next: 'sleep', errorStreak: 0 });
    await company.graph.control('POST', 'requests/reset');
    company.rest(200_000);
    await company.sync(pairing);
    expect(await company.graph.control('GET', 'requests')).toMatchObject({ totals: { http: 0 } });
  });

  it('the daily limit of the CRM is waited for', async () => {
    await company.crm(ANN).create('Contact', ['Adams'].map(inCrm));
    await company.sync(pairing);
    await company.crm(ANN).create('Contact', ['Brown'].map(inCrm));
    company.rest(60_000);
    await company.poll();
    await company.salesforce.control('PUT', 'limits', { used: 100_000 });
    const standing = await cycle(company, { ...pairing });
    expect(standing.errorStreak).toBe(0);
    await company.salesforce.control('PUT', 'limits', { used: 0 });
    for (let cycles = 0; cycles < 3; cycles++) await company.scheduled(pairing);
    expect(await company.people(ANN)).toEqual(both('Adams', 'Brown'));
  });
});

describe('PAIR-10: error cycles', () => {
  it('five in a row are counted and told once; one success ends the row and is told once', async () => {
    await company.sync(pairing);
    await faults([{ mode: 'status', status: 500 }]);
    for (let streak = 1; streak <= 7; streak++)
      expect(await company.scheduled(pairing)).toMatchObject({ state: 'degraded', errorStreak: streak });
    expect(await told()).toEqual(['pairing_errors']);
    await faults([]);
    for (let cycles = 0; cycles < 2; cycles++)
      expect(await company.scheduled(pairing)).toMatchObject({ state: 'in_sync', errorStreak: 0 });
    expect(await told()).toEqual(['pairing_errors', 'pairing_recovered']);
  });

  function told(): Promise<string[]> {
    return company.database.inOrganization(company.organizationId, async tx => {
      const rows = await tx.selectFrom('notifications').select('kind').orderBy('created_at').execute();
      return rows.map(row => row.kind);
    });
  }
});
