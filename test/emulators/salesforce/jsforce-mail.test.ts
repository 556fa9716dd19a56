import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrg, type TestOrg } from './org.ts';

let org: TestOrg;
let connection: Connection;

beforeAll(async () => {
  org = await startOrg();
  const { loginUrl, instanceUrl, clientId, clientSecret } = org.info;
  connection = new Connection({ instanceUrl, version: '67.0', oauth2: { loginUrl, clientId, clientSecret } });
  await connection.authorize({ grant_type: 'client_credentials' });
});
afterAll(() => org.close());

async function download(versionId: string): Promise<Buffer> {
  const { VersionData } = await connection.sobject('ContentVersion').retrieve(versionId);
  const response = await fetch(`${org.info.instanceUrl}${VersionData}`, {
    headers: { authorization: `Bearer ${connection.accessToken}` },
  });
  return Buffer.from(await response.arrayBuffer());
}

describe('jsforce: e-mails and files', () => {
  it('archives an e-mail with people in one call, and a second time finds it', async () => {
    const contact = await connection
      .sobject('Contact')
      .create({ LastName: 'Ann', Email: 'ann@acme.example' });
    const message = {
      Subject: 'Offer',
      TextBody: 'Dear Ann',
      HtmlBody: '<p>Dear Ann</p>',
      FromAddress: 'jane@example.com',
      ToIds: [contact.id],
      Status: '3',
      MessageIdentifier: '<1@mail.example>',
      IsClientManaged: true,
    };
    const { id = '' } = await connection.sobject('EmailMessage').create(message);
    const found = await connection.query(
      "SELECT Id, ActivityId, Status, (SELECT RelationId, RelationType FROM EmailMessageRelations) FROM EmailMessage WHERE MessageIdentifier = '<1@mail.example>'",
    );
    expect(found.records).toMatchObject([
      {
        Id: id,
        Status: '3',
        EmailMessageRelations: {
          records: [
            { RelationId: contact.id, RelationType: 'ToAddress' },
            { RelationType: 'FromAddress' },
          ].reverse(),
        },
      },
    ]);
    await expect(connection.sobject('EmailMessage').update({ Id: id, Subject: 'New' })).rejects.toMatchObject(
      {
        errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
      },
    );
  });

  it('uploads by multipart, binary part first', async () => {
    const bytes = randomBytes(300_000);
    const { id = '' } = await connection.sobject('ContentVersion').create(
      { PathOnClient: 'photo.png', Title: 'Photo', VersionData: bytes.toString('base64') },
      {
        multipartFileFields: { VersionData: { filename: 'photo.png', contentType: 'image/png' } },
      },
    );
    expect(await download(id)).toEqual(bytes);
    expect(await connection.sobject('ContentVersion').retrieve(id)).toMatchObject({
      Title: 'Photo',
      FileType: 'PNG',
      ContentSize: 300_000,
    });
  });

  it('uploads by base64', async () => {
    const bytes = randomBytes(1000);
    const { id = '' } = await connection
      .sobject('ContentVersion')
      .create({ PathOnClient: 'a.bin', VersionData: bytes.toString('base64') });
    expect(await download(id)).toEqual(bytes);
  });

  it('uploads any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async array => {
        const bytes = Buffer.from(array);
        const file = { PathOnClient: 'any.bin', VersionData: bytes.toString('base64') };
        const options = {
          multipartFileFields: {
            VersionData: { filename: 'any.bin', contentType: 'application/octet-stream' },
          },
        };
        const results = [
          await connection.sobject('ContentVersion').create(file),
          await connection.sobject('ContentVersion').create({ ...file }, options),
        ];
        for (const { id = '' } of results) expect(await download(id)).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });

  it('makes a person, an e-mail to them and its file in one composite', async () => {
    const part = (object: string, referenceId: string, body: object) => ({
      method: 'POST',
      url: `/services/data/v67.0/sobjects/${object}`,
      referenceId,
      body,
    });
    const body = {
      allOrNone: true,
      compositeRequest: [
        part('Contact', 'ann', { LastName: 'Ann' }),
        part('EmailMessage', 'mail', {
          Subject: 'One',
          Status: '3',
          IsClientManaged: true,
          ToIds: ['@{ann.id}'],
        }),
        part('ContentVersion', 'file', {
          PathOnClient: 'a.txt',
          VersionData: 'YQ==',
          FirstPublishLocationId: '@{mail.id}',
        }),
      ],
    };
    const { compositeResponse } = await connection.requestPost<{
      compositeResponse: { httpStatusCode: number; body: { id: string } }[];
    }>('/composite', body);
    expect(compositeResponse.map(each => each.httpStatusCode)).toEqual([201, 201, 201]);
    const mailId = compositeResponse[1]?.body.id ?? '';
    expect(await connection.sobject('EmailMessage').retrieve(mailId)).toMatchObject({
      ToIds: [compositeResponse[0]?.body.id],
      HasAttachment: true,
    });
  });

  it('collects errors of one in a collection and keeps the others', async () => {
    const results = await connection
      .sobject('EmailMessage')
      .create([{ Subject: 'a' }, { Subject: 'b', Status: 'x' }, { Subject: 'c' }]);
    expect(results).toMatchObject([
      { success: true },
      { success: false, errors: [{ statusCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' }] },
      { success: true },
    ]);
  });
});

describe('multipart as the REST guide shows it', () => {
  const send = (method: string, path: string, body: string | Buffer) =>
    fetch(`${org.info.instanceUrl}/services/data/v67.0${path}`, {
      method,
      headers: {
        authorization: `Bearer ${connection.accessToken}`,
        'content-type': 'multipart/form-data; boundary="frontier"',
      },
      body,
    });

  it('takes the JSON part first', async () => {
    const bytes = randomBytes(100);
    const body = Buffer.concat([
      Buffer.from(
        [
          '--frontier',
          'Content-Disposition: form-data; name="entity_content";',
          'Content-Type: application/json',
          '',
          '{"PathOnClient": "Größe.pdf"}',
          '--frontier',
          'Content-Type: application/octet-stream',
          'Content-Disposition: form-data; name="VersionData"; filename="Größe.pdf"',
          '',
          '',
        ].join('\r\n'),
      ),
      bytes,
      Buffer.from('\r\n--frontier--'),
    ]);
    const response = await send('POST', '/sobjects/ContentVersion', body);
    const { id } = (await response.json()) as { id: string };
    expect(response.status).toBe(201);
    expect(await download(id)).toEqual(bytes);
    expect(await connection.sobject('ContentVersion').retrieve(id)).toMatchObject({ Title: 'Größe' });
  });

  it('refuses what is not multipart after all', async () => {
    const response = await send('POST', '/sobjects/ContentVersion', 'nothing of the kind');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject([{ errorCode: 'JSON_PARSER_ERROR' }]);
  });
});
