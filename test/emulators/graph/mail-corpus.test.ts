import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailUnderTest, mailbox, openMail } from './mail-under-test.ts';

const folder = fileURLToPath(new URL('../../../../shared/corpus/emails', import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.eml')) : [];

let tenant: MailUnderTest;
beforeAll(async () => {
  tenant = await openMail();
});
afterAll(() => tenant.close());

/** The bytes that were answered. */
async function bytesOf(path: string): Promise<Buffer> {
  const { status, bytes } = await tenant.raw(path);
  expect(status).toBe(200);
  return bytes;
}

describe.skipIf(files.length === 0)('real messages (skipped where the corpus is absent)', () => {
  it.each(files)('%s arrives, is read in both forms, and comes out as it came', async file => {
    const sent = readFileSync(join(folder, file));
    const { id } = await tenant.deliver(sent);
    const html = await tenant.read(id, '?$expand=attachments');
    const text = await tenant.read(id, '', { prefer: 'outlook.body-content-type="text"' });
    expect(html).toMatchObject({ isDraft: false, isRead: false, body: { contentType: 'html' } });
    expect(text.body.contentType).toBe('text');
    expect(html.internetMessageId).toMatch(/\S/);
    expect(await bytesOf(`${mailbox}/messages/${id}/$value`)).toEqual(sent);
    for (const attachment of html.attachments) {
      const path = `${mailbox}/messages/${id}/attachments/${attachment.id}`;
      const bytes = await bytesOf(`${path}/$value`);
      expect(attachment.name).not.toBe(null);
      if (attachment.contentBytes !== undefined)
        expect(bytes.toString('base64')).toBe(attachment.contentBytes);
    }
  });
});
