import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailUnderTest, mailbox, openMail, received } from './mail-under-test.ts';

let tenant: MailUnderTest;
beforeAll(async () => {
  tenant = await openMail();
});
afterAll(() => tenant.close());

const folders = `${mailbox}/mailFolders`;
const make = async (displayName: string, parent?: string) =>
  (await tenant.post(parent ? `${folders}/${parent}/childFolders` : folders, { displayName })).body;
const read = async (id: string, query = '') => (await tenant.get(`${folders}/${id}${query}`)).body;

describe('mail folders', () => {
  it('count what is in them, and what of it is unread', async () => {
    const { id } = await make('Counted');
    await tenant.create({ subject: 'new', ...received('4') }, id);
    const seen = await tenant.create({ subject: 'seen', ...received('1') }, id);
    expect(await read(id)).toMatchObject({ totalItemCount: 2, unreadItemCount: 1 });
    await tenant.remove(`${mailbox}/messages/${seen.id}`);
    expect(await read(id)).toMatchObject({ totalItemCount: 1, unreadItemCount: 1 });
  });

  it('show those below them when these are expanded', async () => {
    const top = await make('Top');
    await make('Below', top.id);
    expect(await read(top.id, '?$expand=childFolders')).toMatchObject({
      childFolderCount: 1,
      childFolders: [{ displayName: 'Below', parentFolderId: top.id }],
    });
    const { value } = (await tenant.get(`${folders}?$filter=displayName eq 'Top'&$select=displayName`)).body;
    expect(value).toEqual([{ id: top.id, displayName: 'Top' }]);
  });

  it('show ten of those below them at most, unless more or less is wanted of them', async () => {
    const top = await make('Wide');
    for (let number = 10; number < 22; number++) await make(`w${number}`, top.id);
    const below = async (expand: string) =>
      (await read(top.id, `?$select=id&$expand=${expand}`)).childFolders as Record<string, unknown>[];
    expect(await below('childFolders')).toHaveLength(10);
    expect(await below('childFolders($top=100;$select=displayName)')).toHaveLength(12);
    const [first] = await below('childFolders($top=1;$select=displayName;$expand=childFolders)');
    expect(first).toEqual({ id: expect.any(String), displayName: 'w10', childFolders: [] });
    expect((await tenant.get(`${folders}?$expand=childFolders($select=nothing)`)).status).toBe(400);
  });

  it('are called otherwise than the folders beside them, whatever is in these', async () => {
    for (const displayName of ['contacts', 'Calendar', 'Inbox']) {
      const { status, body } = await tenant.post(folders, { displayName });
      expect([status, body.error.code]).toEqual([409, 'ErrorFolderExists']);
    }
  });

  it('stay where they are when every mailbox has them', async () => {
    const { status, body } = await tenant.post(`${folders}/inbox/move`, { destinationId: 'archive' });
    expect([status, body.error.code]).toEqual([400, 'ErrorMoveDistinguishedFolder']);
  });

  it('are counted as they are filtered', async () => {
    await make('Numbered');
    const count = await tenant.get(`${folders}/$count?$filter=displayName eq 'Numbered'`);
    expect(count.body).toBe('1');
  });

  it('are copied with their messages, which are others then', async () => {
    const source = await make('Source');
    const message = await tenant.create({ subject: 'A', ...received() }, source.id);
    const copied = await tenant.post(`${folders}/${source.id}/copy`, { destinationId: 'archive' });
    expect(copied.body['@odata.context']).toMatch(/mailFolders\/\$entity$/);
    const { value } = (await tenant.get(`${folders}/${copied.body.id}/messages`)).body;
    expect(value).toMatchObject([{ subject: 'A', internetMessageId: message.internetMessageId }]);
    expect(value[0].id).not.toBe(message.id);
  });

  it('take their messages with them when they move, under the same ids', async () => {
    const { id } = await make('Moving');
    const message = await tenant.create({ subject: 'A', ...received() }, id);
    await tenant.post(`${folders}/${id}/move`, { destinationId: 'archive' });
    expect((await tenant.read(message.id)).parentFolderId).toBe(id);
    await tenant.remove(`${folders}/${id}`);
    expect((await tenant.read(message.id)).subject).toBe('A');
    expect((await tenant.post(`${folders}/${id}/permanentDelete`, {})).status).toBe(204);
    expect((await tenant.get(`${mailbox}/messages/${message.id}`)).status).toBe(404);
  });

  it('may be deleted twice under one name', async () => {
    for (const _time of [1, 2]) {
      const { id } = await make('Twice');
      expect((await tenant.remove(`${folders}/${id}`)).status).toBe(204);
    }
    const { value } = (
      await tenant.get(`${folders}/deleteditems/childFolders?$filter=displayName eq 'Twice'`)
    ).body;
    expect(value).toHaveLength(2);
  });

  it('have names of at most 255 characters', async () => {
    expect((await make('n'.repeat(255))).displayName).toHaveLength(255);
    expect((await make('n'.repeat(256))).error.code).toBe('ErrorFolderSavePropertyError');
  });
});
