import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailUnderTest, mailbox, openMail } from './mail-under-test.ts';

let tenant: MailUnderTest;
const inbox = `${mailbox}/mailFolders/inbox/messages`;
const key = 'String {00020329-0000-0000-c000-000000000046} Name CrmId';

const arrived = (subject: string, at: string, more: object = {}) =>
  tenant.create({
    subject,
    singleValueExtendedProperties: [
      { id: 'Integer 0x0E07', value: '4' },
      { id: 'SystemTime 0x0E06', value: at },
      { id: 'String 0x1035', value: `<${subject}@example.com>` },
      { id: key, value: subject },
    ],
    ...more,
  });

beforeAll(async () => {
  tenant = await openMail();
  const bob = { emailAddress: { address: 'bob@example.com', name: 'Bob' } };
  await arrived('middle', '2026-02-02T00:00:00Z', { from: bob, categories: ['CRM'] });
  await arrived('newest', '2026-02-03T00:00:00Z');
  await arrived('oldest', '2026-02-01T00:00:00Z', { isRead: true });
});
afterAll(() => tenant.close());

describe('the messages of a folder', () => {
  it('come newest first, in pages of the wanted size', async () => {
    expect(await tenant.subjects(inbox)).toEqual(['newest', 'middle', 'oldest']);
    const { body } = await tenant.get(`${inbox}?$top=2&$select=subject`);
    expect(body.value.map((row: object) => Object.keys(row).sort())[0]).toEqual([
      '@odata.etag',
      'id',
      'subject',
    ]);
    expect(await tenant.subjects(body['@odata.nextLink'])).toEqual(['oldest']);
    expect((await tenant.get(`${inbox}/$count`)).body).toBe('3');
    expect((await tenant.get(`${inbox}?$top=1001`)).status).toBe(400);
  });

  it.each([
    ['isRead eq false', ['newest', 'middle']],
    ["internetMessageId eq '<oldest@example.com>'", ['oldest']],
    ["from/emailAddress/address eq 'BOB@example.com'", ['middle']],
    ["startswith(subject,'old') or subject eq 'newest'", ['newest', 'oldest']],
    ['receivedDateTime ge 2026-02-02T00:00:00Z', ['newest', 'middle']],
    ['ReceivedDateTime ge 2026-02-02 and receivedDateTime lt 2026-02-03', ['middle']],
    ["(from/emailAddress/address) eq 'bob@example.com'", ['middle']],
    ["categories/any(c:c eq 'CRM')", ['middle']],
    [`singleValueExtendedProperties/Any(ep:ep/id eq '${key}' and ep/value eq 'OLDEST')`, ['oldest']],
    [
      "singleValueExtendedProperties/Any(ep:ep/id eq 'Integer 0x0E07' and cast(ep/value, Edm.Int32) eq 1)",
      ['oldest'],
    ],
  ])('are filtered by %s', async (filter, subjects) => {
    expect(await tenant.subjects(`${inbox}?$filter=${filter}`)).toEqual(subjects);
    expect((await tenant.get(`${inbox}/$count?$filter=${filter}`)).body).toBe(String(subjects.length));
  });

  it.each([
    ["receivedDateTime ge '2026-02-02T00:00:00Z'", 'Edm.DateTimeOffset', 'Edm.String', 'GreaterThanOrEqual'],
    ["isRead eq 'false'", 'Edm.Boolean', 'Edm.String', 'Equal'],
    ['receivedDateTime gt 20260202', 'Edm.DateTimeOffset', 'Edm.Int32', 'GreaterThan'],
  ])('are not filtered by %s', async (filter, one, other, operator) => {
    const { status, body } = await tenant.get(`${inbox}?$filter=${filter}`);
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(body.error.message).toContain(
      `Found operand types '${one}' and '${other}' for operator kind '${operator}'.`,
    );
  });

  it('are ordered; by what does not lead the filter they are not', async () => {
    expect(await tenant.subjects(`${inbox}?$orderby=subject desc`)).toEqual(['oldest', 'newest', 'middle']);
    const since = 'receivedDateTime ge 2026-02-02T00:00:00Z';
    const order = '$orderby=receivedDateTime asc';
    expect(await tenant.subjects(`${inbox}?$filter=${since} and isRead eq false&${order}`)).toEqual([
      'middle',
      'newest',
    ]);
    const refused = await tenant.get(`${inbox}?$filter=isRead eq false and ${since}&${order}`);
    expect([refused.status, refused.body.error.code]).toEqual([400, 'InefficientFilter']);
    expect((await tenant.get(`${inbox}?$filter=isRead eq false&${order}`)).status).toBe(400);
  });

  it('refuse options and properties that there are not', async () => {
    expect((await tenant.get(`${inbox}?$search="old"`)).status).toBe(400);
    expect((await tenant.get(`${inbox}?$filter=topic eq 'old'`)).status).toBe(400);
    expect((await tenant.get(`${mailbox}/mailFolders/nowhere/messages`)).status).toBe(400);
  });
});

describe('the messages of a mailbox', () => {
  it('are those of all folders, of Deleted Items too, but not what is only recoverable', async () => {
    const all = `${mailbox}/messages?$filter=startswith(subject,'gone')`;
    const deleted = await arrived('gone-1', '2026-02-05T00:00:00Z');
    const recoverable = await arrived('gone-2', '2026-02-06T00:00:00Z');
    await tenant.remove(`${mailbox}/messages/${deleted.id}`);
    await tenant.post(`${mailbox}/messages/${recoverable.id}/move`, {
      destinationId: 'recoverableitemsdeletions',
    });
    expect(await tenant.subjects(all)).toEqual(['gone-1']);
    expect(await tenant.subjects(`${mailbox}/mailFolders/recoverableitemsdeletions/messages`)).toEqual([
      'gone-2',
    ]);
  });
});
