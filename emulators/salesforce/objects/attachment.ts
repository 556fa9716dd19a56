import { givenContent, storeContent } from '../files/content.ts';
import { refreshFiles } from '../files/emailFiles.ts';
import { checkSize, checkStorage } from '../files/storage.ts';
import { text } from '../store/row.ts';
import type { Behaviour } from './behaviour.ts';

export const attachment: Behaviour = {
  beforeSave(draft, context) {
    const { org, given, previous } = context;
    const body = givenContent(context, draft, 'Body');
    if (!given.has('Body') || body === null) return;
    const content = storeContent(org, body);
    checkSize(content.sizeBytes, org.settings.files.maxAttachmentBytes, 'Body');
    checkStorage(org, content.sizeBytes - Number(previous?.BodyLength ?? 0));
    Object.assign(draft, { Body: content.id, BodyLength: content.sizeBytes });
  },
  afterSave: (row, context) => refreshFiles(context, text(row, 'ParentId')),
  afterRemove: (row, context) => refreshFiles(context, text(row, 'ParentId')),
};
