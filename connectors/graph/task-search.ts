import { bodyIn, sent } from './batches.ts';
import { literal, query } from './odata.ts';
import type { GraphTask } from './task-item.ts';
import { keyOf } from './task-links.ts';
import type { MailboxWire } from './wire.ts';

const withLinks = { $expand: 'linkedResources' };
const pageSize = '100';

/**
 * Finds tasks by the key in their links. Whether To Do filters by that is not documented: it is tried, and where it is
 * refused or done by halves, the whole list is gone through.
 */
export class TaskSearch {
  readonly #wire: MailboxWire;
  #filters = true;

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  async byKeys(listId: string, keys: readonly string[]): Promise<GraphTask[]> {
    if (keys.length === 0) return [];
    const filtered = this.#filters ? await this.#filtered(listId, keys) : null;
    this.#filters = filtered !== null;
    return filtered ?? this.#all(listId, keys);
  }

  async #filtered(listId: string, keys: readonly string[]): Promise<GraphTask[] | null> {
    const answers = await sent(
      this.#wire,
      keys.map(key => {
        const $filter = `linkedResources/any(link: link/externalId eq ${literal(key)})`;
        return { method: 'GET', url: this.#url(listId) + query({ $filter, ...withLinks }) };
      }),
    );
    const found: GraphTask[] = [];
    for (const [index, answer] of answers.entries()) {
      if (answer?.ok === false && [400, 501].includes(answer.error.status)) return null;
      const list = bodyIn<{ value?: GraphTask[] }>(answer, 'read');
      if (!list.ok) throw list.failure;
      const tasks = list.value?.value ?? [];
      if (tasks.some(task => keyOf(task)?.toLowerCase() !== keys[index]!.toLowerCase())) return null;
      found.push(...tasks.filter(task => keys.includes(keyOf(task) ?? '')));
    }
    return found;
  }

  async #all(listId: string, keys: readonly string[]): Promise<GraphTask[]> {
    const url = this.#url(listId) + query({ ...withLinks, $top: pageSize });
    const tasks = await this.#wire.list<GraphTask>(url);
    return tasks.filter(task => keys.includes(keyOf(task) ?? ''));
  }

  #url(listId: string): string {
    return this.#wire.path('todo', 'lists', listId, 'tasks');
  }
}
