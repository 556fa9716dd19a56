import { startOrg } from './org.ts';

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const error = (errorCode: string, ...fields: string[]) => [{ errorCode, fields }];

/** An org with three users, an account and what tests of files do with them. */
export async function openFiles() {
  const org = await startOrg();
  const { admin } = org;
  await org.control('POST', '/schema', { object: 'Project__c', fields: [] });
  await org.control('POST', '/load', {
    users: [{ Username: 'jane@example.com' }, { Username: 'bob@example.com' }],
  });
  const [jane, bob] = await Promise.all([org.as('jane@example.com'), org.as('bob@example.com')]);
  const accountId = await jane.create('Account', { Name: 'Acme' });
  const upload = (fields: object = {}, client = admin) =>
    client.create('ContentVersion', {
      PathOnClient: 'offer.pdf',
      VersionData: base64('An offer'),
      ...fields,
    });
  const attempt = (fields: object, object = 'ContentVersion', client = admin) =>
    client.call('POST', `/sobjects/${object}`, fields);
  const read = async (object: string, id: string, client = admin) =>
    (await client.call('GET', `/sobjects/${object}/${id}`)).body;
  const documentOf = async (versionId: string): Promise<string> =>
    (await read('ContentVersion', versionId)).ContentDocumentId;
  const limits = (values: object) => org.control('PUT', '/files', values);
  const links = async (documentId: string) =>
    (
      await admin.query(
        `SELECT LinkedEntityId, ShareType, Visibility FROM ContentDocumentLink WHERE ContentDocumentId = '${documentId}' ORDER BY Id`,
      )
    ).body.records.map(({ attributes: _, ...link }: Record<string, unknown>) => link);
  return { org, admin, jane, bob, accountId, upload, attempt, read, documentOf, limits, links };
}
