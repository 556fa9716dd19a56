import type { SyncFailure } from '../../sync/failure.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
import type { MailboxIdentity, Outcome } from '../connector.ts';
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
import { type MemoryMailFolders, usualFolders } from './mail-folders.ts';
import type { MemoryMessages } from './messages.ts';
import { outcomeOf } from './outcome.ts';
import { required, requireStorable } from './values.ts';

/** The mail of a mailbox, without a network. */
export class MemoryMail implements MailboxMail {
  readonly #owner: MailboxIdentity;
  readonly #folders: MemoryMailFolders;
  readonly #messages: MemoryMessages;

  constructor(owner: MailboxIdentity, folders: MemoryMailFolders, messages: MemoryMessages) {
    this.#owner = owner;
    this.#folders = folders;
    this.#messages = messages;
  }

  async usualFolders(): Promise<UsualFolders> {
    return usualFolders;
  }

  async addresses(): Promise<readonly string[]> {
    return [this.#owner.address.toLowerCase()];
  }

  async foldersBelow(folderIds: readonly string[]): Promise<MarkedFolder[]> {
    return this.#folders.below(folderIds);
  }

  async folders(folderIds: readonly string[]): Promise<MarkedFolder[]> {
    return folderIds.flatMap(id => this.#folders.get(id) ?? []);
  }

  async createFolders(parentId: string, drafts: readonly FolderDraft[]): Promise<Outcome<MarkedFolder>[]> {
    return drafts.map(({ name, mark }) => outcomeOf(() => this.#folders.create(parentId, name, { mark })));
  }

  async renameFolders(names: readonly FolderName[]): Promise<Outcome<null>[]> {
    return names.map(({ folderId, name }) =>
      outcomeOf(() => {
        this.#folders.rename(folderId, name);
        return null;
      }),
    );
  }

  async moveFolder(folderId: string, parentId: string): Promise<void> {
    this.#folders.move(folderId, parentId);
  }

  async deleteFolder(folderId: string): Promise<void> {
    this.#folders.delete(folderId);
  }

  async list(folderId: string, after: string | null): Promise<MessagePage> {
    this.#requireFolder(folderId);
    return this.#messages.page(folderId, after);
  }

  async read(messageIds: readonly string[]): Promise<Outcome<MessageState>[]> {
    return messageIds.map(id => ({ ok: true, value: this.#messages.state(id) }));
  }

  async attachment(messageId: string, attachmentId: string): Promise<string> {
    return this.#messages.content(messageId, attachmentId);
  }

  async change(changes: readonly MessageChange[]): Promise<Outcome<ChangedMessage | null>[]> {
    const failures = new Map<string, SyncFailure>();
    return changes.map(change => {
      const failure = failures.get(change.id);
      const outcome: Outcome<ChangedMessage | null> =
        failure === undefined ? outcomeOf(() => this.#apply(change)) : { ok: false, failure };
      if (!outcome.ok) failures.set(change.id, outcome.failure);
      return outcome;
    });
  }

  async place(folderId: string, messages: readonly PlacedMessage[]): Promise<Outcome<ListedMessage>[]> {
    return messages.map(placed =>
      outcomeOf(() => {
        this.#requireFolder(folderId);
        requireStorable({ subject: placed.subject, html: placed.html });
        const message = placedMessage(placed, this.#owner);
        return this.#messages.add({ folderId, mark: placed.mark, message, contents: {} });
      }),
    );
  }

  #apply(change: MessageChange): ChangedMessage | null {
    if (change.op === 'categorize') return this.#messages.categorize(change.id, change.categories);
    if (change.op === 'purge') {
      this.#messages.purge(change.id);
      return null;
    }
    this.#requireFolder(change.folderId);
    return this.#messages.move(change.id, change.folderId);
  }

  #requireFolder(folderId: string): void {
    required(this.#folders.get(folderId) ?? undefined);
  }
}

function placedMessage({ subject, html, receivedAtMs }: PlacedMessage, owner: MailboxIdentity): MailMessage {
  const from = { name: owner.displayName, address: owner.address };
  return {
    ...{ from, sender: from, to: [], cc: [], bcc: [], subject, html, text: null },
    ...{ sentAtMs: receivedAtMs, receivedAtMs, messageId: null, attachments: [] },
    ...{ sensitivity: 'normal', isProtected: false, isDraft: false, categories: [], lists: [] },
  };
}
