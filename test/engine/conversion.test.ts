import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';

describe('CON-5: a lead that is converted, with what only a contact has', () => {
  let company: Company;
  let pairing: PairingInput;
  let leadId: string;

  beforeEach(async () => {
    company = await openCompany({
      policy: { modules: { contacts: { enabled: true }, leads: { enabled: true } } },
    });
    [leadId = ''] = await company
      .crm(ANN)
      .create('Lead', [{ LastName: 'Adams', Company: 'Fabrikam', Email: 'adams@fabrikam.example' }]);
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  const convert = async (): Promise<string> => {
    const { contactId } = (await company.salesforce.control('POST', 'convert', { leadId })) as {
      contactId: string;
    };
    return contactId;
  };
  const item = async () => {
    const items = await company.outlook(ANN).contacts(CATEGORY);
    expect(items).toHaveLength(1);
    return items[0]!;
  };

  it('invariant 1: values that the contact has already are told to the item', async () => {
    const contactId = await convert();
    await company.crm(ANN).update('Contact', contactId, { Department: 'Sales', HomePhone: '+1 2' });
    await company.sync(pairing);
    expect(await item()).toMatchObject({ department: 'Sales', homePhones: ['+1 2'] });
  });

  it('CON-2: values that the item has, and the lead could not hold, are told to the contact', async () => {
    await company.outlook(ANN).changeContact((await item()).id, { department: 'Sales' });
    await company.sync(pairing);
    const contactId = await convert();
    await company.sync(pairing);
    const [contact] = await company
      .crm(ANN)
      .query(`SELECT Department FROM Contact WHERE Id = '${contactId}'`);
    expect(contact).toMatchObject({ Department: 'Sales' });
    await company.sync(pairing);
    expect((await company.sync(pairing)).note).toBe('nothing to do');
  });
});
