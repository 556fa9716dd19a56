import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { base64, error, openFiles } from './files-under-test.ts';
import type { Client } from './org.ts';

const { accountId, admin, attempt, bob, documentOf, jane, limits, links, org, read, upload } =
  await openFiles();
afterAll(() => org.close());

describe('a first version', () => {
  it('makes a document of the same name, shared with its owner', async () => {
    const id = await upload({ PathOnClient: 'C:\\docs\\Best offer.PDF', Description: 'For Acme' });
    const version = await read('ContentVersion', id);
    expect(version).toMatchObject({
      Title: 'Best offer',
      FileExtension: 'PDF',
      FileType: 'PDF',
      ContentSize: 8,
      Checksum: createHash('md5').update('An offer').digest('hex'),
      VersionNumber: '1',
      IsLatest: true,
      Origin: 'C',
      ContentLocation: 'S',
      PublishStatus: 'R',
      VersionData: `/services/data/v67.0/sobjects/ContentVersion/${id}/VersionData`,
    });
    expect(await read('ContentDocument', version.ContentDocumentId)).toMatchObject({
      Title: 'Best offer',
      Description: 'For Acme',
      FileType: 'PDF',
      ContentSize: 8,
      LatestPublishedVersionId: id,
    });
    expect(await links(version.ContentDocumentId)).toEqual([
      { LinkedEntityId: version.OwnerId, ShareType: 'I', Visibility: 'AllUsers' },
    ]);
  });

  it('is shared with the record that it is published for', async () => {
    const id = await upload({ Title: 'Named', FirstPublishLocationId: accountId });
    expect(await read('ContentVersion', id)).toMatchObject({ Title: 'Named', PublishStatus: 'P' });
    expect((await links(await documentOf(id))).at(-1)).toEqual({
      LinkedEntityId: accountId,
      ShareType: 'I',
      Visibility: 'AllUsers',
    });
    const { body } = await admin.query(
      `SELECT (SELECT ContentDocument.Title FROM ContentDocumentLinks) FROM Account WHERE Id = '${accountId}'`,
    );
    expect(body.records[0].ContentDocumentLinks.records).toMatchObject([
      { ContentDocument: { Title: 'Named' } },
    ]);
  });

  it('needs a name and a content, unless it is a link', async () => {
    expect((await attempt({ Title: 'Nothing' })).body).toMatchObject(
      error('REQUIRED_FIELD_MISSING', 'PathOnClient', 'VersionData'),
    );
    expect((await attempt({ PathOnClient: 'x.txt', VersionData: 'not base64!' })).body).toMatchObject([
      { errorCode: 'JSON_PARSER_ERROR' },
    ]);
    const id = await admin.create('ContentVersion', { ContentUrl: 'https://docs.example/offer' });
    expect(await read('ContentVersion', id)).toMatchObject({ FileType: 'LINK', ContentSize: 0 });
  });

  it('without a byte is refused, or taken where the org is so', async () => {
    const empty = { PathOnClient: 'empty.txt', VersionData: '' };
    const attachment = { ParentId: accountId, Name: 'empty.txt', Body: '' };
    expect((await attempt(empty)).body).toMatchObject(error('REQUIRED_FIELD_MISSING', 'VersionData'));
    expect((await attempt(attachment, 'Attachment')).body).toMatchObject(
      error('REQUIRED_FIELD_MISSING', 'Body'),
    );
    await limits({ emptyFiles: 'allowed' });
    const id = await admin.create('ContentVersion', empty);
    const attachmentId = await admin.create('Attachment', attachment);
    await limits({ emptyFiles: 'refused' });
    expect(await read('ContentVersion', id)).toMatchObject({ ContentSize: 0 });
    expect(await admin.call('GET', `/sobjects/ContentVersion/${id}/VersionData`)).toMatchObject({
      status: 200,
      body: '',
    });
    expect(await read('Attachment', attachmentId)).toMatchObject({ BodyLength: 0 });
  });

  it.each([
    ['a.docx', 'WORD_X', 'docx'],
    ['.profile', 'UNKNOWN', null],
    ['no extension', 'UNKNOWN', null],
    ['mail.eml', 'EML', 'eml'],
  ])('%s is of type %s', async (PathOnClient, FileType, FileExtension) => {
    expect(await read('ContentVersion', await upload({ PathOnClient }))).toMatchObject({
      FileType,
      FileExtension,
    });
  });
});

describe('content', () => {
  it('is downloaded byte for byte, every version its own', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const first = await upload({ PathOnClient: 'b.bin', VersionData: bytes.toString('base64') });
    const ContentDocumentId = await documentOf(first);
    const second = await upload({ ContentDocumentId });
    const response = await fetch(
      `${org.emulator.url}/services/data/v67.0/sobjects/ContentVersion/${first}/VersionData`,
      { headers: { authorization: `Bearer ${admin.token}` } },
    );
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect((await admin.call('GET', `/sobjects/ContentVersion/${second}/VersionData`)).body).toBe('An offer');
    expect(await read('ContentVersion', first)).toMatchObject({ IsLatest: false });
    expect(await read('ContentVersion', second)).toMatchObject({ IsLatest: true, VersionNumber: '2' });
    expect(await read('ContentDocument', ContentDocumentId)).toMatchObject({
      LatestPublishedVersionId: second,
      ContentSize: 8,
    });
  });

  it('is not part of a composite', async () => {
    const id = await upload();
    const { body } = await admin.call('POST', '/composite', {
      compositeRequest: [
        {
          method: 'GET',
          url: `/services/data/v67.0/sobjects/ContentVersion/${id}/VersionData`,
          referenceId: 'blob',
        },
      ],
    });
    expect(body.compositeResponse).toMatchObject([{ httpStatusCode: 400 }]);
  });

  it('cannot be changed; name and description of the latest version can, also by the document', async () => {
    const id = await upload();
    const documentId = await documentOf(id);
    const patch = (object: string, target: string, fields: object) =>
      admin.call('PATCH', `/sobjects/${object}/${target}`, fields);
    expect((await patch('ContentVersion', id, { VersionData: base64('x') })).body).toMatchObject(
      error('INVALID_FIELD_FOR_INSERT_UPDATE', 'VersionData'),
    );
    await patch('ContentVersion', id, { Title: 'Second' });
    expect(await read('ContentDocument', documentId)).toMatchObject({ Title: 'Second' });
    await patch('ContentDocument', documentId, { Title: 'Third' });
    expect(await read('ContentVersion', id)).toMatchObject({ Title: 'Third' });
    await upload({ ContentDocumentId: documentId });
    expect((await patch('ContentVersion', id, { Title: 'Old' })).status).toBe(403);
  });

  it('goes with the document; documents are not made and versions not deleted by themselves', async () => {
    const id = await upload({ FirstPublishLocationId: accountId });
    const documentId = await documentOf(id);
    expect((await attempt({ Title: 'x' }, 'ContentDocument')).body).toMatchObject([
      { errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' },
    ]);
    expect((await admin.call('DELETE', `/sobjects/ContentVersion/${id}`)).status).toBe(403);
    expect((await admin.call('DELETE', `/sobjects/ContentDocument/${documentId}`)).status).toBe(204);
    expect((await admin.call('GET', `/sobjects/ContentVersion/${id}/VersionData`)).status).toBe(404);
    expect(await links(documentId)).toEqual([]);
  });
});

describe('links', () => {
  it('share a document with more records, once each, also custom ones', async () => {
    const ContentDocumentId = await documentOf(await upload());
    const LinkedEntityId = await admin.create('Project__c', { Name: 'P' });
    const link = { ContentDocumentId, LinkedEntityId, ShareType: 'C', Visibility: 'InternalUsers' };
    const id = await admin.create('ContentDocumentLink', link);
    expect((await links(ContentDocumentId)).at(-1)).toEqual({
      LinkedEntityId,
      ShareType: 'C',
      Visibility: 'InternalUsers',
    });
    expect((await attempt(link, 'ContentDocumentLink')).body).toMatchObject(error('DUPLICATE_VALUE'));
    await admin.call('DELETE', `/sobjects/ContentDocumentLink/${id}`);
    expect(await links(ContentDocumentId)).toHaveLength(1);
    expect((await attempt({ ...link, ShareType: 'X' }, 'ContentDocumentLink')).body).toMatchObject(
      error('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'ShareType'),
    );
  });

  it('without ShareType are for viewers, or refused where the org is so', async () => {
    const link = { ContentDocumentId: await documentOf(await upload()), LinkedEntityId: accountId };
    await limits({ missingShareType: 'refused' });
    const refused = await attempt(link, 'ContentDocumentLink');
    await limits({ missingShareType: 'viewer' });
    expect(refused.body).toMatchObject(error('REQUIRED_FIELD_MISSING', 'ShareType'));
    const id = await admin.create('ContentDocumentLink', link);
    expect(await read('ContentDocumentLink', id)).toMatchObject({ ShareType: 'V', Visibility: 'AllUsers' });
  });

  it('go with the record, the document stays', async () => {
    const id = await admin.create('Contact', { LastName: 'Gone' });
    const documentId = await documentOf(await upload({ FirstPublishLocationId: id }));
    await admin.call('DELETE', `/sobjects/Contact/${id}`);
    expect(await links(documentId)).toHaveLength(1);
  });

  it('are only queried by their ends', async () => {
    expect((await admin.query('SELECT Id FROM ContentDocumentLink')).body).toMatchObject([
      { errorCode: 'MALFORMED_QUERY' },
    ]);
  });
});

describe('who sees a file', () => {
  it('its owner, and whoever it is shared with: viewers read, collaborators edit', async () => {
    const versionId = await upload({}, jane);
    const ContentDocumentId = await documentOf(versionId);
    const path = `/sobjects/ContentVersion/${versionId}`;
    expect((await bob.call('GET', `${path}/VersionData`)).status).toBe(404);
    const bobId = (await admin.column("SELECT Id FROM User WHERE Username = 'bob@example.com'"))[0];
    const linkId = await jane.create('ContentDocumentLink', {
      ContentDocumentId,
      LinkedEntityId: bobId,
      ShareType: 'V',
    });
    expect((await bob.call('GET', `${path}/VersionData`)).body).toBe('An offer');
    expect((await bob.call('PATCH', path, { Title: 'x' })).status).toBe(403);
    await jane.call('PATCH', `/sobjects/ContentDocumentLink/${linkId}`, { ShareType: 'C' });
    expect((await bob.call('PATCH', path, { Title: 'x' })).status).toBe(204);
    expect((await bob.call('DELETE', `/sobjects/ContentDocument/${ContentDocumentId}`)).status).toBe(403);
  });

  it('whoever sees a record that it is shared with', async () => {
    const id = await upload({ FirstPublishLocationId: accountId });
    expect((await jane.call('GET', `/sobjects/ContentVersion/${id}`)).status).toBe(200);
    expect((await bob.call('GET', `/sobjects/ContentVersion/${id}`)).status).toBe(404);
    expect(
      (
        await attempt(
          { PathOnClient: 'a', VersionData: 'YQ==', FirstPublishLocationId: accountId },
          'ContentVersion',
          bob,
        )
      ).body,
    ).toMatchObject(error('INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'FirstPublishLocationId'));
  });
});

describe('what a query finds', () => {
  it('without an id the files of one’s own, with one also those shared by a record', async () => {
    const Title = 'Shared by record';
    const id = await upload({ Title, FirstPublishLocationId: accountId });
    const documentId = await documentOf(id);
    expect(await jane.column(`SELECT Id FROM ContentVersion WHERE Title = '${Title}'`)).toEqual([]);
    expect(await admin.column(`SELECT Id FROM ContentVersion WHERE Title = '${Title}'`)).toEqual([id]);
    expect(
      await jane.column(`SELECT Id FROM ContentVersion WHERE ContentDocumentId = '${documentId}'`),
    ).toEqual([id]);
    expect(
      await jane.column(
        `SELECT Id FROM ContentDocument WHERE Id IN (SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = '${accountId}') AND Title = '${Title}'`,
      ),
    ).toEqual([documentId]);
  });

  it('with Query All Files and View All Data all of them', async () => {
    const id = await upload({ Title: 'Of Jane' }, jane);
    const find = (client: Client) => client.column("SELECT Id FROM ContentVersion WHERE Title = 'Of Jane'");
    expect(await find(admin)).toEqual([]);
    await limits({ queryAllFiles: true });
    expect([await find(admin), await find(bob)]).toEqual([[id], []]);
    await limits({ queryAllFiles: false });
  });
});

describe('files of e-mails', () => {
  const email = (fields: object = {}) =>
    admin.create('EmailMessage', { Subject: 'With file', Status: '3', IsClientManaged: true, ...fields });

  it('are linked to one managed by its client, which then has attachments', async () => {
    const id = await email();
    const documentId = await documentOf(await upload({ FirstPublishLocationId: id }));
    expect(await read('EmailMessage', id)).toMatchObject({
      HasAttachment: true,
      ContentDocumentIds: [documentId],
    });
    const other = await documentOf(await upload());
    await admin.call('PATCH', `/sobjects/EmailMessage/${id}`, { ContentDocumentIds: [other] });
    expect(await read('EmailMessage', id)).toMatchObject({ ContentDocumentIds: [other] });
    await admin.call('PATCH', `/sobjects/EmailMessage/${id}`, { ContentDocumentIds: [] });
    expect(await read('EmailMessage', id)).toMatchObject({ HasAttachment: false, ContentDocumentIds: [] });
  });

  it('are linked to a draft, and to an e-mail as it is made', async () => {
    const documentId = await documentOf(await upload());
    const made = await email({ IsClientManaged: false, ContentDocumentIds: [documentId] });
    expect(await read('EmailMessage', made)).toMatchObject({ HasAttachment: true });
    const draft = await email({ IsClientManaged: false, Status: '5' });
    await upload({ FirstPublishLocationId: draft });
    expect(await read('EmailMessage', draft)).toMatchObject({ HasAttachment: true });
  });

  it('are refused later, unless the org allows it', async () => {
    const id = await email({ IsClientManaged: false });
    const file = { PathOnClient: 'a.txt', VersionData: base64('a'), FirstPublishLocationId: id };
    expect(await attempt(file)).toMatchObject({
      status: 403,
      body: error('INSUFFICIENT_ACCESS_OR_READONLY', 'FirstPublishLocationId'),
    });
    const ContentDocumentId = await documentOf(await upload());
    const link = { ContentDocumentId, LinkedEntityId: id, ShareType: 'V' };
    expect((await attempt(link, 'ContentDocumentLink')).status).toBe(403);
    await org.control('PUT', '/email', { filesOfSent: 'allowed' });
    expect((await attempt(link, 'ContentDocumentLink')).status).toBe(201);
    await org.control('PUT', '/email', { filesOfSent: 'clientManaged' });
    expect(await read('EmailMessage', id)).toMatchObject({ HasAttachment: true });
  });

  it('stay with one that was sent, and leave one managed by its client', async () => {
    const [sent, managed] = [await email({ IsClientManaged: false }), await email()];
    for (const [id, status] of [[sent, 403] as const, [managed, 204] as const]) {
      await org.control('PUT', '/email', { filesOfSent: 'allowed' });
      await upload({ FirstPublishLocationId: id });
      await org.control('PUT', '/email', { filesOfSent: 'clientManaged' });
      const [link] = await admin.column(`SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '${id}'`);
      expect((await admin.call('DELETE', `/sobjects/ContentDocumentLink/${link}`)).status).toBe(status);
      expect(await read('EmailMessage', id)).toMatchObject({ HasAttachment: status === 403 });
    }
    expect((await admin.call('DELETE', `/sobjects/EmailMessage/${sent}`)).status).toBe(204);
  });
});
