import { text } from '../store/row.ts';
import type { Behaviour } from './behaviour.ts';

/** A file goes with all its versions and links; a new title is that of its latest version too. */
export const contentDocument: Behaviour = {
  afterSave(row, { org, system, isSystem }) {
    const latest = org.store.table('ContentVersion').get(text(row, 'LatestPublishedVersionId') ?? '');
    if (isSystem || latest === undefined) return;
    system.save('ContentVersion', latest.Id, {
      Title: text(row, 'Title'),
      Description: text(row, 'Description'),
    });
  },
  cascade: [
    ['ContentVersion', 'ContentDocumentId'],
    ['ContentDocumentLink', 'ContentDocumentId'],
  ],
};
