import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuthenticationHandler,
  Client,
  type Context,
  FileUpload,
  LargeFileUploadTask,
  type Middleware,
  PageIterator,
  RetryHandler,
} from '@microsoft/microsoft-graph-client';
import type { Message } from '@microsoft/microsoft-graph-types';
import { afterEach, describe, expect, it } from 'vitest';
import { seededBytes } from '../in-process.ts';
import { base64, eml, mailbox, openMail, received, stable } from './mail-under-test.ts';
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** Something of everything, on a fresh service. */
async function aDay(seed: string) {
  const tenant = await openMail({ randomBytes: seededBytes(seed) });
  open.push(tenant);
  await tenant.deliver(eml('Subject: A', '', 'Hi'));
  const { id } = await tenant.create({
    subject: 'B',
    toRecipients: [{ emailAddress: { address: 'bob@example.com' } }],
  });
  await tenant.get(`${mailbox}/messages/${id}/$value`);
  await tenant.post(`${mailbox}/messages/${id}/send`, {}, stable);
  await tenant.get(`${mailbox}/messages?$expand=attachments`);
  await tenant.round(`${mailbox}/mailFolders/inbox/messages/delta`);
  return tenant.seen;
}

describe('determinism: mail without sockets', () => {
  it('answers the same requests with the same bytes, given the same seed', async () => {
    const first = await aDay('one');
    expect(await aDay('one')).toEqual(first);
    expect(await aDay('two')).not.toEqual(first);
  });
});

describe('a batch', () => {
  it('polls folders, files a message and gives its bytes as base64, each counted by itself', async () => {
    const tenant = await openMail();
    open.push(tenant);
    const mime = eml('Subject: A', '', 'Hi');
    const { id } = await tenant.deliver(mime);
    await tenant.control('POST', 'requests/reset');
    const user = `/users/${mailbox}`;
    const headers = { 'content-type': 'application/json' };
    const requests = [
      { id: '1', method: 'GET', url: `${user}/mailFolders?$select=totalItemCount&$top=50` },
      { id: '2', method: 'GET', url: `${user}/messages/${id}/$value` },
      { id: '3', method: 'PATCH', url: `${user}/messages/${id}`, headers, body: { categories: ['CRM'] } },
    ];
    const { body } = await tenant.post('http://service.example/v1.0/$batch', { requests });
    const answers = new Map(body.responses.map((each: { id: string }) => [each.id, each]));
    expect(answers.get('2')).toMatchObject({ status: 200, body: base64(mime) });
    expect(answers.get('3')).toMatchObject({ status: 200, body: { categories: ['CRM'] } });
    expect((await tenant.control('GET', 'requests')).routes).toEqual({
      'GET /users/{id}/mailFolders': 1,
      'GET /users/{id}/messages/{id}/$value': 1,
      'PATCH /users/{id}/messages/{id}': 1,
    });
  });
});

describe('the state file', () => {
  it('keeps messages with their attachments, and what a delta round must tell of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graph-mail-'));
    open.push({ close: () => rmSync(folder, { recursive: true }) });
    const stateFile = join(folder, 'graph.db');
    const before = await openMail({ stateFile });
    const { id } = await before.deliver(eml('Subject: A', 'Message-ID: <1@s.example>', '', 'Hi'));
    const draft = await before.create({
      subject: 'B',
      attachments: [
        { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: base64('x') },
      ],
      ...received(),
    });
    const { deltaLink } = await before.round(`${mailbox}/mailFolders/inbox/messages/delta`);
    const shown = await before.read(draft.id, '?$expand=attachments');
    await before.remove(`${mailbox}/messages/${id}`);
    before.close();
    const after = await openMail({ stateFile });
    open.push(after);
    expect(await after.read(draft.id, '?$expand=attachments')).toEqual(shown);
    expect((await after.round(deltaLink)).rows).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
    const answer = await after.deliver(eml('Subject: Re: A', 'In-Reply-To: <1@s.example>', '', 'Ho'));
    const [first] = (await after.get(`${mailbox}/mailFolders/deleteditems/messages`)).body.value;
    expect((await after.read(answer.id)).conversationId).toBe(first.conversationId);
  });
});

/** Sends what is meant for the vendor to the emulator: with its token the client trusts one host only. */
class ToEmulator implements Middleware {
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  async execute(context: Context): Promise<void> {
    const target = String(context.request).replace(
      /^https:\/\/(graph\.microsoft|outlook\.office)\.com/,
      this.origin,
    );
    context.response = await fetch(target, context.options);
  }
}

async function vendorsClient(tenant: TenantUnderTest): Promise<Client> {
  const token = await tenant.renewToken();
  const [first, second, last] = [
    new AuthenticationHandler({ getAccessToken: async () => token }),
    new RetryHandler(),
    new ToEmulator(tenant.url),
  ];
  first.setNext(second);
  second.setNext(last);
  return Client.initWithMiddleware({ middleware: first });
}

describe("the vendor's client", () => {
  it('iterates over messages and uploads a large attachment in parts', async () => {
    const tenant = await startTenant(undefined, { linkOrigin: 'https://graph.microsoft.com' });
    open.push(tenant);
    const client = await vendorsClient(tenant);
    const path = `/users/${mailbox}/messages`;
    for (const subject of ['A', 'B', 'C']) await client.api(path).post({ subject } satisfies Message);
    const page = await client.api(path).top(2).select('subject').get();
    const subjects: string[] = [];
    await new PageIterator(client, page, (row: Message) => {
      subjects.push(row.subject!);
      return true;
    }).iterate();
    expect(subjects.sort()).toEqual(['A', 'B', 'C']);

    const content = new Uint8Array(4 * 1024 * 1024).fill(7);
    const { id } = page.value[0];
    const AttachmentItem = { attachmentType: 'file', name: 'big.bin', size: content.length };
    const session = await client
      .api(`${path}/${id}/attachments/createUploadSession`)
      .post({ AttachmentItem });
    const file = new FileUpload(content, 'big.bin', content.length);
    const task = new LargeFileUploadTask(
      client,
      file,
      { url: session.uploadUrl, expiry: new Date(session.expirationDateTime), isCancelled: false },
      { rangeSize: 1024 * 1024 },
    );
    await task.upload();
    const { value } = await client.api(`${path}/${id}/attachments`).get();
    expect(value).toMatchObject([{ name: 'big.bin', size: content.length }]);
  });
});
