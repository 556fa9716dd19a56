import { type ArchivedFolder, archivedFolderOf } from '../../sync/containers.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
import type { MailboxItem } from '../../sync/record.ts';
import type { MailboxChange, MailboxPage } from '../connector.ts';
import type { ListedMessage, MessagePage, MessageState } from '../mail.ts';
import { ChangeLog } from './change-log.ts';
import { required } from './values.ts';

/** Small, so that lists have several pages. */
const messagesPerPage = 20;

interface StoredMessage {
  readonly id: string;
  readonly etag: string;
  readonly folderId: string;
  readonly mark: string | null;
  readonly message: MailMessage;
  /** Of its attachments, in base64. */
  readonly contents: Readonly<Record<string, string>>;
  readonly modifiedAtMs: number;
}
export type NewMessage = Pick<StoredMessage, 'folderId' | 'mark' | 'message' | 'contents'>;

/** The messages of a mailbox, wherever they are. */
export class MemoryMessages {
  readonly #now: () => number;
  readonly #messages = new Map<string, StoredMessage>();
  readonly #log = new ChangeLog<StoredMessage>();
  #lastId = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  countIn(folderId: string): number {
    return this.#in(folderId).length;
  }

  add(message: NewMessage): ListedMessage {
    this.#lastId += 1;
    return this.#store({ ...message, id: `message-${this.#lastId}` });
  }

  categorize(id: string, categories: readonly string[]): ListedMessage {
    const stored = required(this.#messages.get(id));
    return this.#store({ ...stored, message: { ...stored.message, categories } });
  }

  move(id: string, folderId: string): ListedMessage {
    return this.#store({ ...required(this.#messages.get(id)), folderId });
  }

  purge(id: string): void {
    const before = this.#messages.get(id);
    if (before === undefined) return;
    this.#messages.delete(id);
    this.#log.add(id, before);
  }

  purgeFolder(folderId: string): void {
    for (const { id } of this.#in(folderId)) this.purge(id);
  }

  page(folderId: string, after: string | null): MessagePage {
    const start = Number(after ?? 0);
    const end = start + messagesPerPage;
    const all = this.#in(folderId).sort(
      (one, other) => (one.message.receivedAtMs ?? 0) - (other.message.receivedAtMs ?? 0),
    );
    return { messages: all.slice(start, end).map(listed), next: end < all.length ? String(end) : null };
  }

  state(id: string): MessageState {
    const stored = this.#messages.get(id);
    if (stored === undefined) return { type: 'gone' };
    return { type: 'present', listed: listed(stored), message: stored.message };
  }

  content(messageId: string, attachmentId: string): string {
    return required(required(this.#messages.get(messageId)).contents[attachmentId]);
  }

  changes(containerId: string, cursor: string | null): MailboxPage {
    return this.#log.page(cursor, (id, before) => this.#changeIn(containerId, id, before));
  }

  #store(message: Omit<StoredMessage, 'etag' | 'modifiedAtMs'>): ListedMessage {
    this.#log.add(message.id, this.#messages.get(message.id));
    const stored = { ...message, etag: this.#log.version, modifiedAtMs: this.#now() };
    this.#messages.set(message.id, stored);
    return listed(stored);
  }

  #in(folderId: string): StoredMessage[] {
    return [...this.#messages.values()].filter(message => message.folderId === folderId);
  }

  #changeIn(containerId: string, id: string, before: StoredMessage | undefined): MailboxChange | null {
    const folder = archivedFolderOf(containerId);
    const stored = this.#messages.get(id);
    if (stored?.folderId === folder) {
      if (stored.message.isDraft) return null;
      return { type: 'present', item: messageItem(stored, folder, containerId), partial: false };
    }
    return before?.folderId === folder ? { type: 'removed', itemId: id } : null;
  }
}

function listed({ id, etag, folderId, mark, message: { categories } }: StoredMessage): ListedMessage {
  return { id, etag, folderId, categories, mark };
}

function messageItem(
  { id, etag, message, modifiedAtMs }: StoredMessage,
  folder: ArchivedFolder,
  containerId: string,
): MailboxItem {
  const cameAtMs = folder === 'inbox' ? message.receivedAtMs : message.sentAtMs;
  return {
    itemId: id,
    containerId,
    etag,
    categories: message.categories,
    fields: {},
    createdAtMs: cameAtMs ?? 0,
    modifiedAtMs,
  };
}
