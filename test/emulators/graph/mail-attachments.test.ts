import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64, type MailUnderTest, mailbox, openMail, stable } from './mail-under-test.ts';

let tenant: MailUnderTest;
beforeAll(async () => {
  tenant = await openMail();
});
afterAll(() => tenant.close());

const type = (kind: string) => `#microsoft.graph.${kind}Attachment`;
const file = {
  '@odata.type': type('file'),
  name: 'a.txt',
  contentType: 'text/plain',
  contentBytes: base64('Hi'),
};
const picture = { ...file, name: 'p.png', contentType: 'image/png', isInline: true, contentId: 'logo' };
const item = {
  '@odata.type': type('item'),
  name: 'Inner',
  item: {
    '@odata.type': '#microsoft.graph.message',
    subject: 'Inner',
    body: { contentType: 'text', content: 'Inside' },
  },
};
const reference = { '@odata.type': type('reference'), name: 'plan.docx' };

const attachmentsOf = (id: string) => `${mailbox}/messages/${id}/attachments`;
const draft = async (...attachments: object[]) => (await tenant.create({ subject: 'A', attachments })).id;
const namesOf = (body: { value: { name: string }[] }) => body.value.map(({ name }) => name);

describe('attachments', () => {
  it('come with the message, or later, and are of three kinds', async () => {
    const id = await draft(file, item);
    const added = await tenant.post(attachmentsOf(id), reference);
    expect(added.status).toBe(201);
    const { value } = (await tenant.get(attachmentsOf(id))).body;
    expect(value).toMatchObject([
      { '@odata.type': type('file'), name: 'a.txt', size: 2, contentBytes: file.contentBytes },
      { '@odata.type': type('item'), name: 'Inner', size: 6 },
      { '@odata.type': type('reference'), name: 'plan.docx' },
    ]);
    expect((await tenant.get(`${attachmentsOf(id)}/$count`)).body).toBe('3');
    expect((await tenant.read(id, '?$expand=attachments')).attachments).toHaveLength(3);
  });

  it('make a message one that has attachments, unless they are inline', async () => {
    const id = await draft(picture);
    expect((await tenant.read(id)).hasAttachments).toBe(false);
    const { body } = await tenant.post(attachmentsOf(id), file);
    expect((await tenant.read(id)).hasAttachments).toBe(true);
    expect((await tenant.remove(`${attachmentsOf(id)}/${body.id}`)).status).toBe(204);
    expect((await tenant.read(id)).hasAttachments).toBe(false);
    const [inline] = (await tenant.get(attachmentsOf(id))).body.value;
    expect(inline).toMatchObject({ isInline: true, contentId: 'logo' });
  });

  it('have ids of both kinds; the immutable one stays when the message moves', async () => {
    const id = await draft(file);
    const idOf = async (message: string, headers?: Record<string, string>) =>
      (await tenant.get(`${attachmentsOf(message)}?$select=name`, headers)).body.value[0].id;
    const [changing, lasting] = [await idOf(id), await idOf(id, stable)];
    const moved = (await tenant.post(`${mailbox}/messages/${id}/move`, { destinationId: 'archive' })).body;
    expect(await idOf(moved.id)).not.toBe(changing);
    expect(await idOf(moved.id, stable)).toBe(lasting);
    expect((await tenant.get(`${attachmentsOf(moved.id)}/${lasting}`)).body.name).toBe('a.txt');
    expect((await tenant.get(`${attachmentsOf(moved.id)}/${changing}`)).status).toBe(404);
  });

  it('give their bytes: a file as it is, a message as MIME, a link none', async () => {
    const id = await draft(file, item, reference);
    const [ofFile, ofItem, ofLink] = (await tenant.get(attachmentsOf(id))).body.value;
    const contentOf = (attachment: { id: string }) =>
      tenant.get(`${attachmentsOf(id)}/${attachment.id}/$value`);
    const content = await contentOf(ofFile);
    expect([content.body, content.headers['content-type']]).toEqual(['Hi', 'text/plain']);
    expect((await contentOf(ofItem)).body).toMatch(/^Subject: Inner\r$/m);
    expect((await contentOf(ofLink)).status).toBe(405);
  });

  it('show the message in them when it is expanded', async () => {
    const id = await draft(file, item);
    const query = '$expand=microsoft.graph.itemattachment/item';
    const { value } = (await tenant.get(`${attachmentsOf(id)}?${query}`)).body;
    expect(value[0]).not.toHaveProperty('item');
    expect(value[1].item).toMatchObject({ subject: 'Inner', bodyPreview: 'Inside', isDraft: false });
    const narrow = await tenant.get(`${attachmentsOf(id)}/${value[1].id}?$select=name&${query}`);
    expect(narrow.body.item.subject).toBe('Inner');
    expect(narrow.body).not.toHaveProperty('size');
  });

  it('have items whose type may be written as in the documentation', async () => {
    const id = await draft({ ...item, item: { ...item.item, '@odata.type': 'microsoft.graph.message' } });
    const { value } = (await tenant.get(attachmentsOf(id))).body;
    expect(value).toMatchObject([{ '@odata.type': type('item') }]);
  });

  it('come with their message, also in part', async () => {
    const id = await draft(file);
    const shown = async (select: string) =>
      (await tenant.read(id, `?$select=subject&$expand=attachments($select=${select})`)).attachments;
    expect(await shown('name,microsoft.graph.fileAttachment/contentId')).toEqual([
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        '@odata.mediaContentType': expect.any(String),
        id: expect.any(String),
        name: 'a.txt',
        contentId: null,
      },
    ]);
    const path = `${mailbox}/messages/${id}?$expand=attachments($select=contentBytes)`;
    expect((await tenant.get(path)).status).toBe(400);
  });

  it('are selected by what all kinds have, and by a cast', async () => {
    const id = await draft(file);
    const rows = async (select: string) => (await tenant.get(`${attachmentsOf(id)}?$select=${select}`)).body;
    expect((await rows('name,size')).value[0]).not.toHaveProperty('contentBytes');
    expect((await rows('name,microsoft.graph.fileAttachment/contentBytes')).value[0].contentBytes).toBe(
      file.contentBytes,
    );
    expect((await rows('contentBytes')).error.message).toContain("'microsoft.graph.attachment'");
    expect(namesOf((await tenant.get(`${attachmentsOf(id)}?$filter=size gt 1`)).body)).toEqual(['a.txt']);
  });

  it.each([
    ['without a type', { name: 'a' }],
    ['of an unknown type', { ...file, '@odata.type': type('cloud') }],
    ['without content', { ...file, contentBytes: undefined }],
    ['with content that is not base64', { ...file, contentBytes: 'ä' }],
    ['with an unknown property', { ...file, colour: 'red' }],
    ['with an item that is no message', { ...item, item: { '@odata.type': '#microsoft.graph.event' } }],
  ])('are refused %s', async (_what, attachment) => {
    const { status, body } = await tenant.post(attachmentsOf(await draft()), attachment);
    expect(status).toBe(400);
    expect(body.error.message).not.toBe('');
  });

  it('are too large for one request from 3 MB on', async () => {
    const id = await draft();
    const sent = (bytes: number) =>
      tenant.post(attachmentsOf(id), { ...file, contentBytes: base64(Buffer.alloc(bytes)) });
    expect((await sent(3 * 1024 * 1024)).status).toBe(413);
    expect((await sent(3_000_000)).status).toBe(201);
  });
});
