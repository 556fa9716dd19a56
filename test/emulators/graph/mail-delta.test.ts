import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MailUnderTest, mailbox, openMail, received, stable } from './mail-under-test.ts';

let tenant: MailUnderTest;
beforeEach(async () => {
  tenant = await openMail();
});
afterEach(() => tenant.close());

const messages = `${mailbox}/messages`;
const delta = (folder = 'inbox') => `${mailbox}/mailFolders('${folder}')/messages/delta`;
const arrived = async (subject: string, at = '2026-02-01T00:00:00Z') => {
  const { id } = await tenant.create({
    subject,
    singleValueExtendedProperties: [
      ...received().singleValueExtendedProperties,
      { id: 'SystemTime 0x0E06', value: at },
    ],
  });
  return (await tenant.read(id, '?$select=id', stable)).id as string;
};
const subjects = (rows: Record<string, unknown>[]) => rows.map(({ subject }) => subject);
const removed = (id: string) => ({
  '@odata.type': '#microsoft.graph.message',
  id,
  '@removed': { reason: 'deleted' },
});

describe('the delta of messages', () => {
  it('tells what came, changed and left since, and then nothing', async () => {
    const [kept, changed, gone] = [await arrived('kept'), await arrived('changed'), await arrived('gone')];
    const first = await tenant.round(delta(), stable);
    expect(subjects(first.rows)).toEqual(['kept', 'changed', 'gone']);
    await tenant.patch(`${messages}/${changed}`, { categories: ['CRM'] });
    await tenant.call('DELETE', `${messages}/${gone}`);
    const added = await arrived('added');
    const second = await tenant.round(first.deltaLink, stable);
    expect(second.rows.map(({ id }) => id)).toEqual([changed, gone, added]);
    expect(second.rows[1]).toEqual(removed(gone));
    expect((await tenant.round(second.deltaLink, stable)).rows).toEqual([]);
    expect(second.rows.map(({ id }) => id)).not.toContain(kept);
  });

  it('shows a move as a removal here and a row there', async () => {
    const id = await arrived('A');
    const [here, there] = [await tenant.round(delta(), stable), await tenant.round(delta('archive'), stable)];
    await tenant.control('POST', 'move', { mailbox, id, folder: 'archive' });
    expect((await tenant.round(here.deltaLink, stable)).rows).toEqual([removed(id)]);
    expect((await tenant.round(there.deltaLink, stable)).rows).toMatchObject([{ id, subject: 'A' }]);
  });

  it('has the selected properties, also those that come on demand only', async () => {
    await tenant.deliver('Subject: A\r\nX-One: 1\r\n\r\nHi');
    const { rows } = await tenant.round(`${delta()}?$select=subject,internetMessageHeaders`);
    expect(rows[0]).toMatchObject({
      subject: 'A',
      internetMessageHeaders: [
        { name: 'Subject', value: 'A' },
        { name: 'X-One', value: '1' },
      ],
    });
    expect(rows[0]).not.toHaveProperty('body');
  });

  it('may tell of a change no more than the read state', async () => {
    const id = await arrived('A');
    const { deltaLink } = await tenant.round(delta(), stable);
    await tenant.behave({ deltaPartialRows: true });
    await tenant.patch(`${messages}/${id}`, { isRead: true });
    const [row] = (await tenant.round(deltaLink, stable)).rows;
    expect(row).toMatchObject({ id, isRead: true });
    expect(row).not.toHaveProperty('subject');
  });

  it('is limited by the time of arrival', async () => {
    await arrived('old', '2026-01-01T00:00:00Z');
    await arrived('new', '2026-02-01T00:00:00Z');
    const start = `${delta()}?$filter=receivedDateTime ge 2026-01-15T00:00:00Z&$orderby=receivedDateTime desc`;
    const { rows, deltaLink } = await tenant.round(start);
    expect(subjects(rows)).toEqual(['new']);
    await arrived('older', '2026-01-02T00:00:00Z');
    await arrived('newer', '2026-02-02T00:00:00Z');
    expect(subjects((await tenant.round(deltaLink)).rows)).toEqual(['newer']);
  });

  it('is limited to one kind of change', async () => {
    const [changed, gone] = [await arrived('changed'), await arrived('gone')];
    const links: Record<string, string> = {};
    for (const type of ['created', 'updated', 'deleted']) {
      links[type] = (await tenant.round(`${delta()}?changeType=${type}`, stable)).deltaLink;
    }
    await tenant.patch(`${messages}/${changed}`, { isRead: true });
    await tenant.call('DELETE', `${messages}/${gone}`);
    const added = await arrived('added');
    const told = async (type: string) => (await tenant.round(links[type]!, stable)).rows.map(({ id }) => id);
    expect([await told('created'), await told('updated'), await told('deleted')]).toEqual([
      [added],
      [changed],
      [gone],
    ]);
  });

  it.each([
    ["$filter=subject eq 'A'", 'ErrorInvalidUrlQuery'],
    ['$orderby=subject', 'ErrorInvalidUrlQuery'],
    ['$search="A"', 'ErrorInvalidUrlQuery'],
    ['changeType=moved', 'BadRequest'],
  ])('refuses %s', async (query, code) => {
    const { status, body } = await tenant.get(`${delta()}?${query}`);
    expect([status, body.error.code]).toEqual([400, code]);
  });

  it('does not go over a mailbox', async () => {
    const { status, body } = await tenant.get(`${messages}/delta`);
    expect([status, body.error.message]).toEqual([
      400,
      "Unsupported request: Change tracking is not supported against 'microsoft.graph.message'.",
    ]);
    expect((await tenant.get(delta('drafts-of-nobody'))).status).toBe(400);
  });

  it('breaks when it should expand extended properties, or expands them', async () => {
    await arrived('A');
    const expanding = `${delta()}?$expand=singleValueExtendedProperties($filter=id eq 'Integer 0xe07')`;
    const broken = await tenant.get(expanding);
    expect([broken.status, broken.body.error.code]).toEqual([500, 'InternalServerError']);
    await tenant.behave({ deltaMessageExpansion: 'served' });
    expect((await tenant.round(expanding)).rows).toMatchObject([
      { singleValueExtendedProperties: [{ id: 'Integer 0xe07', value: '0' }] },
    ]);
  });
});

describe('whoever follows the deltas of all folders', () => {
  const NAMES = ['inbox', 'archive', 'deleteditems'];
  const step = fc.record({
    action: fc.constantFrom('create', 'change', 'move', 'delete', 'look'),
    pick: fc.nat(20),
    folder: fc.constantFrom(...NAMES),
  });
  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  /** What a client knows: by folder, the ids and categories of its messages. */
  const follower = () => {
    const known = new Map(NAMES.map(name => [name, new Map<unknown, unknown>()]));
    const links = new Map(NAMES.map(name => [name, `${delta(name)}?$select=categories`]));
    const look = async () => {
      for (const name of NAMES) {
        const { rows, deltaLink } = await tenant.round(links.get(name)!, stable);
        links.set(name, deltaLink);
        for (const { id, categories, ...row } of rows) {
          if ('@removed' in row) known.get(name)!.delete(id);
          else known.get(name)!.set(id, categories);
        }
      }
    };
    return { known, look };
  };

  const carryOut = async (ids: string[], { action, pick, folder }: Step): Promise<void> => {
    const id = ids[pick % Math.max(1, ids.length)];
    if (action === 'create') ids.push(await arrived('A'));
    else if (id === undefined) return;
    else if (action === 'change') await tenant.patch(`${messages}/${id}`, { categories: [String(pick)] });
    else if (action === 'move')
      await tenant.post(`${messages}/${id}/move`, { destinationId: folder }, stable);
    else if (action === 'delete') await tenant.call('DELETE', `${messages}/${id}`);
  };

  it('knows what is in them, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
        const { known, look } = follower();
        const ids: string[] = [];
        for (const each of steps) {
          if (each.action === 'look') await look();
          else await carryOut(ids, each);
        }
        await look();
        for (const name of NAMES) {
          const listed = await tenant.get(`${mailbox}/mailFolders/${name}/messages?$top=1000`, stable);
          const rows: { id: string; categories: string[] }[] = listed.body.value;
          expect(new Map([...known.get(name)!].sort())).toEqual(
            new Map(rows.map(({ id, categories }) => [id, categories] as const).sort()),
          );
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the delta of folders', () => {
  const folders = `${mailbox}/mailFolders/delta`;

  it.each([
    ['silent', []],
    ['told', ['Inbox']],
  ])('is %s about counts', async (deltaFolderCounts, names) => {
    await tenant.behave({ deltaFolderCounts });
    const first = await tenant.round(folders);
    await arrived('A');
    const { rows } = await tenant.round(first.deltaLink);
    expect(rows.map(({ displayName }) => displayName)).toEqual(names);
    expect((await tenant.get(`${mailbox}/mailFolders/inbox`)).body).toMatchObject({
      totalItemCount: 1,
      unreadItemCount: 1,
    });
  });
});
