import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

let tenant: TenantUnderTest;
const user = '/users/ada@example.com';
const contacts = `${user}/contacts`;
const stable = { Prefer: 'IdType="ImmutableId"' };
const stablePages = (size: number) => ({ Prefer: `IdType="ImmutableId", odata.maxpagesize=${size}` });

beforeAll(async () => {
  tenant = await startTenant();
});
beforeEach(async () => {
  await tenant.control('POST', 'reset');
  await tenant.control('POST', 'load', { users: [{ mail: 'ada@example.com' }] });
});
afterAll(() => tenant.close());

const create = async (givenName: string, path = contacts): Promise<{ id: string }> =>
  (await tenant.call('POST', path, { body: { givenName }, headers: stable })).body;
const folderNamed = async (displayName: string): Promise<{ id: string }> =>
  (await tenant.call('POST', `${user}/contactFolders`, { body: { displayName } })).body;
const givenNames = (rows: { givenName: string }[]) => rows.map(row => row.givenName).sort();
const removed = (id: string) => ({
  '@odata.type': '#microsoft.graph.contact',
  id,
  '@removed': { reason: 'deleted' },
});

describe('the delta of contacts', () => {
  it('comes in pages of ten, or of the wanted size up to 200', async () => {
    for (let number = 0; number < 12; number++) await create(`c${number}`);
    expect((await tenant.round(`${contacts}/delta`)).pages).toEqual([10, 2]);
    expect((await tenant.round(`${contacts}/delta()`, stablePages(5))).pages).toEqual([5, 5, 2]);
    const page = await tenant.call('GET', `${contacts}/microsoft.graph.delta()`, {
      headers: stablePages(500),
    });
    expect(page.headers.get('preference-applied')).toBe(
      'odata.track-changes, odata.maxpagesize=500, IdType=ImmutableId',
    );
    expect(page.body['@odata.context']).toMatch(/\$metadata#Collection\(contact\)$/);
    expect(page.body).not.toHaveProperty('@odata.nextLink');
  });

  it('tells what was created, changed and removed since, and then nothing', async () => {
    const [kept, changed, gone] = [await create('kept'), await create('changed'), await create('gone')];
    const first = await tenant.round(`${contacts}/delta`, stable);
    expect(givenNames(first.rows)).toEqual(['changed', 'gone', 'kept']);
    await tenant.call('PATCH', `${contacts}/${changed.id}`, { body: { surname: 'S' } });
    await tenant.call('DELETE', `${contacts}/${gone.id}`);
    const added = await create('added');
    const second = await tenant.round(first.deltaLink, stable);
    expect(second.rows.map(row => row.id)).toEqual([changed.id, gone.id, added.id]);
    expect(second.rows[0]).toMatchObject({
      '@odata.type': '#microsoft.graph.contact',
      givenName: 'changed',
      surname: 'S',
    });
    expect(second.rows[1]).toEqual(removed(gone.id));
    expect((await tenant.round(second.deltaLink, stable)).rows).toEqual([]);
    expect((await tenant.round(first.deltaLink, stable)).rows).toHaveLength(3);
    expect(second.rows.map(row => row.id)).not.toContain(kept.id);
  });

  it('shows a move as a removal here and a new row there, under one immutable id', async () => {
    const folder = await folderNamed('CRM');
    const there = `${user}/contactFolders('${folder.id}')/contacts/delta`;
    const { id } = await create('A');
    const [here, target] = [
      await tenant.round(`${contacts}/delta`, stable),
      await tenant.round(there, stable),
    ];
    await tenant.control('POST', 'move', { mailbox: 'ada@example.com', id, folder: folder.id });
    expect((await tenant.round(here.deltaLink, stable)).rows).toEqual([removed(id)]);
    expect((await tenant.round(target.deltaLink, stable)).rows).toMatchObject([
      { id, parentFolderId: folder.id },
    ]);
  });

  it('names a removed contact with the id under which it was known', async () => {
    const { body } = await tenant.call('POST', contacts, { body: { givenName: 'A' } });
    const { deltaLink } = await tenant.round(`${contacts}/delta`);
    await tenant.call('DELETE', `${contacts}/${body.id}`);
    expect((await tenant.round(deltaLink)).rows).toEqual([removed(body.id)]);
  });

  it('shows a touched contact with another tag and the same content', async () => {
    const { id } = await create('A');
    const first = await tenant.round(`${contacts}/delta`, stable);
    await tenant.control('POST', 'touch', { mailbox: 'ada@example.com', id });
    const [row] = (await tenant.round(first.deltaLink, stable)).rows;
    expect(row.givenName).toBe('A');
    expect(row.changeKey).not.toBe(first.rows[0].changeKey);
  });

  it('takes $select and keeps it in its links, and refuses the other options', async () => {
    await create('A');
    const { rows, deltaLink } = await tenant.round(`${contacts}/delta?$select=givenName`, stable);
    expect(Object.keys(rows[0]).sort()).toEqual(['@odata.etag', '@odata.type', 'givenName', 'id']);
    await create('B');
    expect(Object.keys((await tenant.round(deltaLink, stable)).rows[0])).toHaveLength(4);
    const refused = await tenant.call('GET', `${contacts}/delta?$top=5`);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      code: 'ErrorInvalidUrlQuery',
      message:
        "The following parameters are not supported with change tracking over the 'Contacts' resource: '$orderby, $filter, $select, $expand, $search, $top'.",
    });
  });

  it('begins from the start without a token that means anything to Exchange', async () => {
    await create('A');
    const { deltaLink } = await tenant.round(`${contacts}/delta`);
    expect(deltaLink).toContain('/contacts/delta?$deltatoken=');
    expect((await tenant.round(`${contacts}/delta?$deltatoken=latest`)).rows).toHaveLength(1);
    expect((await tenant.round(`${contacts}/delta?$deltaToken=`)).rows).toHaveLength(1);
  });

  it('expires with the eleventh later state of its collection', async () => {
    const { deltaLink } = await tenant.round(`${contacts}/delta`);
    for (let later = 0; later < 10; later++) await tenant.round(`${contacts}/delta`);
    expect((await tenant.call('GET', deltaLink)).status).toBe(200);
    const expired = await tenant.call('GET', deltaLink);
    expect(expired.status).toBe(410);
    expect(expired.body.error.code).toBe('SyncStateNotFound');
    expect(expired.headers.get('location')).toMatch(/\/contacts\/delta\?\$deltaToken=$/);
  });

  it('has links that expire inside a long round', async () => {
    for (let number = 0; number < 14; number++) await create(`c${number}`);
    const first = await tenant.call('GET', `${contacts}/delta`, { headers: stablePages(1) });
    await tenant.round(first.body['@odata.nextLink'], stablePages(1));
    expect((await tenant.call('GET', first.body['@odata.nextLink'])).body.error.code).toBe(
      'SyncStateNotFound',
    );
  });

  it('is good for its own collection only', async () => {
    const folder = await folderNamed('CRM');
    const { deltaLink } = await tenant.round(`${contacts}/delta`);
    const token = new URL(deltaLink).searchParams.get('$deltatoken');
    const there = await tenant.call(
      'GET',
      `${user}/contactFolders/${folder.id}/contacts/delta?$deltatoken=${token}`,
    );
    expect([there.status, there.body.error.code]).toEqual([410, 'SyncStateInvalid']);
    expect((await tenant.call('GET', `${contacts}/delta?$deltatoken=rubbish`)).status).toBe(410);
  });

  it('is not found when its folder is gone', async () => {
    const folder = await folderNamed('CRM');
    const { deltaLink } = await tenant.round(`${user}/contactFolders/${folder.id}/contacts/delta`);
    await tenant.call('DELETE', `${user}/contactFolders/${folder.id}`);
    const gone = await tenant.call('GET', deltaLink);
    expect([gone.status, gone.body.error.code]).toEqual([404, 'ErrorSyncFolderNotFound']);
  });

  it('may repeat rows, begin with an empty page and shorten rows', async () => {
    const { id } = await create('A');
    await tenant.control('PUT', 'behaviour', {
      deltaDuplicates: true,
      deltaEmptyPages: true,
      deltaPartialRows: true,
    });
    const first = await tenant.round(`${contacts}/delta`, stable);
    expect(first.pages).toEqual([0, 2]);
    expect(givenNames(first.rows)).toEqual(['A', 'A']);
    await tenant.call('PATCH', `${contacts}/${id}`, { body: { surname: 'S' } });
    const [row] = (await tenant.round(first.deltaLink, stable)).rows;
    expect(row).not.toHaveProperty('surname');
    expect(row).toHaveProperty('changeKey');
  });
});

describe('a client that follows the delta', () => {
  type Edit = { kind: 'create' | 'update' | 'delete' | 'move'; pick: number };
  const edits = fc.array(
    fc.record({
      kind: fc.constantFrom('create' as const, 'update' as const, 'delete' as const, 'move' as const),
      pick: fc.nat(20),
    }),
    { maxLength: 12 },
  );

  it('holds what the folder holds, whatever was done between and during its rounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(edits, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        async (bursts, size) => {
          await tenant.control('POST', 'reset');
          await tenant.control('POST', 'load', { users: [{ mail: 'ada@example.com' }] });
          const folder = await folderNamed('Elsewhere');
          const known: string[] = [];
          const carryOut = async ({ kind, pick }: Edit) => {
            const id = known[pick % Math.max(1, known.length)];
            if (kind === 'create' || id === undefined) known.push((await create('x')).id);
            else if (kind === 'update')
              await tenant.call('PATCH', `${contacts}/${id}`, { body: { surname: String(pick) } });
            else if (kind === 'delete') await tenant.call('DELETE', `${contacts}/${id}`);
            else
              await tenant.control('POST', 'move', {
                mailbox: 'ada@example.com',
                id,
                folder: pick % 2 ? folder.id : 'contacts',
              });
          };
          const copy = new Map<string, string>();
          const take = (rows: Record<string, string>[]) => {
            for (const row of rows) {
              if (row['@removed']) copy.delete(row.id!);
              else copy.set(row.id!, row.changeKey!);
            }
          };
          let link = `${contacts}/delta`;
          for (const burst of bursts) {
            const page = await tenant.call('GET', link, { headers: stablePages(size) });
            take(page.body.value);
            for (const edit of burst) await carryOut(edit);
            const next = page.body['@odata.nextLink'] ?? page.body['@odata.deltaLink'];
            const rest = await tenant.round(next, stablePages(size));
            take(rest.rows);
            link = rest.deltaLink;
          }
          take((await tenant.round(link, stablePages(size))).rows);
          const { body } = await tenant.call('GET', `${contacts}?$top=1000&$select=id,changeKey`, {
            headers: stable,
          });
          const held = body.value.map((contact: { id: string; changeKey: string }) => [
            contact.id,
            contact.changeKey,
          ]);
          expect(new Map([...copy].sort())).toEqual(new Map(held.sort()));
        },
      ),
      { numRuns: 25 },
    );
  });
});
