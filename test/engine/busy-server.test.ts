import { afterEach, expect, it } from 'vitest';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const HOUR_MS = 60 * 60_000;
let company: Company;
afterEach(() => company.close());

it('invariant 3: an item that was made and answered 503 inside a batch is not made once more', async () => {
  company = await openCompany();
  const pairing = await company.pair(ANN);
  await company.sync(pairing);
  await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }, { LastName: 'Brown' }]);
  await company.graph.control('PUT', 'faults', [
    { mode: 'lost-response', times: 1, match: { subrequest: true, method: 'POST' } },
  ]);
  await company.sync(pairing);
  company.rest(HOUR_MS);
  await company.sync(pairing);
  await company.sync(pairing);
  expect(await company.people(ANN)).toEqual({ mailbox: ['Adams', 'Brown'], crm: ['Adams', 'Brown'] });
});

it('invariant 2: an edit just before the look for such an item arrives, too', async () => {
  company = await openCompany();
  const pairing = await company.pair(ANN);
  await company.sync(pairing);
  await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }]);
  await company.graph.control('PUT', 'faults', [
    { mode: 'lost-response', times: 1, match: { subrequest: true, method: 'POST' } },
  ]);
  await company.sync(pairing);
  company.rest(HOUR_MS);
  let isEdited = false;
  company.intercept(async (what, call) => {
    if (what === 'mailbox.findByKeys' && !isEdited) {
      isEdited = true;
      const outlook = company.outlook(ANN);
      const [item] = await outlook.contacts(CATEGORY);
      await outlook.changeContact(item?.id ?? '', { mobilePhone: '+1 2' });
    }
    return call();
  });
  await company.sync(pairing);
  await company.sync(pairing);
  expect(isEdited).toBe(true);
  expect(await company.people(ANN)).toEqual({ mailbox: ['Adams +1 2'], crm: ['Adams +1 2'] });
});
