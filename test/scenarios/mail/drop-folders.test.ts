import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { DROPPING, mailroom, NEW_EMAIL, NEW_OPPORTUNITY, NOT_ARCHIVED, PROCESSED } from './mailroom.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

describe('MAIL-2: a message that is dropped', () => {
  it('MAIL-1 MAIL-2 MAIL-3: is in the history of its contact, once, and goes to the Inbox', async () => {
    const ann = await mailroom(office, 'Ann');
    expect(await ann.folderNames()).toEqual([
      '- Create New Case',
      '- Create New Email',
      '- Create New Opportunity',
      'Cases',
      'Opportunities',
    ]);
    const contact = await ann.seat.addRecord('Contact', { LastName: 'Moss', Email: 'moss@fabrikam.example' });
    const id = await ann.drop({
      from: 'Max Moss <moss@fabrikam.example>',
      subject: 'An order',
      text: 'Ten, please.',
    });
    await ann.seat.sync();
    expect(await ann.email('An order')).toMatchObject({
      TextBody: 'Ten, please.',
      FromAddress: 'moss@fabrikam.example',
      Incoming: true,
    });
    expect(await ann.history('WhoId', contact)).toEqual(['An order']);
    expect(await ann.placeOf(id)).toBe('Inbox');
    expect((await ann.message(id)).categories).toEqual([PROCESSED]);
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('MAIL-2 MAIL-8: starts an opportunity that has its summary in the same cycle', async () => {
    const ann = await mailroom(office, 'Ann');
    await ann.drop({ from: 'Nina New <nina@litware.example>', subject: 'A chance' }, NEW_OPPORTUNITY);
    await ann.seat.sync();
    const [opportunity] = await ann.query<{ Id: string; StageName: string; AccountId: string | null }>(
      "SELECT Id, StageName, AccountId FROM Opportunity WHERE Name = 'A chance'",
    );
    expect(opportunity).toMatchObject({ StageName: 'Prospecting', AccountId: expect.any(String) });
    expect(await ann.email('A chance')).toMatchObject({ RelatedToId: opportunity?.Id });
    expect(await ann.subjectsIn('Opportunities')).toEqual(['A chance']);
    await ann.seat.expectSilence();
  });

  it('MAIL-3 POL-9: for records that the CRM does not have, stays and says so', async () => {
    const custom = [{ object: 'Nowhere__c', label: 'Nowheres' }];
    const ann = await mailroom(office, 'Ann', { ...DROPPING, modules: { custom } });
    const id = await ann.drop({ subject: 'Nowhere to go' }, '- Create New Nowheres');
    await ann.seat.sync();
    expect(await ann.placeOf(id)).toBe('- Create New Nowheres');
    expect((await ann.message(id)).categories).toEqual([NOT_ARCHIVED]);
    expect(await ann.seat.item('Nowhere to go')).toMatchObject({ state: 'failing', code: 'no_such_records' });
    expect(await ann.emails('Nowhere to go')).toEqual([]);
  });
});
