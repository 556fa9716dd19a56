import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const DEFAULT_FOLDER = { contacts: { separateFolder: false }, newItems: { autoSync: true } };

describe('PAIR-6: the first cycle', () => {
  test('PAIR-6: nothing goes from the mailbox to the CRM; what was there matches nothing is already there', async () => {
    const ann = await office.hire('Ann');
    const { id } = await ann.addContact({ surname: 'Own', categories: ['Contoso', 'Mine'] }, null);
    await ann.addRecord('Contact', { LastName: 'Copied' });
    await ann.forgetRequests();
    await ann.startSync(DEFAULT_FOLDER);
    expect((await ann.writes()).filter(({ side }) => side === 'crm')).toEqual([]);
    expect(await ann.names(null)).toEqual(['Copied', 'Own']);
    expect(await ann.item(id)).toMatchObject({
      link: 'already_there',
      state: 'excluded',
      code: 'already_there',
    });
    await ann.expectSilence();
    await ann.world.tandem.patch(`/policies/${ann.policyId}`, { general: { syncStartDate: '2020-01-01' } });
    await ann.sync(2);
    expect(await ann.recordsNamed('Contact', 'Own')).toEqual([]);
    await ann.expectSilence();
  });

  test('PAIR-6 POL-2: records from before the start date stay out until it is moved back', async () => {
    const ann = await office.hire('Ann');
    await ann.addRecord('Contact', { LastName: 'Past' });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const today = new Date().toISOString().slice(0, 10);
    await ann.startSync({ general: { syncStartDate: tomorrow } });
    expect(await ann.names()).toEqual([]);
    await ann.world.tandem.patch(`/policies/${ann.policyId}`, { general: { syncStartDate: today } });
    await ann.sync(2);
    expect(await ann.names()).toEqual(['Past']);
    await ann.expectSilence();
  });
});

describe('PAIR-7: adoption', () => {
  test('PAIR-7 POL-19: by e-mail address: blanks filled, differences by the rule, what only the mailbox has goes in the second cycle', async () => {
    const ann = await office.hire('Ann');
    const emailAddresses = [{ address: 'Iris@Adopt.example' }];
    const { id } = await ann.addContact(
      { givenName: 'Iris', surname: 'Own', jobTitle: 'Mine', mobilePhone: '+1 555 0110', emailAddresses },
      null,
    );
    const recordId = await ann.addRecord('Contact', {
      FirstName: 'Iris',
      LastName: 'Own',
      Title: 'Theirs',
      Department: 'Legal',
      Email: 'iris@adopt.example',
    });
    await ann.forgetRequests();
    await ann.startSync(DEFAULT_FOLDER);
    expect((await ann.writes()).filter(({ side }) => side === 'crm')).toEqual([]);
    expect(await ann.names(null)).toEqual(['Iris Own']);
    expect(await ann.contact('Iris Own', null)).toMatchObject({
      id,
      jobTitle: 'Theirs',
      department: 'Legal',
      mobilePhone: '+1 555 0110',
      categories: ['Contoso'],
    });
    expect(await ann.story(recordId)).toContainEqual(
      expect.objectContaining({
        action: 'conflict',
        detail: expect.objectContaining({ lost: 'Mine', kept: 'Theirs' }),
      }),
    );
    await ann.sync();
    expect(await ann.record('Contact', recordId, 'MobilePhone')).toEqual({ MobilePhone: '+1 555 0110' });
    await ann.expectSilence();
  });

  test.each<[by: string, own: Record<string, unknown>, record: Record<string, unknown>]>([
    [
      'name and phone',
      { givenName: 'Phil', surname: 'Phone', mobilePhone: '+1 (555) 012-0111' },
      { FirstName: 'Phil', LastName: 'Phone', Phone: '+15550120111' },
    ],
    [
      'name and company',
      { givenName: 'Cora', surname: 'Company', companyName: 'Adopt & Sons' },
      { FirstName: 'Cora', LastName: 'Company' },
    ],
  ])('PAIR-7: by %s', async (_, own, record) => {
    const ann = await office.hire('Ann');
    const { id, displayName } = await ann.addContact(own, null);
    const account = await ann.addRecord('Account', { Name: 'Adopt & Sons' });
    const recordId = await ann.addRecord('Contact', { AccountId: account, ...record });
    await ann.startSync(DEFAULT_FOLDER);
    expect(await ann.names(null)).toEqual([displayName]);
    expect(await ann.item(recordId)).toMatchObject({ mailboxItemId: id, link: 'linked' });
    await ann.sync();
    await ann.expectSilence();
  });

  test('PAIR-7: ambiguous ones are listed, nothing is guessed, written or copied', async () => {
    const ann = await office.hire('Ann');
    const emailAddresses = [{ address: 'twin@adopt.example' }];
    await ann.addContact({ surname: 'Twin', emailAddresses }, null);
    await ann.addContact({ surname: 'Twine', emailAddresses }, null);
    const recordId = await ann.addRecord('Contact', { LastName: 'Twin', Email: 'twin@adopt.example' });
    await ann.startSync(DEFAULT_FOLDER);
    expect(await ann.names(null)).toEqual(['Twin', 'Twine']);
    expect(await ann.item(recordId)).toMatchObject({ state: 'excluded', code: 'ambiguous' });
    await ann.expectSilence();
  });

  test('PAIR-7: an adopted item is unlinked, never deleted, when the record goes', async () => {
    const ann = await office.hire('Ann');
    const emailAddresses = [{ address: 'stay@adopt.example' }];
    const { id } = await ann.addContact({ surname: 'Stayer', categories: ['Mine'], emailAddresses }, null);
    const recordId = await ann.addRecord('Contact', { LastName: 'Stayer', Email: 'stay@adopt.example' });
    await ann.startSync(DEFAULT_FOLDER);
    expect((await ann.contact('Stayer', null)).categories.sort()).toEqual(['Contoso', 'Mine']);
    await ann.world.salesforce.delete('Contact', recordId);
    await ann.sync();
    expect(await ann.contact('Stayer', null)).toMatchObject({ id, categories: ['Mine'] });
    await ann.expectSilence();
    await ann.editContact(id, { jobTitle: 'Still mine' });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Stayer')).toEqual([]);
    await ann.expectSilence();
  });
});

describe('PAIR-7: later, before an item is created in the CRM', () => {
  const emailed = (surname: string, address: string) => ({ surname, emailAddresses: [{ address }] });

  test('PAIR-7: the user’s own record of that address is linked, not doubled', async () => {
    const ann = await office.seat('Ann', { newItems: { autoSync: true } });
    const { id } = await ann.addContact(emailed('Late', 'late@later.example'));
    const recordId = await ann.addRecord('Contact', {
      LastName: 'Late',
      Email: 'late@later.example',
      Title: 'Known',
    });
    await ann.sync(2);
    expect(await ann.recordsNamed('Contact', 'Late')).toHaveLength(1);
    expect(await ann.names()).toEqual(['Late']);
    expect(await ann.item(recordId)).toMatchObject({ mailboxItemId: id, link: 'linked', state: 'in_sync' });
    expect(await ann.contact('Late')).toMatchObject({ jobTitle: 'Known' });
    await ann.expectSilence();
  });

  test('PAIR-7: a record that the user may not see quarantines the item without details; it goes on when the record does', async () => {
    const [ann, eve] = [await office.seat('Ann', { newItems: { autoSync: true } }), await office.hire('Eve')];
    const hidden = await eve.addRecord('Contact', { LastName: 'Celebrity', Email: 'star@later.example' });
    const { id } = await ann.addContact(emailed('Starlet', 'star@later.example'));
    await ann.sync();
    const item = await ann.item(id);
    expect(item).toMatchObject({ state: 'failing', code: 'exists_hidden', crmId: null });
    expect(JSON.stringify([item, await ann.story(id)])).not.toMatch(/Celebrity|Eve|Worker/);
    expect(JSON.stringify([item, await ann.story(id)])).not.toContain(hidden);
    expect(await ann.recordsNamed('Contact', 'Starlet')).toEqual([]);
    await ann.expectSilence();

    await ann.world.salesforce.delete('Contact', hidden);
    await ann.world.tandem.post(`/items/${item?.id}/retry`);
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Starlet')).toHaveLength(1);
    await ann.expectSilence();
  });

  test('PAIR-7: two users who meet the same stranger make one record', async () => {
    const [ann, bob] = [
      await office.seat('Ann', { newItems: { autoSync: true } }),
      await office.seat('Bob', { newItems: { autoSync: true } }),
    ];
    await ann.addContact(emailed('Stranger', 'new@later.example'));
    await bob.addContact(emailed('Stranger', 'new@later.example'));
    await Promise.all([ann.sync(), bob.sync()]);
    await ann.sync();
    await bob.sync();
    const records = await ann.world.salesforce.query("SELECT Id FROM Contact WHERE LastName = 'Stranger'");
    expect(records).toHaveLength(1);
    await ann.expectSilence();
    await bob.expectSilence();
  });
});

describe('PAIR-5: one mailbox, one pairing', () => {
  test('PAIR-5: a second pairing of the mailbox is refused and names the first', async () => {
    const ann = await office.seat('Ann');
    const policyId = await office.createPolicy('Another', {});
    const answer = await ann.world.tandem.raw('/pairings', {
      method: 'POST',
      body: JSON.stringify({ policyId, mailbox: ann.mail.toUpperCase() }),
    });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(ann.pairingId) });
  });

  test('PAIR-5: a second pairing of the CRM user is blocked and says which has it', async () => {
    const ann = await office.seat('Ann');
    const bob = await office.hire('Bob');
    const view = await bob.startSync({}, ann.crmUserId);
    expect(view).toMatchObject({ state: 'blocked', reason: expect.stringContaining(ann.pairingId) });
    expect(await bob.categories()).toEqual([]);
  });

  test.each<[whose: string, stamp: string]>([
    ['another installation', 'inst_elsewhere:prg_elsewhere:7'],
    ['a product that this version cannot read', 'something else'],
  ])('PAIR-5: the stamp of %s blocks, until it is gone', async (_, stamp) => {
    const ann = await office.seat('Ann');
    await ann.restamp(stamp);
    await ann.addRecord('Contact', { LastName: 'Held back' });
    await ann.forgetRequests();
    const blocked = await ann.sync(2);
    expect(blocked).toMatchObject({
      state: 'blocked',
      fix: expect.stringContaining('Stop the other synchronization'),
    });
    expect(await ann.names()).toEqual([]);
    expect((await ann.writes()).filter(({ what }) => !what.includes('/mailFolders/'))).toEqual([]);

    await ann.outlook('DELETE', `/mailFolders/${await ann.mailFolder('Contoso')}`);
    await ann.sync();
    expect(await ann.names()).toEqual(['Held back']);
    await ann.expectSilence();
  });
});
