import type { Message } from '@microsoft/microsoft-graph-types';
import type { ListedMessage, MessagePage } from '../mail.ts';
import { extendedValue, markProperty } from './mapping.ts';
import { expandProperties, query } from './odata.ts';
import type { ListPage, MailboxWire } from './wire.ts';

export type GraphMessage = Message & { readonly '@odata.etag'?: string };

const messagesPerPage = '200';
export const listedSelect = ['id', 'parentFolderId', 'categories'];
const listing = { $select: listedSelect.join(','), $expand: expandProperties([markProperty]) };

export function listedMessage(message: GraphMessage): ListedMessage {
  return {
    id: message.id ?? '',
    etag: message['@odata.etag'] ?? '',
    folderId: message.parentFolderId ?? '',
    categories: message.categories ?? [],
    mark: extendedValue(message.singleValueExtendedProperties, markProperty),
  };
}

/** Oldest first: what arrives meanwhile comes at the end. */
export async function listMessages(
  wire: MailboxWire,
  folderId: string,
  after: string | null,
): Promise<MessagePage> {
  const start = () =>
    wire.path('mailFolders', folderId, 'messages') +
    query({ ...listing, $orderby: 'receivedDateTime asc', $top: messagesPerPage });
  const page = (await wire.get(after ?? start())) as ListPage<GraphMessage>;
  const next = wire.nextOf(page);
  return { messages: (page.value ?? []).map(listedMessage), next: next === after ? null : next };
}
