import { afterEach, describe, expect, it } from 'vitest';
import { SyncFailure } from '../../sync/failure.ts';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const EVE = {
  givenName: 'Eve',
  surname: 'Adams',
  emailAddresses: [{ address: 'eve@fabrikam.example', name: 'Eve' }],
};
const SHOWN = 'Eve Adams eve@fabrikam.example';

let company: Company;
afterEach(() => company.close());

interface Met {
  readonly pairing: PairingInput;
  readonly id: string;
}

/** A first cycle that fails after it listed Eve, whom the user has since before. */
async function interruptedFirstCycle(policy: object): Promise<Met> {
  company = await openCompany({
    policy: { contacts: { separateFolder: false }, ...policy },
  });
  await company.crm(ANN).create('Contact', [{ LastName: 'Brown', Email: 'brown@fabrikam.example' }]);
  const { id } = await company.outlook(ANN).addContact(EVE);
  const pairing = await company.pair(ANN);
  let isListed = false;
  company.intercept(async (what, call) => {
    if (isListed && what !== 'mailbox.changes' && !what.startsWith('db.'))
      throw new SyncFailure('transient', 'nobody answers');
    const answer = await call();
    isListed ||= what === 'mailbox.changes';
    return answer;
  });
  await company.sync(pairing);
  expect(isListed).toBe(true);
  company.intercept((_, call) => call());
  return { pairing, id };
}

const crmPeople = async () => (await company.people(ANN)).crm;
const anew = (partial: boolean) =>
  company.graph.control('PUT', 'behaviour', partial ? { deltaPartialRows: true } : {});

describe.each([
  ['whole rows', false],
  ['rows with what changed only', true],
])('PAIR-6: what was there before, changed while the first cycle runs (%s)', (_, partial) => {
  it('goes to the CRM with the next cycle when its user gives it the category (POL-8)', async () => {
    const { pairing, id } = await interruptedFirstCycle({ newItems: { autoSync: false } });
    await anew(partial);
    await company.outlook(ANN).changeContact(id, { categories: [CATEGORY] });
    await company.sync(pairing);
    expect(await crmPeople()).not.toContain(SHOWN);
    await company.sync(pairing);
    expect(await crmPeople()).toContain(SHOWN);
  });

  it('stays what it is when it is only edited, although new items go by themselves', async () => {
    const { pairing, id } = await interruptedFirstCycle({ newItems: { autoSync: true } });
    await anew(partial);
    await company.outlook(ANN).changeContact(id, { jobTitle: 'CTO' });
    for (let cycle = 0; cycle < 3; cycle++) await company.sync(pairing);
    expect(await crmPeople()).not.toContain(SHOWN);
  });
});
