import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';
import type { Seat } from './seat.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };
const LEAD = ['Contoso Leads'];

const convert = (seat: Seat, leadId: string, more: object = {}) =>
  seat.world.salesforce.control<{ accountId: string; contactId: string }>('POST', 'convert', {
    leadId,
    ...more,
  });
const merge = (seat: Seat, object: 'Contact' | 'Lead', masterId: string, loserId: string) =>
  seat.world.salesforce.control('POST', 'merge', { object, masterId, loserIds: [loserId] });

describe('CON-5: leads', () => {
  test('CON-5: leads are mailbox contacts with the Leads category, both ways', async () => {
    const ann = await office.hire('Ann');
    const id = await ann.addRecord('Lead', {
      LastName: 'Prospect',
      Company: 'Prospects Inc',
      Website: 'https://p.example',
    });
    await ann.startSync(AUTO);
    const shown = await ann.contact('Prospect');
    expect(shown).toMatchObject({
      companyName: 'Prospects Inc',
      businessHomePage: 'https://p.example',
      categories: LEAD,
    });
    await ann.editContact(shown.id, { companyName: 'Prospects Ltd', jobTitle: 'Owner' });
    await ann.sync();
    expect(await ann.record('Lead', id, 'Company, Title')).toEqual({
      Company: 'Prospects Ltd',
      Title: 'Owner',
    });
    await ann.world.salesforce.delete('Lead', id);
    await ann.sync();
    expect(await ann.names()).toEqual([]);
    await ann.expectSilence();
  });

  test('CON-5: a new contact with the Leads category becomes a lead; without a company it waits with the reason', async () => {
    const ann = await office.seat('Ann');
    await ann.addContact({ surname: 'Complete', companyName: 'Whole Co', categories: LEAD });
    const waiting = await ann.addContact({ surname: 'Companyless', categories: LEAD });
    await ann.sync();
    expect(await ann.recordsNamed('Lead', 'Complete', 'Company')).toMatchObject([{ Company: 'Whole Co' }]);
    expect(await ann.recordsNamed('Contact', 'Complete')).toEqual([]);
    expect(await ann.item(waiting.id)).toMatchObject({
      module: 'leads',
      state: 'failing',
      code: 'no_company',
      reason: 'A lead needs a company.',
    });
    await ann.expectSilence();

    await ann.editContact(waiting.id, { companyName: 'Found Co' });
    await ann.sync();
    expect(await ann.recordsNamed('Lead', 'Companyless', 'Company')).toMatchObject([{ Company: 'Found Co' }]);
    expect(await ann.item(waiting.id)).toMatchObject({ state: 'in_sync', link: 'linked' });
    await ann.expectSilence();
  });

  test('CON-5: the Leads category on a linked contact, and the other on a lead, is put back', async () => {
    const ann = await office.hire('Ann');
    const contact = await ann.addRecord('Contact', { LastName: 'Contact' });
    await ann.addRecord('Lead', { LastName: 'Lead', Company: 'Lead Co' });
    await ann.startSync(AUTO);
    await ann.editContact((await ann.contact('Contact')).id, { categories: [...LEAD, 'Mine'] });
    await ann.editContact((await ann.contact('Lead')).id, { categories: ['Contoso'] });
    await ann.sync();
    expect((await ann.contact('Contact')).categories.sort()).toEqual(['Contoso', 'Mine']);
    expect((await ann.contact('Lead')).categories).toEqual(LEAD);
    expect(await ann.recordsNamed('Lead', 'Contact')).toEqual([]);
    expect(await ann.record('Contact', contact, 'IsDeleted')).toEqual({ IsDeleted: false });
    await ann.expectSilence();
  });
});

describe('CON-5: conversion', () => {
  test('CON-5: a converted lead becomes its contact in the same mailbox item', async () => {
    const ann = await office.hire('Ann');
    const lead = await ann.addRecord('Lead', {
      LastName: 'Convertible',
      Company: 'Conv Co',
      Email: 'c@conv.example',
    });
    await ann.startSync(AUTO);
    const { id } = await ann.contact('Convertible');
    await ann.editContact(id, { nickName: 'Connie' });
    const { contactId } = await convert(ann, lead);
    await ann.sync();
    expect(await ann.contact('Convertible')).toMatchObject({
      id,
      nickName: 'Connie',
      companyName: 'Conv Co',
      categories: ['Contoso'],
    });
    expect(await ann.item(id)).toMatchObject({ module: 'contacts', crmId: contactId, link: 'linked' });
    await ann.expectSilence();

    await ann.editContact(id, { jobTitle: 'Customer' });
    await ann.sync();
    expect(await ann.record('Contact', contactId, 'Title')).toEqual({ Title: 'Customer' });
    await ann.expectSilence();
  });

  test('CON-5 CON-7: an edit of the lead in Outlook that was on its way reaches the contact', async () => {
    const ann = await office.hire('Ann');
    const lead = await ann.addRecord('Lead', { LastName: 'Hurried', Company: 'Hurry Co' });
    await ann.startSync(AUTO);
    const { id } = await ann.contact('Hurried');
    await ann.editContact(id, { mobilePhone: '+1 555 0160' });
    const { contactId } = await convert(ann, lead);
    await ann.sync(2);
    expect(await ann.record('Contact', contactId, 'MobilePhone')).toEqual({ MobilePhone: '+1 555 0160' });
    expect(await ann.contact('Hurried')).toMatchObject({ id, mobilePhone: '+1 555 0160' });
    await ann.expectSilence();
  });

  test('CON-7: a lead converted into a contact that has an item already leaves one item, with both edits', async () => {
    const ann = await office.hire('Ann');
    const contact = await ann.addRecord('Contact', { LastName: 'Known' });
    const lead = await ann.addRecord('Lead', { LastName: 'Doubled', Company: 'Double Co' });
    await ann.startSync(AUTO);
    const known = await ann.contact('Known');
    await ann.editContact((await ann.contact('Doubled')).id, { jobTitle: 'From the lead' });
    const account = await ann.addRecord('Account', { Name: 'Double Co' });
    await convert(ann, lead, { contactId: contact, accountId: account });
    await ann.sync(2);
    expect(await ann.names()).toEqual(['Known']);
    expect(await ann.contact('Known')).toMatchObject({ id: known.id, jobTitle: 'From the lead' });
    expect(await ann.record('Contact', contact, 'Title')).toEqual({ Title: 'From the lead' });
    await ann.expectSilence();
  });
});

describe('CON-5: merges', () => {
  test('CON-5: the loser’s item becomes the winner’s, which has none', async () => {
    const ann = await office.hire('Ann');
    const loser = await ann.addRecord('Contact', { LastName: 'Loser', Phone: '+1 555 0170' });
    await ann.startSync(AUTO);
    const { id } = await ann.contact('Loser');
    const winner = await ann.addRecord('Contact', { LastName: 'Winner' });
    await merge(ann, 'Contact', winner, loser);
    await ann.sync();
    expect(await ann.names()).toEqual(['Winner']);
    expect(await ann.contact('Winner')).toMatchObject({ id, businessPhones: ['+1 555 0170'] });
    expect(await ann.item(id)).toMatchObject({ crmId: winner, link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });

  test('CON-5 CON-7: where the winner has an item, the loser’s goes and its edits move over first', async () => {
    const ann = await office.hire('Ann');
    const loser = await ann.addRecord('Contact', { LastName: 'Second' });
    const winner = await ann.addRecord('Contact', { LastName: 'First', Title: 'Kept' });
    await ann.startSync(AUTO);
    const kept = await ann.contact('First');
    await ann.editContact((await ann.contact('Second')).id, { mobilePhone: '+1 555 0180' });
    await merge(ann, 'Contact', winner, loser);
    await ann.sync(2);
    expect(await ann.names()).toEqual(['First']);
    const both = { jobTitle: 'Kept', mobilePhone: '+1 555 0180' };
    expect(await ann.contact('First')).toMatchObject({ id: kept.id, ...both });
    expect(await ann.record('Contact', winner, 'Title, MobilePhone')).toEqual({
      Title: 'Kept',
      MobilePhone: '+1 555 0180',
    });
    await ann.expectSilence();
  });

  test('CON-5: leads merge like contacts', async () => {
    const ann = await office.hire('Ann');
    const loser = await ann.addRecord('Lead', { LastName: 'Less', Company: 'Merge Co' });
    const winner = await ann.addRecord('Lead', { LastName: 'More', Company: 'Merge Co' });
    await ann.startSync(AUTO);
    const kept = await ann.contact('More');
    await merge(ann, 'Lead', winner, loser);
    await ann.sync();
    expect((await ann.contacts()).map(({ id }) => id)).toEqual([kept.id]);
    await ann.expectSilence();
  });

  test('CON-7: merged accounts rename the company, nothing else', async () => {
    const ann = await office.hire('Ann');
    const loser = await ann.addRecord('Account', { Name: 'Old Brand' });
    const winner = await ann.addRecord('Account', { Name: 'New Brand' });
    await ann.addRecord('Contact', { LastName: 'Branded', AccountId: loser });
    await ann.startSync(AUTO);
    const { id } = await ann.contact('Branded');
    await ann.world.salesforce.control('POST', 'merge', {
      object: 'Account',
      masterId: winner,
      loserIds: [loser],
    });
    await ann.sync();
    expect(await ann.contact('Branded')).toMatchObject({ id, companyName: 'New Brand' });
    await ann.expectSilence();
  });
});
