import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';

describe('PAIR-10: an item that the CRM refuses', () => {
  let company: Company;
  let pairing: PairingInput;

  beforeEach(async () => {
    company = await openCompany();
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  it('is tried again by itself, although nobody touches it, and the others do not wait for it', async () => {
    const outlook = company.outlook(ANN);
    const folder = (await outlook.folder(CATEGORY)) ?? '';
    for (const surname of ['Adams', 'Brown'])
      await outlook.addContact({ surname, categories: [CATEGORY] }, folder);
    await refuse("LastName = 'Brown'");
    await company.sync(pairing);
    expect((await company.people(ANN)).crm).toEqual(['Adams']);
    await refuse("LastName = 'Nobody'");
    for (let cycles = 0; cycles < 3; cycles++) await company.scheduled(pairing);
    expect((await company.people(ANN)).crm).toEqual(['Adams', 'Brown']);
  });

  it('is not tried early because its record is heard of again and says nothing new', async () => {
    const [id = ''] = await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }]);
    await company.sync(pairing);
    await company.sync(pairing);
    await refuse("Title = 'Forbidden'");
    const [item] = await company.outlook(ANN).contacts(CATEGORY);
    await company.outlook(ANN).changeContact(item?.id ?? '', { jobTitle: 'Forbidden' });
    await company.sync(pairing);
    await company.salesforce.control('POST', 'touch', { ids: [id] });
    const calls: string[] = [];
    company.intercept((what, call) => {
      calls.push(what);
      return call();
    });
    await company.sync(pairing);
    expect(calls).toContain('crm.read');
    expect(calls).not.toContain('crm.write');
  });

  const refuse = (condition: string) =>
    company.salesforce.control('POST', 'load', {
      validationRules: [{ object: 'Contact', condition, errorMessage: 'Not this one.' }],
    });
});
