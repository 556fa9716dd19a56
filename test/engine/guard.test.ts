import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const DAY_MS = 24 * 60 * 60_000;

describe('POL-20: removals spread over several cycles', () => {
  let company: Company;
  let pairing: PairingInput;
  let records: string[];

  beforeEach(async () => {
    company = await openCompany({ policy: { deletionGuard: { count: 6, percent: 100 } } });
    const people = Array.from({ length: 12 }, (_, n) => ({ LastName: `Person${n}` }));
    records = await company.crm(ANN).create('Contact', people);
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  async function remove(count: number): Promise<number> {
    for (const id of records.splice(0, count)) await company.crm(ANN).delete('Contact', id);
    await company.sync(pairing);
    return (await company.people(ANN)).mailbox.length;
  }

  it('count together within a day, and no longer', async () => {
    expect(await remove(4)).toBe(8);
    expect(await remove(4)).toBe(8);
    company.rest(DAY_MS);
    expect(await remove(1)).toBe(7);
  });
});
