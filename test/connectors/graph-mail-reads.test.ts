import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../../bin/exchange.ts';
import { realWorld } from '../../bin/world.ts';
import { graphConnector } from '../../connectors/graph/connector.ts';
import type { MailboxMail } from '../../connectors/mail.ts';
import { mailContainer } from '../../sync/containers.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
import { mimeOf, type SentMail } from '../conformance/delivered-mail.ts';
import { type GraphUnderTest, graphUnderTest, owner, round } from './graph-mailbox.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpus/emails', import.meta.url));
const files = existsSync(corpus) ? readdirSync(corpus).filter(name => name.endsWith('.eml')) : [];

const ann = { name: 'Ann', address: 'ann@fabrikam.example' };
const plain: SentMail = {
  ...{ subject: 'Plain', from: ann, html: '<p>Hi</p>', messageId: '<plain@fabrikam.example>' },
  sentAtMs: Date.UTC(2026, 2, 2, 9),
};

let graph: GraphUnderTest;
let mail: MailboxMail;
beforeAll(async () => {
  graph = await graphUnderTest();
  mail = graph.mailbox.mail();
});
afterEach(() => graph.control('PUT', 'faults', []));
afterAll(() => graph.close());

async function deliver(mime: string | Buffer, folder = 'inbox'): Promise<string> {
  const eml = Buffer.from(mime).toString('base64');
  const delivered = await graph.control('POST', 'deliver', { mailbox: owner, folder, eml });
  return (delivered as { immutableId: string }).immutableId;
}

const lines = (...given: string[]) => given.join('\r\n');

async function messageOf(id: string, from: MailboxMail = mail): Promise<MailMessage> {
  const [outcome] = await from.read([id]);
  if (!outcome!.ok) throw outcome!.failure;
  if (outcome!.value.type === 'gone') throw new Error(`${id} is gone`);
  return outcome!.value.message;
}

describe.skipIf(files.length === 0)('real messages (skipped where the corpus is absent)', () => {
  it.each(files)('MAIL-2: %s is read whole, with the bytes of its attachments', async file => {
    const id = await deliver(readFileSync(join(corpus, file)));
    const { attachments, ...message } = await messageOf(id);
    expect(message).toMatchObject({ isDraft: false, isProtected: false, sensitivity: 'normal' });
    expect(message.html ?? message.text).not.toBeNull();
    expect(message.sentAtMs).toEqual(expect.any(Number));
    for (const { id: attachmentId, sizeBytes } of attachments) {
      const content = await mail.attachment(id, attachmentId);
      expect(Buffer.from(content, 'base64')).toHaveLength(sizeBytes);
    }
  });
});

describe('messages', () => {
  it('POL-23: is protected when its content is encrypted or under rights management', async () => {
    const sealed = [
      ['Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m', '', 'x'],
      ['Content-Class: rpmsg.message', 'Content-Type: text/plain', '', 'This message is protected.'],
      [
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        ...['', '--b', 'Content-Type: application/pgp-encrypted', '', 'Version: 1'],
        ...['--b', 'Content-Type: application/octet-stream; name=encrypted.asc', '', 'x', '--b--'],
      ],
    ];
    for (const part of sealed)
      expect(await messageOf(await deliver(lines('Subject: A', ...part)))).toMatchObject({
        isProtected: true,
      });
  });

  it('is not protected when it is signed beside its text, or somebody attached an envelope', async () => {
    const file = { name: 'smime.p7m', contentType: 'application/pkcs7-mime', text: 'x' };
    const signed = lines(
      'Subject: A',
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
      ...['', '--b', 'Content-Type: text/plain', '', 'Hi'],
      ...['--b', 'Content-Type: application/pkcs7-signature; name=smime.p7s', '', 'x', '--b--', ''],
    );
    for (const mime of [signed, await mimeOf({ ...plain, files: [file] })])
      expect(await messageOf(await deliver(mime))).toMatchObject({ isProtected: false });
  });

  it('MAIL-4: inline attachments are found, of which Graph says that there are none', async () => {
    const id = await deliver(
      lines(
        ...['Subject: A', 'Content-Type: multipart/related; boundary=b', ''],
        ...['--b', 'Content-Type: text/html', '', '<img src="cid:logo">'],
        ...['--b', 'Content-Type: image/png; name=logo.png', 'Content-ID: <logo>'],
        ...['Content-Disposition: inline', '', 'x', '--b--', ''],
      ),
    );
    expect(await graph.hand('GET', `messages/${id}?$select=hasAttachments`)).toMatchObject({
      hasAttachments: false,
    });
    expect(await messageOf(id)).toMatchObject({ attachments: [{ name: 'logo.png', type: 'file' }] });
  });

  it('MAIL-4: a link to a file elsewhere is told as that, and has no contents', async () => {
    const { id } = await graph.hand('POST', 'messages', { subject: 'Link' });
    const link = { '@odata.type': '#microsoft.graph.referenceAttachment', name: 'Plan.docx' };
    await graph.hand('POST', `messages/${id}/attachments`, link);
    const { attachments, isDraft } = await messageOf(String(id));
    expect(isDraft).toBe(true);
    expect(attachments).toMatchObject([{ name: 'Plan.docx', type: 'reference', sizeBytes: 0 }]);
    const refused = mail.attachment(String(id), attachments[0]!.id);
    await expect(refused).rejects.toMatchObject({ kind: 'permanent' });
  });

  it('takes the words of a plain message in the form in which it gets them', async () => {
    const id = await deliver(lines('Subject: A', '', 'Hi', 'there'));
    expect(await messageOf(id)).toMatchObject({ html: expect.stringContaining('Hi'), text: null });
    await graph.behave({ plainBodies: 'text' });
    expect(await messageOf(id)).toMatchObject({ html: null, text: 'Hi\r\nthere\r\n' });
    await graph.behave({ plainBodies: 'html' });
  });

  it.each([
    ['<mailto:team@lists.example.com>', ['team@lists.example.com']],
    ['<mailto:a@example.com?subject=x>, <https://x.example/post>, <mailto:b%2Bc@example.com>'],
    ['NO (posting not allowed)', []],
    ['<mailto:%>', ['%']],
  ])('MAIL-2: lists that post by %s', async (header, lists = ['a@example.com', 'b+c@example.com']) => {
    expect(await messageOf(await deliver(lines('Subject: A', `List-Post: ${header}`, '', '')))).toMatchObject(
      {
        lists,
      },
    );
  });

  it('attachments of 30 MB, as files and in messages, are read', async () => {
    const text = 'A line of a large file that nobody reads.\r\n'.repeat(720_000);
    const large: SentMail = { ...plain, files: [{ name: 'large.txt', contentType: 'text/plain', text }] };
    const id = await deliver(await mimeOf({ ...plain, enclosed: large }));
    const [enclosed] = (await messageOf(id)).attachments;
    const mime = Buffer.from(await mail.attachment(id, enclosed!.id), 'base64');
    expect(mime.length).toBeGreaterThan(30_000_000);
    const fileId = await deliver(await mimeOf(large));
    const [file] = (await messageOf(fileId)).attachments;
    expect(file!.sizeBytes).toBe(text.length);
    expect(Buffer.from(await mail.attachment(fileId, file!.id), 'base64').equals(Buffer.from(text))).toBe(
      true,
    );
  });

  it('invariant 10: of bodies that are too long together each is read, one that is too long alone fails alone', async () => {
    const body = (length: number) => mimeOf({ ...plain, html: `<p>${'long '.repeat(length / 5)}</p>` });
    const ids: string[] = [];
    for (const length of [60_000, 60_000, 300_000, 60_000, 60_000])
      ids.push(await deliver(await body(length)));
    const world = {
      ...realWorld(graph.hosts),
      exchange: (request: Parameters<typeof exchange>[0], limits: Parameters<typeof exchange>[1]) =>
        exchange(request, { ...limits, maxBytes: 200_000 }),
    };
    const narrow = graphConnector.connect(graph.settings, graph.credentials, world).mailbox(owner).mail();
    expect(await narrow.read(ids)).toMatchObject([
      { value: { type: 'present', listed: { id: ids[0] } } },
      { value: { type: 'present', listed: { id: ids[1] } } },
      { ok: false, failure: { kind: 'permanent', native: 'AnswerTooLarge' } },
      { value: { type: 'present', listed: { id: ids[3] } } },
      { value: { type: 'present', listed: { id: ids[4] } } },
    ]);
  });
});

describe('the deltas of messages', () => {
  const sentItems = mailContainer('sentitems');
  const inbox = mailContainer('inbox');

  it('MAIL-6: drafts are left out until they are sent', async () => {
    const draft = await graph.hand('POST', 'mailFolders/sentitems/messages', { subject: 'Draft' });
    const { changes } = await round(graph.mailbox, sentItems, null);
    expect(changes.map(change => change.type === 'present' && change.item.itemId)).not.toContain(draft.id);
  });

  it('MAIL-6: a row with less than was asked is completed; what has left or is gone is told as removed', async () => {
    const ids = [
      await deliver('Subject: stays'),
      await deliver('Subject: leaves'),
      await deliver('Subject: gone'),
    ];
    const { cursor } = await round(graph.mailbox, inbox, null);
    await graph.behave({ deltaPartialRows: true });
    await mail.change(ids.map(id => ({ op: 'categorize', id, categories: ['CRM'] })));
    const page = graph.mailbox.changes(inbox, cursor);
    expect(await page).toMatchObject({
      changes: ids.map(itemId => ({
        ...{ type: 'present', partial: false },
        item: { itemId, categories: ['CRM'], createdAtMs: Date.parse('2026-03-02T10:00:00Z') },
      })),
    });
    await mail.change([{ op: 'move', id: ids[1]!, folderId: (await mail.usualFolders()).deletedItemsId }]);
    expect((await round(graph.mailbox, inbox, cursor)).changes).toContainEqual({
      type: 'removed',
      itemId: ids[1],
    });
    const last = (await round(graph.mailbox, inbox, cursor)).cursor;
    await mail.change([{ op: 'categorize', id: ids[2]!, categories: [] }]);
    await graph.control('PUT', 'faults', [
      { mode: 'status', status: 404, code: 'ErrorItemNotFound', match: { path: `messages/${ids[2]}` } },
    ]);
    expect((await round(graph.mailbox, inbox, last)).changes).toEqual([{ type: 'removed', itemId: ids[2] }]);
    await graph.behave({ deltaPartialRows: false });
  });

  it('a cursor that is too old starts again', async () => {
    const { cursor } = await round(graph.mailbox, inbox, null);
    await graph.control('PUT', 'faults', [{ mode: 'expired-cursor' }]);
    expect(await graph.mailbox.changes(inbox, cursor)).toEqual({ type: 'resync' });
  });
});
