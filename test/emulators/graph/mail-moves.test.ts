import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailUnderTest, mailbox, openMail, received, stable } from './mail-under-test.ts';

let tenant: MailUnderTest;
beforeAll(async () => {
  tenant = await openMail();
});
afterAll(() => tenant.close());

const messages = `${mailbox}/messages`;
const folderId = async (name: string) => (await tenant.get(`${mailbox}/mailFolders/${name}`)).body.id;
const parentOf = async (id: string) => (await tenant.get(`${messages}/${id}`, stable)).body.parentFolderId;
const immutableId = async (id: string) => (await tenant.read(id, '?$select=id', stable)).id;

describe('a moved message', () => {
  it('has another id, and the same immutable one', async () => {
    const { id } = await tenant.create({ subject: 'A', ...received() });
    const immutable = await immutableId(id);
    const { status, body, headers } = await tenant.post(`${messages}/${id}/move`, {
      destinationId: 'archive',
    });
    expect(String(headers.location)).toMatch(/\/users\('ada@example\.com'\)\/messages\('[^']+'\)$/);
    expect((await tenant.get(String(headers.location))).body.id).toBe(body.id);
    expect(body['@odata.context']).toMatch(/#users\('ada@example\.com'\)\/messages\/\$entity$/);
    expect([status, body.parentFolderId]).toEqual([201, await folderId('archive')]);
    expect(body.id).not.toBe(id);
    expect((await tenant.get(`${messages}/${id}`)).body.error.code).toBe('ErrorItemNotFound');
    expect(await immutableId(body.id)).toBe(immutable);
    const again = await tenant.post(`${messages}/${immutable}/move`, { DestinationId: 'inbox' }, stable);
    expect(again.body.id).toBe(immutable);
  });

  it('goes to folders of mail that there are', async () => {
    const { id } = await tenant.create({ subject: 'A', ...received() });
    const move = async (body: unknown) => (await tenant.post(`${messages}/${id}/move`, body)).status;
    expect([await move({}), await move({ destinationId: 'x' })]).toEqual([400, 400]);
    expect(await move({ destinationId: 'contacts' })).toBe(404);
  });

  it('is found below the folder that it is in only', async () => {
    const { id } = await tenant.create({ subject: 'A', ...received() });
    expect((await tenant.get(`${mailbox}/mailFolders/inbox/messages/${id}`)).status).toBe(200);
    expect((await tenant.get(`${mailbox}/mailFolders/archive/messages/${id}`)).status).toBe(404);
  });
});

describe('a copied message', () => {
  it('is another one that says the same, also to be a draft', async () => {
    const draft = await tenant.create({ subject: 'A', categories: ['CRM'] });
    const { status, body } = await tenant.post(`${messages}/${draft.id}/copy`, { destinationId: 'archive' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      subject: 'A',
      categories: ['CRM'],
      isDraft: true,
      internetMessageId: draft.internetMessageId,
    });
    expect(await immutableId(body.id)).not.toBe(await immutableId(draft.id));
    await tenant.patch(`${messages}/${body.id}`, { subject: 'B' });
    expect((await tenant.read(draft.id)).subject).toBe('A');
  });
});

describe('a deleted message', () => {
  it('goes to Deleted Items, then to the recoverable items, and then it is gone', async () => {
    const id = await immutableId((await tenant.create({ subject: 'A', ...received() })).id);
    for (const folder of ['deleteditems', 'recoverableitemsdeletions']) {
      expect((await tenant.remove(`${messages}/${id}`)).status).toBe(204);
      expect(await parentOf(id)).toBe(await folderId(folder));
    }
    await tenant.remove(`${messages}/${id}`);
    expect((await tenant.get(`${messages}/${id}`)).status).toBe(404);
  });

  it('goes to the recoverable items at once when the service does so', async () => {
    await tenant.behave({ deletedMessages: 'recoverableItems' });
    const id = await immutableId((await tenant.create({ subject: 'A', ...received() })).id);
    await tenant.remove(`${messages}/${id}`);
    expect(await parentOf(id)).toBe(await folderId('recoverableitemsdeletions'));
    await tenant.behave({ deletedMessages: 'deletedItems' });
  });

  it('is gone at once by permanentDelete', async () => {
    const { id } = await tenant.create({ subject: 'A', ...received() });
    expect((await tenant.post(`${messages}/${id}/permanentDelete`, {})).status).toBe(204);
    expect((await tenant.get(`${messages}/${id}`)).status).toBe(404);
  });
});

describe('a sent message', () => {
  const to = (address: string) => [{ emailAddress: { address } }];
  const mail = {
    subject: 'Sent',
    toRecipients: to('bob@example.com'),
    ccRecipients: to('guest@outside.example'),
    bccRecipients: to('cyd@example.com'),
  };

  it('is in Sent Items under the same immutable id, with those in BCC, whom nobody else learns', async () => {
    const { id } = (await tenant.post(messages, mail, stable)).body;
    expect((await tenant.post(`${messages}/${id}/send`, {})).status).toBe(202);
    const sent = await tenant.read(id, '', stable);
    expect(sent).toMatchObject({ isDraft: false, parentFolderId: await folderId('sentitems') });
    expect(sent.bccRecipients).toMatchObject(mail.bccRecipients);
    for (const recipient of ['bob@example.com', 'cyd@example.com']) {
      const { value } = (await tenant.get(`${recipient}/mailFolders/inbox/messages`)).body;
      expect(value).toMatchObject([
        { subject: 'Sent', isRead: false, bccRecipients: [], internetMessageId: sent.internetMessageId },
      ]);
    }
    expect((await tenant.post(`${messages}/${id}/send`, {})).status).toBe(400);
  });

  it('needs a permission of its own', async () => {
    const { id } = (await tenant.post(messages, mail)).body;
    await tenant.control('PUT', 'app', { roles: ['Mail.ReadWrite'] });
    const refused = [
      await tenant.post(`${messages}/${id}/send`, {}),
      await tenant.post(`${mailbox}/sendMail`, { message: mail }),
    ];
    await tenant.control('PUT', 'app', { roles: ['Mail.ReadWrite', 'Mail.Send'] });
    expect(refused.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('may be sent without a draft, and without being kept', async () => {
    const inSent = `${mailbox}/mailFolders/sentitems/messages?$filter=startswith(subject,'At once')`;
    const send = (subject: string, saveToSentItems?: boolean | 'false') =>
      tenant.post(`${mailbox}/sendMail`, { message: { ...mail, subject }, saveToSentItems });
    expect((await send('At once')).status).toBe(202);
    expect((await send('At once, unseen', false)).status).toBe(202);
    expect(await tenant.subjects(inSent)).toEqual(['At once']);
    // As the documentation writes it.
    expect((await send('At once, as text', 'false')).status).toBe(202);
    expect(await tenant.subjects(inSent)).toEqual(['At once']);
    for (const toRecipients of [[], to('nobody')]) {
      const { status, body } = await tenant.post(`${mailbox}/sendMail`, {
        message: { subject: 'x', toRecipients },
      });
      expect([status, body.error.code]).toEqual([400, 'ErrorInvalidRecipients']);
    }
  });
});
