import type { SaveContext, SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import { type Row, text } from '../store/row.ts';

interface Acts {
  readonly org: Org;
  readonly system: SystemWriter;
}

function linksOf(org: Org, messageId: string): Row[] {
  return org.store
    .table('ContentDocumentLink')
    .withValue('LinkedEntityId', messageId)
    .filter(link => link.IsDeleted !== true)
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));
}

/** ContentDocumentIds as given become links; links to documents that it leaves out go. */
export function linkFiles(context: SaveContext, message: Row): void {
  const { org, system } = context;
  const wanted = new Set(text(message, 'ContentDocumentIds')?.split(';') ?? []);
  const links = linksOf(org, message.Id);
  for (const link of links)
    if (!wanted.delete(text(link, 'ContentDocumentId') ?? '')) system.remove('ContentDocumentLink', link);
  for (const documentId of wanted) {
    system.save('ContentDocumentLink', undefined, {
      ContentDocumentId: documentId,
      LinkedEntityId: message.Id,
    });
  }
}

/** HasAttachment and ContentDocumentIds follow the files of an e-mail without a stamp. */
export function refreshFiles({ org, system }: Acts, messageId: string | null): void {
  const message = org.store.table('EmailMessage').get(messageId ?? '');
  if (message === undefined) return;
  const documents = linksOf(org, message.Id).flatMap(link => text(link, 'ContentDocumentId') ?? []);
  const hasAttachment = org.store
    .table('Attachment')
    .withValue('ParentId', message.Id)
    .some(row => row.IsDeleted !== true);
  system.amend('EmailMessage', message, {
    HasAttachment: hasAttachment || documents.length > 0,
    ContentDocumentIds: documents.length === 0 ? null : documents.join(';'),
  });
}
