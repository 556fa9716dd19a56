import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncFailure } from '../../sync/failure.ts';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const EVE = 'Eve Adams eve@fabrikam.example';
const inOutlook = {
  givenName: 'Eve',
  surname: 'Adams',
  emailAddresses: [{ address: 'eve@fabrikam.example', name: 'Eve' }],
};
const inCrm = { FirstName: 'Eve', LastName: 'Adams', Email: 'eve@fabrikam.example' };

describe('PAIR-7: a person whom both sides have by themselves', () => {
  let company: Company;
  let pairing: PairingInput;

  beforeEach(async () => {
    company = await openCompany();
    pairing = await company.pair(ANN);
  });
  afterEach(() => company.close());

  async function isOneOnBothSides(): Promise<void> {
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual({ mailbox: [EVE], crm: [EVE] });
    expect((await company.sync(pairing)).note).toBe('nothing to do');
  }

  it('is linked by the first cycle', async () => {
    await company.outlook(ANN).addContact(inOutlook);
    await company.crm(ANN).create('Contact', [inCrm]);
    await isOneOnBothSides();
  });

  it('invariant 2: keeps the value that gives way, also when the answer to the write is lost', async () => {
    await company.outlook(ANN).addContact({ ...inOutlook, jobTitle: 'CTO' });
    await company.crm(ANN).create('Contact', [{ ...inCrm, Title: 'CEO' }]);
    let lost = 0;
    company.intercept(async (what, call) => {
      const answer = await call();
      if (what !== 'mailbox.write' || lost++ > 0) return answer;
      throw new SyncFailure('transient', 'the answer is lost', { maybeApplied: true });
    });
    await isOneOnBothSides();
    const kept = await company.database.inOrganization(company.organizationId, async tx => {
      const rows = await tx.selectFrom('item_events').selectAll().where('action', '=', 'conflict').execute();
      return rows.map(row => tx.vault.open('item_events', row.item_id, 'detail_sealed', row.detail_sealed!));
    });
    expect(kept).toContainEqual(expect.objectContaining({ field: 'title', lost: 'CTO', kept: 'CEO' }));
  });

  it('is linked when the user enters it on both sides between two cycles', async () => {
    await company.sync(pairing);
    const folder = await company.outlook(ANN).folder(CATEGORY);
    await company.outlook(ANN).addContact({ ...inOutlook, categories: [CATEGORY] }, folder ?? '');
    await company.crm(ANN).create('Contact', [inCrm]);
    await isOneOnBothSides();
  });

  it.each([
    ['one of them changes', 1],
    ['both change at once', 2],
  ])('is not guessed among two records of one address, also when %s', async (_, changing) => {
    await company.outlook(ANN).addContact(inOutlook);
    const twins = await company.crm(ANN).create('Contact', [inCrm, inCrm]);
    await company.sync(pairing);
    for (const id of twins.slice(0, changing)) await company.crm(ANN).update('Contact', id, { Title: 'CEO' });
    await company.sync(pairing);
    await company.sync(pairing);
    expect(await company.people(ANN)).toEqual({ mailbox: [EVE], crm: [EVE, EVE] });
    expect(await links()).toEqual(['already_there', 'none', 'none']);

    const [first = '', second = ''] = twins;
    await company.crm(ANN).delete('Contact', second);
    await company.sync(pairing);
    await company.crm(ANN).update('Contact', first, { Title: 'CTO' });
    await isOneOnBothSides();
  });

  function links() {
    return company.database.inOrganization(company.organizationId, async tx =>
      (await tx.selectFrom('items').select('link').orderBy('link').execute()).map(({ link }) => link),
    );
  }
});
