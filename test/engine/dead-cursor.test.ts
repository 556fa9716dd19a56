import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
/** More than one page of a delta. */
const OWN_CONTACTS = 230;

let company: Company;
beforeEach(async () => {
  company = await openCompany({
    policy: { contacts: { separateFolder: false }, newItems: { autoSync: true } },
  });
});
afterEach(() => company.close());

it('PAIR-6: what was there before stays with its user, also when the first reading starts over', async () => {
  const outlook = company.outlook(ANN);
  for (let n = 0; n < OWN_CONTACTS; n++) await outlook.addContact({ surname: `Own${n}` });
  const pairing = await company.pair(ANN);
  await company.graph.control('PUT', 'faults', [{ mode: 'expired-cursor', times: 1 }]);
  await company.sync(pairing);
  await company.sync(pairing);
  expect((await company.people(ANN)).crm).toEqual([]);

  await outlook.addContact({ surname: 'New' });
  await company.sync(pairing);
  expect((await company.people(ANN)).crm).toEqual(['New']);
});
