import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };

describe('CON-1: create and update', () => {
  test('CON-1 PAIR-6: records come with the first cycle, later ones and changes follow', async () => {
    const ann = await office.hire('Ann');
    const account = await ann.addRecord('Account', { Name: 'Rivet Works' });
    const early = { FirstName: 'Ida', LastName: 'Early', AccountId: account };
    const id = await ann.addRecord('Contact', early);
    await ann.startSync(AUTO);
    const shown = { companyName: 'Rivet Works', categories: ['Contoso'] };
    expect(await ann.contact('Ida Early')).toMatchObject(shown);

    await ann.addRecord('Contact', { FirstName: 'Lou', LastName: 'Later', Title: 'Buyer' });
    await ann.editRecord('Contact', id, { Phone: '+1 555 0100' });
    await ann.sync();
    expect(await ann.contact('Lou Later')).toMatchObject({ jobTitle: 'Buyer', categories: ['Contoso'] });
    expect(await ann.contact('Ida Early')).toMatchObject({ businessPhones: ['+1 555 0100'] });
    await ann.expectSilence();
  });

  test('CON-1 POL-8: a contact made in Outlook becomes a record and gets the category; edits go both ways', async () => {
    const ann = await office.seat('Ann', AUTO);
    const made = await ann.addContact({ givenName: 'Nora', surname: 'Newcome', jobTitle: 'Chemist' });
    await ann.sync();
    const [record] = await ann.recordsNamed('Contact', 'Newcome', 'Id, FirstName, Title, AccountId');
    expect(record).toMatchObject({ FirstName: 'Nora', Title: 'Chemist', AccountId: null });
    expect(await ann.contact('Nora Newcome')).toMatchObject({ id: made.id, categories: ['Contoso'] });

    await ann.editContact(made.id, { jobTitle: 'Head chemist', mobilePhone: '+1 555 0101' });
    await ann.sync();
    const id = String(record?.Id);
    const edited = { Title: 'Head chemist', MobilePhone: '+1 555 0101' };
    expect(await ann.record('Contact', id, 'Title, MobilePhone')).toEqual(edited);
    await ann.editRecord('Contact', id, { Title: 'Director' });
    await ann.sync();
    expect(await ann.contact('Nora Newcome')).toMatchObject({ id: made.id, jobTitle: 'Director' });
    await ann.expectSilence();
  });

  test('CON-1: an edit of the company renames no account and is kept in the history', async () => {
    const ann = await office.hire('Ann');
    const account = await ann.addRecord('Account', { Name: 'Old Mill' });
    const id = await ann.addRecord('Contact', { FirstName: 'Mia', LastName: 'Miller', AccountId: account });
    await ann.startSync(AUTO);
    const { id: itemId } = await ann.contact('Mia Miller');
    await ann.editContact(itemId, { companyName: 'New Mill' });
    await ann.sync();
    expect(await ann.record('Account', account, 'Name')).toEqual({ Name: 'Old Mill' });
    expect(await ann.record('Contact', id, 'AccountId')).toEqual({ AccountId: account });
    expect(await ann.contact('Mia Miller')).toMatchObject({ companyName: 'Old Mill' });
    expect(await ann.story(itemId)).toContainEqual(
      expect.objectContaining({
        action: 'conflict',
        detail: { field: 'company', side: 'mailbox', lost: 'New Mill', kept: 'Old Mill' },
      }),
    );
    await ann.expectSilence();
  });
});

describe('CON-1: accounts', () => {
  const address = {
    BillingStreet: '1 Quay St',
    BillingCity: 'Leith',
    BillingPostalCode: 'EH6',
    BillingCountry: 'Scotland',
  };
  const shownAddress = { street: '1 Quay St', city: 'Leith', postalCode: 'EH6', countryOrRegion: 'Scotland' };

  test('CON-1: the address of the account shows where the contact has none; renames and moves follow', async () => {
    const ann = await office.hire('Ann');
    const account = await ann.addRecord('Account', { Name: 'Harbour Ltd', ...address });
    await ann.addRecord('Contact', { LastName: 'Without', AccountId: account });
    await ann.addRecord('Contact', { LastName: 'Own', AccountId: account, MailingCity: 'Perth' });
    await ann.startSync(AUTO);
    expect(await ann.contact('Without')).toMatchObject({
      companyName: 'Harbour Ltd',
      businessAddress: shownAddress,
    });
    expect((await ann.contact('Own')).businessAddress).toMatchObject({ city: 'Perth' });
    expect((await ann.contact('Own')).businessAddress.street ?? null).toBeNull();

    await ann.editRecord('Account', account, { Name: 'Harbour PLC', BillingCity: 'Dundee' });
    await ann.sync();
    expect(await ann.contact('Without')).toMatchObject({
      companyName: 'Harbour PLC',
      businessAddress: { ...shownAddress, city: 'Dundee' },
    });
    expect(await ann.contact('Own')).toMatchObject({
      companyName: 'Harbour PLC',
      businessAddress: { city: 'Perth' },
    });
    await ann.expectSilence();
  });

  test('CON-1: an edit of an address that was the account’s makes it the contact’s own', async () => {
    const ann = await office.hire('Ann');
    const account = await ann.addRecord('Account', { Name: 'Wharf Ltd', ...address });
    const id = await ann.addRecord('Contact', { LastName: 'Mover', AccountId: account });
    await ann.startSync(AUTO);
    const { id: itemId } = await ann.contact('Mover');
    await ann.editContact(itemId, { businessAddress: { ...shownAddress, street: '2 Quay St' } });
    await ann.sync();
    const own = { MailingStreet: '2 Quay St', MailingCity: 'Leith', MailingPostalCode: 'EH6' };
    expect(await ann.record('Contact', id, 'MailingStreet, MailingCity, MailingPostalCode')).toEqual(own);
    expect(await ann.record('Account', account, 'BillingStreet')).toEqual({ BillingStreet: '1 Quay St' });
    await ann.expectSilence();
  });

  test('CON-1: a new contact is linked to the one account of its company’s name', async () => {
    const ann = await office.seat('Ann', AUTO);
    const account = await ann.addRecord('Account', { Name: 'Exactly This', ...address });
    await ann.addRecord('Account', { Name: 'exactly this', Website: 'https://named.example' });
    const emailAddresses = [{ address: 'nell@named.example' }];
    await ann.addContact({ surname: 'Named', companyName: 'Exactly This', emailAddresses });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Named', 'AccountId')).toMatchObject([{ AccountId: account }]);
    expect(await ann.contact('Named')).toMatchObject({ businessAddress: shownAddress });
    await ann.expectSilence();
  });

  test('CON-1: without an account of that name the e-mail domain tells, and the user’s wording is kept', async () => {
    const ann = await office.seat('Ann', AUTO);
    const account = await ann.addRecord('Account', { Name: 'By Domain', Website: 'www.domain.example' });
    const emailAddresses = [{ address: 'dora@domain.example' }];
    const { id } = await ann.addContact({ surname: 'Domained', companyName: 'Unheard Of', emailAddresses });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Domained', 'AccountId')).toMatchObject([
      { AccountId: account },
    ]);
    expect(await ann.contact('Domained')).toMatchObject({ companyName: 'By Domain' });
    expect(await ann.story(id)).toContainEqual(
      expect.objectContaining({
        action: 'conflict',
        detail: { field: 'company', side: 'mailbox', lost: 'Unheard Of', kept: 'By Domain' },
      }),
    );
    await ann.expectSilence();
  });

  test('CON-1 POL-21: of two accounts of that name the domain tells; else they, or a public mail domain, link to none', async () => {
    const ann = await office.seat('Ann', AUTO);
    await ann.addRecord('Account', { Name: 'Twice' });
    const told = await ann.addRecord('Account', { Name: 'Twice', Website: 'https://www.twice.example/home' });
    const emailAddresses = [{ address: 'tom@twice.example' }];
    await ann.addContact({ surname: 'Told', companyName: 'Twice', emailAddresses });
    await ann.addRecord('Account', { Name: 'Mail Provider', Website: 'gmail.com' });
    await ann.addContact({ surname: 'Doubled', companyName: 'Twice' });
    await ann.addContact({ surname: 'Public', emailAddresses: [{ address: 'some.body@gmail.com' }] });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Told', 'AccountId')).toMatchObject([{ AccountId: told }]);
    expect(await ann.recordsNamed('Contact', 'Doubled', 'AccountId')).toMatchObject([{ AccountId: null }]);
    expect(await ann.recordsNamed('Contact', 'Public', 'AccountId')).toMatchObject([{ AccountId: null }]);
    expect(await ann.contact('Doubled')).toMatchObject({ companyName: 'Twice' });
    await ann.expectSilence();
  });

  test('CON-1 POL-10: an account that the user may not see is not linked', async () => {
    const ann = await office.seat('Ann', AUTO);
    const bob = await office.hire('Bob');
    await bob.addRecord('Account', { Name: 'Hidden House' });
    await ann.addContact({ surname: 'Outsider', companyName: 'Hidden House' });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Outsider', 'AccountId')).toMatchObject([{ AccountId: null }]);
    await ann.expectSilence();
  });
});
