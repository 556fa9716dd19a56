import { beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxProbe } from '../../connectors/connector.ts';
import type { MailboxMail, MarkedFolder } from '../../connectors/mail.ts';
import { awkwardNames } from './mailbox-people.ts';
import type { MailboxScene, MailboxSubject } from './mailbox-subject.ts';
import { createFolder, renameFolder } from './one-folder.ts';

const emptyProbe: MailboxProbe = {
  containers: [],
  rootFolderId: null,
  contactFolderId: null,
  categories: false,
  folderParents: [],
};

/** Folders of mail (MAIL-1, MAIL-5). */
export function mailboxFolders(scene: () => MailboxScene): void {
  describe('folders of mail', () => {
    let subject: MailboxSubject;
    let mailbox: Mailbox;
    let mail: MailboxMail;
    let rootId: string;
    let deletedItemsId: string;

    beforeAll(async () => {
      ({ subject, mailbox } = scene());
      mail = mailbox.mail();
      rootId = (await mailbox.createMailFolder(`Folders ${Date.now()}`, 'stamp')).id;
      ({ deletedItemsId } = await mail.usualFolders());
    });

    const create = (name: string, parentId = rootId) => createFolder(mail, parentId, name, `mark of ${name}`);
    const folderNow = async (id: string): Promise<MarkedFolder | undefined> => (await mail.folders([id]))[0];
    const below = async (id: string) => (await mail.foldersBelow([id])).map(({ name }) => name).sort();
    const probed = async (...folderParents: string[]) =>
      (await mailbox.probe({ ...emptyProbe, folderParents })).folders;

    it('has the usual ones, each of its own', async () => {
      const usual = Object.values(await mail.usualFolders());
      expect(new Set(usual).size).toBe(4);
      expect((await mail.folders(usual)).map(({ id }) => id).sort()).toEqual([...usual].sort());
    });

    it('keeps the mark with which a folder was made', async () => {
      const folder = await create('Marked');
      expect(folder).toMatchObject({
        name: 'Marked',
        parentId: rootId,
        itemCount: 0,
        mark: 'mark of Marked',
      });
      expect(await mail.folders([folder.id])).toEqual([folder]);
      expect(await mail.foldersBelow([rootId])).toContainEqual(folder);
    });

    it('finds what is below at any depth, hidden folders too, and each folder once', async () => {
      const top = await create('Top');
      const middle = await create('Middle', top.id);
      const hidden = await subject.addHiddenMailFolder(middle.id, 'Hidden');
      await create('Bottom', hidden);
      await create('Beside', top.id);
      expect(await below(top.id)).toEqual(['Beside', 'Bottom', 'Hidden', 'Middle']);
      const both = await mail.foldersBelow([top.id, middle.id, top.id]);
      expect(both.map(({ name }) => name).sort()).toEqual(['Beside', 'Bottom', 'Hidden', 'Middle']);
    });

    it('tells more folders than a page or a batch has', async () => {
      const many = await create('Many');
      const names = Array.from({ length: 25 }, (_, n) => `Record ${String(n).padStart(2, '0')}`);
      for (const name of names) await create(name, many.id);
      expect(await below(many.id)).toEqual(names);
      const ids = (await mail.foldersBelow([many.id])).map(({ id }) => id);
      expect((await mail.folders(ids)).map(({ id }) => id)).toEqual(ids);
      const folders = await probed(many.id, ...ids);
      expect(folders.get(many.id)).toHaveLength(25);
      expect(ids.map(id => folders.get(id))).toEqual(ids.map(() => []));
    });

    it('lets nobody take a name twice within a folder, whatever its case', async () => {
      const one = await create('Taken');
      const other = await create('Free');
      const taken = { kind: 'duplicate' };
      await expect(create('taken')).rejects.toMatchObject(taken);
      await expect(renameFolder(mail, other.id, 'TAKEN')).rejects.toMatchObject(taken);
      const inside = await create('Taken', other.id);
      await expect(mail.moveFolder(inside.id, rootId)).rejects.toMatchObject(taken);
      await renameFolder(mail, one.id, 'TAKEN');
      expect(await folderNow(one.id)).toMatchObject({ name: 'TAKEN', mark: 'mark of Taken' });
    });

    it('moves a folder with all that is below it; ids and marks stay', async () => {
      const from = await create('From');
      const to = await create('To');
      const inside = await create('Inside', from.id);
      await mail.moveFolder(from.id, to.id);
      expect(await folderNow(from.id)).toMatchObject({ parentId: to.id, mark: 'mark of From' });
      expect(await below(to.id)).toEqual(['From', 'Inside']);
      expect(await folderNow(inside.id)).toMatchObject({ parentId: from.id });
    });

    it('MAIL-1: what is deleted lies in Deleted Items, and stays there however often it is deleted', async () => {
      const folder = await create('Deleted');
      const inside = await create('Inside', folder.id);
      for (const id of [folder.id, folder.id, inside.id]) await mail.deleteFolder(id);
      expect(await folderNow(folder.id)).toMatchObject({ parentId: deletedItemsId });
      expect(await folderNow(inside.id)).toMatchObject({ parentId: folder.id });
      expect(await below(rootId)).not.toContain('Deleted');
    });

    it('of what is gone for good there is nothing, and it may be deleted', async () => {
      const folder = await create('Gone');
      const inside = await create('Inside', folder.id);
      await subject.purgeMailFolder(folder.id);
      expect(await mail.folders([folder.id, rootId, inside.id])).toMatchObject([{ id: rootId }]);
      expect(await mail.foldersBelow([folder.id])).toEqual([]);
      await expect(mail.deleteFolder(folder.id)).resolves.toBeUndefined();
      const gone = { kind: 'gone' };
      await expect(create('Child', folder.id)).rejects.toMatchObject(gone);
      await expect(renameFolder(mail, folder.id, 'Renamed')).rejects.toMatchObject(gone);
      await expect(mail.moveFolder(folder.id, rootId)).rejects.toMatchObject(gone);
    });

    it('looks into leaves that have folders after all', async () => {
      const parent = await create('Parent of leaves');
      const [bare, filled] = [await create('Bare', parent.id), await create('Filled', parent.id)];
      const inside = await create('Inside', filled.id);
      const found = await mail.foldersBelow([parent.id], new Set([bare.id, filled.id]));
      expect(found.map(({ id }) => id).sort()).toEqual([bare.id, filled.id, inside.id].sort());
    });

    it('a look tells the folders directly in others, hidden ones too, and which parents are gone', async () => {
      const parent = await create('Parent');
      const child = await create('Child', parent.id);
      const hidden = await subject.addHiddenMailFolder(parent.id, 'Hidden');
      await create('Grandchild', child.id);
      const gone = await create('Parent that is gone');
      await subject.purgeMailFolder(gone.id);
      await mail.place(child.id, [{ subject: 'One', html: '', receivedAtMs: 0, mark: 'one' }]);
      const folders = await probed(parent.id, gone.id);
      expect([...folders.keys()]).toEqual([parent.id, gone.id]);
      expect(folders.get(gone.id)).toBeNull();
      const children = folders.get(parent.id)!;
      expect(children.map(({ id }) => id).sort()).toEqual([child.id, hidden].sort());
      expect(children).toContainEqual({ id: child.id, name: 'Child', parentId: parent.id, itemCount: 1 });
    });

    it('a look sees the root folder only at the top, wherever its user moved it to; it can be brought back', async () => {
      const root = await mailbox.createMailFolder(`Root ${Date.now()}`, 'stamp');
      const look = async () => (await mailbox.probe({ ...emptyProbe, rootFolderId: root.id })).root;
      const place = await create('Place for the root');
      await mail.moveFolder(root.id, place.id);
      expect(await look()).toBeNull();
      expect(await mailbox.mailFolder(root.id)).toMatchObject({ folder: { id: root.id }, stamp: 'stamp' });
      await mail.moveFolder(root.id, (await mail.usualFolders()).topId);
      expect(await look()).toMatchObject({ folder: { id: root.id } });
      expect((await mailbox.mailFolders()).map(({ id }) => id)).toContain(root.id);
    });

    it.each(awkwardNames)('keeps the name %s', async name => {
      const { id } = await create(name);
      expect(await folderNow(id)).toMatchObject({ name, mark: `mark of ${name}` });
    });

    it.each(['NUL \0', 'half \ud83d'])('refuses a name that cannot be stored', async name => {
      await expect(create(name)).rejects.toMatchObject({ kind: 'validation' });
    });
  });
}
