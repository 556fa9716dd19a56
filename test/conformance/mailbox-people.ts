import { beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxItems, MailboxWrite } from '../../connectors/connector.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { Fields, MailboxItem } from '../../sync/record.ts';
import { drain, idsOf, lastOf, type MailboxScene, type MailboxSubject, written } from './mailbox-subject.ts';

/** Characters that end or change a query somewhere when they are not encoded. */
export const awkwardNames = ["O'Neil", 'back\\slash', 'a & b', '#1 + 1', '100%', 'Zoë 😀', '_under%score'];

/** Contacts and folders, and what a mailbox is as a whole. */
export function mailboxPeople(scene: () => MailboxScene): void {
  describe('contacts', () => {
    let subject: MailboxSubject;
    let mailbox: Mailbox;
    let contacts: MailboxItems;
    let folderId: string;
    let defaultId: string;

    beforeAll(async () => {
      ({ subject, mailbox } = scene());
      contacts = mailbox.items('contact');
      folderId = (await mailbox.createContactFolder(`Conformance ${Date.now()}`)).id;
      defaultId = (await mailbox.defaultContactFolder()).id;
    });

    const create = async (fields: Fields, key: string): Promise<MailboxItem> =>
      written(contacts, { op: 'create', containerId: folderId, key, fields, categories: [] });
    const cursorNow = async (containerId: string) => (await drain(mailbox, containerId, null)).cursor;

    it('PAIR-5 names the mailbox by one identity, whichever name it was reached by', async () => {
      const [listed] = await subject.connection.users([subject.address]);
      const identity = await subject.connection.mailbox(listed!.userId).identity();
      expect(identity.key).toBe((await mailbox.identity()).key);
      expect(listed!.key).toBe(identity.key);
      expect(identity.timeZone).toContain('/');
    });

    it('keeps every field of a person as it was written (CON-2)', async () => {
      const person = await create(wholePerson, 'key-whole');
      expect(person.fields).toMatchObject(wholePerson);
      const [state] = await contacts.read([person.itemId]);
      expect(state).toMatchObject({ ok: true, value: { type: 'present', item: { fields: wholePerson } } });
    });

    it('tells of a new item what reading it tells, fields that were not given as well (CON-2)', async () => {
      const person = await create({ lastName: 'Sparse' }, 'key-sparse');
      const [state] = await contacts.read([person.itemId]);
      expect(state?.ok && state.value.type === 'present' && state.value.item.fields).toEqual(person.fields);
    });

    it.each(awkwardNames)('keeps %s in names, addresses and keys', async name => {
      const fields = {
        lastName: name,
        company: name,
        email1: `o'neil+${encodeURIComponent(name)}&#x@example.com`,
      };
      const person = await create(fields, `key ${name}`);
      expect(person.fields).toMatchObject(fields);
      const found = await contacts.findByKeys(folderId, [`key ${name}`, 'key of nobody']);
      expect([...found.keys()]).toEqual([`key ${name}`]);
      expect(found.get(`key ${name}`)).toMatchObject({ itemId: person.itemId, fields });
    });

    it('changes only the fields that are given, and the neighbours in lists and addresses stay', async () => {
      const person = await create(wholePerson, 'key-neighbours');
      const change = { email2: 'new@example.com', businessCity: 'Cologne', fax: null, birthday: null };
      const after = await written(contacts, { op: 'update', itemId: person.itemId, fields: change });
      expect(after.fields).toMatchObject(change);
      const [state] = await contacts.read([person.itemId]);
      expect(state).toMatchObject({ value: { item: { fields: { ...wholePerson, ...change } } } });
    });

    it('takes the stamp off an item and changes its categories', async () => {
      const person = await create({ lastName: 'Stamped' }, 'key-stamped');
      const after = await written(contacts, {
        op: 'update',
        itemId: person.itemId,
        fields: {},
        key: null,
        categories: ['One', 'Two'],
      });
      expect(after.categories).toEqual(['One', 'Two']);
      expect(await contacts.findByKeys(folderId, ['key-stamped'])).toEqual(new Map());
    });

    it('reports an own write once, and then nothing', async () => {
      const cursor = await cursorNow(folderId);
      const person = await create({ lastName: 'Seen' }, 'key-seen');
      const round = await drain(mailbox, folderId, cursor);
      expect(idsOf(round.changes)).toContain(person.itemId);
      expect((await drain(mailbox, folderId, round.cursor)).changes).toEqual([]);
    });

    it('enumerates a container completely, over several pages', async () => {
      const operations = Array.from(
        { length: 45 },
        (_, index): MailboxWrite => ({
          op: 'create',
          containerId: folderId,
          key: `bulk-${index}`,
          fields: { lastName: `Bulk ${index}` },
          categories: [],
        }),
      );
      const outcomes = await contacts.write(operations);
      expect(outcomes.every(outcome => outcome.ok)).toBe(true);
      const names = new Set(
        (await drain(mailbox, folderId, null)).changes.flatMap(change =>
          change.type === 'present' ? [change.item.fields.lastName] : [],
        ),
      );
      for (let index = 0; index < 45; index++) expect(names).toContain(`Bulk ${index}`);
    });

    it('tells a deletion as removed, and reading the item as deleted', async () => {
      const person = await create({ lastName: 'Deleted' }, 'key-deleted');
      const cursor = await cursorNow(folderId);
      await contacts.write([{ op: 'delete', itemId: person.itemId }]);
      const { changes } = await drain(mailbox, folderId, cursor);
      expect(changes.at(-1)).toEqual({ type: 'removed', itemId: person.itemId });
      expect(await contacts.read([person.itemId])).toEqual([{ ok: true, value: { type: 'deleted' } }]);
    });

    it('takes a second deletion for success', async () => {
      const person = await create({ lastName: 'Deleted twice' }, 'key-twice');
      const operation: MailboxWrite = { op: 'delete', itemId: person.itemId };
      expect(await contacts.write([operation])).toEqual([{ ok: true, value: null }]);
      expect(await contacts.write([operation])).toEqual([{ ok: true, value: null }]);
    });

    it('tells a move as removed here and present there, under the same id', async context => {
      if (subject.move === undefined) return context.skip('only the owner of the mailbox can move an item');
      const person = await create({ lastName: 'Moved' }, 'key-moved');
      const [here, there] = [await cursorNow(folderId), await cursorNow(defaultId)];
      await subject.move(person.itemId, defaultId);
      expect(await lastOf(mailbox, folderId, here)).toEqual({ type: 'removed', itemId: person.itemId });
      expect(await lastOf(mailbox, defaultId, there)).toMatchObject({ item: { itemId: person.itemId } });
      expect(await contacts.read([person.itemId])).toMatchObject([
        { value: { item: { containerId: defaultId } } },
      ]);
    });

    it('invariant 5: a container that is gone is no evidence of deletions', async () => {
      const folder = await mailbox.createContactFolder(`Gone ${Date.now()}`);
      const cursor = await cursorNow(folder.id);
      await subject.deleteContactFolder(folder.id);
      expect(await mailbox.changes(folder.id, cursor)).toEqual({ type: 'container-gone' });
      const probe = await mailbox.probe({ ...emptyProbe, contactFolderId: folder.id });
      expect(probe.contactFolder).toBeNull();
    });

    it('invariant 10: fails a bad item alone, with the field by name', async () => {
      const operation = (lastName: string): MailboxWrite => ({
        op: 'create',
        containerId: folderId,
        key: `key ${lastName.length}`,
        fields: { lastName },
        categories: [],
      });
      const outcomes = await contacts.write([
        operation('good'),
        operation('nul \0'),
        operation('lone \ud800.'),
      ]);
      expect(outcomes.map(outcome => outcome.ok)).toEqual([true, false, false]);
      const failures = outcomes.flatMap(outcome => (outcome.ok ? [] : [outcome.failure]));
      for (const failure of failures)
        expect(failure).toMatchObject({ kind: 'validation', fields: ['lastName'] });
    });

    it('answers an update of what is gone as gone, beside one that works', async () => {
      const [gone, alive] = [
        await create({ lastName: 'Gone' }, 'key-gone'),
        await create({ lastName: 'A' }, 'key-a'),
      ];
      await contacts.write([{ op: 'delete', itemId: gone.itemId }]);
      const [first, second] = await contacts.write([
        { op: 'update', itemId: gone.itemId, fields: { lastName: 'B' } },
        { op: 'update', itemId: alive.itemId, fields: { lastName: 'B' } },
      ]);
      expect(first).toMatchObject({ ok: false, failure: { kind: 'gone' } });
      expect(second).toMatchObject({ ok: true, value: { fields: { lastName: 'B' } } });
    });

    it('refuses an update of what has changed since it was read', async () => {
      const person = await create({ lastName: 'Before' }, 'key-etag');
      await written(contacts, { op: 'update', itemId: person.itemId, fields: { lastName: 'Between' } });
      const [outcome] = await contacts.write([
        { op: 'update', itemId: person.itemId, etag: person.etag, fields: { lastName: 'After' } },
      ]);
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'conflict' } });
    });

    it('PAIR-5 keeps the ownership stamp of the root folder', async () => {
      const root = await mailbox.createMailFolder(`Root ${Date.now()}`, 'stamp 1');
      expect((await mailbox.mailFolder(root.id))?.stamp).toBe('stamp 1');
      await mailbox.writeFolderStamp(root.id, 'stamp 2');
      await mailbox.renameMailFolder(root.id, `${root.name} renamed`);
      const probe = await mailbox.probe({ ...emptyProbe, rootFolderId: root.id });
      expect(probe.root).toMatchObject({
        stamp: 'stamp 2',
        folder: { id: root.id, name: `${root.name} renamed` },
      });
      expect((await mailbox.mailFolders()).map(folder => folder.id)).toContain(root.id);
    });

    it('keeps the category, and refuses a second of its name', async () => {
      const name = `Category ${Date.now()}`;
      const category = await mailbox.createCategory(name, 'preset7');
      await mailbox.recolorCategory(category.id, 'preset3');
      const probe = await mailbox.probe({ ...emptyProbe, categories: true });
      expect(probe.categories).toContainEqual({ id: category.id, name, color: 'preset3' });
      await expect(mailbox.createCategory(name, 'preset1')).rejects.toMatchObject({ kind: 'duplicate' });
    });

    it('looks at everything at once', async () => {
      const probe = await mailbox.probe({
        containers: [
          { id: folderId, cursor: null },
          { id: defaultId, cursor: await cursorNow(defaultId) },
        ],
        rootFolderId: null,
        contactFolderId: folderId,
        categories: true,
        folderParents: [],
      });
      expect([...probe.pages.keys()]).toEqual([folderId, defaultId]);
      expect(probe).toMatchObject({ root: null, contactFolder: { id: folderId } });
    });

    it('OPS-3 tells what is ready and what is missing', async () => {
      for (const check of await subject.connection.test(subject.address)) {
        expect(check.detail).not.toBe('');
        if (check.state !== 'ok') expect(check.fix).toBeTruthy();
      }
    });

    it('answers a mailbox that does not exist as gone', async () => {
      const identity = async () => subject.connection.mailbox('nobody@nowhere.example').identity();
      const failure = await identity().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SyncFailure);
      expect(failure).toMatchObject({ kind: 'gone' });
    });
  });
}

const emptyProbe = {
  containers: [],
  rootFolderId: null,
  contactFolderId: null,
  categories: false,
  folderParents: [],
} as const;

export const wholePerson: Fields = {
  salutation: 'Dr.',
  firstName: 'Ann',
  middleName: 'B.',
  lastName: 'Müller',
  suffix: 'Jr.',
  title: 'Head of Sales',
  department: 'Sales',
  company: 'Contoso & Sons',
  email1: 'ann@example.com',
  email2: 'ann.two@example.com',
  email3: 'ann.three@example.com',
  businessPhone: '+49 228 1',
  mobilePhone: '+49 170 2',
  homePhone: '+49 228 3',
  otherPhone: '+49 228 4',
  fax: '+49 228 5',
  businessStreet: 'Main Street 1',
  businessCity: 'Bonn',
  businessState: 'NRW',
  businessPostalCode: '53111',
  businessCountry: 'Germany',
  homeStreet: 'Side Street 2',
  homeCity: 'Bonn',
  homeState: 'NRW',
  homePostalCode: '53112',
  homeCountry: 'Germany',
  birthday: '1980-02-29',
  assistant: 'Bob',
  website: 'https://contoso.example/?a=1&b=#c',
  notes: 'First line\nsecond line',
};
