import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const ADAMS = { surname: 'Adams', companyName: 'Fabrikam' };
const LEADS = { categories: [`${CATEGORY} Leads`] };

let company: Company;
let pairing: PairingInput;
let folder: string;

async function open(policy: object, before: () => Promise<unknown> = async () => undefined): Promise<void> {
  company = await openCompany({
    policy: { modules: { contacts: { enabled: true }, leads: { enabled: true } }, ...policy },
  });
  await before();
  pairing = await company.pair(ANN);
  await company.sync(pairing);
  folder = (await company.outlook(ANN).folder(CATEGORY)) ?? '';
}
afterEach(() => company.close());

const leads = () => company.crm(ANN).query('SELECT LastName, Company FROM Lead');
const contacts = () => company.crm(ANN).query('SELECT LastName FROM Contact');
const expectLead = async () => {
  expect(await leads()).toMatchObject([{ LastName: 'Adams', Company: 'Fabrikam' }]);
  expect(await contacts()).toEqual([]);
};

it('CON-5: a new contact that gets the Leads category some cycles later becomes a lead', async () => {
  await open({});
  const outlook = company.outlook(ANN);
  const { id } = await outlook.addContact(ADAMS, folder);
  await company.sync(pairing);
  await outlook.changeContact(id, LEADS);
  await company.sync(pairing);
  await expectLead();
});

describe('CON-5: the Leads category, given after the mailbox told of the contact and before it is read', () => {
  let id: string;
  /** The user is that quick once. */
  function giveCategoryInTime(): void {
    company.intercept(async (what, call) => {
      const answer = await call();
      if (what === 'mailbox.probe') {
        company.intercept((_, next) => next());
        await company.outlook(ANN).changeContact(id, LEADS);
      }
      return answer;
    });
  }

  it('makes a lead of a new contact, and no contact', async () => {
    await open({ newItems: { autoSync: true } });
    ({ id } = await company.outlook(ANN).addContact(ADAMS, folder));
    giveCategoryInTime();
    for (let cycle = 0; cycle < 3; cycle++) await company.sync(pairing);
    await expectLead();
  });

  describe('PAIR-6: of what was there before', () => {
    beforeEach(() =>
      open({ contacts: { separateFolder: false } }, async () => {
        ({ id } = await company.outlook(ANN).addContact(ADAMS));
      }),
    );

    it('makes a lead', async () => {
      await company.outlook(ANN).changeContact(id, { jobTitle: 'CTO' });
      giveCategoryInTime();
      for (let cycle = 0; cycle < 3; cycle++) await company.sync(pairing);
      await expectLead();
    });
  });
});
