import type { MailboxChange, MailboxPage } from '../connector.ts';

/** Small, so that enumerations have several pages. */
const rowsPerPage = 20;

/** That something happened to an item: it is told as removed where it was before, and is not any more. */
interface LogEntry<T> {
  readonly itemId: string;
  readonly before: T | undefined;
}

/** What happened in a mailbox. Deltas are read from it; the newest state of an item counts. */
export class ChangeLog<T> {
  readonly #entries: LogEntry<T>[] = [];

  /** Another one after each change. */
  get version(): string {
    return String(this.#entries.length);
  }

  add(itemId: string, before: T | undefined): void {
    this.#entries.push({ itemId, before });
  }

  /** `changeOf` says what an entry means for the container: nothing where the item was not and is not in it. */
  page(
    cursor: string | null,
    changeOf: (itemId: string, before: T | undefined) => MailboxChange | null,
  ): MailboxPage {
    const start = cursor === null ? 0 : Number(cursor);
    if (!Number.isInteger(start) || start > this.#entries.length) return { type: 'resync' };
    const changes = new Map<string, MailboxChange>();
    let position = start;
    while (position < this.#entries.length && changes.size < rowsPerPage) {
      const { itemId, before } = this.#entries[position++]!;
      const change = changeOf(itemId, before);
      if (change !== null) changes.set(itemId, change);
    }
    return {
      type: 'page',
      changes: [...changes.values()],
      cursor: String(position),
      more: position < this.#entries.length,
    };
  }
}
