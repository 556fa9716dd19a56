import { accessLevel } from '../access/sharing.ts';
import { failure, insufficientAccess } from '../failure.ts';
import { storeContent } from '../files/content.ts';
import { readFileName } from '../files/fileTypes.ts';
import { checkShareable } from '../files/sharing.ts';
import { checkDailyVersions, checkSize, checkStorage } from '../files/storage.ts';
import { createDocument, publish, shareFirst, versionsOf } from '../files/versions.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';

const EDIT = 2;
const MAX_TITLE = 255;

/** A file needs its name and its content, a link its address. */
function checkComplete(draft: Draft): void {
  if (text(draft, 'ContentUrl') !== null) return;
  const missing = ['PathOnClient', 'VersionData'].filter(field => text(draft, field) === null);
  if (missing.length > 0)
    throw failure('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
}

function settleContent(draft: Draft, org: Org): void {
  const url = text(draft, 'ContentUrl');
  if (url !== null) {
    draft.Title ??= url.slice(0, MAX_TITLE);
    Object.assign(draft, { FileType: 'LINK', ContentSize: 0 });
    return;
  }
  const { title, extension, fileType } = readFileName(text(draft, 'PathOnClient') ?? '');
  draft.Title ??= title.slice(0, MAX_TITLE);
  draft.FileExtension = extension;
  draft.FileType = fileType;
  const content = storeContent(org, text(draft, 'VersionData') ?? '');
  checkSize(content.sizeBytes, org.settings.files.maxFileBytes, 'VersionData');
  checkStorage(org, content.sizeBytes);
  Object.assign(draft, { VersionData: content.id, ContentSize: content.sizeBytes, Checksum: content.md5 });
}

/** A version is added by whoever may edit the document; where it was first published stands already. */
function checkDocument(draft: Draft, { org, user, isSystem }: SaveContext): void {
  const type = org.schema.find('ContentDocument');
  const document = org.store.table('ContentDocument').get(text(draft, 'ContentDocumentId') ?? '');
  if (isSystem || type === undefined || document === undefined) return;
  if (accessLevel(org, user, type, document) < EDIT) throw insufficientAccess();
  if (text(draft, 'FirstPublishLocationId') !== null)
    throw failure(
      'FIELD_INTEGRITY_EXCEPTION',
      'FirstPublishLocationId can only be given for the first version of a document',
      ['FirstPublishLocationId'],
    );
}

function settleDocument(draft: Draft, context: SaveContext): void {
  const documentId = text(draft, 'ContentDocumentId');
  if (documentId === null) {
    checkShareable(context, text(draft, 'FirstPublishLocationId'), 'FirstPublishLocationId');
    draft.PublishStatus = text(draft, 'FirstPublishLocationId') === null ? 'R' : 'P';
    draft.ContentDocumentId = createDocument(context, draft);
  } else checkDocument(draft, context);
  draft.VersionNumber = String(versionsOf(context.org, text(draft, 'ContentDocumentId') ?? '').length + 1);
}

export const contentVersion: Behaviour = {
  beforeSave(draft, context) {
    const { org, user, previous, isSystem } = context;
    if (previous?.IsLatest === false && !isSystem)
      throw failure('INSUFFICIENT_ACCESS_OR_READONLY', 'Only the latest version can be updated', []);
    if (previous !== undefined) return;
    checkComplete(draft);
    checkDailyVersions(org);
    settleContent(draft, org);
    draft.IsLatest = true;
    draft.ContentModifiedDate ??= org.now();
    draft.ContentModifiedById = user.Id;
    settleDocument(draft, context);
  },
  afterSave(row, context) {
    if (row.IsLatest !== true) return;
    publish(context, row);
    if (context.previous === undefined && row.VersionNumber === '1') shareFirst(context, row);
  },
};
