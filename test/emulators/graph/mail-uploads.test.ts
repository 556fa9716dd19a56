import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

const MEGABYTE = 1024 * 1024;
const messages = '/users/ada@example.com/messages';

let tenant: TenantUnderTest;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

const content = Buffer.from(Uint8Array.from({ length: 5 * MEGABYTE }, (_, index) => index % 251));

async function opened(size = content.length, more: object = {}) {
  const { id } = (await tenant.call('POST', messages, { body: { subject: 'A' } })).body;
  const attachments = `${messages}/${id}/attachments`;
  const body = { AttachmentItem: { attachmentType: 'file', name: 'big.bin', size, ...more } };
  const session = await tenant.call('POST', `${attachments}/createUploadSession`, { body });
  return { attachments, session };
}

const put = (url: string, from: number, to: number, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'PUT',
    headers: { 'content-range': `bytes ${from}-${to - 1}/${content.length}`, ...headers },
    body: content.subarray(from, to),
  });

describe('a large attachment', () => {
  it('comes in parts, which need no token', async () => {
    const { attachments, session } = await opened(content.length, {
      contentType: 'image/png',
      isInline: true,
    });
    expect([session.status, session.body.nextExpectedRanges]).toEqual([201, ['0-']]);
    const part = await put(session.body.uploadUrl, 0, 2 * MEGABYTE);
    expect(part.status).toBe(200);
    expect(await part.json()).toEqual({
      ExpirationDateTime: session.body.expirationDateTime,
      NextExpectedRanges: [String(2 * MEGABYTE)],
    });
    const last = await put(session.body.uploadUrl, 2 * MEGABYTE, content.length);
    expect([last.status, await last.text()]).toEqual([201, '']);
    const { value } = (await tenant.call('GET', attachments)).body;
    expect(value).toMatchObject([
      { name: 'big.bin', size: content.length, contentType: 'image/png', isInline: true },
    ]);
    expect(value[0].contentBytes).toBe(content.toString('base64'));
    expect(last.headers.get('location')).toContain(`Attachments('${value[0].id}')`);
    expect((await put(session.body.uploadUrl, 0, 1)).status).toBe(404);
  });

  it('is refused when it is not large, or too large', async () => {
    const code = async (size: number) => (await opened(size)).session.body.error.code;
    expect(await code(MEGABYTE)).toBe('ErrorAttachmentSizeShouldNotBeLessThanMinimumSize');
    expect(await code(151 * MEGABYTE)).toBe('ErrorAttachmentSizeLimitExceeded');
    const nameless = await opened(content.length, { name: '' });
    expect(nameless.session.status).toBe(400);
  });

  it('takes parts in their order, whole, and without an Authorization', async () => {
    const { uploadUrl } = (await opened()).session.body;
    expect((await put(uploadUrl, MEGABYTE, 2 * MEGABYTE)).status).toBe(416);
    expect((await put(uploadUrl, 0, 10, { 'content-range': 'bytes 0-10/11' })).status).toBe(400);
    expect((await put(uploadUrl, 0, 10, { authorization: 'Bearer x' })).status).toBe(401);
    expect((await put(uploadUrl, 0, 4 * MEGABYTE + 1)).status).toBe(413);
    expect((await put(uploadUrl, 0, 10)).status).toBe(200);
    expect((await fetch(uploadUrl)).status).toBe(405);
  });

  it('is given up by its client, or by time', async () => {
    const first = (await opened()).session.body.uploadUrl;
    expect((await fetch(first, { method: 'DELETE' })).status).toBe(204);
    expect((await put(first, 0, 10)).status).toBe(404);
    const second = (await opened()).session.body.uploadUrl;
    await tenant.control('PUT', 'clock', { advanceMs: 3 * 3_600_000 });
    expect((await put(second, 0, 10)).status).toBe(404);
    await tenant.control('PUT', 'clock', {});
  });

  it('has its faults, too', async () => {
    const { uploadUrl } = (await opened()).session.body;
    await tenant.control('PUT', 'faults', [
      { match: 'AttachmentSessions', mode: 'status', status: 503, times: 1 },
    ]);
    expect((await put(uploadUrl, 0, 10)).status).toBe(503);
    expect((await put(uploadUrl, 0, 10)).status).toBe(200);
  });
});

describe('MIME', () => {
  const mime = 'Subject: From MIME\r\nTo: bob@example.com\r\n\r\nHello\r\n';
  const post = (body: string) =>
    tenant.call('POST', '/users/ada@example.com/mailFolders/inbox/messages', {
      body,
      headers: { 'content-type': 'text/plain' },
    });

  it('makes a draft, whatever folder it is posted to', async () => {
    const { status, body } = await post(Buffer.from(mime).toString('base64'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ subject: 'From MIME', isDraft: true, isRead: true });
    expect((await tenant.call('GET', `${messages}/${body.id}/$value`)).body).toBe(mime);
  });

  it('is sent, and kept, as sendMail says', async () => {
    const send = (type: string) =>
      tenant.call('POST', '/users/ada@example.com/sendMail', {
        body: Buffer.from(mime.replace('From MIME', 'Sent MIME')).toString('base64'),
        headers: { 'content-type': type },
      });
    expect((await send('text/html')).status).toBe(400);
    expect((await send('text/plain')).status).toBe(202);
    const kept = await tenant.call(
      'GET',
      "/users/ada@example.com/mailFolders/sentitems/messages?$filter=subject eq 'Sent MIME'",
    );
    expect(kept.body.value).toMatchObject([
      { isDraft: false, from: { emailAddress: { address: 'ada@example.com' } } },
    ]);
  });

  it('is refused when it is not base64', async () => {
    const { status, body } = await post('Subject: x');
    expect([status, body.error.code]).toEqual([400, 'ErrorMimeContentInvalidBase64String']);
  });
});
