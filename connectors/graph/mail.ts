import type { User } from '@microsoft/microsoft-graph-types';
import type { Outcome } from '../connector.ts';
import type {
  ChangedMessage,
  FolderDraft,
  FolderName,
  ListedMessage,
  MailboxMail,
  MarkedFolder,
  MessageChange,
  MessagePage,
  MessageState,
  PlacedMessage,
  UsualFolders,
} from '../mail.ts';
import type { MailFolders } from './mail-folders.ts';
import { listMessages } from './mail-listed.ts';
import { readAttachment, readMessages } from './mail-reads.ts';
import { changeMessages, placeMessages } from './mail-writes.ts';
import { query } from './odata.ts';
import type { MailboxWire } from './wire.ts';

/** The mail of one mailbox. */
export class GraphMail implements MailboxMail {
  readonly #wire: MailboxWire;
  readonly #folders: MailFolders;

  constructor(wire: MailboxWire, folders: MailFolders) {
    this.#wire = wire;
    this.#folders = folders;
  }

  usualFolders(): Promise<UsualFolders> {
    return this.#folders.usual();
  }

  async addresses(): Promise<readonly string[]> {
    const url = this.#wire.path() + query({ $select: 'mail,userPrincipalName,proxyAddresses' });
    const { mail, userPrincipalName, proxyAddresses } = (await this.#wire.get(url)) as User;
    const aliases = (proxyAddresses ?? []).flatMap(proxy => /^smtp:(.+)$/i.exec(proxy)?.[1] ?? []);
    const all = [mail, userPrincipalName, ...aliases].flatMap(address => address?.toLowerCase() ?? []);
    return [...new Set(all)].filter(address => address !== '');
  }

  foldersBelow(folderIds: readonly string[], leaves?: ReadonlySet<string>): Promise<MarkedFolder[]> {
    return this.#folders.below(folderIds, leaves);
  }
  folders(folderIds: readonly string[]): Promise<MarkedFolder[]> {
    return this.#folders.byIds(folderIds);
  }
  createFolders(parentId: string, drafts: readonly FolderDraft[]): Promise<Outcome<MarkedFolder>[]> {
    return this.#folders.create(parentId, drafts);
  }
  renameFolders(names: readonly FolderName[]): Promise<Outcome<null>[]> {
    return this.#folders.rename(names);
  }
  moveFolder(folderId: string, parentId: string): Promise<void> {
    return this.#folders.move(folderId, parentId);
  }
  deleteFolder(folderId: string): Promise<void> {
    return this.#folders.delete(folderId);
  }
  list(folderId: string, after: string | null): Promise<MessagePage> {
    return listMessages(this.#wire, folderId, after);
  }
  read(messageIds: readonly string[]): Promise<Outcome<MessageState>[]> {
    return readMessages(this.#wire, messageIds);
  }
  attachment(messageId: string, attachmentId: string): Promise<string> {
    return readAttachment(this.#wire, messageId, attachmentId);
  }
  change(changes: readonly MessageChange[]): Promise<Outcome<ChangedMessage | null>[]> {
    return changeMessages(this.#wire, changes);
  }
  place(folderId: string, messages: readonly PlacedMessage[]): Promise<Outcome<ListedMessage>[]> {
    return placeMessages(this.#wire, folderId, messages);
  }
}
