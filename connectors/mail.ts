import type { MailMessage } from '../sync/mail/message.ts';
import type { MailFolder, Outcome } from './connector.ts';

/** A mail folder with our mark on it: what it is to us, written when it was made. A hint only, the ledger decides. */
export interface MarkedFolder extends MailFolder {
  readonly mark: string | null;
}

export interface FolderDraft {
  readonly name: string;
  readonly mark: string;
}
export interface FolderName {
  readonly folderId: string;
  readonly name: string;
}

/** A message as a list of its folder tells it. */
export interface ListedMessage {
  readonly id: string;
  /** Another one for each change of the message, also of its categories. */
  readonly etag: string;
  readonly folderId: string;
  readonly categories: readonly string[];
  /** Our mark on messages that we put there. */
  readonly mark: string | null;
}

/** A message as it is after a change, which leaves its mark as it was. */
export type ChangedMessage = Omit<ListedMessage, 'mark'>;

export interface MessagePage {
  readonly messages: readonly ListedMessage[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

export type MessageState =
  | { readonly type: 'present'; readonly listed: ListedMessage; readonly message: MailMessage }
  | { readonly type: 'gone' };

export type MessageChange =
  /** All of its categories from now on. */
  | { readonly op: 'categorize'; readonly id: string; readonly categories: readonly string[] }
  /** To a folder, or to the Inbox. */
  | { readonly op: 'move'; readonly id: string; readonly folderId: string }
  /** To where its user finds it no more (MAIL-3). "Already gone" is success. */
  | { readonly op: 'purge'; readonly id: string };

/** A message that is put into a folder as if it had been received: no draft, unread by nobody, mailed to nobody. */
export interface PlacedMessage {
  readonly subject: string;
  readonly html: string;
  readonly receivedAtMs: number;
  readonly mark: string;
}

/** Folders whose place and meaning every mailbox knows. */
export interface UsualFolders {
  /** Where the folders stand that are in no other. */
  readonly topId: string;
  readonly inboxId: string;
  readonly sentItemsId: string;
  readonly deletedItemsId: string;
}

/** The mail of one mailbox. Ids survive moves. Failures as in `Mailbox`. */
export interface MailboxMail {
  usualFolders(): Promise<UsualFolders>;
  /** All addresses that reach the mailbox, lower case. */
  addresses(): Promise<readonly string[]>;
  /**
   * Every folder below these, at any depth, hidden ones too; what is not there any more has nothing below it. Of `leaves`,
   * which usually have no folders in them, only those are looked into that tell of some; hidden ones in them need not be told.
   */
  foldersBelow(folderIds: readonly string[], leaves?: ReadonlySet<string>): Promise<MarkedFolder[]>;
  /** These folders wherever they are now, in Deleted Items too; those that are gone are not among them. */
  folders(folderIds: readonly string[]): Promise<MarkedFolder[]>;
  /** `duplicate` when the parent has a folder of that name, whatever its case. */
  createFolders(parentId: string, drafts: readonly FolderDraft[]): Promise<Outcome<MarkedFolder>[]>;
  /** In any order; `duplicate` as above. */
  renameFolders(names: readonly FolderName[]): Promise<Outcome<null>[]>;
  moveFolder(folderId: string, parentId: string): Promise<void>;
  /** With all that is in it. "Already gone" is success. */
  deleteFolder(folderId: string): Promise<void>;
  /** The messages of a folder, in a stable order; `gone` when there is no such folder. */
  list(folderId: string, after: string | null): Promise<MessagePage>;
  /** Order kept. Attachments are described, their contents are not read. */
  read(messageIds: readonly string[]): Promise<Outcome<MessageState>[]>;
  /** The bytes of an attachment in base64; a message within a message in the form in which it was sent (RFC 5322). */
  attachment(messageId: string, attachmentId: string): Promise<string>;
  /** Answers the message as it is afterwards; null after a purge. `gone` for a message that is not there. */
  change(changes: readonly MessageChange[]): Promise<Outcome<ChangedMessage | null>[]>;
  place(folderId: string, messages: readonly PlacedMessage[]): Promise<Outcome<ListedMessage>[]>;
}
