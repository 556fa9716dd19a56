import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Office } from './office.ts';
import type { Seat } from './seat.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

describe('POL-6: what the user already has is never taken over', () => {
  test.each<[what: string, make: (ann: Seat) => Promise<unknown>, remove: (ann: Seat) => Promise<unknown>]>([
    [
      'category',
      ann => ann.outlook('POST', '/outlook/masterCategories', { displayName: 'contoso', color: 'preset3' }),
      async ann => {
        const [category] = await ann.categories();
        return ann.outlook('DELETE', `/outlook/masterCategories/${category?.id}`);
      },
    ],
    [
      'contacts folder',
      ann => ann.outlook('POST', '/contactFolders', { displayName: 'Contoso' }),
      async ann => ann.outlook('DELETE', `/contactFolders/${await ann.folder()}`),
    ],
    [
      'mail folder',
      ann => ann.outlook('POST', '/mailFolders', { displayName: 'CONTOSO' }),
      async ann =>
        ann.outlook('PATCH', `/mailFolders/${await ann.mailFolder('CONTOSO')}`, { displayName: 'Mine' }),
    ],
  ])(
    'POL-6 PAIR-3: the user’s own %s of that name blocks, with what to do; then it goes on',
    async (what, make, remove) => {
      const ann = await office.hire('Ann');
      await ann.addRecord('Contact', { LastName: 'Waiting' });
      await make(ann);
      const before = await ann.categories();
      const view = await ann.startSync();
      expect(view).toMatchObject({
        state: 'blocked',
        reason: expect.stringContaining(`already has a ${what}`),
      });
      expect(view.fix).toContain('Rename or delete');
      expect(await ann.categories()).toEqual(before);

      await remove(ann);
      await ann.sync();
      expect(await ann.names()).toEqual(['Waiting']);
      await ann.expectSilence();
    },
  );
});

/** What goes to the CRM of the four contacts that a user makes, by the two options. */
describe('POL-7 POL-8: where contacts are and which new ones go', () => {
  test.each<[separateFolder: boolean, autoSync: boolean, sent: string[]]>([
    [true, true, ['Folder', 'FolderMarked']],
    [true, false, ['FolderMarked']],
    [false, true, ['Default', 'DefaultMarked']],
    [false, false, ['DefaultMarked']],
  ])('POL-7 POL-8: separate folder %s, automatically %s: %j', async (separateFolder, autoSync, sent) => {
    const ann = await office.hire('Ann');
    await ann.addRecord('Contact', { LastName: 'FromCrm' });
    await ann.addContact({ surname: 'Before' }, null);
    if (!separateFolder) await ann.outlook('POST', '/contactFolders', { displayName: 'Private' });
    const folder = separateFolder ? 'Contoso' : 'Private';
    await ann.startSync({ contacts: { separateFolder }, newItems: { autoSync } });
    const shown = await ann.names(separateFolder ? 'Contoso' : null);
    expect(shown).toEqual(separateFolder ? ['FromCrm'] : ['Before', 'FromCrm']);

    const categories = ['Contoso'];
    await ann.addContact({ surname: 'Default' }, null);
    await ann.addContact({ surname: 'DefaultMarked', categories }, null);
    await ann.addContact({ surname: 'Folder' }, folder);
    await ann.addContact({ surname: 'FolderMarked', categories }, folder);
    await ann.sync();
    const records = await ann.world.salesforce.query<{ LastName: string }>(
      `SELECT LastName FROM Contact WHERE OwnerId = '${ann.crmUserId}' AND LastName <> 'FromCrm' ORDER BY LastName`,
    );
    expect(records.map(({ LastName }) => LastName)).toEqual(sent);
    await ann.expectSilence();
  });

  test('POL-8: moved into the folder is like made in it', async () => {
    const ann = await office.seat('Ann', { newItems: { autoSync: true } });
    const { id } = await ann.addContact({ surname: 'Mover' }, null);
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Mover')).toEqual([]);
    await ann.moveContact(id, await ann.folder());
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Mover')).toHaveLength(1);
    expect(await ann.contact('Mover')).toMatchObject({ id, categories: ['Contoso'] });
    await ann.expectSilence();
  });

  test('POL-8 CON-3: moved out and back in goes on with the same record', async () => {
    const ann = await office.seat('Ann', { newItems: { autoSync: true } });
    const { id } = await ann.addContact({ surname: 'Wanderer' });
    await ann.sync();
    await ann.moveContact(id, 'contacts');
    await ann.sync();
    await ann.editContact(id, { jobTitle: 'Meanwhile' });
    await ann.sync();
    expect(await ann.item(id)).toMatchObject({ link: 'away' });
    await ann.moveContact(id, await ann.folder());
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Wanderer', 'Title')).toMatchObject([{ Title: 'Meanwhile' }]);
    expect(await ann.item(id)).toMatchObject({ link: 'linked', state: 'in_sync' });
    await ann.expectSilence();
  });

  test('POL-8 PAIR-6: what was there before goes only when the user gives it the category', async () => {
    const ann = await office.hire('Ann');
    const { id } = await ann.addContact({ surname: 'Ancient' }, null);
    await ann.startSync({ contacts: { separateFolder: false }, newItems: { autoSync: true } });
    await ann.editContact(id, { jobTitle: 'Edited' });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Ancient')).toEqual([]);
    expect(await ann.item(id)).toMatchObject({ state: 'excluded', code: 'already_there' });
    await ann.editContact(id, { categories: ['Contoso'] });
    await ann.sync();
    expect(await ann.recordsNamed('Contact', 'Ancient', 'Title')).toMatchObject([{ Title: 'Edited' }]);
    await ann.expectSilence();
  });
});
