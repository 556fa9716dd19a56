import { z } from 'zod';

/** Ways in which mail may behave: the documentation leaves them open, or reports contradict each other. */
export interface MailBehaviour {
  /** The form of plain bodies for those who prefer none. */
  plainBodies: 'html' | 'text';
  /** Where a deleted message goes. */
  deletedMessages: 'deletedItems' | 'recoverableItems';
  /** What becomes of a change to a sent or received message that only drafts take. */
  draftOnlyChanges: 'refused' | 'ignored';
  /** Whether delta rounds over messages expand extended properties and extensions, or break. */
  deltaMessageExpansion: 'failing' | 'served';
  /** Whether the delta of folders tells of folders in which only the counts have changed. */
  deltaFolderCounts: 'silent' | 'told';
  /** What attachments without a name are called. */
  namelessAttachments: 'numbered' | 'null';
}

export const defaultMailBehaviour = (): MailBehaviour => ({
  plainBodies: 'html',
  deletedMessages: 'deletedItems',
  draftOnlyChanges: 'refused',
  deltaMessageExpansion: 'failing',
  deltaFolderCounts: 'silent',
  namelessAttachments: 'numbered',
});

export const mailBehaviourShape = {
  plainBodies: z.enum(['html', 'text']),
  deletedMessages: z.enum(['deletedItems', 'recoverableItems']),
  draftOnlyChanges: z.enum(['refused', 'ignored']),
  deltaMessageExpansion: z.enum(['failing', 'served']),
  deltaFolderCounts: z.enum(['silent', 'told']),
  namelessAttachments: z.enum(['numbered', 'null']),
};
