import { accessLevel } from '../access/sharing.ts';
import { failure, insufficientAccess } from '../failure.ts';
import { givenContent, storeContent } from '../files/content.ts';
import { readFileName } from '../files/fileTypes.ts';
import { checkTakesFiles } from '../files/sharing.ts';
import { checkDailyVersions, checkSize, checkStorage } from '../files/storage.ts';
import { createDocument, publish, shareFirst, versionsOf } from '../files/versions.ts';
import type { Draft } from '../records/validate.ts';
import { text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';

const EDIT = 2;
const MAX_TITLE = 255;

/** A file needs its name and its content. */
function contentNeeded(draft: Draft, context: SaveContext): string {
  const content = givenContent(context, draft, 'VersionData');
  const missing = [
    ...(text(draft, 'PathOnClient') === null ? ['PathOnClient'] : []),
    ...(content === null ? ['VersionData'] : []),
  ];
  if (content !== null && missing.length === 0) return content;
  throw failure('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
}

function settleLink(draft: Draft, url: string): void {
  draft.Title ??= url.slice(0, MAX_TITLE);
  Object.assign(draft, { FileType: 'LINK', ContentSize: 0 });
}

function settleFile(draft: Draft, context: SaveContext): void {
  const { org } = context;
  const content = storeContent(org, contentNeeded(draft, context));
  checkSize(content.sizeBytes, org.settings.files.maxFileBytes, 'VersionData');
  checkStorage(org, content.sizeBytes);
  const { title, extension, fileType } = readFileName(text(draft, 'PathOnClient') ?? '');
  draft.Title ??= title.slice(0, MAX_TITLE);
  Object.assign(draft, {
    FileExtension: extension,
    FileType: fileType,
    VersionData: content.id,
    ContentSize: content.sizeBytes,
    Checksum: content.md5,
  });
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
    if (!context.isSystem)
      checkTakesFiles(context.org, text(draft, 'FirstPublishLocationId'), 'FirstPublishLocationId');
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
    checkDailyVersions(org);
    const url = text(draft, 'ContentUrl');
    if (url === null) settleFile(draft, context);
    else settleLink(draft, url);
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
