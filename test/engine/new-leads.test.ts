import { afterEach, expect, it } from 'vitest';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
let company: Company;
afterEach(() => company.close());

it('CON-5: a new contact that gets the Leads category some cycles later becomes a lead', async () => {
  company = await openCompany({
    policy: { modules: { contacts: { enabled: true }, leads: { enabled: true } } },
  });
  const pairing = await company.pair(ANN);
  await company.sync(pairing);
  const outlook = company.outlook(ANN);
  const folder = (await outlook.folder(CATEGORY)) ?? '';
  const { id } = await outlook.addContact({ surname: 'Adams', companyName: 'Fabrikam' }, folder);
  await company.sync(pairing);
  await outlook.changeContact(id, { categories: [`${CATEGORY} Leads`] });
  await company.sync(pairing);
  const leads = await company.crm(ANN).query('SELECT LastName, Company FROM Lead');
  expect(leads).toMatchObject([{ LastName: 'Adams', Company: 'Fabrikam' }]);
});
