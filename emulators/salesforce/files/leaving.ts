import type { RemoveContext } from '../objects/behaviour.ts';
import type { Row } from '../store/row.ts';

/** Files outlive the records that they were shared with; their links do not. */
export function leaveFiles(removed: Row, { org, system }: RemoveContext): void {
  for (const link of org.store.table('ContentDocumentLink').withValue('LinkedEntityId', removed.Id))
    if (link.IsDeleted !== true) system.remove('ContentDocumentLink', link);
}
