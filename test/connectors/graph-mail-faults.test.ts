import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox } from '../../connectors/connector.ts';
import type { MailboxMail, PlacedMessage } from '../../connectors/mail.ts';
import { connectGraph } from '../conformance/graph-subject.ts';
import { createFolder } from '../conformance/one-folder.ts';
import { type GraphUnderTest, graphUnderTest, owner } from './graph-mailbox.ts';

let graph: GraphUnderTest;
let mail: MailboxMail;
let rootId: string;
beforeAll(async () => {
  graph = await graphUnderTest();
  mail = graph.mailbox.mail();
  rootId = (await graph.mailbox.createMailFolder('CRM', 'stamp')).id;
});
afterEach(() => graph.control('PUT', 'faults', []));
afterAll(() => graph.close());

const fault = (given: object) => graph.control('PUT', 'faults', [given]);
const fresh = (): Mailbox => connectGraph(graph, graph.hosts).mailbox(owner);
const placed = (mark: string): PlacedMessage => ({ subject: mark, html: mark, receivedAtMs: 0, mark });
const newFolder = async (name: string) => (await createFolder(mail, rootId, name, 'mark')).id;

async function placedIn(folderId: string, ...marks: string[]): Promise<string[]> {
  const outcomes = await mail.place(folderId, marks.map(placed));
  return outcomes.map(outcome => {
    if (!outcome.ok) throw outcome.failure;
    return outcome.value.id;
  });
}

async function marksIn(folderId: string): Promise<(string | null)[]> {
  const { messages } = await mail.list(folderId, null);
  return messages.map(({ mark }) => mark);
}

describe('faults of mail', () => {
  it('invariant 14: of a throttled batch the throttled changes fail, the others are done', async () => {
    const ids = await placedIn(await newFolder('Throttled'), 'a', 'b', 'c');
    await fault({
      ...{ mode: 'status', status: 429, retryAfter: 30, times: 1 },
      match: { method: 'PATCH', path: ids[1]!, subrequest: true },
    });
    const own = fresh().mail();
    const outcomes = await own.change(ids.map(id => ({ op: 'categorize', id, categories: ['A'] })));
    expect(outcomes[1]).toMatchObject({ failure: { kind: 'throttled', retryAfterMs: 30_000 } });
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
    const states = await mail.read(ids);
    expect(states).toMatchObject([
      { value: { message: { categories: ['A'] } } },
      { value: { message: { categories: [] } } },
      { value: { message: { categories: ['A'] } } },
    ]);
    await expect(own.list(rootId, null)).rejects.toMatchObject({ kind: 'throttled', native: 'RetryAfter' });
  });

  it('invariant 3: a placed message whose answer is lost may be there, and is known by its mark', async () => {
    const folderId = await newFolder('Lost');
    await fault({
      ...{ mode: 'lost-response', times: 1 },
      match: { method: 'POST', path: '/messages', subrequest: true },
    });
    const outcomes = await mail.place(folderId, [placed('one'), placed('two')]);
    const lost = outcomes.filter(({ ok }) => !ok);
    expect(lost).toMatchObject([{ failure: { maybeApplied: true } }]);
    expect((await marksIn(folderId)).sort()).toEqual(['one', 'two']);
  });

  it('invariant 3: so may a folder', async () => {
    await fault({ mode: 'lost-response', times: 1, match: { method: 'POST', path: 'childFolders' } });
    const lost = createFolder(mail, rootId, 'Lost folder', 'lost');
    await expect(lost).rejects.toMatchObject({ kind: 'throttled', maybeApplied: true });
    expect(await mail.foldersBelow([rootId])).toContainEqual(
      expect.objectContaining({ name: 'Lost folder', mark: 'lost' }),
    );
    await expect(createFolder(mail, rootId, 'lost FOLDER', 'again')).rejects.toMatchObject({
      ...{ kind: 'duplicate', native: 'ErrorFolderExists' },
    });
  });

  it('a batch that fails as a whole is thrown', async () => {
    const ids = await placedIn(await newFolder('Whole'), 'a');
    await fault({ mode: 'status', status: 500, match: '$batch' });
    await expect(mail.read(ids)).rejects.toMatchObject({ kind: 'transient' });
    const changed = mail.change([{ op: 'purge', id: ids[0]! }]);
    await expect(changed).rejects.toMatchObject({ kind: 'transient', maybeApplied: true });
  });

  it('what later batches fail with is told per message, and what was done before them is kept', async () => {
    const marks = Array.from({ length: 21 }, (_, n) => `m${n}`);
    const ids = await placedIn(await newFolder('Batches'), ...marks);
    await fault({
      ...{ mode: 'status', status: 503, code: 'ErrorServerBusy', times: 1 },
      match: { method: 'POST', path: `${ids[20]}/permanentDelete`, subrequest: true },
    });
    const outcomes = await mail.change(ids.map(id => ({ op: 'purge', id })));
    expect(outcomes.slice(0, 20).every(({ ok }) => ok)).toBe(true);
    expect(outcomes[20]).toMatchObject({ failure: { kind: 'throttled', maybeApplied: true } });
  });

  it('a folder that cannot be read is no folder that is gone (invariant 5)', async () => {
    const folderId = await newFolder('Unreadable');
    await fault({
      mode: 'status',
      status: 403,
      code: 'ErrorAccessDenied',
      match: { path: encodeURIComponent(folderId) },
    });
    const forbidden = { kind: 'forbidden' };
    await expect(mail.folders([folderId])).rejects.toMatchObject(forbidden);
    await expect(mail.foldersBelow([folderId])).rejects.toMatchObject(forbidden);
    const probe = { containers: [], rootFolderId: null, contactFolderId: null, categories: false };
    await expect(graph.mailbox.probe({ ...probe, folderParents: [folderId] })).rejects.toMatchObject(
      forbidden,
    );
  });

  it('a mailbox that is gone is no message that is gone (invariant 5)', async () => {
    const [id] = await placedIn(await newFolder('Inactive'), 'a');
    await fault({ mode: 'status', status: 404, code: 'MailboxNotEnabledForRESTAPI', match: { path: id! } });
    expect(await mail.read([id!])).toMatchObject([{ ok: false, failure: { kind: 'gone' } }]);
  });

  it('asks again for the usual folders when they could not be read, and once when they could', async () => {
    const own = fresh().mail();
    await fault({ mode: 'status', status: 500, match: '$batch', times: 1 });
    await expect(own.usualFolders()).rejects.toMatchObject({ kind: 'transient' });
    const { inboxId } = await own.usualFolders();
    await graph.control('POST', 'requests/reset');
    expect((await own.usualFolders()).inboxId).toBe(inboxId);
    expect(await graph.control('GET', 'requests')).toMatchObject({ totals: { http: 0 } });
  });

  it('POL-21: without the permission no domains are known, and the test of the connection says so', async () => {
    const { roles } = (await graph.control('GET', 'info')) as { roles: string[] };
    const fewer = roles.filter(role => role !== 'Organization.Read.All');
    await graph.control('PUT', 'app', { roles: fewer });
    const connection = connectGraph(graph, graph.hosts);
    expect(await connection.domains()).toEqual([]);
    const checks = await connection.test();
    expect(checks.filter(({ state }) => state === 'missing')).toMatchObject([
      { check: 'Organization.Read.All', fix: expect.stringContaining('admin-consent') },
    ]);
    await graph.control('PUT', 'app', { roles });
    const granted = connectGraph(graph, graph.hosts);
    expect(await granted.domains()).toEqual(['contoso.example', 'emulated.onmicrosoft.com']);
    await graph.control('POST', 'requests/reset');
    await granted.domains();
    expect(await graph.control('GET', 'requests')).toMatchObject({ totals: { http: 0 } });
  });

  it('a placed message is read and no draft in Outlook, and the outbox stays empty', async () => {
    const [id] = await placedIn(await newFolder('Seen'), 'a');
    expect(await graph.hand('GET', `messages/${id}?$select=isRead,isDraft,receivedDateTime`)).toMatchObject({
      ...{ isRead: true, isDraft: false, receivedDateTime: '1970-01-01T00:00:00Z' },
    });
    expect(await graph.mails()).toEqual([]);
  });
});
