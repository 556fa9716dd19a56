import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';
import type { Seat } from './seat.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };

/** A seat whose one record is in the mailbox. */
async function withOne(lastName: string): Promise<{ ann: Seat; recordId: string; itemId: string }> {
  const ann = await office.hire('Ann');
  const recordId = await ann.addRecord('Contact', { LastName: lastName });
  await ann.startSync(AUTO);
  return { ann, recordId, itemId: (await ann.contact(lastName)).id };
}

const actions = async (ann: Seat, q: string) => (await ann.story(q)).map(event => event.action);

describe('CON-3', () => {
  test('CON-3: a contact deleted in Outlook stays away, the record lives; an admin brings it back', async () => {
    const { ann, recordId, itemId } = await withOne('Unwanted');
    await ann.deleteContact(itemId);
    await ann.sync();
    expect(await ann.record('Contact', recordId, 'IsDeleted')).toEqual({ IsDeleted: false });
    expect(await ann.item(recordId)).toMatchObject({ link: 'away', code: 'user_deleted' });

    await ann.editRecord('Contact', recordId, { Title: 'Still here' });
    await ann.sync();
    expect(await ann.names()).toEqual([]);
    await ann.expectSilence();

    const item = await ann.item(recordId);
    await ann.world.tandem.post(`/items/${item?.id}/restore`);
    await ann.sync();
    expect(await ann.contact('Unwanted')).toMatchObject({ jobTitle: 'Still here', categories: ['Contoso'] });
    expect(await ann.item(recordId)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });

  test('CON-3: a contact deleted in Outlook stays away although everything is read again', async () => {
    const { ann, recordId, itemId } = await withOne('Gone');
    await ann.deleteContact(itemId);
    await ann.sync();
    await ann.world.tandem.patch(`/policies/${ann.policyId}`, { general: { syncStartDate: '2020-01-01' } });
    await ann.sync(2);
    expect(await ann.names()).toEqual([]);
    expect(await ann.item(recordId)).toMatchObject({ link: 'away' });
    await ann.expectSilence();
  });

  test('CON-3: a record deleted in the CRM leaves the mailbox', async () => {
    const { ann, recordId, itemId } = await withOne('Deleted');
    await ann.world.salesforce.delete('Contact', recordId);
    await ann.sync();
    expect(await ann.names()).toEqual([]);
    expect(await ann.item(itemId)).toBeNull();
    await ann.expectSilence();
  });

  test('CON-3 POL-8: moved out of the folder is like deleted; the item is the user’s own then', async () => {
    const { ann, recordId, itemId } = await withOne('Moved');
    await ann.moveContact(itemId, 'contacts');
    await ann.sync();
    expect(await ann.item(recordId)).toMatchObject({ link: 'away', code: 'user_moved' });
    await ann.editContact(itemId, { jobTitle: 'Mine' });
    await ann.editRecord('Contact', recordId, { Title: 'Theirs' });
    await ann.sync();
    expect(await ann.record('Contact', recordId, 'Title')).toEqual({ Title: 'Theirs' });
    expect(await ann.contact('Moved', null)).toMatchObject({ jobTitle: 'Mine' });
    expect(await ann.names()).toEqual([]);
    await ann.expectSilence();

    const item = await ann.item(recordId);
    await ann.world.tandem.post(`/items/${item?.id}/restore`);
    await ann.sync();
    expect(await ann.contact('Moved')).toMatchObject({ jobTitle: 'Theirs' });
    expect(await ann.contact('Moved', null)).toMatchObject({ jobTitle: 'Mine' });
    await ann.expectSilence();
  });

  test('CON-3: an edit in Outlook of a contact whose record is deleted is kept in the history', async () => {
    const { ann, recordId, itemId } = await withOne('Raced');
    await ann.editContact(itemId, { jobTitle: 'Typed too late' });
    await ann.world.salesforce.delete('Contact', recordId);
    await ann.sync();
    expect(await ann.names()).toEqual([]);
    expect(JSON.stringify(await ann.story('Raced'))).toContain('Typed too late');
    await ann.expectSilence();
  });
});

describe('CON-4', () => {
  test('CON-4: a record of another owner leaves the mailbox, is told from a deletion, and comes back', async () => {
    const { ann, recordId } = await withOne('Handed');
    const bob = await office.hire('Bob');
    await ann.editRecord('Contact', recordId, { OwnerId: bob.crmUserId });
    await ann.sync();
    expect(await ann.names()).toEqual([]);
    expect(await ann.item(recordId)).toMatchObject({
      state: 'excluded',
      code: expect.stringMatching(/^left_/),
    });
    expect(await ann.story(recordId)).toContainEqual(
      expect.objectContaining({ action: 'deleted', code: expect.stringMatching(/^left_(owner|access)$/) }),
    );
    await ann.expectSilence();

    await ann.editRecord('Contact', recordId, { OwnerId: ann.crmUserId });
    await ann.sync();
    expect(await ann.names()).toEqual(['Handed']);
    expect(await ann.item(recordId)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });
});

test('CON-3 CON-4: deleted in Outlook and handed over at once, it stays away also when it comes back', async () => {
  const { ann, recordId, itemId } = await withOne('Both');
  const bob = await office.hire('Bob');
  await ann.deleteContact(itemId);
  await ann.editRecord('Contact', recordId, { OwnerId: bob.crmUserId });
  await ann.sync();
  await ann.editRecord('Contact', recordId, { OwnerId: ann.crmUserId });
  await ann.sync();
  expect(await ann.names()).toEqual([]);
  expect(await ann.item(recordId)).toMatchObject({ link: 'away' });
  await ann.expectSilence();
});

test('CON-3 POL-8: moved into a folder of the user’s own, it is theirs', async () => {
  const { ann, recordId, itemId } = await withOne('Kept private');
  const folder = await ann.outlook<{ id: string }>('POST', '/contactFolders', { displayName: 'Private' });
  await ann.moveContact(itemId, folder.id);
  await ann.sync();
  expect(await ann.item(recordId)).toMatchObject({ link: 'away', code: 'user_moved' });
  expect(await ann.names('Private')).toEqual(['Kept private']);
  await ann.expectSilence();
});

describe('CON-6', () => {
  test('CON-6: the category taken off an item is put back, the user’s own categories stay', async () => {
    const { ann, recordId, itemId } = await withOne('Uncategorized');
    await ann.editContact(itemId, { categories: ['My own'] });
    await ann.sync();
    expect((await ann.contact('Uncategorized')).categories.sort()).toEqual(['Contoso', 'My own']);
    expect(await ann.item(recordId)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });

  test('CON-6: the categories deleted from the list come back with their colour', async () => {
    const { ann, recordId } = await withOne('Colourful');
    const before = await ann.categories();
    for (const { id } of before.filter(({ displayName }) => displayName.startsWith('Contoso')))
      await ann.outlook('DELETE', `/outlook/masterCategories/${id}`);
    await ann.sync();
    const shown = (list: typeof before) =>
      list.map(({ displayName, color }) => `${displayName} ${color}`).sort();
    expect(shown(await ann.categories())).toEqual(shown(before));
    expect(await ann.item(recordId)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });

  test('CON-6: renamed folders get their names back, their items stay linked', async () => {
    const { ann, recordId, itemId } = await withOne('Housed');
    await ann.outlook('PATCH', `/contactFolders/${await ann.folder()}`, { displayName: 'People' });
    await ann.outlook('PATCH', `/mailFolders/${await ann.mailFolder('Contoso')}`, { displayName: 'Stuff' });
    await ann.sync();
    expect(await ann.contact('Housed')).toMatchObject({ id: itemId });
    expect(await ann.mailFolder('Contoso')).toBeTruthy();
    expect(await actions(ann, recordId)).toEqual(['created']);
    await ann.expectSilence();
  });

  test('CON-6: a deleted contacts folder is made again with what is in the CRM, no deletion is read from it', async () => {
    const { ann, recordId } = await withOne('Refilled');
    await ann.addContact({ surname: 'Born in Outlook' });
    await ann.sync();
    await ann.outlook('DELETE', `/contactFolders/${await ann.folder()}`);
    await ann.sync(2);
    expect(await ann.names()).toEqual(['Born in Outlook', 'Refilled']);
    expect(await ann.record('Contact', recordId, 'IsDeleted')).toEqual({ IsDeleted: false });
    expect(await ann.recordsNamed('Contact', 'Born in Outlook')).toHaveLength(1);
    expect(await actions(ann, recordId)).not.toContain('stay_away');
    await ann.addContact({ surname: 'Later' });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Later')).toHaveLength(1);
    await ann.expectSilence();
  });

  test('CON-6: the mail folder of the product, deleted, is made again', async () => {
    const { ann, recordId } = await withOne('Rooted');
    await ann.outlook('DELETE', `/mailFolders/${await ann.mailFolder('Contoso')}`);
    expect(await ann.sync()).toMatchObject({ state: 'in_sync', reason: null });
    expect(await ann.mailFolder('Contoso')).toBeTruthy();
    expect(await ann.item(recordId)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });
});
