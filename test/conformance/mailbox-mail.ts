import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Mailbox, Outcome } from '../../connectors/connector.ts';
import type { ListedMessage, MailboxMail, MessageChange } from '../../connectors/mail.ts';
import { mailContainer } from '../../sync/containers.ts';
import type { SentMail } from './delivered-mail.ts';
import { drain, idsOf, type MailboxScene, type MailboxSubject, presentIn } from './mailbox-subject.ts';
import { createFolder } from './one-folder.ts';

const ann = { name: 'Ann Müller', address: 'ann.mueller@fabrikam.example' };
const bob = { name: "Bob O'Neil", address: "bob.o'neil@fabrikam.example" };
const sentAtMs = Date.UTC(2026, 2, 2, 9, 30);

const sentMail = (subject: string, more: Partial<SentMail> = {}): SentMail => ({
  ...{ subject, from: ann, to: [bob], html: `<p>${subject}</p>`, sentAtMs },
  messageId: `<${encodeURIComponent(subject)}@fabrikam.example>`,
  ...more,
});

/** Messages (MAIL-2 to MAIL-8). */
export function mailboxMail(scene: () => MailboxScene): void {
  describe('mail', () => {
    let subject: MailboxSubject;
    let mailbox: Mailbox;
    let mail: MailboxMail;
    let rootId: string;
    let inboxId: string;

    beforeAll(async () => {
      ({ subject, mailbox } = scene());
      mail = mailbox.mail();
      rootId = (await mailbox.createMailFolder(`Mail ${Date.now()}`, 'stamp')).id;
      ({ inboxId } = await mail.usualFolders());
    });

    const newFolder = async (name: string) => (await createFolder(mail, rootId, name, 'mark')).id;
    const place = async (folderId: string, ...subjects: string[]): Promise<ListedMessage[]> => {
      const messages = subjects.map((each, n) => ({
        ...{ subject: each, html: `<p>${each}</p>`, mark: `mark of ${each}` },
        receivedAtMs: sentAtMs + n * 60_000,
      }));
      return (await mail.place(folderId, messages)).map(done);
    };
    const change = async (...changes: MessageChange[]) => (await mail.change(changes)).map(done);
    const listedIn = async (folderId: string) => {
      const messages: ListedMessage[] = [];
      for (let after: string | null = null; ; ) {
        const page = await mail.list(folderId, after);
        messages.push(...page.messages);
        if (page.next === null) return messages;
        after = page.next;
      }
    };
    const stateOf = async (id: string) => done((await mail.read([id]))[0]!);
    const messageOf = async (id: string) => {
      const state = await stateOf(id);
      if (state.type === 'gone') throw new Error(`${id} is gone`);
      return state.message;
    };
    const delivered = (context: TestContext, folderId: string, sent: SentMail): Promise<string> =>
      subject.deliver?.(folderId, sent) ?? context.skip('nobody can send a message there');

    it('knows the addresses that reach it, and the domains of its tenant', async () => {
      const addresses = await mail.addresses();
      expect(addresses).toContain(subject.address.toLowerCase());
      expect(addresses).toEqual(addresses.map(address => address.toLowerCase()));
      const domains = await subject.connection.domains();
      expect(domains).toContain(subject.address.toLowerCase().split('@').at(-1));
    });

    it('MAIL-8: what is placed is no draft, came when it is said to, and goes to nobody', async () => {
      const folderId = await newFolder('Placed');
      const before = await subject.mailsSent?.();
      const [listed] = await place(folderId, 'Opportunity & <b>');
      expect(listed).toMatchObject({ folderId, categories: [], mark: 'mark of Opportunity & <b>' });
      expect(await messageOf(listed!.id)).toMatchObject({
        ...{ subject: 'Opportunity & <b>', isDraft: false, receivedAtMs: sentAtMs, attachments: [] },
        html: expect.stringContaining('<p>Opportunity & <b></p>'),
      });
      expect(await listedIn(folderId)).toEqual([listed]);
      expect(await mail.folders([folderId])).toMatchObject([{ itemCount: 1 }]);
      expect(await subject.mailsSent?.()).toEqual(before);
    });

    it('refuses what cannot be stored alone, and everything for a folder that is gone', async () => {
      const folderId = await newFolder('Unstorable');
      const placed = (name: string) => ({ subject: name, html: '', receivedAtMs: 0, mark: name });
      const outcomes = await mail.place(folderId, ['one', 'NUL \0', 'two'].map(placed));
      expect(outcomes).toMatchObject([
        { ok: true },
        { ok: false, failure: { kind: 'validation' } },
        { ok: true },
      ]);
      await subject.purgeMailFolder(folderId);
      expect(await mail.place(folderId, [placed('late')])).toMatchObject([{ failure: { kind: 'gone' } }]);
      await expect(mail.list(folderId, null)).rejects.toMatchObject({ kind: 'gone' });
    });

    it('lists a folder in pages, the same each time, without the folders in it', async () => {
      const folderId = await newFolder('Many');
      const inside = await createFolder(mail, folderId, 'Inside', 'mark');
      const names = Array.from({ length: 45 }, (_, n) => `Message ${n}`);
      const placed = await place(folderId, ...names);
      await place(inside.id, 'Another');
      expect(await listedIn(folderId)).toEqual(placed);
      expect(await listedIn(folderId)).toEqual(placed);
      const states = await mail.read(placed.map(({ id }) => id).reverse());
      const subjects = states.map(done).map(state => state.type === 'present' && state.message.subject);
      expect(subjects).toEqual([...names].reverse());
    });

    it('MAIL-2: reads a message whole, as it was sent', async context => {
      const sent = sentMail('Whole äöü 😀', {
        to: [bob, ann],
        cc: [{ name: null, address: 'cc@example.com' }],
      });
      const id = await delivered(context, inboxId, sent);
      const { html, receivedAtMs, ...message } = await messageOf(id);
      expect(message).toEqual({
        ...{ from: ann, sender: ann, to: [bob, ann], cc: [{ name: null, address: 'cc@example.com' }] },
        ...{ bcc: [], subject: sent.subject, text: null, sentAtMs, messageId: sent.messageId },
        ...{ attachments: [], sensitivity: 'normal', isProtected: false, isDraft: false },
        ...{ categories: [], lists: [] },
      });
      expect(html).toContain('<p>Whole äöü 😀</p>');
      expect(receivedAtMs).toBeGreaterThan(sentAtMs);
    });

    it('MAIL-2 POL-23: tells the list that a message came through, and that it is private', async context => {
      const more = { list: 'team@lists.example.com', isPrivate: true };
      const id = await delivered(context, inboxId, sentMail('List', more));
      expect(await messageOf(id)).toMatchObject({ lists: [more.list], sensitivity: 'private' });
    });

    it('MAIL-4: describes attachments and gives their contents', async context => {
      const text = 'größer\r\n';
      const files = [{ name: 'Größe.txt', contentType: 'text/plain', text }];
      const enclosed = sentMail('Enclosed', { files });
      const id = await delivered(context, inboxId, sentMail('Attachments', { files, enclosed }));
      const { attachments } = await messageOf(id);
      expect(attachments).toMatchObject([
        { name: 'Größe.txt', contentType: 'text/plain', sizeBytes: Buffer.byteLength(text), type: 'file' },
        { name: 'Enclosed', type: 'item' },
      ]);
      const [file, item] = await Promise.all(attachments.map(each => mail.attachment(id, each.id)));
      expect(Buffer.from(file!, 'base64').toString()).toBe(text);
      const mime = Buffer.from(item!, 'base64').toString();
      expect(mime).toContain('Subject: Enclosed');
      expect(attachments[1]!.sizeBytes).toBeGreaterThan(0);
      await change({ op: 'purge', id });
      await expect(mail.attachment(id, attachments[0]!.id)).rejects.toMatchObject({ kind: 'gone' });
    });

    it('MAIL-3: categorizes and moves, in that order, under the same id', async () => {
      const folderId = await newFolder('Moved');
      const [placed] = await place(folderId, 'Moved');
      const { id } = placed!;
      const [categorized, moved] = await change(
        { op: 'categorize', id, categories: ['Processing Complete', 'B & C'] },
        { op: 'move', id, folderId: inboxId },
      );
      expect(categorized).toMatchObject({ id, folderId });
      expect(moved).toMatchObject({
        ...{ id, folderId: inboxId },
        categories: ['Processing Complete', 'B & C'],
      });
      expect(new Set([placed!.etag, categorized!.etag, moved!.etag]).size).toBe(3);
      expect(await listedIn(folderId)).toEqual([]);
      expect(await stateOf(id)).toMatchObject({
        type: 'present',
        listed: { ...moved, mark: 'mark of Moved' },
      });
      expect(await change({ op: 'categorize', id, categories: [] })).toMatchObject([{ categories: [] }]);
    });

    it('MAIL-3: purges, once or twice', async () => {
      const [placed] = await place(await newFolder('Purged'), 'Purged');
      const { id } = placed!;
      expect(await change({ op: 'purge', id })).toEqual([null]);
      expect(await change({ op: 'purge', id })).toEqual([null]);
      expect(await stateOf(id)).toEqual({ type: 'gone' });
    });

    it('fails what is gone alone, and does nothing after a failure of the same message', async () => {
      const folderId = await newFolder('Failing');
      const [gone, kept, other] = await place(folderId, 'gone', 'kept', 'other');
      const goneFolder = await newFolder('Gone');
      await subject.purgeMailFolder(goneFolder);
      await change({ op: 'purge', id: gone!.id });
      const outcomes = await mail.change([
        { op: 'categorize', id: gone!.id, categories: ['A'] },
        { op: 'move', id: kept!.id, folderId: goneFolder },
        { op: 'categorize', id: other!.id, categories: ['A'] },
        { op: 'categorize', id: kept!.id, categories: ['A'] },
      ]);
      expect(outcomes).toMatchObject([
        { ok: false, failure: { kind: 'gone' } },
        { ok: false, failure: { kind: 'gone' } },
        { ok: true, value: { id: other!.id, categories: ['A'] } },
        { ok: false, failure: { kind: 'gone' } },
      ]);
      expect(await stateOf(kept!.id)).toMatchObject({ listed: kept });
    });

    it('a message in Deleted Items is there', async () => {
      const { deletedItemsId } = await mail.usualFolders();
      const [placed] = await place(await newFolder('Binned'), 'Binned');
      await change({ op: 'move', id: placed!.id, folderId: deletedItemsId });
      expect(await stateOf(placed!.id)).toMatchObject({ listed: { folderId: deletedItemsId } });
    });

    describe.each(['inbox', 'sentitems'] as const)('MAIL-6: what is watched of %s', folder => {
      const container = mailContainer(folder);
      const cursorNow = async () => (await drain(mailbox, container, null)).cursor;
      const since = async (cursor: string) => presentIn((await drain(mailbox, container, cursor)).changes);
      const folderId = async () => {
        const { inboxId: inbox, sentItemsId } = await mail.usualFolders();
        return folder === 'inbox' ? inbox : sentItemsId;
      };

      it('tells of what comes, when that was, and of its categories', async () => {
        const cursor = await cursorNow();
        const [placed] = await place(await folderId(), `Comes to ${folder}`);
        const [, row] = [...(await since(cursor))][0]!;
        expect(row).toEqual({
          ...{ type: 'present', partial: false },
          item: {
            ...{ itemId: placed!.id, containerId: container, etag: placed!.etag, categories: [] },
            ...{ fields: {}, createdAtMs: sentAtMs, modifiedAtMs: expect.any(Number) },
          },
        });
        const later = await cursorNow();
        const [changed] = await change({ op: 'categorize', id: placed!.id, categories: ['CRM'] });
        expect((await since(later)).get(placed!.id)).toMatchObject({
          item: { categories: ['CRM'], etag: changed!.etag, createdAtMs: sentAtMs },
        });
      });

      it('tells of what goes, and nothing of the folders in it', async () => {
        const cursor = await cursorNow();
        const inside = await createFolder(mail, await folderId(), `Inside ${Date.now()}`, 'mark');
        const [placed] = await place(await folderId(), `Goes from ${folder}`);
        const [elsewhere] = await place(inside.id, 'Elsewhere');
        expect((await since(cursor)).has(placed!.id)).toBe(true);
        const later = await cursorNow();
        await change({ op: 'move', id: placed!.id, folderId: inside.id });
        const { changes } = await drain(mailbox, container, later);
        expect(changes).toEqual([{ type: 'removed', itemId: placed!.id }]);
        expect(idsOf((await drain(mailbox, container, cursor)).changes)).not.toContain(elsewhere!.id);
      });

      it('is told with everything else at once', async () => {
        const { pages } = await mailbox.probe({
          ...{ containers: [{ id: container, cursor: null }], rootFolderId: rootId },
          ...{ contactFolderId: null, categories: false, folderParents: [rootId] },
        });
        expect(pages.get(container)).toMatchObject({ type: 'page' });
      });
    });
  });
}

function done<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw outcome.failure;
  return outcome.value;
}
