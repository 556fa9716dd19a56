import type { MailboxItem } from '../../sync/record.ts';
import { extendedValue, fieldsOf, type GraphContact, keyProperty } from './mapping.ts';
import { momentMs } from './times.ts';

export function contactItem(contact: GraphContact): MailboxItem {
  const stamp = extendedValue(contact.singleValueExtendedProperties, keyProperty);
  return {
    itemId: contact.id ?? '',
    containerId: contact.parentFolderId ?? '',
    etag: contact['@odata.etag'] ?? '',
    categories: contact.categories ?? [],
    fields: fieldsOf(contact),
    createdAtMs: momentMs(contact.createdDateTime),
    modifiedAtMs: momentMs(contact.lastModifiedDateTime),
    ...(stamp !== null && { stamp }),
  };
}
