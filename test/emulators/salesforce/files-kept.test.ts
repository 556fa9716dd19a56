import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { base64, error, openFiles } from './files-under-test.ts';
import { startOrg } from './org.ts';

const { accountId, admin, attempt, documentOf, limits, org, read, upload } = await openFiles();
afterAll(() => org.close());

describe('over a restart', () => {
  it('e-mails, files and their contents are the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'salesforce-files-'));
    const stateFile = join(folder, 'org.sqlite');
    const before = await startOrg({ stateFile });
    await before.control('PUT', '/email', { taskSubject: 'plain' });
    await before.control('PUT', '/files', { maxAttachmentBytes: 3 });
    const mailId = await before.admin.create('EmailMessage', { Subject: 'Kept', IsClientManaged: true });
    const versionId = await before.admin.create('ContentVersion', {
      PathOnClient: 'kept.txt',
      VersionData: base64('Kept'),
      FirstPublishLocationId: mailId,
    });
    const mail = (await before.admin.call('GET', `/sobjects/EmailMessage/${mailId}`)).body;
    await before.close();
    const after = await startOrg({ stateFile });
    expect((await after.admin.call('GET', `/sobjects/EmailMessage/${mailId}`)).body).toEqual(mail);
    expect((await after.admin.call('GET', `/sobjects/ContentVersion/${versionId}/VersionData`)).body).toBe(
      'Kept',
    );
    expect((await after.control('PUT', '/email', {})).body).toMatchObject({ taskSubject: 'plain' });
    expect((await after.control('PUT', '/files', {})).body).toMatchObject({ maxAttachmentBytes: 3 });
    await after.close();
    rmSync(folder, { recursive: true });
  });
});

describe('attachments', () => {
  it('are kept with their parent and downloaded', async () => {
    const ParentId = await admin.create('EmailMessage', { Subject: 'Old way', Status: '3' });
    const id = await admin.create('Attachment', {
      ParentId,
      Name: 'a.txt',
      ContentType: 'text/plain',
      Body: base64('Old way'),
    });
    expect(await read('Attachment', id)).toMatchObject({
      BodyLength: 7,
      Body: `/services/data/v67.0/sobjects/Attachment/${id}/Body`,
    });
    expect((await admin.call('GET', `/sobjects/Attachment/${id}/Body`)).body).toBe('Old way');
    expect(await read('EmailMessage', ParentId)).toMatchObject({ HasAttachment: true });
    await admin.call('DELETE', `/sobjects/Attachment/${id}`);
    expect(await read('EmailMessage', ParentId)).toMatchObject({ HasAttachment: false });
    expect((await attempt({ ParentId }, 'Attachment')).body).toMatchObject(
      error('REQUIRED_FIELD_MISSING', 'Name', 'Body'),
    );
  });
});

describe('limits', () => {
  const file = (text: string) => ({ PathOnClient: 'limited.txt', VersionData: base64(text) });

  it('a file and an attachment have their own, and nothing is left of what was refused', async () => {
    await limits({ maxFileBytes: 4, maxAttachmentBytes: 2 });
    const refused = [
      await attempt(file('12345')),
      await attempt({ ParentId: accountId, Name: 'a', Body: base64('123') }, 'Attachment'),
    ];
    const taken = await attempt(file('1234'));
    await limits({ maxFileBytes: 10_000_000, maxAttachmentBytes: 10_000_000 });
    expect(refused.map(each => each.status)).toEqual([400, 400]);
    expect(taken.status).toBe(201);
    expect(await admin.column("SELECT Id FROM ContentDocument WHERE Title = 'limited'")).toHaveLength(1);
  });

  it('storage is told by /limits; what does not fit is refused until something is deleted', async () => {
    const remaining = async () => (await admin.call('GET', '/limits')).body.FileStorageMB;
    const MB = 1024 ** 2;
    await limits({ storageBytes: 3 * MB });
    expect(await remaining()).toEqual({ Max: 3, Remaining: 2 });
    const id = await upload({ VersionData: base64('x'.repeat(2 * MB)) });
    expect(await remaining()).toEqual({ Max: 3, Remaining: 0 });
    expect(await attempt(file('x'.repeat(MB)))).toMatchObject({
      status: 403,
      body: [{ errorCode: 'STORAGE_LIMIT_EXCEEDED', message: 'storage limit exceeded' }],
    });
    await admin.call('DELETE', `/sobjects/ContentDocument/${await documentOf(id)}`);
    expect((await attempt(file('x'.repeat(MB)))).status).toBe(201);
    await limits({ storageBytes: 10_000 * MB });
  });

  it('a JSON request has its own', async () => {
    await limits({ maxRequestBytes: 1000 });
    const refused = await attempt(file('x'.repeat(1000)));
    await limits({ maxRequestBytes: 50_000_000 });
    expect(refused).toMatchObject({ status: 400, body: [{ errorCode: 'EXCEEDED_MAX_SIZE_REQUEST' }] });
  });

  it('versions are limited in 24 hours', async () => {
    const count = (await admin.query('SELECT COUNT() FROM ContentVersion', true)).body.totalSize;
    await limits({ versionsPerDay: count });
    expect((await attempt(file('x'))).body).toMatchObject([{ errorCode: 'LIMIT_EXCEEDED' }]);
    await org.advance(25 * 3_600_000);
    const tomorrow = await org.as(org.info.username);
    expect((await attempt(file('x'), 'ContentVersion', tomorrow)).status).toBe(201);
    await limits({ versionsPerDay: 200_000 });
  });
});
