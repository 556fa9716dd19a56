import type { TodoTaskList } from '@microsoft/microsoft-graph-types';
import { SyncFailure } from '../../sync/failure.ts';
import type { MailboxWire } from './wire.ts';

/** The list that new tasks go into: it cannot be deleted, and its id never changes. */
export class TaskLists {
  readonly #wire: MailboxWire;
  #defaultId: Promise<string> | null = null;

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  defaultId(): Promise<string> {
    this.#defaultId ??= this.#readDefaultId().catch((error: unknown) => {
      this.#defaultId = null;
      throw error;
    });
    return this.#defaultId;
  }

  /** Throws where the list is not there: what it does not have is then no evidence of anything. */
  async requireDefault(): Promise<void> {
    await this.#wire.get(this.#wire.path('todo', 'lists', await this.defaultId()));
  }

  async #readDefaultId(): Promise<string> {
    const lists = await this.#wire.list<TodoTaskList>(this.#wire.path('todo', 'lists'));
    const id = lists.find(({ wellknownListName }) => wellknownListName === 'defaultList')?.id;
    if (id) return id;
    throw new SyncFailure('schema', 'the mailbox has no default list of tasks', {
      native: 'NoDefaultList',
      fix: 'Open To Do once as the owner of the mailbox: it makes the list.',
    });
  }
}
