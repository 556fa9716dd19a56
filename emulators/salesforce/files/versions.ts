import type { SaveContext } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text, type Value } from '../store/row.ts';

export function versionsOf(org: Org, documentId: string): Row[] {
  return org.store
    .table('ContentVersion')
    .withValue('ContentDocumentId', documentId)
    .filter(version => version.IsDeleted !== true);
}

/** What a document tells of its latest version. */
const SHARED_FIELDS = [
  'Title',
  'Description',
  'FileType',
  'FileExtension',
  'ContentSize',
  'OwnerId',
  'PublishStatus',
  'SharingOption',
  'SharingPrivacy',
];

const sharedValues = (version: Row): Record<string, Value> =>
  Object.fromEntries(SHARED_FIELDS.map(field => [field, version[field] ?? null]));

/** The document of a new file: it is there before its first version, which must name it. */
export function createDocument({ system }: SaveContext, draft: Draft): string {
  return system.save('ContentDocument', undefined, sharedValues(draft as Row)).Id;
}

/** The document follows its latest version, and the earlier versions step back. */
export function publish({ org, system }: SaveContext, version: Row): void {
  const documentId = text(version, 'ContentDocumentId') ?? '';
  for (const other of versionsOf(org, documentId))
    if (other.Id !== version.Id && other.IsLatest === true)
      system.save('ContentVersion', other.Id, { IsLatest: false });
  system.save('ContentDocument', documentId, {
    ...sharedValues(version),
    LatestPublishedVersionId: version.Id,
    ContentModifiedDate: text(version, 'ContentModifiedDate'),
  });
}

/** A new file is shared with its owner, and with the record that it was first published for. */
export function shareFirst({ system }: SaveContext, version: Row): void {
  const entities = new Set([text(version, 'OwnerId'), text(version, 'FirstPublishLocationId')]);
  for (const entityId of entities)
    if (entityId !== null)
      system.save('ContentDocumentLink', undefined, {
        ContentDocumentId: text(version, 'ContentDocumentId'),
        LinkedEntityId: entityId,
        ShareType: 'I',
      });
}
