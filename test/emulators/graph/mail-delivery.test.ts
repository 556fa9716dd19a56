import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64, eml, type MailUnderTest, mailbox, openMail } from './mail-under-test.ts';

let tenant: MailUnderTest;
beforeAll(async () => {
  tenant = await openMail();
});
afterAll(() => tenant.close());

const arrived = async (...lines: string[]) => {
  const { id } = await tenant.deliver(eml(...lines));
  return tenant.read(id, '?$expand=attachments');
};
const multipart = (...parts: string[][]) => [
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  ...parts.flatMap(part => ['--b', ...part]),
  '--b--',
];

describe('a message that arrives', () => {
  it('is what its headers say, unread, at the time of its arrival', async () => {
    const message = await arrived(
      'From: =?utf-8?q?J=C3=B6rg?= <joerg@outside.example>',
      'Sender: Office <office@outside.example>',
      'To: Ada <ada@example.com>, Team: bob@example.com, cyd@example.com;',
      'Cc: undisclosed-recipients:;',
      'Reply-To: answers@outside.example',
      'Date: Mon, 2 Mar 2026 09:00:00 +0100',
      'Message-ID: <1@outside.example>',
      'Subject: =?iso-8859-1?Q?Gr=FC=DFe?=',
      'Importance: high',
      'Disposition-Notification-To: joerg@outside.example',
      'Content-Type: text/plain; charset=windows-1252',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '10 =80',
    );
    const address = (name: string, at: string) => ({ emailAddress: { name, address: at } });
    expect(message).toMatchObject({
      subject: 'Grüße',
      from: address('Jörg', 'joerg@outside.example'),
      sender: address('Office', 'office@outside.example'),
      toRecipients: [
        address('Ada', mailbox),
        address('bob@example.com', 'bob@example.com'),
        address('cyd@example.com', 'cyd@example.com'),
      ],
      ccRecipients: [],
      replyTo: [address('answers@outside.example', 'answers@outside.example')],
      internetMessageId: '<1@outside.example>',
      importance: 'high',
      isReadReceiptRequested: true,
      isRead: false,
      isDraft: false,
      bodyPreview: expect.stringContaining('10 €'),
      sentDateTime: '2026-03-02T08:00:00Z',
      receivedDateTime: '2026-03-02T10:00:00Z',
    });
  });

  it('gets what it does not have: an id, a time', async () => {
    const message = await arrived('Subject: A', 'Date: yesterday', '', 'Hi');
    expect(message.internetMessageId).toMatch(/^<.+@.+>$/);
    expect(message.sentDateTime).toBe('2026-03-02T10:00:00Z');
    expect(message).toMatchObject({ from: null, sender: null, toRecipients: [] });
  });

  it('has the HTML of its alternatives, and inline parts beside it', async () => {
    const message = await arrived(
      'Subject: A',
      'Content-Type: multipart/related; boundary=r',
      '',
      '--r',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      'Content-Type: text/plain',
      '',
      'plain',
      '--a',
      'Content-Type: text/html',
      '',
      '<b>bold</b><img src="cid:logo@x">',
      '--a--',
      '--r',
      'Content-Type: image/png; name=logo.png',
      'Content-ID: <logo@x>',
      'Content-Transfer-Encoding: base64',
      '',
      'iVBORw==',
      '--r--',
    );
    expect(message.body.content).toContain('<b>bold</b>');
    expect(message.hasAttachments).toBe(false);
    expect(message.attachments).toMatchObject([
      { name: 'logo.png', isInline: true, contentId: 'logo@x', contentBytes: 'iVBORw==' },
    ]);
  });

  const inner = ['From: bob@example.com', 'Subject: Inner', '', 'Deep'];
  const nested = multipart(
    ['Content-Type: text/plain', '', 'See below'],
    ['Content-Type: message/rfc822', '', ...inner],
    ['Content-Type: application/pdf', 'Content-Disposition: attachment', '', '%PDF'],
  );

  it('keeps the messages in it as items, which come out as they came', async () => {
    const message = await arrived('Subject: Outer', ...nested);
    const [item] = message.attachments;
    expect(item).toMatchObject({ '@odata.type': '#microsoft.graph.itemAttachment', name: 'Inner' });
    const path = `${mailbox}/messages/${message.id}/attachments/${item.id}`;
    expect((await tenant.get(`${path}/$value`)).body.trimEnd()).toBe(eml(...inner));
    const { body } = await tenant.get(`${path}?$expand=microsoft.graph.itemattachment/item`);
    expect(body.item).toMatchObject({
      subject: 'Inner',
      bodyPreview: expect.stringContaining('Deep'),
      from: { emailAddress: { address: 'bob@example.com' } },
    });
  });

  it.each([
    ['7bit', 'one\r\ntwo', 'one\r\ntwo'],
    ['7bit', 'one\r\ntwo\r\n', 'one\r\ntwo\r\n'],
    ['8bit', 'eins\r\nfünf', 'eins\r\nfünf'],
    ['quoted-printable', 'one\r\nt=\r\nw=6F', 'one\r\ntwo'],
    ['base64', base64('one\ntwo\n'), 'one\ntwo\n'],
    ['base64', '', ''],
  ])('has attachments byte by byte as they were sent: %s %j', async (encoding, sent, content) => {
    const { attachments } = await arrived(
      'Subject: A',
      ...multipart([
        'Content-Type: text/plain; charset=utf-8',
        'Content-Disposition: attachment; filename=a.txt',
        `Content-Transfer-Encoding: ${encoding}`,
        '',
        sent,
      ]),
    );
    expect(Buffer.from(attachments[0].contentBytes, 'base64').toString()).toBe(content);
  });

  it('arrives in a folder by its name, told from others of that name by those above it', async () => {
    const make = async (displayName: string, parent: string) =>
      (await tenant.post(`${mailbox}/mailFolders/${parent}/childFolders`, { displayName })).body.id;
    const [one, other] = [await make('One', 'msgfolderroot'), await make('Other', 'msgfolderroot')];
    const inside = await make('Drop here', one);
    const parentOf = async (folder: string) => (await tenant.deliver('Subject: A', folder)).parentFolderId;
    expect(await parentOf('drop HERE')).toBe(inside);
    const twin = await make('Drop here', other);
    expect(await tenant.deliver('Subject: A', 'Drop here')).toMatchObject({ status: 400 });
    expect(await parentOf('One/Drop here')).toBe(inside);
    expect(await parentOf('Other/Drop here')).toBe(twin);
  });

  it('arrives in folders of mail only', async () => {
    expect(await tenant.deliver('Subject: A', 'contacts')).toMatchObject({ status: 404 });
    expect(await tenant.deliver('Subject: A', 'inbox', 'nobody@example.com')).toMatchObject({ status: 404 });
  });

  it.each([
    ['numbered', 'ATT00002.dat'],
    ['null', null],
  ])('calls attachments without a name by %s', async (namelessAttachments, name) => {
    await tenant.behave({ namelessAttachments });
    expect((await arrived('Subject: Outer', ...nested)).attachments[1].name).toBe(name);
    await tenant.behave({ namelessAttachments: 'numbered' });
  });

  it.each([
    ['Personal', '1'],
    ['private', '2'],
    ['Company-Confidential', '3'],
    ['whatever', '0'],
  ])('POL-23: has the sensitivity %s as a MAPI property only', async (sensitivity, value) => {
    const { id } = await tenant.deliver(eml('Subject: A', `Sensitivity: ${sensitivity}`, '', 'Hi'));
    const message = await tenant.read(
      id,
      "?$expand=singleValueExtendedProperties($filter=id eq 'Integer 0x36')",
    );
    expect(message.singleValueExtendedProperties).toEqual([{ id: 'Integer 0x36', value }]);
    expect(message).not.toHaveProperty('sensitivity');
  });

  it.each([
    ['text/plain', 'IPM.Note'],
    ['application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m', 'IPM.Note.SMIME'],
    ['application/x-pkcs7-mime; name=smime.p7m', 'IPM.Note.SMIME'],
    [
      'multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
      'IPM.Note.SMIME.MultipartSigned',
    ],
    ['multipart/signed; protocol="application/pgp-signature"; boundary=b', 'IPM.Note'],
  ])('POL-23: with the type %s is of the class %s', async (type, value) => {
    const { id } = await tenant.deliver(eml('Subject: A', `Content-Type: ${type}`, '', 'Hi'));
    const message = await tenant.read(
      id,
      "?$expand=singleValueExtendedProperties($filter=id eq 'String 0x001A')",
    );
    expect(message.singleValueExtendedProperties).toEqual([{ id: 'String 0x1a', value }]);
  });

  it('POL-23: is known as rights-protected by its content class and its one attachment', async () => {
    const { id } = await tenant.deliver(
      eml(
        'Subject: A',
        'Content-Class: rpmsg.message',
        ...multipart([
          'Content-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg',
          'Content-Disposition: attachment; filename=message.rpmsg',
          '',
          'x',
        ]),
      ),
    );
    const property = 'String {00020386-0000-0000-C000-000000000046} Name content-class';
    const filter = `singleValueExtendedProperties/any(e:e/id eq '${property}' and e/value eq 'rpmsg.message')`;
    const { value } = (await tenant.get(`${mailbox}/messages?$filter=${filter}&$expand=attachments`)).body;
    expect(value).toMatchObject([{ id, attachments: [{ name: 'message.rpmsg' }] }]);
  });

  it('is a meeting message when it invites, answers or cancels', async () => {
    const meeting = (method: string, ...lines: string[]) =>
      arrived(
        'Subject: Meet',
        ...multipart([
          `Content-Type: text/calendar; method=${method}`,
          '',
          'BEGIN:VCALENDAR',
          ...lines,
          'END:VCALENDAR',
        ]),
      );
    expect(await meeting('REQUEST')).toMatchObject({
      '@odata.type': '#microsoft.graph.eventMessageRequest',
      meetingMessageType: 'meetingRequest',
      attachments: [],
    });
    expect(await meeting('REPLY', 'ATTENDEE;PARTSTAT=DECLINED:mailto:x@y.example')).toMatchObject({
      '@odata.type': '#microsoft.graph.eventMessageResponse',
      meetingMessageType: 'meetingDeclined',
    });
    expect((await meeting('CANCEL')).meetingMessageType).toBe('meetingCancelled');
    expect(await meeting('PUBLISH')).not.toHaveProperty('meetingMessageType');
  });

  it('joins the conversation that its references name, as far as the mailbox has it', async () => {
    const conversation = async (id: string, ...headers: string[]) =>
      (await arrived('Subject: A', `Message-ID: <${id}@t.example>`, ...headers, '', 'Hi')).conversationId;
    const first = await conversation('1');
    expect(await conversation('2', 'In-Reply-To: <1@t.example>')).toBe(first);
    expect(await conversation('3', 'References: <unseen@t.example> <2@t.example>')).toBe(first);
    const index = 'AdqvX4tTdX2WlJ2ZT3KqmNn7gQv3yQ==';
    const byIndex = await conversation('4', `Thread-Index: ${index}`);
    expect(byIndex).not.toBe(first);
    expect(await conversation('5', `Thread-Index: ${index}`)).toBe(byIndex);
  });

  it('lies in Sent Items as read, with those in BCC', async () => {
    const { id } = await tenant.deliver(eml('Subject: A', 'Bcc: cyd@example.com', '', 'Hi'), 'sentitems');
    expect(await tenant.read(id)).toMatchObject({
      isRead: true,
      bccRecipients: [{ emailAddress: { address: 'cyd@example.com' } }],
    });
  });

  it('is refused with what to do when no server would take it', async () => {
    const lines = Array.from({ length: 300 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary=b${depth}x`,
      '',
      `--b${depth}x`,
    ]);
    const answer = await tenant.deliver(eml('Subject: Deep', ...lines.flat()));
    expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining('Send fewer parts') });
  });

  it('may be empty, or bytes that are no message at all', async () => {
    for (const content of [' ', '\r\n\r\n', Buffer.from([0, 255, 10, 13, 0, 58, 200])]) {
      const { id } = await tenant.deliver(content);
      expect((await tenant.get(`${mailbox}/messages/${id}`)).status).toBe(200);
    }
  });
});

describe('MIME of a message that was made here', () => {
  it('says what the message says, and is read as such again', async () => {
    const address = (at: string) => ({ emailAddress: { name: 'Ünal, A.', address: at } });
    const made = await tenant.create({
      subject: 'Größe\r\nBcc: injected@evil.example',
      body: { contentType: 'html', content: '<p>Hällo</p>' },
      toRecipients: [address('a@b.example')],
      bccRecipients: [address('hidden@b.example')],
      internetMessageHeaders: [{ name: 'X-Mark', value: '1' }],
      attachments: [
        { '@odata.type': '#microsoft.graph.fileAttachment', name: 'ä.txt', contentBytes: 'SGk=' },
        {
          '@odata.type': '#microsoft.graph.itemAttachment',
          name: 'Inner',
          item: { '@odata.type': '#microsoft.graph.message', subject: 'Inner' },
        },
      ],
    });
    const { bytes } = await tenant.raw(`${mailbox}/messages/${made.id}/$value`);
    expect((await tenant.raw(`${mailbox}/messages/${made.id}/$value`)).bytes).toEqual(bytes);
    const { id } = await tenant.deliver(bytes);
    const again = await tenant.read(
      id,
      '?$expand=attachments&$select=subject,toRecipients,bccRecipients,body,internetMessageId,internetMessageHeaders',
    );
    expect(again).toMatchObject({
      subject: expect.stringMatching(/^Größe\s+Bcc: injected@evil.example$/),
      toRecipients: [address('a@b.example')],
      bccRecipients: [address('hidden@b.example')],
      body: { content: expect.stringContaining('<p>Hällo</p>') },
      internetMessageId: made.internetMessageId,
      attachments: [{ name: 'ä.txt', contentBytes: 'SGk=' }, { name: 'Inner' }],
    });
    expect(again.internetMessageHeaders).toContainEqual({ name: 'X-Mark', value: '1' });
  });

  it('follows what a draft from MIME has become', async () => {
    const { id } = await tenant.deliver(eml('Subject: A', '', 'Hi'));
    await tenant.patch(`${mailbox}/messages/${id}`, { categories: ['CRM'] });
    expect((await tenant.get(`${mailbox}/messages/${id}/$value`)).body).toBe(eml('Subject: A', '', 'Hi'));
    await tenant.post(`${mailbox}/messages/${id}/attachments`, {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'a.txt',
      contentBytes: 'SGk=',
    });
    expect((await tenant.get(`${mailbox}/messages/${id}/$value`)).body).toContain('a.txt');
  });
});
