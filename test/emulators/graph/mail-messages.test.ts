import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import contract from '../../../emulators/graph/contract/outlook-v1.0.json' with { type: 'json' };
import { type MailUnderTest, mailbox, openMail, received, stable } from './mail-under-test.ts';

let tenant: MailUnderTest;
beforeAll(async () => {
  tenant = await openMail();
});
afterAll(() => tenant.close());

const bob = { emailAddress: { address: 'bob@example.com', name: 'Bob' } };
const messages = `${mailbox}/messages`;
const change = (id: string, body: unknown, headers?: Record<string, string>) =>
  tenant.patch(`${messages}/${id}`, body, headers);

describe('the contract', () => {
  type Definition = { base?: string; props: Record<string, string> };
  const types = contract.types as Record<string, Definition>;
  const propertiesOf = (name: string): string[] => {
    const { base, props } = types[name]!;
    return [...(base ? propertiesOf(base) : []), ...Object.keys(props)].sort();
  };

  it('has exactly the properties of a message, two of them when they are selected', async () => {
    const { id } = await tenant.create({ subject: 'A' });
    const all = propertiesOf('microsoft.graph.message');
    const names = (entity: object) => Object.keys(entity).filter(name => !name.startsWith('@'));
    expect(names(await tenant.read(id, `?$select=${all.join(',')}`)).sort()).toEqual(all);
    const unselected = all.filter(name => name !== 'uniqueBody' && name !== 'internetMessageHeaders');
    expect(names(await tenant.read(id)).sort()).toEqual(unselected);
  });

  it('refuses what it does not have', async () => {
    const answer = await tenant.post(messages, { topic: 'A' });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'RequestBodyRead']);
    expect((await tenant.post(messages, { subject: 'a\u0000b' })).status).toBe(400);
  });

  it.each([
    [[]],
    [5],
    [{ attachments: [null] }],
    [{ internetMessageHeaders: [null] }],
    [{ singleValueExtendedProperties: [null] }],
  ])('is not made of %j', async body => {
    expect((await tenant.post(messages, body)).status).toBe(400);
  });
});

describe('a draft', () => {
  it('is made in Drafts, read and unsent, and takes every change', async () => {
    const { status, body } = await tenant.post(messages, { subject: 'A', toRecipients: [bob] });
    expect(status).toBe(201);
    const drafts = await tenant.get(`${mailbox}/mailFolders/drafts`);
    expect(body).toMatchObject({
      isDraft: true,
      isRead: true,
      parentFolderId: drafts.body.id,
      from: { emailAddress: { name: 'ada', address: mailbox } },
      toRecipients: [bob],
    });
    const changed = await change(body.id, {
      subject: 'B',
      body: { contentType: 'html', content: '<p>Hello</p>' },
      bccRecipients: [bob],
      internetMessageId: '<own@example.com>',
    });
    expect(changed.body).toMatchObject({
      subject: 'B',
      bodyPreview: 'Hello',
      bccRecipients: [bob],
      internetMessageId: '<own@example.com>',
    });
    expect(changed.body.changeKey).not.toBe(body.changeKey);
  });

  it('may have headers of its own, up to five, that begin with x-', async () => {
    const headers = (...names: string[]) => ({
      internetMessageHeaders: names.map(name => ({ name, value: 'v' })),
    });
    const { id } = (await tenant.post(messages, headers('X-One'))).body;
    expect((await tenant.read(id, '?$select=internetMessageHeaders')).internetMessageHeaders).toEqual([
      { name: 'X-One', value: 'v' },
    ]);
    const foreign = await tenant.post(messages, headers('Received'));
    expect([foreign.status, foreign.body.error.code]).toEqual([400, 'InvalidInternetMessageHeader']);
    const many = await tenant.post(messages, headers('x-1', 'x-2', 'x-3', 'x-4', 'x-5', 'x-6'));
    expect(many.body.error.code).toBe('InvalidInternetMessageHeaderCollection');
  });
});

describe('a message that is none of a draft', () => {
  it.each(['1', '4', '5'])('is made by message flags %s at its creation', async flags => {
    const { isDraft, isRead } = await tenant.create({ subject: 'A', ...received(flags) });
    expect({ isDraft, isRead }).toEqual({ isDraft: false, isRead: flags !== '4' });
  });

  it('is not made by other flags, nor by a change of them', async () => {
    const { id } = await tenant.create({ subject: 'A', ...received('8') });
    await change(id, received('4'));
    expect((await tenant.read(id)).isDraft).toBe(true);
  });

  it('has the times and the ids that its MAPI properties say; those of the body are ignored', async () => {
    const created = await tenant.create({
      subject: 'A',
      receivedDateTime: '2020-01-01T00:00:00Z',
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E07', value: '4' },
        { id: 'SystemTime 0x0E06', value: '2026-01-05T08:00:00Z' },
        { id: 'SystemTime 0x0039', value: '2026-01-05T07:59:00Z' },
        { id: 'String 0x1035', value: '<one@example.com>' },
        { id: 'String 0x007D', value: 'Received: by a\r\n\tb\r\nX-Two: 2\r\n' },
      ],
    });
    expect(created).toMatchObject({
      receivedDateTime: '2026-01-05T08:00:00Z',
      sentDateTime: '2026-01-05T07:59:00Z',
      internetMessageId: '<one@example.com>',
    });
    expect((await tenant.read(created.id, '?$select=internetMessageHeaders')).internetMessageHeaders).toEqual(
      [
        { name: 'Received', value: 'by a\tb' },
        { name: 'X-Two', value: '2' },
      ],
    );
  });

  it('takes changes of what belongs to its reader', async () => {
    const { id } = await tenant.create({ subject: 'A', ...received() });
    const flag = {
      flagStatus: 'flagged',
      startDateTime: { dateTime: '2026-03-03T00:00:00', timeZone: 'UTC' },
      dueDateTime: { dateTime: '2026-03-04T00:00:00', timeZone: 'UTC' },
    };
    const mine = { categories: ['CRM'], isRead: true, importance: 'high', flag };
    expect((await change(id, mine)).body).toMatchObject(mine);
    expect((await change(id, { flag: { flagStatus: 'notFlagged' } })).body.flag).toEqual({
      flagStatus: 'notFlagged',
    });
    expect((await change(id, { flag: { ...flag, startDateTime: null } })).status).toBe(400);
  });

  it('refuses changes of what only drafts have, or ignores them', async () => {
    const { id } = await tenant.create({ subject: 'A', ...received() });
    const refused = await change(id, { subject: 'B', isRead: true });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'ErrorInvalidPropertySet']);
    await tenant.behave({ draftOnlyChanges: 'ignored' });
    expect((await change(id, { subject: 'B', isRead: true })).body).toMatchObject({
      subject: 'A',
      isRead: true,
    });
    await tenant.behave({ draftOnlyChanges: 'refused' });
  });
});

describe('a message', () => {
  it('is changed only in the version that the client knows', async () => {
    const created = await tenant.create({ subject: 'A', ...received() });
    const ifMatch = { 'if-match': created['@odata.etag'] };
    expect((await change(created.id, { categories: ['A'] }, ifMatch)).status).toBe(200);
    const late = await change(created.id, { categories: ['B'] }, ifMatch);
    expect([late.status, late.body.error.code]).toEqual([412, 'ErrorIrresolvableConflict']);
  });

  it('has bodies in the wanted form, plain ones as HTML or as they are', async () => {
    const { id } = await tenant.create({ body: { contentType: 'text', content: '1 < 2\r\nyes' } });
    const bodyOf = async (headers?: Record<string, string>) => (await tenant.read(id, '', headers)).body;
    expect((await bodyOf()).content).toContain('<body>1 &lt; 2<br>\r\nyes</body>');
    const text = { contentType: 'text', content: '1 < 2\r\nyes' };
    const asked = await tenant.get(`${messages}/${id}`, { prefer: 'outlook.body-content-type="text"' });
    expect(asked.body.body).toEqual(text);
    expect(asked.headers['preference-applied']).toBe('outlook.body-content-type="text"');
    await tenant.behave({ plainBodies: 'text' });
    expect(await bodyOf()).toEqual(text);
    expect((await bodyOf({ prefer: 'outlook.body-content-type="html"' })).contentType).toBe('html');
    await tenant.behave({ plainBodies: 'html' });
  });

  it('shows its MAPI properties: flags, sensitivity, ids', async () => {
    const { id } = await tenant.create({
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E07', value: '5' },
        { id: 'Integer 0x0036', value: '2' },
        { id: 'String 0x1042', value: '<before@example.com>' },
      ],
    });
    const ids = ['Integer 0x0E07', 'Integer 0x36', 'String 0x1042']
      .map(each => `id eq '${each}'`)
      .join(' or ');
    const { singleValueExtendedProperties } = await tenant.read(
      id,
      `?$expand=singleValueExtendedProperties($filter=${ids})`,
    );
    expect(singleValueExtendedProperties).toEqual([
      { id: 'Integer 0xe07', value: '1' },
      { id: 'Integer 0x36', value: '2' },
      { id: 'String 0x1042', value: '<before@example.com>' },
    ]);
  });

  it('is found by the custom data of an application, which is never echoed, until it is taken away', async () => {
    const id = 'String {00020329-0000-0000-c000-000000000046} Name CrmId';
    const filter = `singleValueExtendedProperties/any(e:e/id eq '${id}' and e/value eq '42')`;
    const created = await tenant.create({ subject: 'Marked', ...received() });
    const found = () => tenant.subjects(`${messages}?$filter=${filter}`);
    const marked = await change(created.id, { singleValueExtendedProperties: [{ id, value: '42' }] });
    expect(marked.body).not.toHaveProperty('singleValueExtendedProperties');
    expect(await found()).toEqual(['Marked']);
    // "Filtering the string name in the id of an extended property is case-sensitive" (documentation).
    const other = filter.replace('CrmId', 'crmid').replace("eq '42'", 'ne null');
    expect(await tenant.subjects(`${messages}?$filter=${other}`)).toEqual([]);
    await change(created.id, { singleValueExtendedProperties: [{ id, value: null }] });
    expect(await found()).toEqual([]);
  });

  it('belongs to the conversation of the messages that it answers', async () => {
    const conversationOf = async (...properties: [id: string, value: string][]) =>
      (
        await tenant.create({
          singleValueExtendedProperties: [
            { id: 'Integer 0x0E07', value: '4' },
            ...properties.map(([id, value]) => ({ id, value })),
          ],
        })
      ).conversationId;
    const first = await conversationOf(['String 0x1035', '<1@c.example>']);
    const answer = await conversationOf(
      ['String 0x1035', '<2@c.example>'],
      ['String 0x1042', '<1@c.example>'],
    );
    const last = await conversationOf(['String 0x1035', '<3@c.example>'], ['String 0x1042', '<2@c.example>']);
    const other = await conversationOf(['String 0x1035', '<4@c.example>']);
    expect([answer, last]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  it('carries open extensions, from its creation or later', async () => {
    const extension = { '@odata.type': 'microsoft.graph.openTypeExtension', extensionName: 'com.a', n: 1 };
    const { id } = await tenant.create({ ...received(), extensions: [extension] });
    const path = `${messages}/${id}/extensions`;
    await tenant.patch(`${path}/com.a`, { n: 2 });
    await tenant.post(path, { ...extension, extensionName: 'com.b' });
    const { extensions } = await tenant.read(id, "?$expand=extensions($filter=id eq 'com.a')");
    expect(extensions).toMatchObject([{ extensionName: 'com.a', n: 2 }]);
    for (const known of ['com.a', extensions[0].id]) {
      const { value } = (await tenant.get(`${messages}?$filter=Extensions/any(f:f/id eq '${known}')`)).body;
      expect(value).toMatchObject([{ id }]);
    }
    await tenant.behave({ extensionWritesTouch: false });
    const before = (await tenant.read(id)).changeKey;
    expect((await tenant.remove(`${path}/com.b`)).status).toBe(204);
    expect((await tenant.read(id)).changeKey).toBe(before);
    await tenant.behave({ extensionWritesTouch: true });
  });

  it('is shown without its content to whoever may read the basics only', async () => {
    const { id } = await tenant.create({ subject: 'A', body: { contentType: 'text', content: 'secret' } });
    await tenant.control('PUT', 'app', { roles: ['Mail.ReadBasic.All'] });
    const basic = await tenant.read(id, '', stable);
    const value = await tenant.get(`${messages}/${id}/$value`);
    const written = await tenant.post(messages, { subject: 'B' });
    await tenant.control('PUT', 'app', { roles: ['Mail.ReadWrite', 'Mail.Send'] });
    expect(basic.subject).toBe('A');
    expect(JSON.stringify(basic)).not.toContain('secret');
    expect([value.status, written.status]).toEqual([403, 403]);
  });
});
